// The sync engine against directories that lie, truncate, throttle and fall silent. The promise
// under test: a reading never deletes by mistake, and what cannot be read is said so while the list
// still answers.
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "kernel/sync/reading.h"
#include "tests/fakes/world.h"

namespace tenantry::sync {
namespace {

using domain::ConnectionState;
using testing::soon;
using testing::World;

struct SyncTest : ::testing::Test {
    World world;
    domain::Operator north = world.administrator("north");
    domain::Operator south = world.administrator("south");
    testing::ScriptedDirectory& directory = world.host.directory("north-tenant");

    domain::ConnectionHealth health(const base::ConnectionId& id) {
        return world.connections.find(id)->health;
    }
};

TEST_F(SyncTest, ShowsEveryUserOnceAcrossSegments) {
    directory.fill(350);
    const auto run = world.read(world.connect("north-tenant"));
    EXPECT_EQ(run.state, RunState::kSucceeded) << run.error;
    EXPECT_EQ(run.read, 350U);
    EXPECT_EQ(run.added, 350U);
    EXPECT_EQ(world.list(north).total, 350U);
}

TEST_F(SyncTest, AnOperatorOfAnotherBranchSeesNothing) {
    directory.fill(20);
    world.read(world.connect("north-tenant"));
    EXPECT_EQ(world.list(south).total, 0U);
    EXPECT_EQ(world.list(south).completeness.organizations, 0U);
}

TEST_F(SyncTest, ASecondReadingOfTheSameChangesNothing) {
    directory.fill(50);
    const auto id = world.connect("north-tenant");
    world.read(id);
    const auto again = world.read(id);
    EXPECT_EQ(again.read, 50U);
    EXPECT_EQ(again.added + again.changed + again.removed, 0U);
}

TEST_F(SyncTest, FollowsChangesAndFewDeletions) {
    directory.fill(50);
    const auto id = world.connect("north-tenant");
    world.read(id);
    directory.put({"u7", "u7", "u7@users.example", "locked", "Ada", 2});
    directory.remove("u9");
    const auto run = world.read(id);
    EXPECT_EQ(run.changed, 1U);
    EXPECT_EQ(run.removed, 1U);
    EXPECT_EQ(world.user(north, "u7").status, domain::UserStatus::kLockedOut);
    EXPECT_EQ(world.list(north).total, 49U);
    EXPECT_EQ(world.store.tombstonesOf(id).size(), 1U);
}

TEST_F(SyncTest, AShortAnswerDeletesNobodyAndWaitsForAPerson) {
    directory.fill(50);
    const auto id = world.connect("north-tenant");
    world.read(id);
    directory.truncateAt(10);
    const auto run = world.read(id);
    EXPECT_EQ(run.state, RunState::kHeld);
    EXPECT_EQ(run.held, 40U);
    EXPECT_EQ(world.list(north).total, 50U);
    EXPECT_EQ(health(id).heldDeletions, 40U);
    EXPECT_EQ(health(id).state, ConnectionState::kStale);
    directory.heal();
    EXPECT_EQ(world.read(id).state, RunState::kSucceeded);
    EXPECT_EQ(health(id).heldDeletions, 0U);
    EXPECT_EQ(health(id).state, ConnectionState::kCurrent);
}

TEST_F(SyncTest, AnEmptyAnswerIsNeverBelieved) {
    directory.fill(2);
    const auto id = world.connect("north-tenant");
    world.read(id);
    directory.truncateAt(0);
    EXPECT_EQ(world.read(id).state, RunState::kHeld);
    EXPECT_EQ(world.list(north).total, 2U);
}

TEST_F(SyncTest, AcceptingRemovesExactlyTheHeldAndRejectingKeepsThem) {
    directory.fill(50);
    const auto id = world.connect("north-tenant");
    world.read(id);
    directory.truncateAt(10);
    world.clock.advance(std::chrono::minutes{1});
    world.read(id);
    ASSERT_TRUE(world.engine.decide(id, HeldDecision::kReject, soon()));
    EXPECT_EQ(world.list(north).total, 50U);
    EXPECT_FALSE(world.engine.decide(id, HeldDecision::kAccept, soon()))
        << "nothing is held any more";
    world.clock.advance(std::chrono::minutes{1});
    world.read(id);
    const auto accepted = world.engine.decide(id, HeldDecision::kAccept, soon());
    ASSERT_TRUE(accepted) << accepted.error().text();
    EXPECT_EQ(world.list(north).total, 10U);
    EXPECT_EQ(health(id).state, ConnectionState::kCurrent);
}

TEST_F(SyncTest, AFailedReadingKeepsTheListAndSaysSinceWhen) {
    directory.fill(30);
    const auto id = world.connect("north-tenant");
    world.read(id);
    world.clock.advance(std::chrono::minutes{1});
    const auto since = world.clock.now();
    directory.fail("list", base::unavailable("The server does not answer."));
    EXPECT_EQ(world.read(id).state, RunState::kFailed);
    world.clock.advance(std::chrono::minutes{1});
    world.read(id);
    EXPECT_EQ(health(id).state, ConnectionState::kUnreachable);
    EXPECT_EQ(health(id).since, since) << "since the first failure";
    EXPECT_EQ(health(id).error, "The server does not answer.");
    const auto page = world.list(north);
    EXPECT_EQ(page.total, 30U);
    EXPECT_EQ(page.completeness.unreachable, 1U);
    directory.heal();
    world.read(id);
    EXPECT_EQ(health(id).state, ConnectionState::kCurrent);
    EXPECT_EQ(world.list(north).completeness.current, 1U);
}

TEST_F(SyncTest, AFailureInTheMiddleTombstonesNobody) {
    directory.fill(250);
    const auto id = world.connect("north-tenant");
    world.read(id);
    directory.remove("u1");
    int calls = 0;
    directory.duringList([&] {
        if (++calls == 2) directory.fail("list", base::unavailable("The connection was cut."));
    });
    EXPECT_EQ(world.read(id).state, RunState::kFailed);
    EXPECT_EQ(world.list(north).total, 250U);
}

TEST_F(SyncTest, ADirectoryThatRepeatsAPageForEverIsNotReadForEver) {
    directory.fill(150);
    directory.repeatFirstPage(true);
    const auto run = world.read(world.connect("north-tenant"));
    EXPECT_EQ(run.state, RunState::kFailed);
    EXPECT_NE(run.error.find("again and again"), std::string::npos);
}

TEST_F(SyncTest, AWrongPasswordStopsTheScheduleUntilSomebodyActs) {
    auto wrong = base::unavailable("The password is wrong.");
    wrong.needsPerson = true;
    directory.fail("open", wrong);
    const auto id = world.connect("north-tenant");
    world.read(id);
    EXPECT_FALSE(world.engine.nextAt(id));
    directory.heal();
    EXPECT_EQ(world.read(id).state, RunState::kSucceeded) << "asking by hand reads all the same";
    EXPECT_TRUE(world.engine.nextAt(id));
}

TEST_F(SyncTest, AnActionDuringAReadingIsNotOverwritten) {
    directory.fill(10);
    const auto id = world.connect("north-tenant");
    world.read(id);
    // The page is read; then, before it is written, the user is suspended.
    directory.duringList([&] {
        directory.duringList(nullptr);
        world.clock.advance(std::chrono::seconds{1});
        const auto result = world.act(north, "u3", domain::Action::kSuspend);
        EXPECT_EQ(result.outcome, domain::Outcome::kDone) << result.detail;
    });
    directory.put({"u3", "u3", "u3@users.example", "active", "Grace", 5});
    world.read(id);
    EXPECT_EQ(world.user(north, "u3").status, domain::UserStatus::kSuspended);
    EXPECT_EQ(directory.find("u3")->status, "disabled");
}

TEST_F(SyncTest, AStoreThatFailsAtAnyCallLeavesATruthAndASecondReadingConverges) {
    directory.fill(120);
    const auto id = world.connect("north-tenant");
    for (int n = 1; n < 12; ++n) {
        world.store.failCall(n, base::unavailable("The database is down."));
        const auto failing = world.read(id);
        const auto total = world.list(north).total;
        EXPECT_LE(total, 120U);
        world.store.heal();
        EXPECT_EQ(world.read(id).state, RunState::kSucceeded)
            << "after call " << n << " failed: " << failing.error;
        EXPECT_EQ(world.list(north).total, 120U);
    }
}

struct GuardCase {
    std::uint64_t missing, before;
    bool holds;
};
class GuardTest : public ::testing::TestWithParam<GuardCase> {};
TEST_P(GuardTest, HoldsMassDeletions) {
    EXPECT_EQ(guardHolds(GetParam().missing, GetParam().before), GetParam().holds);
}
INSTANTIATE_TEST_SUITE_P(Shares, GuardTest,
                         ::testing::Values(GuardCase{0, 0, false}, GuardCase{0, 10, false},
                                           GuardCase{1, 1, true}, GuardCase{2, 4, false},
                                           GuardCase{20, 100, false}, GuardCase{21, 100, true},
                                           GuardCase{500, 10000, false},
                                           GuardCase{501, 10000, true}, GuardCase{3, 3, true}));

}  // namespace
}  // namespace tenantry::sync
