// The contract of OrganizationStore, on every store: what is put comes back, slugs are unique, and
// nothing that is still used can be removed.
#include <gmock/gmock.h>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;
using domain::OrganizationKind;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class OrganizationStoreContract : public StoreContract {};
TNY_ON_EVERY_STORE(OrganizationStoreContract);

TEST_P(OrganizationStoreContract, AnEmptyStoreHasNone) {
    EXPECT_THAT(organizations().loadOrganizations(soon()).value(), IsEmpty());
}

TEST_P(OrganizationStoreContract, WhatIsPutIsLoadedWithEveryField) {
    const auto root = platform();
    const auto child = below(root, OrganizationKind::kTenant, "child");
    ASSERT_TRUE(organizations().putOrganization(root, soon()));
    ASSERT_TRUE(organizations().putOrganization(child, soon()));
    EXPECT_THAT(organizations().loadOrganizations(soon()).value(),
                UnorderedElementsAre(root, child));
}

TEST_P(OrganizationStoreContract, PuttingAgainReplaces) {
    const auto root = platform();
    auto child = below(root, OrganizationKind::kTenant, "child");
    ASSERT_TRUE(organizations().putOrganization(root, soon()));
    ASSERT_TRUE(organizations().putOrganization(child, soon()));
    child.slug = "renamed";
    child.name = "Renamed";
    child.tags.clear();
    child.state = domain::OrganizationState::kSuspended;
    ASSERT_TRUE(organizations().putOrganization(child, soon()));
    ASSERT_TRUE(organizations().putOrganization(child, soon())) << "an equal one is no error";
    EXPECT_THAT(organizations().loadOrganizations(soon()).value(),
                UnorderedElementsAre(root, child));
}

TEST_P(OrganizationStoreContract, ATakenSlugIsAConflictThatNamesTheField) {
    const auto root = platform();
    auto child = below(root, OrganizationKind::kTenant, "platform");
    ASSERT_TRUE(organizations().putOrganization(root, soon()));
    const auto refused = organizations().putOrganization(child, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(refused.error().pointer, "/slug");
    EXPECT_THAT(organizations().loadOrganizations(soon()).value(), UnorderedElementsAre(root));
}

TEST_P(OrganizationStoreContract, AParentThatIsNotThereIsAConflict) {
    const auto orphan = below(platform(), OrganizationKind::kTenant, "orphan");
    const auto refused = organizations().putOrganization(orphan, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(refused.error().pointer, "/parent");
}

TEST_P(OrganizationStoreContract, RemovingTakesItAway) {
    const auto root = platform();
    ASSERT_TRUE(organizations().putOrganization(root, soon()));
    ASSERT_TRUE(organizations().removeOrganization(root.id, soon()));
    EXPECT_THAT(organizations().loadOrganizations(soon()).value(), IsEmpty());
    const auto again = organizations().removeOrganization(root.id, soon());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
}

TEST_P(OrganizationStoreContract, WhatIsUsedCannotBeRemoved) {
    const auto branches = putBranches(organizations(), connections());
    ASSERT_TRUE(accounts().putAccount(fullAccount(branches.south, "somebody"), soon()));
    ASSERT_TRUE(connections().removeConnection(branches.southDirectory.id, soon()));
    ASSERT_TRUE(organizations().removeOrganization(branches.southTenant.id, soon()));
    struct Case {
        const char* why;
        base::OrganizationId id;
    };
    for (const auto& one : {Case{"something is below it", branches.north.id},
                            Case{"it has a connection", branches.northTenant.id},
                            Case{"accounts live in it", branches.south.id}}) {
        const auto refused = organizations().removeOrganization(one.id, soon());
        ASSERT_FALSE(refused) << one.why;
        EXPECT_EQ(refused.error().code, ErrorCode::kConflict) << one.why;
    }
    EXPECT_EQ(organizations().loadOrganizations(soon()).value().size(), 4U);
}

}  // namespace
}  // namespace tenantry::testing
