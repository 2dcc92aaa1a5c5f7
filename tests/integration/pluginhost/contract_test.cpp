// An honest connector behaves the same in this process and in a worker. Every case runs both ways.
#include <set>
#include <thread>

#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::pluginhost {
namespace {

class PluginContract : public testing::TestWithParam<bool> {
  protected:
    PluginHost host_{hostOptions(/*isolated=*/GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Both, PluginContract, testing::Bool(), [](const auto& row) {
    return row.param ? std::string("Isolated") : std::string("InProcess");
});

TEST_P(PluginContract, ListsEveryRecordOnceAcrossSegments) {
    const auto connector = memory(host_, 1234);
    Listed all;
    domain::ReadRequest request;
    request.budgetRecords = 300;
    for (int segments = 0; segments < 20; ++segments) {
        const auto end = connector->list(request, all, soon());
        ASSERT_TRUE(end) << end.error().text();
        if (*end == domain::ReadEnd::kComplete) break;
        request.cursor = all.checkpoints.back();
    }
    std::set<std::string> ids;
    for (const auto& r : all.records) ids.insert(r.id);
    EXPECT_EQ(all.records.size(), 1234u);
    EXPECT_EQ(ids.size(), 1234u);
    EXPECT_EQ(all.records[7].kind, "user");
    EXPECT_EQ(all.records[7].etag, "on");
    EXPECT_EQ(all.records[7].modifiedMs, 1700000000007);
    EXPECT_NE(all.records[7].body.find("Użytkownik 7"), std::string::npos);
}

TEST_P(PluginContract, AStoppedSegmentIsNeverComplete) {
    const auto connector = memory(host_, 5000);
    Listed some;
    some.stopAt = 250;
    domain::ReadRequest request;
    request.budgetRecords = 100000;
    const auto end = connector->list(request, some, soon());
    ASSERT_TRUE(end) << end.error().text();
    EXPECT_EQ(*end, domain::ReadEnd::kMore);
    EXPECT_EQ(some.records.size(), 250u);
    ASSERT_FALSE(some.checkpoints.empty());
    EXPECT_EQ(some.checkpoints.back(), "200") << "only what was taken may be covered";
}

TEST_P(PluginContract, GetsOneAndSaysWhenThereIsNone) {
    const auto connector = memory(host_, 10);
    const auto one = connector->get("user", "u3", soon());
    ASSERT_TRUE(one) << one.error().text();
    EXPECT_EQ(one->id, "u3");
    const auto none = connector->get("user", "u99", soon());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, base::ErrorCode::kNotFound);
    EXPECT_EQ(none.error().message, "There is no such user.");
}

TEST_P(PluginContract, AnActionGivesTheNewState) {
    const auto connector = memory(host_, 10);
    const auto done = act(*connector, "user.suspend", "u4");
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_EQ(done->records.size(), 1u);
    EXPECT_EQ(done->records[0].etag, "off");
    EXPECT_EQ(connector->get("user", "u4", soon())->etag, "off");
}

TEST_P(PluginContract, AStaleEtagIsAConflictAndNothingHappened) {
    const auto connector = memory(host_, 10);
    domain::ActRequest request;
    request.action = "user.suspend";
    request.id = "u4";
    request.expectEtag = "off";
    const auto refused = connector->perform(request, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict);
    EXPECT_FALSE(refused.error().outcomeUnknown);
    EXPECT_EQ(connector->get("user", "u4", soon())->etag, "on");
}

TEST_P(PluginContract, ADryRunChangesNothing) {
    const auto connector = memory(host_, 10);
    domain::ActRequest request;
    request.action = "user.suspend";
    request.id = "u4";
    request.dryRun = true;
    ASSERT_TRUE(connector->perform(request, soon()));
    EXPECT_EQ(connector->get("user", "u4", soon())->etag, "on");
}

TEST_P(PluginContract, AnUndeclaredActionIsUnsupported) {
    const auto refused = act(*memory(host_, 10), "user.fly");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnsupported);
}

TEST_P(PluginContract, AConnectorThatFinishesNothingLaterSaysSoWhenItIsPolled) {
    const auto polled = memory(host_, 3)->poll("op1", soon());
    ASSERT_FALSE(polled);
    EXPECT_EQ(polled.error().code, base::ErrorCode::kUnsupported);
}

TEST_P(PluginContract, TwoConnectionsNeverSeeEachOther) {
    const auto one = memory(host_, 10);
    const auto two = memory(host_, 10);
    ASSERT_TRUE(act(*one, "user.suspend", "u1"));
    EXPECT_EQ(one->get("user", "u1", soon())->etag, "off");
    EXPECT_EQ(two->get("user", "u1", soon())->etag, "on");
    EXPECT_NE(one->get("user", "u1", soon())->body, two->get("user", "u1", soon())->body);
}

TEST_P(PluginContract, CheckUsesTheSecretAndReportsInWords) {
    const auto good = open(host_, "test.memory", R"({"users":3,"password":{"$secret":"pw"}})");
    const auto said = good->check(soon());
    ASSERT_TRUE(said) << said.error().text();
    ASSERT_EQ(said->size(), 1u);
    EXPECT_EQ(said->at(0).message, "The directory has 3 users.");

    const auto bad =
        open(host_, "test.memory", R"({"users":3,"password":{"$secret":"pw"}})", "wrong");
    const auto refused = bad->check(soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "The directory refused the password.");

    const auto lost = open(host_, "test.memory", R"({"users":3,"password":{"$secret":"gone"}})");
    EXPECT_FALSE(lost->check(soon()));
}

TEST_P(PluginContract, WhatOneInstanceCannotDoCarriesItsReason) {
    const auto last = memory(host_, 1)->capabilities(soon());
    ASSERT_TRUE(last) << last.error().text();
    EXPECT_FALSE(last->at("user.suspend").supported);
    EXPECT_EQ(last->at("user.suspend").reason, "It is the last one.");
    EXPECT_TRUE(last->at("user.unsuspend").supported);
    EXPECT_TRUE(memory(host_, 2)->capabilities(soon())->at("user.suspend").supported);
}

TEST_P(PluginContract, AConfigurationThatDoesNotFitIsRefusedWithAPointer) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = "test.memory";
    request.configJson = R"({"users":"many"})";
    const auto refused = host_.open(request, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().pointer, "/users");
    request.connector = "no.such";
    EXPECT_EQ(host_.open(request, soon()).error().code, base::ErrorCode::kNotFound);
}

TEST_P(PluginContract, ManyThreadsUseOneConnectionAtOnce) {
    const auto connector = memory(host_, 500);
    std::atomic<int> wrong{0};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < 6; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < 40; ++i) {
                    const std::string id = "u" + std::to_string((t * 40 + i) % 500);
                    const auto got = connector->get("user", id, soon());
                    if (!got || got->id != id) ++wrong;
                    if (i % 10 == 0) {
                        Listed all;
                        if (!list(*connector, all) || all.records.size() != 500) ++wrong;
                    }
                }
            });
    }
    EXPECT_EQ(wrong, 0);
}

TEST_P(PluginContract, ThrottleHoldsTheDeclaredRate) {
    const auto slow = naughty(host_, "throttle");  // three turns of a bucket of one, five a second
    const auto began = std::chrono::steady_clock::now();
    Listed none;
    ASSERT_TRUE(list(*slow, none));
    EXPECT_GE(std::chrono::steady_clock::now() - began, 390ms);
    Listed again;
    const auto late = list(*slow, again, soon(100ms));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, base::ErrorCode::kDeadline);
    EXPECT_EQ(list(*naughty(host_, "no_bucket"), none).error().code,
              base::ErrorCode::kInvalidArgument);
}

TEST_P(PluginContract, AListingBelowAParentShowsWhatIsBelowItOnly) {
    const auto connector = memory(host_, 4);
    const auto groupsOf = [&](const std::string& kind, const std::string& id) {
        domain::ReadRequest request;
        request.kind = "group";
        request.parentKind = kind;
        request.parentId = id;
        Listed some;
        const auto end = connector->list(request, some, soon());
        std::string out = end ? "" : std::string(base::name(end.error().code));
        for (const auto& one : some.records) out += one.kind + " " + one.id + ", ";
        return out;
    };
    EXPECT_EQ(groupsOf("", ""), "group all, group even, ");
    EXPECT_EQ(groupsOf("user", "u2"), "group all, group even, ");
    EXPECT_EQ(groupsOf("user", "u3"), "group all, ");
    EXPECT_EQ(groupsOf("user", "u4"), "not_found");
    EXPECT_EQ(groupsOf("device", "u2"), "unsupported");
}

TEST_P(PluginContract, CountersAreKeptByConnector) {
    ASSERT_TRUE(memory(host_, 3)->check(soon()));
    EXPECT_EQ(host_.metrics().at("test.memory/checks"), 1);
}

TEST_P(PluginContract, AForeignExceptionBecomesAnErrorAndTheConnectorLivesOn) {
    const auto check = open(host_, "test.throwing", "{}")->check(soon());
    ASSERT_FALSE(check);
    EXPECT_EQ(check.error().code, base::ErrorCode::kInternal);
    const auto connector = open(host_, "test.throwing", "{}");
    Listed some;
    EXPECT_EQ(list(*connector, some).error().code, base::ErrorCode::kInternal);
    EXPECT_EQ(connector->get("user", "1", soon()).error().code, base::ErrorCode::kInternal);
    const auto write = act(*connector);
    ASSERT_FALSE(write);
    EXPECT_TRUE(write.error().outcomeUnknown) << "nobody knows how far it came";
}

TEST_P(PluginContract, ARecordWithABadBodyKeepsItsPlaceAndABadIdFailsTheReading) {
    Listed some;
    const auto end = list(*naughty(host_, "bad_body"), some);
    ASSERT_TRUE(end) << end.error().text();
    ASSERT_EQ(some.records.size(), 2u);
    EXPECT_EQ(some.records[0].op, domain::RecordOp::kUpsert);
    EXPECT_EQ(some.records[1].op, domain::RecordOp::kUnchanged);
    EXPECT_EQ(some.records[1].id, "bad");

    Listed none;
    EXPECT_EQ(list(*naughty(host_, "bad_id"), none).error().code, base::ErrorCode::kInternal);
    EXPECT_TRUE(none.records.empty());

    Listed array;
    ASSERT_TRUE(list(*naughty(host_, "no_object"), array));
    EXPECT_EQ(array.records.at(0).op, domain::RecordOp::kUnchanged);

    Listed big;
    ASSERT_TRUE(list(*naughty(host_, "big_record"), big));
    EXPECT_EQ(big.records.at(0).op, domain::RecordOp::kUnchanged);
}

TEST_P(PluginContract, AStatusNobodyKnowsIsAnInternalFault) {
    Listed none;
    EXPECT_EQ(list(*naughty(host_, "odd_status"), none).error().code, base::ErrorCode::kInternal);
    EXPECT_EQ(list(*naughty(host_, "host_status"), none).error().code, base::ErrorCode::kInternal);
}

TEST_P(PluginContract, ACompletionAfterStopIsNotBelieved) {
    Listed some;
    some.stopAt = 10;
    const auto end = list(*naughty(host_, "late_ok"), some);
    ASSERT_TRUE(end) << end.error().text();
    EXPECT_EQ(*end, domain::ReadEnd::kMore);
    EXPECT_EQ(some.records.size(), 10u);
}

TEST_P(PluginContract, APoliteConnectorReturnsAtItsDeadline) {
    const auto connector = naughty(host_, "polite");
    const auto began = std::chrono::steady_clock::now();
    Listed none;
    const auto end = list(*connector, none, soon(200ms));
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, base::ErrorCode::kDeadline);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
    EXPECT_TRUE(connector->get("user", "a", soon())) << "nothing was killed";
}

TEST_P(PluginContract, AFloodIsTakenAtTheReadersPaceAndEndsAtTheDeadline) {
    const auto connector = naughty(host_, "flood");
    Listed some;
    some.stopAt = 5000;
    const auto end = list(*connector, some, soon(10s));
    ASSERT_TRUE(end) << end.error().text();
    EXPECT_EQ(*end, domain::ReadEnd::kMore);
    EXPECT_EQ(some.records.size(), 5000u);
}

}  // namespace
}  // namespace tenantry::pluginhost
