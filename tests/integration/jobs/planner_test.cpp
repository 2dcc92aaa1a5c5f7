// Plans: what would become of each user, and why not; a seal that nobody can bend.
#include <gmock/gmock.h>

#include "tests/integration/jobs/job_world.h"

namespace tenantry::jobs {
namespace {

using domain::Verdict;
using testing::JobWorld;
using testing::soon;

std::vector<domain::PlanItem> rowsOf(JobWorld& world, const domain::Operator& asker,
                                     const domain::Plan& plan) {
    return world.planner->items(asker, plan.id, {}, soon()).value().items;
}

TEST(PlannerTest, SaysWhatWouldBecomeOfEachAndWhyNot) {
    JobWorld world;
    auto& directory = world.host.directory("north-tenant");
    directory.put({"1", "ada", "ada@x.example", "active"});
    directory.put({"2", "bob", "bob@x.example", "disabled"});
    directory.put({"3", "cyd", "cyd@x.example", "locked"});
    world.read(world.connect("north-tenant"));
    const auto asker = world.administrator("north");
    const auto made = world.planner->make(asker, world.all("unlock"), soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->plan.counts.change, 1U);
    EXPECT_EQ(made->plan.counts.alreadySo + made->plan.counts.notAllowed, 2U);
    for (const auto& row : rowsOf(world, asker, made->plan)) {
        if (row.username == "cyd") {
            EXPECT_EQ(row.verdict, Verdict::kChange);
            EXPECT_EQ(row.before, domain::UserStatus::kLockedOut);
            EXPECT_EQ(row.after, domain::UserStatus::kActive);
        } else {
            EXPECT_NE(row.verdict, Verdict::kChange);
            EXPECT_FALSE(row.reason.detail.empty()) << row.username;
        }
    }
    ASSERT_EQ(made->organizations.size(), 1U);
    EXPECT_TRUE(made->irreversible) << "unlock cannot be taken back";
}

TEST(PlannerTest, AnOperatorOfAnotherBranchSeesNothingOfIt) {
    JobWorld world;
    world.fill("north-tenant", 3);
    const auto north = world.administrator("north");
    const auto south = world.administrator("south");
    const auto plan = world.planner->make(north, world.all("suspend"), soon()).value().plan;
    EXPECT_EQ(world.planner->get(south, plan.id, soon()).error().code, base::ErrorCode::kNotFound);
    EXPECT_EQ(world.planner->items(south, plan.id, {}, soon()).error().code,
              base::ErrorCode::kNotFound);
    EXPECT_EQ(world.planner->drop(south, plan.id, {1}, soon()).error().code,
              base::ErrorCode::kNotFound);
    EXPECT_EQ(world.confirm(south, plan).error().code, base::ErrorCode::kNotFound);
    PlanRequest others;
    others.verb = "suspend";
    others.selection.ids = {world.user(north, "u1").id};
    const auto refused = world.planner->make(south, others, soon());
    EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().pointer, "/selection/ids");
    EXPECT_FALSE(world.planner->make(south, world.all("suspend"), soon()));
}

TEST(PlannerTest, AConnectorsOwnActionIsPlannedRunAndTakenBack) {
    JobWorld world;
    auto& directory = world.host.directory("north-tenant");
    world.fill("north-tenant", 3);
    directory.put({"u3", "u3", "u3@users.example", "locked", "Ada", 2});
    const auto asker = world.administrator("north");
    world.read(world.connections.list(asker).front().connection.id);
    auto request = world.all("x.test.tag");
    EXPECT_EQ(world.planner->make(asker, request, soon()).error().pointer, "/parameters/tag");
    request.parametersJson = R"({"tag":"vip"})";
    const auto made = world.planner->make(asker, request, soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->verb.words, "Tag");
    EXPECT_FALSE(made->irreversible);
    EXPECT_EQ(made->plan.counts.change, 2U);
    EXPECT_EQ(made->plan.counts.notAllowed, 1U) << "not while locked out";
    const auto id = world.confirm(asker, made->plan).value().job.id;
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(domain::Outcome::kDone), 2U);
    EXPECT_EQ(job.verb.words, "Tag");
    EXPECT_EQ(directory.find("u1")->tag, "vip");
    for (const auto& item : world.items(id)) {
        EXPECT_EQ(item.action, domain::Action::kVendor);
        EXPECT_EQ(item.vendor, "x.test.tag");
    }
    const auto back = world.planner->undo(asker, job.job, std::nullopt, std::nullopt, soon());
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->plan.verb, "x.test.untag");
    const auto undone = world.finish(asker, world.confirm(asker, back->plan).value().job.id);
    EXPECT_EQ(undone.sums.of(domain::Outcome::kDone), 2U);
    EXPECT_EQ(directory.find("u1")->tag, "");
    EXPECT_FALSE(world.planner->make(asker, world.all("x.other.thing"), soon()))
        << "no connector declares it";
    EXPECT_TRUE(world.planner->make(asker, world.all("x.test.wipe"), soon())->irreversible);
}

TEST(PlannerTest, ADroppedRowFallsOutAndMovesTheSeal) {
    JobWorld world;
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto made = world.planner->make(asker, world.all("suspend"), soon()).value();
    const auto less = world.planner->drop(asker, made.plan.id, {2}, soon()).value();
    EXPECT_EQ(less.plan.counts.change, 2U);
    EXPECT_EQ(less.plan.counts.dropped, 1U);
    EXPECT_NE(less.plan.hash, made.plan.hash);
    EXPECT_EQ(world.confirm(asker, made.plan).error().code, base::ErrorCode::kConflict)
        << "the hash of what was seen before no longer runs";
    const auto job = world.confirm(asker, less.plan);
    ASSERT_TRUE(job) << job.error().text();
    EXPECT_EQ(job->job.total, 2U);
    EXPECT_EQ(world.confirm(asker, less.plan).error().code, base::ErrorCode::kConflict)
        << "once only";
    EXPECT_FALSE(world.planner->drop(asker, made.plan.id, {1}, soon()));
}

TEST(PlannerTest, ATamperedPlanDoesNotRun) {
    JobWorld world;
    world.fill("north-tenant", 3);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    // Somebody with the database in hand drops a row, and leaves the seal.
    const std::array<std::uint32_t, 1> row{2};
    ASSERT_TRUE(world.jobStore->dropPlanItems(plan, plan.hash, row, soon()));
    const auto refused = world.confirm(asker, plan);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict);
    EXPECT_EQ(world.host.directory("north-tenant").performed(), 0);
}

TEST(PlannerTest, AnExpiredPlanDoesNotRun) {
    JobWorld world;
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    const auto plan = world.planner->make(asker, world.all("suspend"), soon()).value().plan;
    world.clock.advance(std::chrono::hours{2});
    EXPECT_FALSE(world.confirm(asker, plan));
    EXPECT_EQ(world.planner->get(asker, plan.id, soon()).error().code, base::ErrorCode::kNotFound);
}

TEST(PlannerTest, TheHelpDeskMayUnlockOneByOneButNotRunBulk) {
    JobWorld world;
    world.fill("north-tenant", 2);
    const auto desk = world.operatorWith("help_desk", "north");
    const auto made = world.planner->make(desk, world.all("unlock"), soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->plan.counts.notAllowed, 2U);
    EXPECT_FALSE(world.confirm(desk, made->plan)) << "nothing would change";
}

TEST(PlannerTest, APasswordThatNobodyWouldSeeIsNotReset) {
    JobWorld world;
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    const auto made = world.planner->make(asker, world.all("reset_password"), soon()).value();
    const auto rows = rowsOf(world, asker, made.plan);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].verdict, Verdict::kNotAllowed);
    EXPECT_EQ(rows[0].reason.code, "secret_unseen");
}

TEST(PlannerTest, ACompositeLeavesOutWhatTheConnectorCannot) {
    JobWorld world;
    world.host.directory("north-tenant").setUnsupported("user.delete", "Nobody is deleted here.");
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    const auto made = world.planner->make(asker, world.all("offboard"), soon()).value();
    const auto rows = rowsOf(world, asker, made.plan);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].verdict, Verdict::kChange);
    EXPECT_EQ(rows[0].after, domain::UserStatus::kSuspended);
    EXPECT_FALSE(rows[0].note.empty());
}

TEST(PlannerTest, AWrongSelectionOrParameterIsNamed) {
    JobWorld world;
    world.fill("north-tenant", 1);
    const auto asker = world.administrator("north");
    EXPECT_EQ(world.planner->make(asker, world.all("explode"), soon()).error().pointer, "/action");
    PlanRequest nobody;
    nobody.verb = "suspend";
    EXPECT_EQ(world.planner->make(asker, nobody, soon()).error().pointer, "/selection/ids");
    auto edit = world.all("edit");
    EXPECT_EQ(world.planner->make(asker, edit, soon()).error().pointer, "/parameters/attributes");
}

}  // namespace
}  // namespace tenantry::jobs
