// Jobs: what is reported is what the directories show, whatever fails on the way.
#include <gmock/gmock.h>

#include "tests/integration/jobs/job_world.h"

namespace tenantry::jobs {
namespace {

using domain::JobState;
using domain::Outcome;
using testing::JobWorld;
using testing::soon;

EngineOptions quick() {
    EngineOptions options;
    options.workers = 8;
    options.giveUpAfter = std::chrono::milliseconds{1};
    return options;
}

TEST(JobEngineTest, DoesWhatThePlanSaidInEveryOrganization) {
    JobWorld world;
    world.fill("north-tenant", 30);
    world.fill("south-tenant", 20);
    const auto asker = world.administrator("platform");
    const auto id = world.start(asker, "suspend");
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.job.state, JobState::kFinished) << job.job.stateDetail;
    EXPECT_EQ(job.sums.of(Outcome::kDone), 50U);
    EXPECT_EQ(job.sums.pending, 0U);
    for (const auto& name : {"north-tenant", "south-tenant"})
        for (int i = 1; i <= 20; ++i)
            EXPECT_EQ(world.host.directory(name).find("u" + std::to_string(i))->status, "disabled");
    for (const auto& item : world.items(id)) {
        EXPECT_FALSE(item.beforeJson.empty());
        EXPECT_FALSE(item.afterVersion.empty());
        EXPECT_FALSE(item.activity.empty());
    }
}

TEST(JobEngineTest, AnOperatorOfAnotherBranchSeesAndSteersNothingOfIt) {
    JobWorld world;
    world.fill("north-tenant", 2);
    const auto north = world.administrator("north");
    const auto south = world.administrator("south");
    const auto id = world.start(north, "suspend");
    world.finish(north, id);
    EXPECT_TRUE(world.desk->list(south, {}, soon()).value().empty());
    EXPECT_EQ(world.desk->list(north, {}, soon()).value().size(), 1U);
    const auto hidden = [](const auto& answer) {
        EXPECT_FALSE(answer);
        EXPECT_EQ(answer.error().code, base::ErrorCode::kNotFound);
    };
    hidden(world.desk->get(south, id, soon()));
    hidden(world.desk->items(south, id, {}, soon()));
    hidden(world.desk->pause(south, id, soon()));
    hidden(world.desk->resume(south, id, soon()));
    hidden(world.desk->cancel(south, id, soon()));
    hidden(world.desk->retry(south, id, soon()));
    hidden(world.desk->approve(south, id, "x", soon()));
    hidden(world.desk->settle(south, id, 1, Outcome::kDone, "", soon()));
}

TEST(JobEngineTest, WaitsForABusyDirectoryAndThenSucceeds) {
    JobWorld world;
    world.fill("north-tenant", 3);
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::milliseconds{20};
    world.host.directory("north-tenant").fail("perform", busy, 2);
    const auto asker = world.administrator("north");
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_EQ(job.sums.of(Outcome::kDone), 3U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 3);
}

TEST(JobEngineTest, ALostAnswerIsSettledByReading) {
    JobWorld world;
    world.fill("north-tenant", 4);
    auto lost = base::unavailable("The connection broke.");
    lost.outcomeUnknown = true;
    world.host.directory("north-tenant").loseAnswers(lost);
    const auto asker = world.administrator("north");
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_EQ(job.sums.of(Outcome::kDone), 4U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 4) << "each was asked once";
}

TEST(JobEngineTest, ADirectoryThatPretendsIsNotBelieved) {
    JobWorld world;
    world.fill("north-tenant", 2);
    world.host.directory("north-tenant").pretend(true);
    const auto asker = world.administrator("north");
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_EQ(job.sums.of(Outcome::kFailed), 2U);
}

TEST(JobEngineTest, ADeadDirectoryFailsInWordsAndHoldsUpNobody) {
    JobWorld world{quick()};
    world.fill("north-tenant", 12);
    world.fill("south-tenant", 12);
    world.host.directory("south-tenant").fail("get", base::unavailable("Connection refused."));
    const auto asker = world.administrator("platform");
    auto request = world.all("suspend");
    const auto plan = world.planner->make(asker, request, soon()).value().plan;
    const auto id = world.confirm(asker, plan).value().job.id;
    // The other half must be through before the dead one is given up, which takes seconds.
    const auto north = world.wait(asker, id, [&](const JobView& job) {
        return job.sums.of(Outcome::kDone) == 12 || job.job.state != JobState::kRunning;
    });
    if (north.job.state == JobState::kPaused) {
        EXPECT_THAT(north.job.stateDetail, ::testing::HasSubstr("failed"));
        ASSERT_TRUE(world.desk->resume(asker, id, soon()));
    }
    const auto job = world.wait(asker, id, [&](const JobView& one) {
        if (one.job.state == JobState::kPaused)
            static_cast<void>(world.desk->resume(asker, id, soon()));
        return one.job.state == JobState::kFinished;
    });
    EXPECT_EQ(job.sums.of(Outcome::kDone), 12U);
    EXPECT_EQ(job.sums.of(Outcome::kFailed), 12U);
    for (const auto& item : world.items(id))
        EXPECT_TRUE(item.outcome != Outcome::kFailed || !item.detail.empty());
    world.host.directory("south-tenant").heal();
    ASSERT_TRUE(world.desk->retry(asker, id, soon()));
    const auto again = world.finish(asker, id);
    EXPECT_EQ(again.sums.of(Outcome::kDone), 24U) << "retry runs what failed, and only that";
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 12);
}

TEST(JobEngineTest, StopsAfterTheFirstUserWhenThatFails) {
    JobWorld world;
    world.fill("north-tenant", 40);
    world.host.directory("north-tenant").pretend(true);
    const auto asker = world.administrator("north");
    const auto job = world.finish(asker, world.start(asker, "suspend"));
    EXPECT_EQ(job.job.state, JobState::kPaused);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 1);
    EXPECT_THAT(job.job.stateDetail, ::testing::HasSubstr("first user"));
}

TEST(JobEngineTest, APausedJobBeginsNothingAndResumes) {
    JobWorld world;
    world.fill("north-tenant", 30);
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::milliseconds{300};
    world.host.directory("north-tenant").fail("perform", busy, 1);
    const auto asker = world.administrator("north");
    const auto id = world.start(asker, "suspend");
    ASSERT_TRUE(world.desk->pause(asker, id, soon()));
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    EXPECT_LE(world.host.directory("north-tenant").performed(), 1);
    ASSERT_TRUE(world.desk->resume(asker, id, soon()));
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 30U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 30);
}

TEST(JobEngineTest, ACancelledJobTellsWhatItDidNotDo) {
    JobWorld world;
    world.fill("north-tenant", 30);
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::milliseconds{10'000};
    world.host.directory("north-tenant").fail("perform", busy);
    const auto asker = world.administrator("north");
    const auto id = world.start(asker, "suspend");
    const auto job = world.desk->cancel(asker, id, soon());
    ASSERT_TRUE(job) << job.error().text();
    EXPECT_EQ(job->job.state, JobState::kCancelled);
    EXPECT_GE(job->sums.of(Outcome::kCancelled), 29U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
}

TEST(JobEngineTest, AUserThatMovedOnSinceThePreviewFallsAway) {
    JobWorld world;
    auto& directory = world.host.directory("north-tenant");
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    directory.put({"u1", "u1", "u1@example.org", "locked"});
    directory.put({"u2", "u2", "u2@example.org", "disabled"});
    const auto id = world.confirm(asker, plan).value().job.id;
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(job.sums.of(Outcome::kAlreadySo), 1U);
    EXPECT_EQ(job.sums.of(Outcome::kSkipped), 1U);
    for (const auto& item : world.items(id))
        EXPECT_EQ(item.reasonCode, item.outcome == Outcome::kSkipped     ? "changed_since"
                                   : item.outcome == Outcome::kAlreadySo ? "already_so"
                                                                         : "");
    EXPECT_EQ(directory.find("u1")->status, "locked");
}

TEST(JobEngineTest, AnInterruptedItemIsReadBeforeItIsAskedAgain) {
    JobWorld world;
    world.fill("north-tenant", 2);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    // As a process leaves it that died behind the mark: one call came through, one did not.
    world.jobEngine->stop();
    const auto id = world.confirm(asker, plan).value().job.id;
    const std::vector<domain::JobStore::ItemKey> keys{{id, 1}, {id, 2}};
    const auto now = world.clock.now();
    const auto fences =
        world.jobStore->claim(keys, "tenantry", now, now + std::chrono::minutes{5}, soon()).value();
    std::vector<domain::ItemChange> marks(2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        marks[i].job = id;
        marks[i].number = i + 1;
        marks[i].fence = fences[i];
        marks[i].state = domain::ItemState::kCalling;
        marks[i].beforeJson = R"({"status":"ACTIVE"})";
    }
    ASSERT_TRUE(world.jobStore->changeItems(marks, soon()));
    const auto first = world.items(id).front().username;
    world.host.directory("north-tenant").put({first, first, first + "@example.org", "disabled"});
    world.begin();
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kDone), 2U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 1) << "only the one that was not";
}

TEST(JobEngineTest, AnInterruptedMailIsNotSentTwiceHoweverOftenItCannotBeRead) {
    JobWorld world;
    auto& directory = world.host.directory("north-tenant");
    directory.put({"u1", "u1", "u1@example.org", "invited"});
    world.read(world.connect("north-tenant"));
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("resend_invite"), soon()).value().plan;
    world.jobEngine->stop();
    const auto id = world.confirm(asker, plan).value().job.id;
    const std::vector<domain::JobStore::ItemKey> keys{{id, 1}};
    const auto now = world.clock.now();
    const auto fences =
        world.jobStore->claim(keys, "tenantry", now, now + std::chrono::minutes{5}, soon()).value();
    domain::ItemChange mark;
    mark.job = id;
    mark.number = 1;
    mark.fence = fences.front();
    mark.state = domain::ItemState::kCalling;
    mark.beforeJson = R"({"status":"ACTIVE"})";
    ASSERT_TRUE(world.jobStore->changeItems({&mark, 1}, soon()));
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::milliseconds{20};
    directory.fail("get", busy, 2);
    world.begin();
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kUnknown), 1U);
    EXPECT_EQ(directory.performed(), 0) << "it may have been sent before";
}

TEST(JobEngineTest, AnApprovalThatDoesNotComeInTimeCancels) {
    JobPolicy policy;
    policy.approvalAbove = 0;
    JobWorld world{{}, policy};
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    const auto id = world.start(asker, "suspend");
    world.clock.advance(base::limits::kApprovalLife + std::chrono::minutes{1});
    const auto job = world.wait(asker, id, [](const JobView& one) {
        return one.job.state != JobState::kAwaitingApproval && one.sums.pending == 0;
    });
    EXPECT_EQ(job.job.state, JobState::kCancelled);
    EXPECT_THAT(job.job.stateDetail, ::testing::HasSubstr("in time"));
    EXPECT_EQ(job.sums.of(Outcome::kCancelled), 1U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
    // The trail says so, a moment after the job.
    domain::Activity last;
    for (int i = 0; i < 1000 && last.action != "job.approval_expired"; ++i) {
        last = world.store.activities().back();
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    EXPECT_EQ(last.action, "job.approval_expired");
    EXPECT_EQ(last.targetId, id.text());
    EXPECT_EQ(last.organization, world.organizationId("north-tenant"));
    EXPECT_TRUE(last.actor.empty()) << "nobody did it";
}

TEST(JobEngineTest, AnotherNodeTakesUpWhatADeadOneRan) {
    JobWorld world;
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    EngineOptions options = quick();
    options.node = "another";
    options.adoptEvery = std::chrono::milliseconds{20};
    JobEngine other({*world.jobStore, world.runner, world.access, world.connections, world.host,
                     world.events, world.clock},
                    options);
    ASSERT_TRUE(other.start(soon()));
    world.jobEngine->stop();
    const auto id = world.confirm(asker, plan).value().job.id;
    const std::vector<domain::JobStore::ItemKey> keys{{id, 1}};
    const auto now = world.clock.now();
    ASSERT_TRUE(
        world.jobStore->claim(keys, "tenantry", now, now + std::chrono::minutes{5}, soon()));
    // Alive, as far as anybody knows: its lease lasts.
    world.clock.advance(std::chrono::minutes{3});
    std::this_thread::sleep_for(std::chrono::milliseconds{1500});
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
    world.clock.advance(std::chrono::minutes{3});
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 3U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 3);
    for (const auto& item : world.items(id)) EXPECT_EQ(item.owner, "another");
}

TEST(JobEngineTest, WhatWasPausedOnOneNodeIsNotBegunOnAnother) {
    JobWorld world;
    world.fill("north-tenant", 2);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    world.jobEngine->stop();
    const auto id = world.confirm(asker, plan).value().job.id;
    ASSERT_TRUE(world.desk->pause(asker, id, soon()));
    const std::vector<domain::JobStore::ItemKey> keys{{id, 1}, {id, 2}};
    const auto now = world.clock.now();
    const auto fences =
        world.jobStore->claim(keys, "another", now, now + std::chrono::minutes{5}, soon()).value();
    EXPECT_EQ(fences, (std::vector<std::uint64_t>{0, 0}));
}

TEST(JobEngineTest, AnActionBesideTheJobsCountsAgainstTheRateOfItsDirectory) {
    JobWorld world;
    base::CallMeter meter;
    RunnerParts parts{world.connections, world.connections, world.store,  world.store,
                      world.view,        world.view,        world.events, world.clock};
    parts.meter = &meter;
    ActionRunner runner(parts);
    const auto connection = world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    std::map<base::ConnectionId, double> told;
    meter.attach([&](const base::ConnectionId& id, double calls) { told[id] += calls; });
    ActionRequest request;
    request.user = world.user(asker, "u1").id;
    request.action = domain::Action::kSuspend;
    ASSERT_EQ(runner.run(asker, request, soon())->outcome, Outcome::kDone);
    EXPECT_EQ(told[connection], kCallsPerItem) << "a read, a call and a read-back";
    request.action = domain::Action::kUnsuspend;
    request.idempotencyKey = "of an item";
    ASSERT_EQ(runner.run(asker, request, soon())->outcome, Outcome::kDone);
    EXPECT_EQ(told[connection], kCallsPerItem) << "its lane paid";
}

TEST(JobEngineTest, WhoeverLostTheRightChangesNothingMore) {
    JobWorld world;
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto platform = world.administrator("platform");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    auto account = world.store.account(asker.account(), soon()).value();
    account.grants = {{"auditor", world.organizationId("north")}};
    ASSERT_TRUE(world.store.putAccount(account, soon()));
    const auto id = world.confirm(asker, plan).value().job.id;
    const auto job = world.finish(platform, id);
    EXPECT_EQ(job.sums.of(Outcome::kSkipped), 3U);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
}

TEST(JobEngineTest, UndoRestoresExactlyWhatChangedAndRefusesWhatWasTouched) {
    JobWorld world;
    auto& directory = world.host.directory("north-tenant");
    world.fill("north-tenant", 20);
    directory.put({"u20", "u20", "u20@example.org", "disabled"});
    const auto connection = world.connections.all().front().connection.id;
    world.read(connection);
    const auto asker = world.administrator("north");
    const auto id = world.start(asker, "suspend");
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 19U);
    directory.put({"u3", "u3", "new@example.org", "disabled", "Grace", 7});
    world.read(connection);
    const auto job = world.desk->get(asker, id, soon()).value().job;
    const auto plan = world.planner->undo(asker, job, {}, {}, soon());
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_EQ(plan->plan.counts.change, 18U);
    EXPECT_EQ(plan->plan.counts.notAllowed, 1U);
    const auto undo = world.finish(asker, world.confirm(asker, plan->plan).value().job.id);
    EXPECT_EQ(undo.sums.of(Outcome::kDone), 18U);
    EXPECT_EQ(directory.find("u1")->status, "active");
    EXPECT_EQ(directory.find("u3")->status, "disabled") << "touched in between";
    EXPECT_EQ(directory.find("u20")->status, "disabled") << "was so before";
}

TEST(JobEngineTest, AStepWhoseFirstFailedIsLeftOut) {
    JobPolicy policy;
    policy.approvalForDeleteAbove = 10;
    JobWorld world{{}, policy};
    world.fill("north-tenant", 2);
    world.host.directory("north-tenant").pretend(true);
    const auto asker = world.administrator("north");
    const auto job = world.finish(asker, world.start(asker, "offboard"));
    EXPECT_EQ(job.sums.of(Outcome::kFailed), 2U) << job.job.stateDetail;
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 2) << "nobody was deleted";
    EXPECT_TRUE(world.host.directory("north-tenant").find("u1"));
}

TEST(JobEngineTest, AboveTheThresholdAnotherOperatorMustAgree) {
    JobPolicy policy;
    policy.approvalAbove = 2;
    JobWorld world{{}, policy};
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto other = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    const auto waiting = world.confirm(asker, plan).value();
    EXPECT_EQ(waiting.job.state, JobState::kAwaitingApproval);
    const auto id = waiting.job.id;
    EXPECT_EQ(world.desk->approve(asker, id, plan.hash, soon()).error().code,
              base::ErrorCode::kForbidden)
        << "not one's own";
    EXPECT_FALSE(world.desk->approve(other, id, "another hash", soon()));
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
    const auto approved = world.desk->approve(other, id, plan.hash, soon());
    ASSERT_TRUE(approved) << approved.error().text();
    EXPECT_EQ(approved->job.approverName, other.username());
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 3U);
}

TEST(JobEngineTest, AnOverriddenApprovalWaitsForItsReview) {
    JobPolicy policy;
    policy.approvalAbove = 0;
    JobWorld world{{}, policy};
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    const auto other = world.administrator("north");
    const auto id = world.start(asker, "suspend");
    EXPECT_FALSE(world.desk->overrideApproval(asker, id, "", soon())) << "a reason is needed";
    ASSERT_TRUE(world.desk->overrideApproval(asker, id, "ransomware, now", soon()));
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 1U);
    domain::JobQuery query;
    query.awaitingReview = true;
    EXPECT_EQ(world.desk->list(other, query, soon()).value().size(), 1U);
    EXPECT_FALSE(world.desk->review(asker, id, soon())) << "not by the one who confirmed";
    ASSERT_TRUE(world.desk->review(other, id, soon()));
    EXPECT_TRUE(world.desk->list(other, query, soon()).value().empty());
}

TEST(JobEngineTest, AScheduledJobWaitsForItsTime) {
    JobWorld world;
    world.fill("north-tenant", 2);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    const auto job = world.desk->confirm(
        asker, {plan.id, plan.hash, world.clock.now() + std::chrono::hours{3}}, soon());
    ASSERT_TRUE(job) << job.error().text();
    EXPECT_EQ(job->job.state, JobState::kScheduled);
    std::this_thread::sleep_for(std::chrono::milliseconds{1300});
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
    world.clock.advance(std::chrono::hours{4});
    EXPECT_EQ(world.finish(asker, job->job.id).sums.of(Outcome::kDone), 2U);
}

}  // namespace
}  // namespace tenantry::jobs
