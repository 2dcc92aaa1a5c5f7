// Actions that a directory accepts and finishes later: asked for until they have ended, ended as
// the directory shows, and never performed a second time.
#include <gmock/gmock.h>

#include "tests/fakes/world.h"

namespace tenantry::jobs {
namespace {

using domain::Action;
using domain::Outcome;
using domain::PendingOperation;
using ::testing::HasSubstr;
using testing::soon;
using testing::World;

struct PendingTest : ::testing::Test {
    World world;
    domain::Operator north = world.administrator("north");
    domain::Operator south = world.administrator("south");
    testing::ScriptedDirectory& directory = world.host.directory("north-tenant");
    base::ConnectionId connection;
    std::optional<PendingOperation> kept;  ///< what the caller of run() was told to keep
    std::string keptImage;

    PendingTest() {
        directory.fill(3);
        connection = world.connect("north-tenant");
        world.read(connection);
    }
    /// As a job asks.
    ActionRequest ofItem(Action action, const std::string& vendor = {}) {
        ActionRequest request;
        request.user = world.user(north, "u1").id;
        request.action = action;
        request.vendor = vendor;
        request.confirmed = true;
        request.idempotencyKey = "of-an-item";
        request.willRetry = true;
        request.accepted = [this](const std::string& before, const PendingOperation& operation) {
            kept = operation;
            keptImage = before;
            return base::ok();
        };
        return request;
    }
    /// The same item, claimed again: maybe by another process.
    ActionRequest again(ActionRequest request) {
        request.operation = kept;
        request.interrupted = keptImage;
        return request;
    }
    ActionResult run(const ActionRequest& request) {
        return world.runner.run(north, request, soon()).value();
    }
    std::size_t entries() { return world.store.activities().size(); }
};

TEST_F(PendingTest, WhoActsOnOneUserWaitsAMomentAndSeesTheEnd) {
    directory.finishLater(2);
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.detail;
    EXPECT_FALSE(result.pending);
    EXPECT_EQ(directory.find("u1")->status, "disabled");
    EXPECT_EQ(directory.performed(), 1);
    EXPECT_EQ(directory.polled(), 2);
}

TEST_F(PendingTest, WhatTakesLongerThanOneWaitsForIsSaidToBeFinishedLater) {
    directory.finishLater(0);
    ActionRequest request;
    request.user = world.user(north, "u1").id;
    request.action = Action::kSuspend;
    const auto began = std::chrono::steady_clock::now();
    const auto result =
        world.runner.run(north, request, base::Deadline::after(std::chrono::seconds{1})).value();
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{3});
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_TRUE(result.pending);
    EXPECT_THAT(result.detail, HasSubstr("finishes it later"));
    EXPECT_EQ(directory.performed(), 1);
    EXPECT_GE(directory.polled(), 1);
    EXPECT_EQ(world.store.activities().back().outcome, "unknown");
}

TEST_F(PendingTest, ATemporaryPasswordThatComesLaterIsShown) {
    directory.finishLater(1);
    const auto result = world.act(north, "u1", Action::kResetPassword);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.detail;
    ASSERT_TRUE(result.secret);
    EXPECT_EQ(result.secret->reveal(), "temporary-1234");
}

TEST_F(PendingTest, WhatFailsLaterFailsInTheDirectorysWords) {
    directory.finishLater(1);
    directory.failLater(base::conflict("The mailbox is on hold."));
    const auto result = world.act(north, "u1", Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_EQ(result.detail, "The mailbox is on hold.");
    EXPECT_FALSE(result.mayPass);
    EXPECT_EQ(directory.find("u1")->status, "active");
}

TEST_F(PendingTest, AnItemKeepsTheOperationBeforeAnythingElseAndLeavesNoEntry) {
    directory.finishLater(2);
    const auto before = entries();
    const auto result = run(ofItem(Action::kSuspend));
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->acceptedAt, world.clock.now());
    EXPECT_THAT(keptImage, HasSubstr("ACTIVE"));
    EXPECT_TRUE(result.pending);
    EXPECT_EQ(result.operation, kept);
    EXPECT_EQ(entries(), before);
    EXPECT_EQ(directory.polled(), 0) << "it is asked for when its turn comes";
}

TEST_F(PendingTest, AnItemIsAskedForUntilItHasEndedAndPerformedOnce) {
    directory.finishLater(2);
    run(ofItem(Action::kSuspend));
    const auto next = again(ofItem(Action::kSuspend));
    const auto still = run(next);
    EXPECT_TRUE(still.pending);
    EXPECT_EQ(still.operation, kept);
    EXPECT_EQ(still.beforeJson, keptImage);
    const auto done = run(next);
    EXPECT_EQ(done.outcome, Outcome::kDone) << done.detail;
    EXPECT_FALSE(done.operation);
    EXPECT_THAT(done.beforeJson, HasSubstr("ACTIVE")) << "of before the call, for the undo";
    EXPECT_THAT(done.afterJson, HasSubstr("SUSPENDED"));
    EXPECT_EQ(world.store.activities().back().outcome, "done");
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(PendingTest, ItIsAskedForWhateverTheUserHasBecome) {
    directory.finishLater(1);
    run(ofItem(Action::kSuspend));
    directory.put({"u1", "u1", "u1@users.example", "locked", "Ada", 9});
    const auto done = run(again(ofItem(Action::kSuspend)));
    EXPECT_EQ(done.outcome, Outcome::kDone) << done.detail;
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(PendingTest, AnOperatorOfAnotherBranchAsksForNothing) {
    directory.finishLater(1);
    run(ofItem(Action::kSuspend));
    const auto result = world.runner.run(south, again(ofItem(Action::kSuspend)), soon());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::ErrorCode::kNotFound);
    EXPECT_EQ(directory.polled(), 0);
}

TEST_F(PendingTest, ADirectoryThatCannotBeAskedForAMomentIsAskedAgain) {
    directory.finishLater(1);
    run(ofItem(Action::kSuspend));
    const auto next = again(ofItem(Action::kSuspend));
    auto busy = base::tooMany("Slow down.");
    busy.retryAfter = std::chrono::seconds{7};
    auto refused = base::forbidden("The token has expired.");
    refused.needsPerson = true;
    for (const auto& error : {busy, base::unavailable("No route."), refused,
                              base::internal("The connector failed (status 52).")}) {
        directory.fail("poll", error, 1);
        const auto result = run(next);
        EXPECT_TRUE(result.pending) << error.message;
        EXPECT_EQ(result.operation, kept);
        EXPECT_EQ(result.cause, error.code);
        EXPECT_EQ(result.retryAfter, error.retryAfter);
        EXPECT_THAT(result.detail, HasSubstr(error.message));
    }
    EXPECT_EQ(run(next).outcome, Outcome::kDone);
}

TEST_F(PendingTest, ThePauseThatTheDirectoryAsksForIsTold) {
    directory.finishLater(0);
    directory.askForPause(std::chrono::seconds{30});
    run(ofItem(Action::kSuspend));
    EXPECT_EQ(run(again(ofItem(Action::kSuspend))).retryAfter, std::chrono::seconds{30});
}

TEST_F(PendingTest, AnEndThatCannotBeReadBackIsAskedForAgain) {
    directory.finishLater(1);
    run(ofItem(Action::kSuspend));
    const auto next = again(ofItem(Action::kSuspend));
    auto away = base::unavailable("No route.");
    away.retryAfter = std::chrono::seconds{60};  // longer than one reading is waited for
    directory.fail("get", away, 1);
    const auto result = run(next);
    EXPECT_TRUE(result.pending) << result.detail;
    EXPECT_EQ(run(next).outcome, Outcome::kDone);
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(PendingTest, AnOperationThatIsNotKnownAnyMoreEndsAsTheUserShows) {
    directory.finishLater(0);
    run(ofItem(Action::kSuspend));
    directory.forgetOperations(/*done=*/true);
    EXPECT_EQ(run(again(ofItem(Action::kSuspend))).outcome, Outcome::kDone);
}

TEST_F(PendingTest, AnOperationThatIsNotKnownAnyMoreAndShowsNowhereIsUnknownAndNotRepeated) {
    directory.finishLater(0);
    run(ofItem(Action::kSuspend));
    directory.forgetOperations(/*done=*/false);
    const auto result = run(again(ofItem(Action::kSuspend)));
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_THAT(result.detail, HasSubstr("does not know the operation any more"));
    EXPECT_FALSE(result.repeatable) << "suspending may be repeated, what was accepted may not";
    EXPECT_FALSE(result.pending);
    EXPECT_EQ(world.store.activities().back().outcome, "unknown");
}

TEST_F(PendingTest, WhatNeverFinishesIsUnknownAtItsLastTime) {
    directory.finishLater(0);
    run(ofItem(Action::kSuspend));
    auto last = again(ofItem(Action::kSuspend));
    last.lastPoll = true;
    const auto result = run(last);
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_FALSE(result.pending);
    EXPECT_FALSE(result.repeatable);
    EXPECT_THAT(result.detail, HasSubstr("has not finished it yet"));
    EXPECT_THAT(result.detail, HasSubstr("settle this item"));
    directory.fail("poll", base::unavailable("No route."));
    EXPECT_THAT(run(last).detail, HasSubstr("No route."));
}

TEST_F(PendingTest, AConnectorThatNamesNoOperationIsFoundOut) {
    directory.finishLater(1);
    directory.nameNoOperation();
    const auto result = run(ofItem(Action::kSuspend));
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_FALSE(kept);
    EXPECT_FALSE(result.repeatable);
    EXPECT_THAT(result.detail, HasSubstr("a fault of the connector"));
    EXPECT_THAT(result.detail, HasSubstr("Scripted directory"));
}

TEST_F(PendingTest, AConnectorThatCannotBeAskedIsFoundOut) {
    directory.finishLater(1);
    directory.fail("poll", base::unsupported("The connector has no pending operations."));
    run(ofItem(Action::kVendor, "x.test.wipe"));
    ASSERT_TRUE(kept);
    const auto result = run(again(ofItem(Action::kVendor, "x.test.wipe")));
    EXPECT_EQ(result.outcome, Outcome::kUnknown);
    EXPECT_THAT(result.detail, HasSubstr("a fault of the connector"));
    EXPECT_EQ(directory.performed(), 1);
}

TEST_F(PendingTest, ADirectoryThatOnlyPretendsLaterIsFoundOut) {
    directory.finishLater(1);
    directory.pretend(true);
    run(ofItem(Action::kSuspend));
    const auto result = run(again(ofItem(Action::kSuspend)));
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.detail, HasSubstr("still shows"));
}

TEST_F(PendingTest, ADeletionThatAReadingSawFirstIsDone) {
    directory.finishLater(0);
    const auto request = ofItem(Action::kDelete);
    run(request);
    auto next = again(request);
    next.deleted = world.user(north, "u1");
    directory.forgetOperations(/*done=*/true);
    world.read(connection);
    ASSERT_EQ(world.list(north).total, 2U);
    const auto result = run(next);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.detail;
    EXPECT_EQ(result.detail, "u1 is deleted.");
    EXPECT_FALSE(world.runner.run(south, next, soon())) << "another branch";
}

}  // namespace
}  // namespace tenantry::jobs
