// Jobs of actions that directories accept and finish later: the operation outlives the process, is
// asked for within the directory's rate, and nothing is performed twice.
#include <gmock/gmock.h>

#include "tests/integration/jobs/job_world.h"

namespace tenantry::jobs {
namespace {

using domain::ItemState;
using domain::JobState;
using domain::Outcome;
using ::testing::HasSubstr;
using testing::JobWorld;
using testing::soon;

EngineOptions quick() {
    EngineOptions options;
    options.workers = 8;
    options.operationPollMin = std::chrono::milliseconds{20};
    return options;
}

struct PendingJobTest : ::testing::Test {
    JobWorld world{quick()};
    domain::Operator asker = world.administrator("north");
    testing::ScriptedDirectory& directory = world.host.directory("north-tenant");

    std::vector<domain::JobItem> waitUntilAccepted(const domain::JobId& id, std::size_t count) {
        for (int i = 0; i < 1000; ++i) {
            auto items = world.items(id);
            const auto accepted = std::count_if(items.begin(), items.end(), [](const auto& item) {
                return item.operation && item.state == ItemState::kWaiting;
            });
            if (static_cast<std::size_t>(accepted) >= count) return items;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        throw std::runtime_error("not accepted");
    }
};

TEST_F(PendingJobTest, EndsWhenTheDirectoryHasFinished) {
    world.fill("north-tenant", 12);
    directory.finishLater(3);
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_EQ(job.job.state, JobState::kFinished) << job.job.stateDetail;
    EXPECT_EQ(job.sums.of(Outcome::kDone), 12U);
    EXPECT_EQ(directory.performed(), 12);
    EXPECT_EQ(directory.polled(), 36);
}

TEST_F(PendingJobTest, WaitsForTheDirectoryInWords) {
    world.fill("north-tenant", 1);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    const auto item = waitUntilAccepted(id, 1).front();
    EXPECT_EQ(item.operation->id, "op1");
    EXPECT_THAT(item.detail, HasSubstr("finishes it later"));
    EXPECT_THAT(item.beforeJson, HasSubstr("ACTIVE"));
    EXPECT_EQ(item.attempts, 0U);
    EXPECT_EQ(world.desk->get(asker, id, soon())->sums.pending, 1U);
    EXPECT_EQ(world.desk->get(asker, id, soon())->job.state, JobState::kRunning);
}

TEST_F(PendingJobTest, ARestartAsksForWhatWasAcceptedBefore) {
    world.fill("north-tenant", 4);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 4);
    world.jobEngine->stop();
    directory.forgetOperations(/*done=*/true);  // and shows it
    world.begin();
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kDone), 4U);
    EXPECT_EQ(directory.performed(), 4);
}

TEST_F(PendingJobTest, AProcessThatDiedRightBehindTheAcceptanceLeavesTheOperation) {
    world.fill("north-tenant", 1);
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    world.jobEngine->stop();
    const auto id = world.confirm(asker, plan).value().job.id;
    directory.finishLater(2);
    domain::ActRequest act;
    act.action = "user.suspend";
    act.id = "u1";
    domain::OpenRequest open;
    open.connector = "test.scripted";
    open.configJson = R"({"directory":"north-tenant"})";
    const auto reply = world.host.open(open, soon()).value()->perform(act, soon()).value();
    const auto now = world.clock.now();
    const std::vector<domain::JobStore::ItemKey> keys{{id, 1}};
    domain::ItemChange mark;
    mark.job = id;
    mark.number = 1;
    mark.fence = world.jobStore->claim(keys, "tenantry", now, now + std::chrono::minutes{5}, soon())
                     .value()
                     .front();
    mark.state = ItemState::kCalling;
    mark.beforeJson = R"({"status":"ACTIVE"})";
    mark.operation = {reply.operation, now};
    ASSERT_TRUE(world.jobStore->changeItems({&mark, 1}, soon()));
    world.begin();
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(directory.performed(), 1) << "before it died";
    EXPECT_EQ(directory.polled(), 2);
    EXPECT_EQ(world.items(id).front().beforeJson, mark.beforeJson);
}

TEST_F(PendingJobTest, WhatFailsLaterFailsAndARetryAsksAnew) {
    world.fill("north-tenant", 1);
    directory.finishLater(1);
    directory.failLater(base::conflict("The mailbox is on hold."));
    const auto id = world.start(asker, "suspend");
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kFailed), 1U);
    EXPECT_EQ(world.items(id).front().detail, "The mailbox is on hold.");
    directory.finishLater(-1);
    ASSERT_TRUE(world.desk->retry(asker, id, soon()));
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(directory.performed(), 2);
}

TEST_F(PendingJobTest, WhatNeverFinishesIsUnknownAfterItsTime) {
    world.fill("north-tenant", 1);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 1);
    world.clock.advance(base::limits::kOperationLife);
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kUnknown), 1U);
    EXPECT_THAT(world.items(id).front().detail, HasSubstr("has not finished it yet"));
    EXPECT_EQ(directory.performed(), 1);
    ASSERT_TRUE(world.desk->settle(asker, id, 1, Outcome::kDone, "I looked.", soon()));
}

TEST_F(PendingJobTest, PollsThatAreThrottledWaitAsTheDirectoryAsks) {
    world.fill("north-tenant", 2);
    directory.finishLater(1);
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::milliseconds{300};
    directory.fail("poll", busy, 1);
    const auto began = std::chrono::steady_clock::now();
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds{300});
    EXPECT_EQ(job.sums.of(Outcome::kDone), 2U);
    EXPECT_EQ(directory.performed(), 2);
}

TEST_F(PendingJobTest, ACancelledJobSaysThatItCannotBeRecalled) {
    world.fill("north-tenant", 3);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 3);
    ASSERT_TRUE(world.desk->cancel(asker, id, soon()));
    const auto job =
        world.wait(asker, id, [](const JobView& one) { return one.sums.pending == 0; });
    EXPECT_EQ(job.job.state, JobState::kCancelled);
    EXPECT_EQ(job.sums.of(Outcome::kUnknown), 3U);
    for (const auto& item : world.items(id)) {
        EXPECT_THAT(item.detail, HasSubstr("cannot be recalled"));
        EXPECT_TRUE(item.afterJson.empty());
    }
    const int polled = directory.polled();
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    EXPECT_EQ(directory.polled(), polled) << "nobody asks any more";
}

TEST_F(PendingJobTest, APausedJobAsksForNothingAndGoesOnAsking) {
    world.fill("north-tenant", 2);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 2);
    ASSERT_TRUE(world.desk->pause(asker, id, soon()));
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    const int polled = directory.polled();
    std::this_thread::sleep_for(std::chrono::milliseconds{150});
    EXPECT_EQ(directory.polled(), polled);
    directory.forgetOperations(/*done=*/true);
    ASSERT_TRUE(world.desk->resume(asker, id, soon()));
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 2U);
    EXPECT_EQ(directory.performed(), 2);
}

TEST_F(PendingJobTest, WhoeverLostTheRightMeanwhileIsStillToldHowItEnded) {
    world.fill("north-tenant", 1);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 1);
    auto account = world.store.account(asker.account(), soon()).value();
    account.grants = {{"auditor", world.organizationId("north")}};
    ASSERT_TRUE(world.store.putAccount(account, soon()));
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // until that is known
    directory.forgetOperations(/*done=*/true);
    const auto job = world.finish(world.administrator("platform"), id);
    EXPECT_EQ(job.sums.of(Outcome::kDone), 1U) << world.items(id).front().detail;
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(PendingJobTest, WhoeverIsGoneMeanwhileLeavesItUnknown) {
    world.fill("north-tenant", 1);
    directory.finishLater(0);
    const auto id = world.start(asker, "suspend");
    waitUntilAccepted(id, 1);
    auto account = world.store.account(asker.account(), soon()).value();
    account.status = domain::UserStatus::kSuspended;
    ASSERT_TRUE(world.store.putAccount(account, soon()));
    const auto job = world.finish(world.administrator("platform"), id);
    EXPECT_EQ(job.sums.of(Outcome::kUnknown), 1U);
    const auto detail = world.items(id).front().detail;
    EXPECT_THAT(detail, HasSubstr("had accepted it"));
    EXPECT_THAT(detail, ::testing::Not(HasSubstr("Nothing was changed")));
}

TEST_F(PendingJobTest, TheNextStepOfAnOffboardingWaits) {
    world.fill("north-tenant", 1);
    directory.finishLater(2);
    const auto job = world.finish(asker, world.start(asker, "offboard"));
    EXPECT_EQ(job.sums.of(Outcome::kFailed) + job.sums.of(Outcome::kUnknown), 0U)
        << job.job.stateDetail;
    EXPECT_FALSE(directory.find("u1")) << "suspended, and then deleted";
}

TEST_F(PendingJobTest, WhatFailedForGoodMayBeAskedAgainEvenWhereTwiceWouldBeWrong) {
    world.fill("north-tenant", 1);
    directory.fail("perform", base::conflict("Not today."), 1);
    const auto id = world.start(asker, "x.test.wipe");
    const auto job = world.finish(asker, id);
    ASSERT_EQ(job.sums.of(Outcome::kFailed), 1U);
    ASSERT_TRUE(world.desk->retry(asker, id, soon()));
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(directory.find("u1")->wiped, 1);
}

}  // namespace
}  // namespace tenantry::jobs
