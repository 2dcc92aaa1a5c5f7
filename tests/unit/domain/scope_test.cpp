// Goal: authority is what the grants say, no more: by interval, by id, for a branch and its
// sibling.
#include "kernel/domain/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/domain/authority.h"

namespace tenantry::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = OrganizationKind;
using testing::organization;
using testing::uuid;

OrganizationId id(std::uint64_t number) {
    return OrganizationId(uuid(number));
}

class ScopeOf : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(authority.setOrganizations(
            {organization(1, 0, Kind::kPlatform, "Root"), organization(2, 1, Kind::kPartner, "A"),
             organization(3, 2, Kind::kTenant, "A one"), organization(4, 2, Kind::kTenant, "A two"),
             organization(5, 1, Kind::kPartner, "B"), organization(6, 5, Kind::kTenant, "B one")}));
    }
    testing::FakeClock clock;
    testing::Authority authority{clock};
};

TEST_F(ScopeOf, AGrantCoversTheOrganizationAndAllBelow) {
    const auto scope = authority.scopeOf(2);
    EXPECT_THAT(scope.intervals(), ElementsAre(Interval{1, 4}));
    for (const std::uint64_t inside : {2, 3, 4}) EXPECT_TRUE(scope.contains(id(inside)));
    for (const std::uint64_t outside : {1, 5, 6, 99}) EXPECT_FALSE(scope.contains(id(outside)));
    EXPECT_EQ(scope.size(), 3U);
    EXPECT_THAT(scope.organizations(), ElementsAre(id(2), id(3), id(4)));
}

TEST_F(ScopeOf, SeveralGrantsAreSortedAndMerged) {
    const auto merged = authority.operatorWith(
        {{"help_desk", id(6)}, {"help_desk", id(3)}, {"help_desk", id(4)}, {"auditor", id(3)}});
    EXPECT_THAT(merged.visible().intervals(), ElementsAre(Interval{2, 4}, Interval{5, 6}));
    const auto nested = authority.operatorWith({{"help_desk", id(3)}, {"help_desk", id(1)}});
    EXPECT_THAT(nested.visible().intervals(), ElementsAre(Interval{0, 6}));
}

TEST_F(ScopeOf, UnknownMeansNo) {
    EXPECT_TRUE(authority.operatorWith({}).visible().empty());
    EXPECT_TRUE(authority.operatorWith({{"help_desk", id(99)}}).visible().empty());
    EXPECT_TRUE(authority.operatorWith({{"no_such_role", id(1)}}).visible().empty());
    EXPECT_TRUE(authority.operatorWith({{"user", id(1)}}).visible().empty());
    EXPECT_FALSE(Scope().contains(id(1)));
    EXPECT_FALSE(Scope().contains(Ordinal{0}));
    EXPECT_FALSE(Scope().narrowedTo("root"));
    EXPECT_THAT(Scope().organizations(), IsEmpty());
}

TEST_F(ScopeOf, VisibilityIsASubsetTest) {
    const auto scope = authority.scopeOf(2);
    EXPECT_TRUE(scope.containsAll({id(3), id(4)}));
    EXPECT_FALSE(scope.containsAll({id(3), id(6)}));
    EXPECT_FALSE(scope.containsAll({id(3), id(99)}));
    EXPECT_FALSE(scope.containsAll({}));
}

TEST_F(ScopeOf, ChoosingAPartHidesNobodyWhoIsAssignedElsewhereInTheWhole) {
    const auto part = authority.scopeOf(2).narrowedTo("a-one").value();
    EXPECT_FALSE(part.contains(id(4)));
    EXPECT_TRUE(part.containsAll({id(3), id(4)}));
    EXPECT_FALSE(part.containsAll({id(3), id(6)}));
}

TEST_F(ScopeOf, NarrowingNeverWidens) {
    const auto scope = authority.scopeOf(2);
    EXPECT_THAT(scope.narrowedTo("a-one")->organizations(), ElementsAre(id(3)));
    // An ancestor narrows to what is mine of it.
    EXPECT_THAT(scope.narrowedTo("root")->organizations(), ElementsAre(id(2), id(3), id(4)));
    const auto sibling = scope.narrowedTo("b-one");
    const auto nowhere = scope.narrowedTo("nowhere");
    ASSERT_FALSE(sibling);
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(sibling.error().code, base::ErrorCode::kNotFound);
    EXPECT_EQ(sibling.error().code, nowhere.error().code);
}

TEST_F(ScopeOf, PermissionsAreThoseOfTheRolesAbove) {
    const auto asker =
        authority.operatorWith({{"auditor", id(1)}, {"help_desk", id(2)}, {"user", id(6)}});
    EXPECT_TRUE(asker.may(Permission::kUsersUnlock, id(3)));
    EXPECT_FALSE(asker.may(Permission::kUsersUnlock, id(6)));
    EXPECT_TRUE(asker.may(Permission::kUsersExport, id(6)));
    EXPECT_FALSE(asker.may(Permission::kUsersDelete, id(3)));
    EXPECT_FALSE(asker.may(Permission::kUsersView, id(99)));
    EXPECT_THAT(asker.scopeFor(Permission::kUsersUnlock).organizations(),
                ElementsAre(id(2), id(3), id(4)));
}

TEST(Permissions, EachHasItsName) {
    for (std::size_t i = 1; i <= kPermissionCount; ++i) {
        const auto one = static_cast<Permission>(i);
        EXPECT_EQ(permission(name(one)), one);
    }
    EXPECT_EQ(permission("users.fly"), std::nullopt);
    PermissionSet few{Permission::kUsersView};
    const PermissionSet more{Permission::kUsersView, Permission::kUsersEdit};
    EXPECT_TRUE(more.includes(few));
    EXPECT_FALSE(few.includes(more));
    few |= more;
    EXPECT_EQ(few, more);
    EXPECT_THAT(few.list(), ElementsAre(Permission::kUsersView, Permission::kUsersEdit));
}

TEST(Permissions, OnlyAdministratorsMayDoAll) {
    for (const auto& role : builtInRoles()) {
        const bool administrator = role.id.find("administrator") != std::string_view::npos;
        EXPECT_EQ(role.permissions.list().size() == kPermissionCount, administrator) << role.id;
        EXPECT_EQ(findRole(role.id), &role);
    }
    EXPECT_EQ(findRole("emperor"), nullptr);
}

}  // namespace
}  // namespace tenantry::domain
