// Goal: what a start takes from the store at once is the view that single changes would have made:
// every user found, seen by the same operators, and changed by what comes later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/view/view_world.h"

namespace tenantry::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Filling : public ViewWorld, public ::testing::Test {
  protected:
    std::uint64_t fill(std::vector<domain::User> users) {
        const auto filling = view.fill();
        for (auto& one : users) filling->add(std::move(one));
        return filling->finish();
    }
    std::vector<std::string> names(std::uint64_t organizationNumber = 1) {
        return usernames(ask(authority.scopeOf(organizationNumber)));
    }
};

TEST_F(Filling, EveryUserIsThereAndOnlyItsOperatorsSeeIt) {
    EXPECT_EQ(fill({user(8, "cid"), user(4, "ann"), user(5, "bob"), user(4, "änne")}), 4U);
    EXPECT_THAT(names(), ElementsAre("ann", "änne", "bob", "cid"));
    EXPECT_THAT(names(6), ElementsAre("cid")) << "an operator of another branch";
    EXPECT_EQ(view.get(authority.scopeOf(4), user(4, "ann").id).value(), user(4, "ann"));
    EXPECT_FALSE(view.get(authority.scopeOf(6), user(4, "ann").id));
    EXPECT_EQ(view.stats().segments, 1U);
}

TEST_F(Filling, MoreThanOneBatchBecomesOneSegment) {
    constexpr std::size_t kMany = 150'000;
    {
        const auto filling = view.fill();
        for (std::size_t i = 0; i < kMany; ++i)
            filling->add(user(i % 3 == 0 ? 8 : 4 + i % 2, "u" + std::to_string(i)));
        EXPECT_EQ(filling->finish(), kMany);
    }
    EXPECT_EQ(view.stats().segments, 1U);
    EXPECT_EQ(ask(authority.scopeOf(1)).total, kMany);
    EXPECT_EQ(ask(authority.scopeOf(6)).total, kMany / 3) << "an operator of another branch";
}

TEST_F(Filling, AConnectionThatIsGoneBringsNobodyAndAnIdThatIsNoUuidIsKept) {
    auto lost = user(4, "lost");
    lost.connection = base::ConnectionId(uuid(77));
    auto odd = user(4, "odd");
    odd.id = base::UserId("not-a-uuid");
    fill({lost, odd, user(4, "ann")});
    EXPECT_THAT(names(), ElementsAre("ann", "odd"));
    EXPECT_THAT(names(6), IsEmpty()) << "an operator of another branch";
}

TEST_F(Filling, WhatComesLaterChangesWhatWasFilled) {
    fill({user(4, "ann"), user(4, "bob")});
    auto renamed = user(4, "ann");
    renamed.username = "anna";
    clock.advance(std::chrono::seconds{1});
    renamed.seenAt = clock.now();
    view.apply(renamed.connection,
               {.upserts = {renamed}, .seenAt = clock.now(), .tombstones = {user(4, "bob").id}}, 1);
    EXPECT_THAT(names(), ElementsAre("anna"));
}

TEST_F(Filling, OneThatIsBrokenOffLeavesNoThreadBehind) {
    view.fill()->add(user(4, "ann"));  // the store failed: finish() is not called
    EXPECT_THAT(names(), IsEmpty());
    put({user(4, "bob")});
    EXPECT_THAT(names(), ElementsAre("bob"));
}

}  // namespace
}  // namespace tenantry::testing
