// What time does: inactivity, lockouts, anchors, and a trail that is checked against them.
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "tenants/housekeeper.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using domain::UserStatus;
using testing::soon;
using testing::World;

class HousekeeperTest : public ::testing::Test {
  protected:
    HousekeeperTest() {
        world.openPortal();
        add("grace", false);
        add("glass", true);
    }
    void add(const std::string& username, bool breakGlass) {
        domain::Account account;
        account.id = base::AccountId(base::newUuid());
        account.home = world.organizationId("north");
        account.username = username;
        account.email = username + "@msp.example";
        account.breakGlass = breakGlass;
        account.grants = {{"help_desk", account.home}};
        account.createdAt = account.modifiedAt = world.clock.now();
        EXPECT_TRUE(world.access.unsafeAddAccount(
            account, base::SecretText("correct horse battery"), soon()));
    }
    base::Result<SignedIn> signIn(const std::string& password = "correct horse battery") {
        return world.access.signIn({"grace", base::SecretText(password), "", ""}, soon());
    }
    UserStatus statusOf(const std::string& login) { return world.user(admin, login).status; }

    World world;
    domain::Operator admin = world.administrator("north");
    Housekeeper housekeeper{{world.kit.accounts, world.access, world.store, world.store,
                             world.store, world.store, world.organizations, world.clock},
                            {}};
};

TEST_F(HousekeeperTest, NinetyDaysWithoutASignInSuspendWithTheCause) {
    ASSERT_TRUE(signIn());
    world.clock.advance(std::chrono::hours{24 * 89});
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(statusOf("grace"), UserStatus::kActive);
    world.clock.advance(std::chrono::hours{24});
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(statusOf("grace"), UserStatus::kSuspended);
    EXPECT_EQ(world.user(admin, "grace").statusCause, domain::StatusCause::kInactive);
    EXPECT_FALSE(signIn());
    EXPECT_EQ(statusOf("glass"), UserStatus::kActive) << "break-glass accounts stay";
    EXPECT_EQ(statusOf(admin.username()), UserStatus::kActive) << "so does the last administrator";
    EXPECT_EQ(world.act(admin, "grace", domain::Action::kUnsuspend).outcome,
              domain::Outcome::kDone);
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(statusOf("grace"), UserStatus::kActive) << "it begins to count anew";
}

TEST_F(HousekeeperTest, ALockoutThatHasPassedIsNoLongerShown) {
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i) EXPECT_FALSE(signIn("wrong"));
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(statusOf("grace"), UserStatus::kLockedOut);
    world.clock.advance(base::limits::kSignInLockout);
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(statusOf("grace"), UserStatus::kActive);
}

TEST_F(HousekeeperTest, WhatExpiredIsForgotten) {
    ASSERT_TRUE(world.store.putDocument(
        {"totp_step", "x", "", "{}", {}, world.clock.now() + std::chrono::minutes{1}}, soon()));
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_TRUE(world.store.document("totp_step", "x", soon()));
    world.clock.advance(std::chrono::minutes{2});
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_FALSE(world.store.document("totp_step", "x", soon()));
}

TEST_F(HousekeeperTest, MovedChainsAreAnchoredOnce) {
    ASSERT_TRUE(signIn());
    const auto anchors = [&] {
        int count = 0;
        for (const auto& one : world.store.activities())
            if (one.action == "activity.anchor") ++count;
        return count;
    };
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    const int first = anchors();
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_EQ(anchors(), first) << "nothing moved, and the time has not come";
    const auto reports = housekeeper.verify(admin.visible(), soon());
    ASSERT_TRUE(reports);
    for (const auto& one : *reports) EXPECT_TRUE(one.faults.empty());
}

}  // namespace
}  // namespace tenantry::tenants
