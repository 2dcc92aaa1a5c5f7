// The contract of JobStore, on SQLite and a real MariaDB: plans are sealed, claims are fenced, and
// a word about an item counts only from who holds it.
#include <gmock/gmock.h>

#include <array>
#include <thread>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using domain::ItemChange;
using domain::ItemState;
using domain::Job;
using domain::JobItem;
using domain::JobState;
using domain::Outcome;
using domain::Plan;
using domain::PlanItem;
using ::testing::ElementsAre;

class JobStoreContract : public ::testing::TestWithParam<StoreKind> {
  protected:
    void SetUp() override {
        if (GetParam() == StoreKind::kMariaDb && mariaDb() == nullptr)
            GTEST_SKIP() << "MariaDB did not run here";
        database_ = std::make_unique<EmptyDatabase>(GetParam());
        store_ = store::Store::open(database_->options(), clock_, soon()).value();
    }
    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{20}); }
    static base::TimePoint at(int seconds) {
        return base::fromMillis(1'800'000'000'000 + 1000 * seconds);
    }

    static PlanItem row(std::uint32_t number) {
        PlanItem item;
        item.number = number;
        item.user = base::UserId(base::newUuid());
        item.organization = base::OrganizationId(base::newUuid());
        item.connection = base::ConnectionId(base::newUuid());
        item.username = "jörg-" + std::to_string(number);
        item.before = domain::UserStatus::kActive;
        item.after = domain::UserStatus::kSuspended;
        item.version = "v" + std::to_string(number);
        item.verdict = number % 3 == 0 ? domain::Verdict::kAlreadySo : domain::Verdict::kChange;
        return item;
    }
    Plan addPlan(std::uint32_t rows) {
        Plan plan;
        plan.id = domain::PlanId(base::newUuid());
        plan.creator = base::AccountId(base::newUuid());
        plan.creatorName = "ada";
        plan.verb = "suspend";
        plan.hash = "h1";
        plan.createdAt = at(0);
        plan.expiresAt = at(3600);
        std::vector<PlanItem> items;
        for (std::uint32_t i = 1; i <= rows; ++i) items.push_back(row(i));
        const auto added = store_->addPlan(plan, items, soon());
        EXPECT_TRUE(added) << (added ? "" : added.error().text());
        return plan;
    }
    Job addJob(std::uint32_t count) {
        const Plan plan = addPlan(1);
        Job job;
        job.id = domain::JobId(base::newUuid());
        job.plan = plan.id;
        job.planHash = plan.hash;
        job.creator = plan.creator;
        job.creatorName = "ada";
        job.verb = "suspend";
        job.reason = "Grüße";
        job.createdAt = at(1);
        job.total = count;
        std::vector<JobItem> items;
        for (std::uint32_t i = 1; i <= count; ++i) {
            const auto from = row(i);
            JobItem item;
            item.job = job.id;
            item.number = i;
            item.user = from.user;
            item.organization = organization_;
            item.connection = from.connection;
            item.username = from.username;
            item.action = domain::Action::kSuspend;
            item.version = from.version;
            item.expectStatus = from.before;
            items.push_back(item);
        }
        const auto added = store_->addJob(job, items, soon());
        EXPECT_TRUE(added) << (added ? "" : added.error().text());
        return job;
    }
    std::vector<std::uint64_t> claim(const Job& job, std::vector<std::uint32_t> numbers,
                                     const std::string& owner, int now, int until) {
        std::vector<domain::JobStore::ItemKey> keys;
        for (const auto number : numbers) keys.push_back({job.id, number});
        return store_->claim(keys, owner, at(now), at(until), soon()).value();
    }
    bool change(const Job& job, std::uint32_t number, std::uint64_t fence, ItemState state,
                std::optional<Outcome> outcome = std::nullopt) {
        ItemChange one;
        one.job = job.id;
        one.number = number;
        one.fence = fence;
        one.state = state;
        one.outcome = outcome;
        one.beforeJson = R"({"status":"ACTIVE"})";
        if (outcome) one.endedAt = at(9);
        return store_->changeItems({&one, 1}, soon()).value().front();
    }
    JobItem item(const Job& job, std::uint32_t number) {
        return store_->jobItem(job.id, number, soon()).value();
    }

    FakeClock clock_;
    std::unique_ptr<EmptyDatabase> database_;
    std::unique_ptr<store::Store> store_;
    const base::OrganizationId organization_{base::newUuid()};
};
INSTANTIATE_TEST_SUITE_P(Stores, JobStoreContract,
                         ::testing::Values(StoreKind::kSqlite, StoreKind::kMariaDb), kindName);

TEST_P(JobStoreContract, APlanComesBackWithItsRows) {
    const auto plan = addPlan(450);
    const auto stored = store_->plan(plan.id, soon()).value();
    EXPECT_EQ(stored.creatorName, "ada");
    EXPECT_EQ(stored.hash, "h1");
    EXPECT_EQ(stored.expiresAt, plan.expiresAt);
    EXPECT_FALSE(stored.job);
    std::vector<PlanItem> rows;
    ASSERT_TRUE(store_->eachPlanItem(
        plan.id, [&](PlanItem&& one) { rows.push_back(std::move(one)); }, soon()));
    ASSERT_EQ(rows.size(), 450U);
    EXPECT_EQ(rows[449].number, 450U);
    EXPECT_EQ(rows[0].username, "jörg-1");
    EXPECT_EQ(rows[0].after, domain::UserStatus::kSuspended);
    domain::PlanItemQuery query;
    query.verdict = domain::Verdict::kAlreadySo;
    query.offset = 10;
    query.limit = 5;
    const auto page = store_->planItems(plan.id, query, soon()).value();
    EXPECT_EQ(page.total, 150U);
    ASSERT_EQ(page.items.size(), 5U);
    EXPECT_EQ(page.items[0].number, 33U);
}

TEST_P(JobStoreContract, ADropNeedsTheHashThatWasSeen) {
    auto plan = addPlan(3);
    plan.hash = "h2";
    const std::array<std::uint32_t, 1> second{2};
    EXPECT_EQ(store_->dropPlanItems(plan, "other", second, soon()).error().code,
              base::ErrorCode::kConflict);
    ASSERT_TRUE(store_->dropPlanItems(plan, "h1", second, soon()));
    EXPECT_EQ(store_->plan(plan.id, soon())->hash, "h2");
    EXPECT_EQ(store_->planItems(plan.id, {}, soon())->total, 2U);
    domain::PlanItemQuery dropped;
    dropped.dropped = true;
    EXPECT_EQ(store_->planItems(plan.id, dropped, soon())->items.at(0).number, 2U);
}

TEST_P(JobStoreContract, APlanBecomesOneJobOnly) {
    const auto job = addJob(2);
    EXPECT_EQ(store_->plan(job.plan, soon())->job, job.id);
    Job second = job;
    second.id = domain::JobId(base::newUuid());
    EXPECT_EQ(store_->addJob(second, {}, soon()).error().code, base::ErrorCode::kConflict);
    const auto plan = addPlan(1);
    second.plan = plan.id;
    second.planHash = "not it";
    EXPECT_EQ(store_->addJob(second, {}, soon()).error().code, base::ErrorCode::kConflict);
    EXPECT_EQ(store_->job(second.id, soon()).error().code, base::ErrorCode::kNotFound);
}

TEST_P(JobStoreContract, ExpiredPlansGoUnlessTheyBecameJobs) {
    const auto plan = addPlan(2);
    const auto job = addJob(1);
    ASSERT_TRUE(store_->removeExpiredPlans(at(4000), soon()));
    EXPECT_FALSE(store_->plan(plan.id, soon()));
    EXPECT_TRUE(store_->plan(job.plan, soon()));
}

TEST_P(JobStoreContract, AClaimIsOneOwnersUntilItsLeaseRunsOut) {
    const auto job = addJob(3);
    EXPECT_THAT(claim(job, {1, 2}, "node-a", 0, 60), ElementsAre(1U, 1U));
    EXPECT_THAT(claim(job, {1, 3}, "node-b", 10, 70), ElementsAre(0U, 1U));
    EXPECT_THAT(claim(job, {1}, "node-b", 61, 120), ElementsAre(2U)) << "the lease ran out";
    EXPECT_FALSE(change(job, 1, 1, ItemState::kEnded, Outcome::kDone)) << "an old fence";
    EXPECT_TRUE(change(job, 1, 2, ItemState::kCalling));
    EXPECT_TRUE(change(job, 1, 2, ItemState::kEnded, Outcome::kDone));
    EXPECT_FALSE(change(job, 1, 2, ItemState::kEnded, Outcome::kFailed)) << "it has ended";
    EXPECT_EQ(item(job, 1).outcome, Outcome::kDone);
    EXPECT_EQ(item(job, 1).endedAt, at(9));
    EXPECT_THAT(claim(job, {1}, "node-a", 500, 600), ElementsAre(0U)) << "ended is not claimed";
}

TEST_P(JobStoreContract, AnOwnerTakesUpItsOwnAfterAnInterruption) {
    const auto job = addJob(2);
    ASSERT_THAT(claim(job, {1, 2}, "node-a", 0, 60), ElementsAre(1U, 1U));
    ASSERT_TRUE(change(job, 2, 1, ItemState::kCalling));
    EXPECT_THAT(claim(job, {1, 2}, "node-b", 5, 65), ElementsAre(0U, 0U));
    EXPECT_THAT(claim(job, {1, 2}, "node-a", 5, 65), ElementsAre(2U, 2U));
    EXPECT_TRUE(item(job, 1).beforeJson.empty());
    EXPECT_EQ(item(job, 2).beforeJson, R"({"status":"ACTIVE"})") << "it may have been called";
}

TEST_P(JobStoreContract, WhatIsGivenBackStaysAsItWas) {
    const auto job = addJob(1);
    ASSERT_THAT(claim(job, {1}, "a", 0, 60), ElementsAre(1U));
    ASSERT_TRUE(change(job, 1, 1, ItemState::kCalling));
    ASSERT_THAT(claim(job, {1}, "a", 1, 60), ElementsAre(2U));
    ItemChange back;
    back.job = job.id;
    back.number = 1;
    back.fence = 2;
    back.state = ItemState::kWaiting;
    back.release = true;
    ASSERT_TRUE(store_->changeItems({&back, 1}, soon()).value().front());
    EXPECT_EQ(item(job, 1).state, ItemState::kWaiting);
    EXPECT_FALSE(item(job, 1).beforeJson.empty()) << "it may have been called all the same";
}

TEST_P(JobStoreContract, WhatWaitsAgainKeepsItsTriesAndItsTime) {
    const auto job = addJob(1);
    ASSERT_THAT(claim(job, {1}, "a", 0, 60), ElementsAre(1U));
    ItemChange again;
    again.job = job.id;
    again.number = 1;
    again.fence = 1;
    again.state = ItemState::kWaiting;
    again.attempts = 3;
    again.notBefore = at(99);
    again.detail = "Slow down.";
    ASSERT_TRUE(store_->changeItems({&again, 1}, soon()).value().front());
    const auto stored = item(job, 1);
    EXPECT_EQ(stored.state, ItemState::kWaiting);
    EXPECT_EQ(stored.attempts, 3U);
    EXPECT_EQ(stored.notBefore, at(99));
    EXPECT_TRUE(stored.beforeJson.empty());
}

TEST_P(JobStoreContract, OfManyClaimersEachItemHasOne) {
    const auto job = addJob(200);
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 1; i <= 200; ++i) all.push_back(i);
    std::array<std::vector<std::uint64_t>, 4> got;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < got.size(); ++i)
        threads.emplace_back(
            [&, i] { got.at(i) = claim(job, all, "node-" + std::to_string(i), 0, 60); });
    threads.clear();
    for (std::size_t n = 0; n < all.size(); ++n) {
        int owners = 0;
        for (const auto& one : got) owners += one.at(n) != 0 ? 1 : 0;
        EXPECT_EQ(owners, 1) << "item " << all[n];
    }
}

TEST_P(JobStoreContract, CountsHowItemsEndedAndFindsThem) {
    const auto job = addJob(5);
    claim(job, {1, 2, 3}, "a", 0, 60);
    change(job, 1, 1, ItemState::kEnded, Outcome::kDone);
    change(job, 2, 1, ItemState::kEnded, Outcome::kFailed);
    change(job, 3, 1, ItemState::kEnded, Outcome::kUnknown);
    auto sums = store_->sums(job.id, soon()).value();
    EXPECT_EQ(sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(sums.of(Outcome::kUnknown), 1U);
    EXPECT_EQ(sums.pending, 2U);
    domain::JobItemQuery failed;
    failed.outcome = Outcome::kFailed;
    EXPECT_EQ(store_->jobItems(job.id, failed, soon())->items.at(0).number, 2U);
    domain::JobItemQuery open;
    open.pending = true;
    EXPECT_EQ(store_->jobItems(job.id, open, soon())->total, 2U);
    EXPECT_TRUE(change(job, 3, 0, ItemState::kEnded, Outcome::kDone)) << "a person settles it";
    const std::array<std::uint32_t, 2> again{1, 2};
    EXPECT_EQ(store_->reopenItems(job.id, again, soon()).value(), 2U);
    EXPECT_EQ(store_->cancelWaiting(job.id, "No.", "", at(5), soon()).value(), 4U);
    sums = store_->sums(job.id, soon()).value();
    EXPECT_EQ(sums.of(Outcome::kCancelled), 4U);
    EXPECT_EQ(sums.pending, 0U);
}

TEST_P(JobStoreContract, WhatADirectoryHasAcceptedIsKeptUntilTheItemEnds) {
    const auto job = addJob(3);
    EXPECT_FALSE(item(job, 1).operation);
    ASSERT_THAT(claim(job, {1, 2, 3}, "a", 0, 60), ElementsAre(1U, 1U, 1U));
    // All of one kind in one call, as the journal writes them.
    std::vector<ItemChange> changes(3);
    for (std::uint32_t i = 0; i < 3; ++i) {
        changes[i].job = job.id;
        changes[i].number = i + 1;
        changes[i].fence = 1;
        changes[i].state = ItemState::kCalling;
        changes[i].beforeJson = R"({"status":"ACTIVE"})";
        if (i < 2) changes[i].operation = {"öp \"" + std::to_string(i + 1), at(7)};
    }
    EXPECT_THAT(store_->changeItems(changes, soon()).value(), ElementsAre(true, true, true));
    const domain::PendingOperation first{"öp \"1", at(7)};
    EXPECT_EQ(item(job, 1).operation, first);
    EXPECT_FALSE(item(job, 3).operation);
    for (auto& change : changes) {
        change.state = ItemState::kWaiting;
        change.notBefore = at(20);
    }
    EXPECT_THAT(store_->changeItems(changes, soon()).value(), ElementsAre(true, true, true));
    EXPECT_EQ(item(job, 1).operation, first);
    EXPECT_TRUE(item(job, 1).afterJson.empty());
    ASSERT_THAT(claim(job, {1}, "b", 30, 90), ElementsAre(2U));
    EXPECT_EQ(item(job, 1).operation, first) << "whoever claims it asks for it";
    changes[0].fence = 2;
    changes[0].state = ItemState::kEnded;
    changes[0].outcome = Outcome::kFailed;
    changes[0].afterJson = R"({"status":"SUSPENDED"})";
    ASSERT_TRUE(store_->changeItems({changes.data(), 1}, soon()).value().front());
    EXPECT_FALSE(item(job, 1).operation);
    EXPECT_EQ(item(job, 1).afterJson, changes[0].afterJson);
    const std::array<std::uint32_t, 1> again{1};
    ASSERT_EQ(store_->reopenItems(job.id, again, soon()).value(), 1U);
    EXPECT_FALSE(item(job, 1).operation);
    EXPECT_TRUE(item(job, 1).beforeJson.empty()) << "it is asked as if for the first time";
    domain::JobChange cancel;
    cancel.state = JobState::kCancelled;
    const std::array running{JobState::kRunning};
    ASSERT_TRUE(store_->changeJob(job.id, running, cancel, soon()));
    EXPECT_EQ(store_->cancelWaiting(job.id, "No.", "", at(5), soon()).value(), 3U);
    EXPECT_EQ(item(job, 1).outcome, Outcome::kCancelled);
    EXPECT_EQ(item(job, 2).outcome, Outcome::kUnknown);
    EXPECT_THAT(item(job, 2).detail, ::testing::HasSubstr("cannot be recalled"));
    EXPECT_TRUE(item(job, 2).afterJson.empty());
    EXPECT_EQ(item(job, 3).outcome, Outcome::kUnknown);
    EXPECT_THAT(item(job, 3).detail, ::testing::HasSubstr("may or may not"));
}

TEST_P(JobStoreContract, WhatAWorkerHadWhenItDiedIsCancelledOrUnknown) {
    const auto job = addJob(4);
    ASSERT_THAT(claim(job, {1, 2, 3}, "a", 0, 60), ElementsAre(1U, 1U, 1U));
    ASSERT_TRUE(change(job, 2, 1, ItemState::kCalling));
    // Given back after a call whose end nobody knows.
    ASSERT_TRUE(change(job, 3, 1, ItemState::kCalling));
    ASSERT_TRUE(change(job, 3, 1, ItemState::kWaiting));
    domain::JobChange cancel;
    cancel.state = JobState::kCancelled;
    const std::array running{JobState::kRunning};
    ASSERT_TRUE(store_->changeJob(job.id, running, cancel, soon()));
    EXPECT_EQ(store_->cancelWaiting(job.id, "No.", "", at(5), soon()).value(), 2U)
        << "not what somebody still holds";
    EXPECT_EQ(item(job, 3).outcome, Outcome::kUnknown);
    EXPECT_EQ(store_->openJobs(soon())->size(), 1U) << "it is not settled yet";
    EXPECT_EQ(store_->cancelWaiting(job.id, "No.", "b", at(5), soon()).value(), 0U);
    EXPECT_EQ(store_->cancelWaiting(job.id, "No.", "a", at(5), soon()).value(), 2U);
    EXPECT_EQ(item(job, 1).outcome, Outcome::kCancelled);
    EXPECT_EQ(item(job, 2).outcome, Outcome::kUnknown) << "it may have been called";
    EXPECT_TRUE(store_->openJobs(soon())->empty());
}

TEST_P(JobStoreContract, AStateChangesOnlyFromWhereItWasSeen) {
    const auto job = addJob(1);
    domain::JobChange pause;
    pause.state = JobState::kPaused;
    pause.stateDetail = "By hand.";
    const std::array running{JobState::kRunning};
    ASSERT_TRUE(store_->changeJob(job.id, running, pause, soon()));
    EXPECT_EQ(store_->changeJob(job.id, running, pause, soon()).error().code,
              base::ErrorCode::kConflict);
    const auto stored = store_->job(job.id, soon()).value();
    EXPECT_EQ(stored.state, JobState::kPaused);
    EXPECT_EQ(stored.stateDetail, "By hand.");
    EXPECT_EQ(stored.reason, "Grüße");
    EXPECT_EQ(store_->openJobs(soon())->size(), 1U);
    EXPECT_THAT(store_->organizationsOf(job.id, soon()).value(), ElementsAre(organization_));
    domain::JobQuery query;
    query.state = JobState::kPaused;
    EXPECT_EQ(store_->jobs(query, soon())->size(), 1U);
    query.state = JobState::kRunning;
    EXPECT_TRUE(store_->jobs(query, soon())->empty());
}

TEST_P(JobStoreContract, WhatManyActionsLeftIsWrittenTogetherAndMayBeRepeated) {
    const Branches branches = putBranches(*store_, *store_);
    const auto& north = branches.northDirectory;
    const auto& south = branches.southDirectory;
    const auto record = [](const domain::Connection& connection, const std::string& user, int n) {
        domain::OutcomeRecord out;
        out.connection = connection.id;
        out.user = fullUser(connection, user);
        out.entry = entryOf(connection.organization, n);
        return out;
    };
    domain::Connection nowhere = north;
    nowhere.id = base::ConnectionId(base::newUuid());
    std::vector<domain::OutcomeRecord> left{record(north, "1", 1), record(south, "2", 2),
                                            record(north, "3", 3), record(nowhere, "4", 4)};
    std::vector<const domain::OutcomeRecord*> all;
    for (const auto& one : left) all.push_back(&one);
    for (int times = 0; times < 2; ++times) {
        const auto written = store_->writeOutcomes(all, soon());
        ASSERT_TRUE(written) << written.error().text();
        EXPECT_THAT(store_->usersOf(north.id, soon()).value(),
                    ::testing::UnorderedElementsAre(*left[0].user, *left[2].user));
        EXPECT_THAT(store_->usersOf(south.id, soon()).value(), ElementsAre(*left[1].user));
        const auto chain = store_->verifyChain(north.organization, {}, soon()).value();
        EXPECT_TRUE(chain.faults.empty());
        EXPECT_EQ(chain.entries, 3U) << "those of the connection that is gone, too";
        EXPECT_EQ(chain.head.sequence, 3U);
    }
    // The chain goes on, one by one and together.
    ASSERT_TRUE(store_->append(entryOf(north.organization, 5), soon()));
    domain::OutcomeRecord gone;
    gone.connection = north.id;
    gone.gone = left[0].user->id;
    gone.seenAt = left[0].user->seenAt + std::chrono::seconds{1};
    gone.entry = entryOf(north.organization, 6);
    domain::OutcomeRecord older;
    older.connection = south.id;
    older.user = *left[1].user;
    older.user->seenAt -= std::chrono::seconds{1};
    older.user->firstName = "Older";
    const std::array<const domain::OutcomeRecord*, 2> more{&gone, &older};
    ASSERT_TRUE(store_->writeOutcomes(more, soon()));
    EXPECT_THAT(store_->usersOf(north.id, soon()).value(), ElementsAre(*left[2].user));
    EXPECT_EQ(store_->usersOf(south.id, soon()).value().front().firstName, left[1].user->firstName);
    const auto chain = store_->verifyChain(north.organization, {}, soon()).value();
    EXPECT_TRUE(chain.faults.empty());
    EXPECT_EQ(chain.entries, 5U);
}

TEST_P(JobStoreContract, OnlyAJobThatRunsGivesItsItemsAndAnAbandonedOneIsFound) {
    const Job job = addJob(2);
    const auto abandoned = [&](int now, int since) {
        return store_->abandonedJobs(at(now), at(since), soon()).value();
    };
    EXPECT_THAT(abandoned(2, 1), ::testing::IsEmpty()) << "it has just begun";
    EXPECT_THAT(abandoned(10, 5), ElementsAre(job.id));
    const auto fences = claim(job, {1}, "a", 10, 20);
    EXPECT_THAT(abandoned(15, 5), ::testing::IsEmpty()) << "the lease lasts";
    EXPECT_THAT(abandoned(21, 5), ElementsAre(job.id));
    ASSERT_TRUE(change(job, 1, fences[0], ItemState::kEnded, Outcome::kDone));
    EXPECT_THAT(abandoned(21, 5), ::testing::IsEmpty()) << "something ended since";
    domain::JobChange pause;
    pause.state = JobState::kPaused;
    const std::array from{JobState::kRunning};
    ASSERT_TRUE(store_->changeJob(job.id, from, pause, soon()));
    EXPECT_THAT(claim(job, {2}, "b", 30, 40), ElementsAre(0U));
    EXPECT_THAT(abandoned(30, 25), ::testing::IsEmpty());
}

TEST_P(JobStoreContract, AJobThatOnlyWaitsForADirectoryIsNotAbandonedWhileItIsAskedFor) {
    const Job job = addJob(1);
    ItemChange back;
    back.job = job.id;
    back.number = 1;
    back.fence = claim(job, {1}, "a", 10, 60).front();
    back.state = ItemState::kWaiting;
    back.beforeJson = "{}";
    back.operation = {"op1", at(10)};
    ASSERT_TRUE(store_->changeItems({&back, 1}, soon()).value().front());
    const auto abandoned = [&](int now) {
        return store_->abandonedJobs(at(now), at(5), soon()).value();
    };
    EXPECT_THAT(abandoned(50), ::testing::IsEmpty());
    EXPECT_THAT(abandoned(61), ElementsAre(job.id)) << "nobody has asked for so long";
}

}  // namespace
}  // namespace tenantry::testing
