// The contract of ActivityStore, on every store. Each query has its sibling: an operator of another
// branch sees nothing of it, and one above sees it.
#include <gmock/gmock.h>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using domain::Activity;
using domain::ActivityQuery;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ActivityStoreContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (IsSkipped()) return;
        branches_ = putBranches(organizations(), connections());
        authority_ =
            std::make_unique<Authority>(organizations(), accounts(), vault(), activity(), clock_);
    }
    void append(const Activity& entry) { ASSERT_TRUE(activity().append(entry, soon())); }
    domain::ActivityPage list(const domain::Scope& scope, const ActivityQuery& query = {}) {
        return activity().list(scope, query, soon()).value();
    }
    static std::vector<std::string> names(const domain::ActivityPage& page) {
        std::vector<std::string> out;
        for (const auto& entry : page.items) out.push_back(entry.targetName);
        return out;
    }
    /// What `query` finds of `entries`, for the one scope that may; and nothing, for the other.
    std::vector<std::string> found(const ActivityQuery& query) {
        const auto other = list(authority_->scopeOf(branches_.south.id), query);
        EXPECT_EQ(other.total, 0U) << "an operator of another branch sees nothing";
        EXPECT_THAT(other.items, IsEmpty());
        const auto above = list(authority_->scopeOf(branches_.root.id), query);
        auto mine = list(authority_->scopeOf(branches_.north.id), query);
        EXPECT_EQ(names(above), names(mine)) << "an operator above sees it too";
        EXPECT_EQ(above.total, mine.total);
        return names(mine);
    }

    Branches branches_;
    std::unique_ptr<Authority> authority_;
};
TNY_ON_EVERY_STORE(ActivityStoreContract);

TEST_P(ActivityStoreContract, AnEntryComesBackWithEveryField) {
    const auto entry = entryOf(branches_.northTenant.id, 1);
    append(entry);
    const auto page = list(authority_->scopeOf(branches_.north.id));
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(difference(page.items[0], entry), "");
    EXPECT_THAT(found({}), ElementsAre("target 1"));
}

TEST_P(ActivityStoreContract, NewestFirstAndOfOneMomentTheLaterAppended) {
    auto sameMoment = entryOf(branches_.northTenant.id, 2);
    sameMoment.targetName = "later";
    append(entryOf(branches_.northTenant.id, 2));
    append(entryOf(branches_.northTenant.id, 3));
    append(entryOf(branches_.northTenant.id, 1));
    append(sameMoment);
    EXPECT_THAT(found({}), ElementsAre("target 3", "later", "target 2", "target 1"));
}

TEST_P(ActivityStoreContract, PagesDoNotOverlapAndTheTotalIsExact) {
    for (int n = 0; n < 25; ++n) append(entryOf(branches_.northTenant.id, n));
    const auto scope = authority_->scopeOf(branches_.north.id);
    std::vector<std::string> all;
    for (std::size_t offset = 0; offset < 30; offset += 7) {
        const auto page = list(scope, {.offset = offset, .limit = 7});
        EXPECT_EQ(page.total, 25U);
        for (const auto& name : names(page)) all.push_back(name);
    }
    ASSERT_EQ(all.size(), 25U);
    EXPECT_EQ(all.front(), "target 24");
    EXPECT_EQ(all.back(), "target 0");
    EXPECT_THAT(list(scope, {.limit = 0}).items, IsEmpty());
}

TEST_P(ActivityStoreContract, FiltersNarrow) {
    auto odd = entryOf(branches_.northTenant.id, 1);
    odd.action = "user.delete";
    odd.outcome = "failed";
    append(odd);
    append(entryOf(branches_.northTenant.id, 2));
    append(entryOf(branches_.northTenant.id, 3));
    EXPECT_THAT(found({.action = "user.delete"}), ElementsAre("target 1"));
    EXPECT_THAT(found({.action = "user"}), IsEmpty()) << "an action is named whole";
    EXPECT_THAT(found({.outcome = "failed"}), ElementsAre("target 1"));
    EXPECT_THAT(found({.targetId = odd.targetId}), ElementsAre("target 1"));
    EXPECT_THAT(found({.actor = odd.actor}), ElementsAre("target 1"));
    EXPECT_THAT(found({.from = moment(2)}), ElementsAre("target 3", "target 2"));
    EXPECT_THAT(found({.to = moment(2)}), ElementsAre("target 1")) << "`to` is not included";
    EXPECT_THAT(found({.outcome = "done", .from = moment(2), .to = moment(3)}),
                ElementsAre("target 2"));
}

TEST_P(ActivityStoreContract, SearchIgnoresCaseAndAccents) {
    auto entry = entryOf(branches_.northTenant.id, 1);
    entry.targetName = "Łukasz MÜLLER";
    entry.actorName = "Ines";
    entry.detail = "100% of it_";
    append(entry);
    append(entryOf(branches_.northTenant.id, 2));
    for (const char* text : {"müller", "MULLER", "łukasz", "ines", "100% OF", "it_"})
        EXPECT_THAT(found({.search = text}), ElementsAre("Łukasz MÜLLER")) << text;
    EXPECT_THAT(found({.search = "100%it"}), IsEmpty()) << "% is no wildcard";
    EXPECT_THAT(found({.search = "left the company"}), IsEmpty()) << "the reason is not searched";
}

TEST_P(ActivityStoreContract, AnEmptyScopeSeesNothing) {
    append(entryOf(branches_.northTenant.id, 1));
    EXPECT_EQ(list(domain::Scope{}).total, 0U);
}

TEST_P(ActivityStoreContract, AnOrganizationThatIsNotKnownIsInNoScope) {
    append(entryOf(base::OrganizationId(base::newUuid()), 1));
    append(entryOf(base::OrganizationId{}, 2));
    append(entryOf(branches_.root.id, 3));
    EXPECT_THAT(names(list(authority_->wholePlatform())), ElementsAre("target 3"));
    EXPECT_THAT(names(list(authority_->scopeOf(branches_.root.id))), ElementsAre("target 3"));
}

TEST_P(ActivityStoreContract, SeveralGrantsAreOneScope) {
    append(entryOf(branches_.northTenant.id, 1));
    append(entryOf(branches_.southTenant.id, 2));
    append(entryOf(branches_.root.id, 3));
    auto account = fullAccount(branches_.root, "both");
    account.grants = {{"auditor", branches_.north.id}, {"auditor", branches_.southTenant.id}};
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    Authority authority(organizations(), accounts(), vault(), activity(), clock_);
    const auto both = authority.operatorOf(account.id).visible();
    EXPECT_THAT(names(list(both)), ElementsAre("target 2", "target 1"));
}

TEST_P(ActivityStoreContract, OneEntryIsAppendedOnce) {
    const auto entry = entryOf(branches_.northTenant.id, 1);
    append(entry);
    const auto again = activity().append(entry, soon());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, base::ErrorCode::kConflict);
    EXPECT_THAT(found({}), ElementsAre("target 1"));
}

}  // namespace
}  // namespace tenantry::testing
