// Goal: only a tree becomes a tree, and its order makes every subtree an interval.
#include "kernel/domain/organization.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "tests/unit/domain/authority.h"

namespace tenantry::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = OrganizationKind;
using testing::organization;
using testing::uuid;

std::vector<Organization> sound() {
    return {organization(4, 2, Kind::kTenant, "Zeta"), organization(2, 1, Kind::kPartner, "North"),
            organization(1, 0, Kind::kPlatform, "Root"), organization(3, 2, Kind::kTenant, "Alpha"),
            organization(5, 1, Kind::kTenant, "Direct")};
}

std::vector<std::string> namesOf(const TreePtr& tree) {
    std::vector<std::string> out;
    for (const auto& one : tree->all()) out.push_back(one.name);
    return out;
}

TEST(OrganizationTree, StandsInDepthFirstOrderWithSiblingsByName) {
    const auto tree = OrganizationTree::build(sound()).value();
    EXPECT_THAT(namesOf(tree), ElementsAre("Root", "Direct", "North", "Alpha", "Zeta"));
    EXPECT_EQ(tree->subtree(0), (Interval{0, 5}));
    EXPECT_EQ(tree->subtree(1), (Interval{1, 2}));
    EXPECT_EQ(tree->subtree(2), (Interval{2, 5}));
    EXPECT_EQ(tree->depth(4), 2U);
    EXPECT_EQ(tree->parentOf(3), 2U);
    EXPECT_EQ(tree->parentOf(0), std::nullopt);
    EXPECT_THAT(tree->path(4), ElementsAre(0, 2, 4));
}

TEST(OrganizationTree, FindsByIdAndSlug) {
    const auto tree = OrganizationTree::build(sound()).value();
    EXPECT_EQ(tree->resolve("north"), 2U);
    EXPECT_EQ(tree->resolve(uuid(2)), 2U);
    EXPECT_EQ(tree->resolve(uuid(99)), std::nullopt);
    EXPECT_EQ(tree->resolve("North"), std::nullopt);
    EXPECT_EQ(tree->resolve(""), std::nullopt);
}

TEST(OrganizationTree, NothingIsATreeToo) {
    const auto tree = OrganizationTree::build({});
    ASSERT_TRUE(tree);
    EXPECT_TRUE((*tree)->empty());
    EXPECT_EQ((*tree)->resolve("x"), std::nullopt);
}

void expectRefused(std::vector<Organization> all, const char* words) {
    const auto tree = OrganizationTree::build(std::move(all));
    ASSERT_FALSE(tree) << words;
    EXPECT_EQ(tree.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_THAT(tree.error().message, HasSubstr(words));
}

TEST(OrganizationTree, RefusesWhatIsNoTree) {
    auto all = sound();
    all.push_back(organization(9, 0, Kind::kPlatform, "Second root"));
    expectRefused(all, "Only one organization");
    all = sound();
    all.erase(all.begin() + 2);
    expectRefused(all, "No organization is without a parent");
    all = sound();
    all[0].parent = base::OrganizationId(uuid(77));
    expectRefused(all, "does not exist");
    all = sound();
    all.push_back(all[0]);
    expectRefused(all, "Two organizations have the id");
    all = sound();
    all[0].slug = all[3].slug;
    expectRefused(all, "Two organizations have the slug");
}

TEST(OrganizationTree, RefusesCirclesByTheKinds) {
    // Two partners that are each other's parent: neither is of a higher kind.
    expectRefused(
        {organization(1, 0, Kind::kPlatform, "Root"), organization(2, 3, Kind::kPartner, "A"),
         organization(3, 2, Kind::kPartner, "B")},
        "must be of a higher kind");
    expectRefused(
        {organization(1, 0, Kind::kPlatform, "Root"), organization(2, 2, Kind::kPartner, "Self")},
        "must be of a higher kind");
}

TEST(OrganizationTree, AParentIsOfAHigherKindAndLevelsMayBeSkipped) {
    for (const auto parent : {Kind::kPlatform, Kind::kDistributor, Kind::kPartner, Kind::kTenant})
        for (const auto child :
             {Kind::kPlatform, Kind::kDistributor, Kind::kPartner, Kind::kTenant}) {
            std::vector<Organization> all{organization(1, 0, Kind::kPlatform, "Root")};
            if (parent != Kind::kPlatform) all.push_back(organization(2, 1, parent, "Parent"));
            all.push_back(organization(3, all.back().id.text() == uuid(2) ? 2 : 1, child, "Child"));
            EXPECT_EQ(OrganizationTree::build(all).has_value(), parent < child)
                << name(parent) << " over " << name(child);
        }
}

TEST(Slug, HasItsForm) {
    for (const char* good : {"a", "acme", "acme-2", "0-0"}) EXPECT_TRUE(isSlug(good)) << good;
    for (const std::string& bad :
         {std::string(), std::string("-a"), std::string("a-"), std::string("Acme"),
          std::string("a b"), std::string("ü"), uuid(1), std::string(65, 'a')})
        EXPECT_FALSE(isSlug(bad)) << bad;
    EXPECT_TRUE(isSlug(std::string(64, 'a')));
}

TEST(Slug, IsMadeFromAName) {
    EXPECT_EQ(slugFor("Kanzlei Vogt & Söhne"), "kanzlei-vogt-s-hne");
    EXPECT_EQ(slugFor("  --ACME--  "), "acme");
    EXPECT_EQ(slugFor("李小龍"), "organization");
    EXPECT_TRUE(isSlug(slugFor(std::string(500, 'x'))));
    EXPECT_TRUE(isSlug(slugFor(uuid(1))));
}

}  // namespace
}  // namespace tenantry::domain
