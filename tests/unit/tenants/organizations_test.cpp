// Organizations are created and changed by those who may, below what they may; others are told that
// it is not there.
#include <gtest/gtest.h>

#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using testing::soon;
using testing::World;

TEST(OrganizationsTest, CreatesBelowAParentAndMakesTheSlug) {
    World world;
    const auto asker = world.administrator("north");
    const auto made = world.organizations.create(
        asker, {"north", domain::OrganizationKind::kTenant, "Bäckerei Lindqvist", "", {}}, soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->slug, "b-ckerei-lindqvist");
    EXPECT_TRUE(world.organizations.tree()->findSlug("b-ckerei-lindqvist"));
    const auto again = world.organizations.create(
        asker, {"north", domain::OrganizationKind::kTenant, "Bäckerei Lindqvist", "", {}}, soon());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->slug, "b-ckerei-lindqvist-2");
}

TEST(OrganizationsTest, AnOperatorOfAnotherBranchSeesNothingThere) {
    World world;
    const auto asker = world.administrator("south");
    const auto made = world.organizations.create(
        asker, {"north", domain::OrganizationKind::kTenant, "X", "", {}}, soon());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, base::ErrorCode::kNotFound);
    OrganizationChange change;
    change.name = "Taken over";
    const auto changed =
        world.organizations.change(asker, world.organizationId("north"), change, soon());
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().code, base::ErrorCode::kNotFound);
}

TEST(OrganizationsTest, RefusesWhoLacksThePermissionAndAKindThatDoesNotFit) {
    World world;
    const auto help = world.operatorWith("help_desk", "north");
    const auto refused = world.organizations.create(
        help, {"north", domain::OrganizationKind::kTenant, "X", "", {}}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kForbidden);
    const auto asker = world.administrator("north");
    const auto wrong = world.organizations.create(
        asker, {"north", domain::OrganizationKind::kDistributor, "X", "", {}}, soon());
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().pointer, "/kind");
}

TEST(OrganizationsTest, AFailedWriteChangesNothing) {
    World world;
    const auto asker = world.administrator("north");
    world.store.failCall(1, base::unavailable("The database is down."));
    EXPECT_FALSE(world.organizations.create(
        asker, {"north", domain::OrganizationKind::kTenant, "Lost", "lost", {}}, soon()));
    EXPECT_FALSE(world.organizations.tree()->findSlug("lost"));
    EXPECT_TRUE(world.organizations.create(
        asker, {"north", domain::OrganizationKind::kTenant, "Lost", "lost", {}}, soon()));
}

}  // namespace
}  // namespace tenantry::tenants
