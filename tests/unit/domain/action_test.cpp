// Goal: an action is allowed exactly where DESIGN's table of actions says, and a refusal says the
// true reason. Method: every action on every state against a table written down here by hand.
#include "kernel/domain/action.h"
#include "kernel/domain/descriptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/unit/domain/authority.h"

namespace tenantry::domain {
namespace {

using ::testing::HasSubstr;
using A = Action;
using testing::uuid;

constexpr std::string_view kStates = "SPARWLUD";  // in the order of UserStatus:
// Staged, Provisioned, Active, Recovery, aWaiting new password, Locked out, sUspended, Deleted

/// The states from which each action may be done.
const std::map<Action, std::string_view> kFrom{
    {A::kUnlock, "L"},
    {A::kSuspend, "PARWL"},
    {A::kUnsuspend, "U"},
    {A::kRevokeSessions, "SPARWLU"},
    {A::kResetPassword, "ARWL"},
    {A::kForcePasswordChange, "AR"},
    {A::kResetMfa, "SPARWLU"},
    {A::kRequireMfa, "SPARWLU"},
    {A::kWaiveMfa, "SPARWLU"},
    {A::kForceFederated, "SPARWLU"},
    {A::kAllowPassword, "SPARWLU"},
    {A::kActivate, "S"},
    {A::kResendInvite, "P"},
    {A::kRevokeInvite, "P"},
    {A::kEdit, "SPARWLU"},
    {A::kAddToGroup, "SPARWLU"},
    {A::kRemoveFromGroup, "SPARWLU"},
    {A::kAssignRole, "SPARWLU"},
    {A::kRestore, "D"},
    {A::kDelete, "SPARWLU"},
};

Capabilities everything() {
    Capabilities out;
    for (const auto& one : actions()) out[connectorAction(one.action)] = {};
    return out;
}

class Eligible : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(authority.setOrganizations(
            {testing::organization(1, 0, OrganizationKind::kPlatform, "Root"),
             testing::organization(2, 1, OrganizationKind::kTenant, "Mine"),
             testing::organization(3, 1, OrganizationKind::kTenant, "Sibling")}));
        mine = authority.tree()->at(1);
        user.organization = mine.id;
        user.status = UserStatus::kActive;
    }
    Eligibility decide(Action action, std::string role = "tenant_administrator",
                       std::uint64_t on = 2) {
        const auto asker = authority.operatorOn(on, std::move(role));
        return eligibility(user, action,
                           {asker, isKnown ? &mine : nullptr, capabilities, "LDAP directory",
                            isSelf, isProtected, "Break-glass account"});
    }
    std::string codeOf(const Eligibility& one) { return one.reason ? one.reason->code : ""; }

    testing::FakeClock clock;
    testing::Authority authority{clock};
    Organization mine;
    User user;
    Capabilities capabilities = everything();
    bool isKnown = true;
    bool isSelf = false;
    bool isProtected = false;
};

TEST_F(Eligible, EveryActionOnEveryStateFollowsTheTable) {
    ASSERT_EQ(kFrom.size(), actions().size());
    for (const auto& one : actions()) {
        // What is asked for must not be so already.
        user.mfaRequired = one.action == A::kWaiveMfa;
        user.federatedOnly = one.action == A::kAllowPassword;
        for (std::size_t i = 0; i < kUserStatusCount; ++i) {
            user.status = static_cast<UserStatus>(i + 1);
            const auto got = decide(one.action);
            const bool expected = kFrom.at(one.action).find(kStates[i]) != std::string_view::npos;
            EXPECT_EQ(got.allowed, expected) << one.name << " when " << name(user.status);
            EXPECT_EQ(got.reason.has_value(), !expected);
            if (!got.reason) continue;
            EXPECT_THAT((std::set<std::string>{"wrong_state", "already_so"}),
                        ::testing::Contains(got.reason->code));
            EXPECT_LE(got.reason->brief.size(), 28U) << one.name;
            EXPECT_FALSE(got.reason->detail.empty());
        }
    }
}

TEST_F(Eligible, AConnectorsOwnActionFollowsWhatItsDescriptorDeclares) {
    ActionDescriptor declared;
    declared.name = "x.acme.rehome";
    declared.title = "Move to region";
    declared.whenStatus = {"ACTIVE"};
    const auto on = [&](const std::string& role) {
        const auto asker = authority.operatorOn(2, role);
        return eligibility(user, vendorSpec(declared),
                           {asker, &mine, capabilities, "Acme", isSelf, isProtected, "Flagged"});
    };
    EXPECT_EQ(codeOf(on("tenant_administrator")), "connector_cannot") << "not here";
    capabilities["x.acme.rehome"] = {};
    const auto yes = on("tenant_administrator");
    EXPECT_TRUE(yes.allowed);
    EXPECT_EQ(nameOf(yes), "x.acme.rehome");
    EXPECT_EQ(yes.words, "Move to region");
    EXPECT_EQ(codeOf(on("auditor")), "permission_missing");
    user.status = UserStatus::kSuspended;
    EXPECT_EQ(codeOf(on("tenant_administrator")), "wrong_state");
    user.status = UserStatus::kActive;
    isProtected = true;
    EXPECT_TRUE(on("tenant_administrator").allowed) << "it harms nobody";
    declared.risk = "high";
    EXPECT_EQ(codeOf(on("tenant_administrator")), "protected");
    EXPECT_EQ(vendorSpec(declared).permission, Permission::kUsersDelete);
    declared.whenStatus = {"NO_SUCH_STATE"};
    isProtected = false;
    EXPECT_EQ(codeOf(on("tenant_administrator")), "wrong_state") << "no state is not every state";
}

TEST(VendorActions, AreNamedByVendorAndVerb) {
    EXPECT_TRUE(isVendorAction("x.acme.rehome"));
    for (const auto* name : {"suspend", "user.suspend", "x.acme", "x..rehome", "x.acme.", "x.", ""})
        EXPECT_FALSE(isVendorAction(name)) << name;
    EXPECT_FALSE(action("x.acme.rehome"));
    EXPECT_FALSE(action("x")) << "only beside a name of its own";
}

TEST_F(Eligible, AlreadySoIsSaidAsThat) {
    user.status = UserStatus::kSuspended;
    EXPECT_EQ(codeOf(decide(A::kSuspend)), "already_so");
    user.status = UserStatus::kActive;
    EXPECT_EQ(codeOf(decide(A::kUnlock)), "wrong_state");
    EXPECT_EQ(codeOf(decide(A::kWaiveMfa)), "already_so");
    EXPECT_EQ(codeOf(decide(A::kAllowPassword)), "already_so");
    user.mfaRequired = user.federatedOnly = true;
    EXPECT_EQ(codeOf(decide(A::kRequireMfa)), "already_so");
    EXPECT_EQ(codeOf(decide(A::kForceFederated)), "already_so");
}

TEST_F(Eligible, NeedsThePermissionOnThatOrganization) {
    EXPECT_EQ(codeOf(decide(A::kSuspend, "help_desk")), "permission_missing");
    EXPECT_EQ(codeOf(decide(A::kSuspend, "tenant_administrator", 3)), "permission_missing");
    EXPECT_TRUE(decide(A::kSuspend, "platform_administrator", 1).allowed);
    EXPECT_TRUE(decide(A::kResetPassword, "help_desk").allowed);
    EXPECT_THAT(decide(A::kSuspend, "auditor").reason->detail, HasSubstr("users.suspend"));
}

TEST_F(Eligible, NeedsAConnectorThatCan) {
    capabilities.erase("user.suspend");
    const auto unknown = decide(A::kSuspend);
    EXPECT_EQ(codeOf(unknown), "connector_cannot");
    EXPECT_THAT(unknown.reason->detail, HasSubstr("LDAP directory"));
    capabilities["user.suspend"] = {false, false, "WordPress has no such state."};
    EXPECT_EQ(decide(A::kSuspend).reason->detail, "WordPress has no such state.");
    capabilities["user.suspend"] = {true, true, "sets the shell to nologin"};
    const auto emulated = decide(A::kSuspend);
    EXPECT_TRUE(emulated.allowed);
    EXPECT_TRUE(emulated.emulated);
    EXPECT_EQ(emulated.note, "sets the shell to nologin");
}

TEST_F(Eligible, ProtectsOneselfAndTheProtected) {
    isSelf = true;
    EXPECT_EQ(codeOf(decide(A::kSuspend)), "protected");
    EXPECT_EQ(codeOf(decide(A::kDelete)), "protected");
    EXPECT_TRUE(decide(A::kEdit).allowed);
    isSelf = false;
    isProtected = true;
    EXPECT_EQ(codeOf(decide(A::kDelete)), "protected");
    EXPECT_THAT(decide(A::kDelete).reason->detail, HasSubstr("Break-glass account"));
}

TEST_F(Eligible, WaitsForMaintenanceAndKnownOrganizations) {
    mine.state = OrganizationState::kMaintenance;
    EXPECT_EQ(codeOf(decide(A::kSuspend)), "organization_in_maintenance");
    isKnown = false;
    EXPECT_EQ(codeOf(decide(A::kSuspend, "platform_administrator", 1)), "unknown_organization");
}

TEST_F(Eligible, TheMenuHasEveryActionInOrder) {
    const auto asker = authority.operatorOn(2);
    const auto all = eligibilities(user, {asker, &mine, capabilities, "x", false, false, ""});
    ASSERT_EQ(all.size(), actions().size());
    for (std::size_t i = 0; i < all.size(); ++i)
        EXPECT_EQ(static_cast<std::size_t>(all[i].action), i + 1);
}

TEST(Actions, NamesAndSpecsAgree) {
    for (const auto& one : actions()) {
        EXPECT_EQ(action(one.name), one.action);
        EXPECT_EQ(&spec(one.action), &one);
        EXPECT_EQ(connectorAction(one.action), "user." + std::string(one.name));
        if (one.undoneBy) {
            EXPECT_NO_FATAL_FAILURE(spec(*one.undoneBy));
        }
    }
    EXPECT_EQ(action("explode"), std::nullopt);
}

TEST(Actions, OnlyWhatMailsIsNotIdempotent) {
    std::set<std::string_view> once;
    for (const auto& one : actions())
        if (!one.idempotent) once.insert(one.name);
    EXPECT_THAT(once,
                ::testing::ElementsAre("activate", "resend_invite", "reset_password", "restore"));
}

TEST(Outcomes, EachHasItsName) {
    for (const auto one : {Outcome::kDone, Outcome::kAlreadySo, Outcome::kSkipped, Outcome::kFailed,
                           Outcome::kUnknown, Outcome::kCancelled})
        EXPECT_EQ(outcome(name(one)), one);
    EXPECT_EQ(outcome("fine"), std::nullopt);
}

}  // namespace
}  // namespace tenantry::domain
