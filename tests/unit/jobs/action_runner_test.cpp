// One action at a time against a scripted directory: every outcome is what the directory says
// afterwards, and an operator of another branch can do nothing.
#include <gtest/gtest.h>

#include "tests/fakes/world.h"

namespace tenantry::jobs {
namespace {

using domain::Action;
using domain::Outcome;
using domain::UserStatus;
using testing::soon;
using testing::World;

struct RunnerTest : ::testing::Test {
    World world;
    domain::Operator north = world.administrator("north");
    domain::Operator south = world.administrator("south");
    testing::ScriptedDirectory& directory = world.host.directory("north-tenant");
    base::ConnectionId connection;

    RunnerTest() {
        directory.fill(5);
        directory.put({"u4", "u4", "u4@users.example", "locked"});
        connection = world.connect("north-tenant");
        world.read(connection);
    }
};

TEST_F(RunnerTest, UnlocksInTheDirectoryAndShowsIt) {
    const auto result = world.act(north, "u4", Action::kUnlock);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.detail;
    EXPECT_EQ(directory.find("u4")->status, "active");
    EXPECT_EQ(world.user(north, "u4").status, UserStatus::kActive);
}

TEST_F(RunnerTest, SuspendOffersItsUndo) {
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kDone);
    EXPECT_EQ(result.undo, Action::kUnsuspend);
    EXPECT_EQ(world.act(north, "u1", Action::kUnsuspend).outcome, Outcome::kDone);
    EXPECT_EQ(directory.find("u1")->status, "active");
}

TEST_F(RunnerTest, AnOperatorOfAnotherBranchFindsNobodyToActOn) {
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kSuspend;
    const auto result = world.runner.run(south, request, soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::kNotFound);
    EXPECT_FALSE(world.runner.eligibilities(south, request.user));
    EXPECT_FALSE(world.runner.groups(south, request.user, soon()));
    EXPECT_EQ(directory.performed(), 0);
}

TEST_F(RunnerTest, AMissingPermissionIsRefusedAndWrittenDown) {
    const auto help = world.operatorWith("help_desk", "north");
    ActionRequest request;
    request.user = world.user(help, "u1").id;
    request.action = Action::kDelete;
    const auto result = world.runner.run(help, request, soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::kForbidden);
    const auto trail = world.store.activities();
    ASSERT_FALSE(trail.empty());
    EXPECT_EQ(trail.back().outcome, "refused");
    EXPECT_TRUE(directory.find("u1"));
}

TEST_F(RunnerTest, TheSameAgainIsAlreadySoAndNotDoneTwice) {
    world.act(north, "u1", Action::kSuspend);
    const auto again = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(again.outcome, Outcome::kAlreadySo);
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(RunnerTest, SeesTheStateOfNowNotOfTheLastReading) {
    directory.put({"u2", "u2", "u2@users.example", "locked", "Ada", 9});
    const auto result = world.act(north, "u2", Action::kUnlock);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.detail;
    EXPECT_EQ(directory.find("u2")->status, "active");
}

TEST_F(RunnerTest, SaysWhyTheDirectoryCannot) {
    directory.setUnsupported("user.suspend", "WordPress keeps no disabled state.");
    world.read(connection);
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kSkipped);
    EXPECT_EQ(result.detail, "WordPress keeps no disabled state.");
    EXPECT_EQ(result.reason->code, "connector_cannot");
}

TEST_F(RunnerTest, AnUnreachableDirectoryFailsInWordsAndChangesNothing) {
    directory.fail("get", base::unavailable("The server does not answer."));
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_NE(result.detail.find("The server does not answer."), std::string::npos);
    EXPECT_EQ(directory.performed(), 0);
}

TEST_F(RunnerTest, ALostAnswerIsSettledByReadingBack) {
    auto lost = base::deadlineExceeded("No answer within 30 s.");
    lost.outcomeUnknown = true;
    directory.loseAnswers(lost);
    EXPECT_EQ(world.act(north, "u1", Action::kSuspend).outcome, Outcome::kDone);
    EXPECT_EQ(world.act(north, "u2", Action::kResetPassword).outcome, Outcome::kUnknown)
        << "nothing shows whether it happened";
}

TEST_F(RunnerTest, WhatCannotBeReadBackIsUnknown) {
    directory.fallSilentAfterPerform(base::unavailable("The server does not answer."));
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_NE(result.detail.find("may or may not"), std::string::npos);
    EXPECT_FALSE(result.undo);
}

TEST_F(RunnerTest, ACallThatWasRefusedFailsWithTheDirectorysWords) {
    directory.fail("perform", base::forbidden("The service account may not write here."));
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_EQ(result.detail, "The service account may not write here.");
}

TEST_F(RunnerTest, ADirectoryThatOnlyPretendsIsFoundOut) {
    directory.pretend(true);
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_NE(result.detail.find("still shows"), std::string::npos);
    EXPECT_EQ(world.user(north, "u1").status, UserStatus::kActive);
}

TEST_F(RunnerTest, DeleteWantsTheEmailTyped) {
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kDelete;
    request.parametersJson = R"({"email":"somebody@else.example"})";
    const auto refused = world.runner.run(north, request, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().pointer, "/parameters/email");
    EXPECT_TRUE(directory.find("u1"));
    request.parametersJson = R"({"email":"u1@users.example"})";
    EXPECT_EQ(world.runner.run(north, request, soon()).value().outcome, Outcome::kDone);
    EXPECT_FALSE(directory.find("u1"));
    EXPECT_EQ(world.list(north).total, 4U);
}

TEST_F(RunnerTest, EditChecksTheVersionTheOperatorSaw) {
    const auto seen = world.user(north, "u1");
    directory.put({"u1", "u1", "u1@users.example", "active", "Changed elsewhere", 7});
    ActionRequest request;
    request.user = seen.id;
    request.action = Action::kEdit;
    request.parametersJson = R"({"attributes":{"first_name":"Grace"}})";
    request.expectVersion = domain::versionOf(seen);
    const auto stale = world.runner.run(north, request, soon());
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, base::ErrorCode::kConflict);
    EXPECT_EQ(directory.find("u1")->firstName, "Changed elsewhere");
    request.expectVersion = domain::versionOf(world.user(north, "u1"));
    const auto done = world.runner.run(north, request, soon());
    ASSERT_TRUE(done);
    EXPECT_EQ(done->outcome, Outcome::kDone) << done->detail;
    EXPECT_EQ(directory.find("u1")->firstName, "Grace");
}

TEST_F(RunnerTest, EditNamesTheAttributeItDoesNotKnow) {
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kEdit;
    request.parametersJson = R"({"attributes":{"shoe_size":"44"}})";
    const auto result = world.runner.run(north, request, soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().pointer, "/parameters/attributes/shoe_size");
}

TEST_F(RunnerTest, ADirectoryThatRefusesUsDoesNotSignTheOperatorOut) {
    const auto id = world.user(north, "u1").id;
    directory.fail("open", base::unauthenticated("The bind password is wrong."));
    tenants::ConnectionChange change;  // closes what is open
    change.name = "Renamed";
    ASSERT_TRUE(world.connections.change(north, connection, change, soon()));
    const auto groups = world.runner.groups(north, id, soon());
    ASSERT_FALSE(groups);
    EXPECT_EQ(groups.error().code, base::ErrorCode::kUnavailable);
    EXPECT_EQ(groups.error().message, "The bind password is wrong.");
}

TEST_F(RunnerTest, ATemporaryPasswordIsShownOnceAndWrittenNowhere) {
    const auto result = world.act(north, "u1", Action::kResetPassword);
    ASSERT_TRUE(result.secret);
    EXPECT_EQ(result.secret->reveal(), "temporary-1234");
    for (const auto& entry : world.store.activities())
        EXPECT_EQ((entry.detail + entry.beforeJson + entry.afterJson).find("temporary-1234"),
                  std::string::npos);
}

TEST_F(RunnerTest, AUserWhoIsGoneLeavesTheList) {
    directory.remove("u1");
    const auto user = world.user(north, "u1");
    ActionRequest request;
    request.user = user.id;
    request.action = Action::kSuspend;
    const auto result = world.runner.run(north, request, soon()).value();
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_EQ(world.list(north).total, 4U);
}

TEST_F(RunnerTest, AConnectorsOwnActionRunsWithItsArgumentsAndIsListedWithItsTitle) {
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kVendor;
    request.vendor = "x.test.tag";
    const auto wrong = world.runner.run(north, request, soon());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().pointer, "/parameters/tag");
    request.parametersJson = R"({"tag":"vip"})";
    const auto done = world.runner.run(north, request, soon()).value();
    EXPECT_EQ(done.outcome, Outcome::kDone) << done.detail;
    EXPECT_EQ(done.detail, "Tag: done for u1.");
    EXPECT_EQ(done.vendorUndo, "x.test.untag");
    EXPECT_EQ(directory.find("u1")->tag, "vip");
    EXPECT_EQ(world.store.activities().back().action, "x.test.tag");
    const auto all = world.runner.eligibilities(north, request.user).value();
    const auto tag = std::find_if(all.begin(), all.end(),
                                  [](const auto& one) { return one.vendor == "x.test.tag"; });
    ASSERT_NE(tag, all.end());
    EXPECT_TRUE(tag->allowed);
    EXPECT_EQ(tag->words, "Tag");
    EXPECT_FALSE(world.runner.run(south, request, soon())) << "another branch";
}

TEST_F(RunnerTest, AnActionThatTheConnectorDoesNotDeclareIsRefusedAndOneOfHighRiskNeedsTheRight) {
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kVendor;
    request.vendor = "x.other.thing";
    const auto unknown = world.runner.run(north, request, soon()).value();
    EXPECT_EQ(unknown.outcome, Outcome::kSkipped);
    EXPECT_EQ(unknown.reason->code, "connector_cannot");
    request.vendor = "x.test.wipe";
    const auto help = world.operatorWith("help_desk", "north");
    EXPECT_EQ(world.runner.run(help, request, soon()).error().code, base::ErrorCode::kForbidden);
    auto lost = base::unavailable("The connection broke.");
    lost.outcomeUnknown = true;
    directory.loseAnswers(lost);
    const auto once = world.runner.run(north, request, soon()).value();
    EXPECT_EQ(once.outcome, Outcome::kUnknown) << "nothing shows it, and it is not repeated";
    EXPECT_FALSE(once.repeatable);
    EXPECT_EQ(directory.find("u1")->wiped, 1);
}

TEST_F(RunnerTest, EveryActionLeavesAnEntryWithBeforeAndAfter) {
    world.act(north, "u1", Action::kSuspend);
    const auto trail = world.store.activities();
    ASSERT_FALSE(trail.empty());
    const auto& entry = trail.back();
    EXPECT_EQ(entry.action, "user.suspend");
    EXPECT_EQ(entry.outcome, "done");
    EXPECT_NE(entry.beforeJson.find("ACTIVE"), std::string::npos);
    EXPECT_NE(entry.afterJson.find("SUSPENDED"), std::string::npos);
    EXPECT_EQ(entry.actorName, north.username());
}

}  // namespace
}  // namespace tenantry::jobs
