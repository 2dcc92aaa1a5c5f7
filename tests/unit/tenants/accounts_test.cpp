// Accounts as users: every state by the event that brings it, who may do what to whom, and what
// another branch does not see. Real accounts, sign-in, portal, jobs and view on a store in memory
// and a clock that moves when told.
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "tenants/totp.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using domain::Action;
using domain::Outcome;
using domain::UserStatus;
using testing::soon;
using testing::World;

constexpr const char* kPassword = "correct horse battery";

class AccountsTest : public ::testing::Test {
  protected:
    AccountsTest() { world.openPortal(); }

    NewAccount someone(const std::string& organization = "north") {
        NewAccount out;
        out.organization = organization;
        out.firstName = "Grace";
        out.lastName = "Hopper";
        out.username = "grace";
        out.email = "grace@msp.example";
        out.grants = {{"help_desk", world.organizationId(organization)}};
        return out;
    }
    domain::Account invite(const NewAccount& wish) {
        auto made = world.kit.accounts.create(admin, wish, soon());
        EXPECT_TRUE(made) << made.error().text();
        return std::move(*made);
    }
    base::SecretText mailedToken(const std::string& to = "grace@msp.example") {
        world.kit.outbox.sendAll(soon());
        return base::SecretText(testing::FakeMailer::tokenIn(world.kit.mailer.lastTo(to)));
    }
    base::Result<SignedIn> accept(const base::SecretText& token, const std::string& password,
                                  const std::string& code = "") {
        return world.access.acceptLink({token, base::SecretText(password), code, "", ""}, soon());
    }
    base::Result<SignedIn> signIn(const std::string& password, const std::string& code = "") {
        return world.access.signIn({"grace", base::SecretText(password), "", "", code}, soon());
    }
    /// An account that has accepted its invitation.
    domain::Account active() {
        const auto account = invite(someone());
        EXPECT_TRUE(accept(mailedToken(), kPassword));
        return account;
    }
    domain::User user() { return world.user(admin, "grace"); }
    jobs::ActionResult act(Action action, const std::string& parameters = "{}") {
        return world.act(admin, "grace", action, parameters);
    }
    std::string enrolled(const base::SecretText& token) {
        return totpCodeAt(world.access.enrolByLink(token, soon()).value().secret,
                          world.clock.now());
    }

    World world;
    domain::Operator admin = world.administrator("north");
};

TEST_F(AccountsTest, AnInvitationIsAcceptedOnceAndMakesTheAccountActive) {
    invite(someone());
    EXPECT_EQ(user().status, UserStatus::kProvisioned);
    EXPECT_EQ(user().roles, std::vector<std::string>{"Help Desk"});
    EXPECT_FALSE(signIn(kPassword));
    const auto token = mailedToken();
    const auto state = world.access.checkLink(token, soon());
    ASSERT_TRUE(state);
    EXPECT_EQ(state->purpose, LinkPurpose::kInvite);
    EXPECT_TRUE(state->needsPassword);
    const auto weak = accept(token, "short");
    ASSERT_FALSE(weak);
    EXPECT_EQ(weak.error().pointer, "/password");
    const auto session = accept(token, kPassword);
    ASSERT_TRUE(session) << session.error().text();
    EXPECT_TRUE(world.access.authenticate(session->token, "", soon()));
    EXPECT_EQ(user().status, UserStatus::kActive);
    EXPECT_TRUE(user().lastLoginAt);
    EXPECT_FALSE(accept(token, "another long password"));
    EXPECT_TRUE(signIn(kPassword));
}

TEST_F(AccountsTest, ResendingKillsTheOldLinkAndRevokingTheNewOne) {
    invite(someone());
    const auto first = mailedToken();
    EXPECT_EQ(act(Action::kResendInvite).outcome, Outcome::kDone);
    const auto second = mailedToken();
    EXPECT_NE(first.reveal(), second.reveal());
    EXPECT_FALSE(accept(first, kPassword));
    EXPECT_EQ(act(Action::kRevokeInvite).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kStaged);
    EXPECT_FALSE(accept(second, kPassword));
    EXPECT_EQ(act(Action::kActivate).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kProvisioned);
    EXPECT_TRUE(accept(mailedToken(), kPassword));
}

TEST_F(AccountsTest, ALinkRunsOut) {
    invite(someone());
    const auto token = mailedToken();
    world.clock.advance(Accounts::kInviteLife);
    EXPECT_FALSE(accept(token, kPassword));
}

TEST_F(AccountsTest, WrongPasswordsLockOutAndUnlockLetsIn) {
    active();
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i) EXPECT_FALSE(signIn("wrong one"));
    EXPECT_EQ(user().status, UserStatus::kLockedOut);
    EXPECT_FALSE(signIn(kPassword));
    EXPECT_EQ(act(Action::kUnlock).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kActive);
    EXPECT_TRUE(signIn(kPassword));
}

TEST_F(AccountsTest, EachLockoutIsLongerThanTheOneBefore) {
    active();
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i) EXPECT_FALSE(signIn("wrong one"));
    world.clock.advance(base::limits::kSignInLockout);
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i) EXPECT_FALSE(signIn("wrong one"));
    world.clock.advance(base::limits::kSignInLockout);
    EXPECT_FALSE(signIn(kPassword));
    world.clock.advance(base::limits::kSignInLockout);
    EXPECT_TRUE(signIn(kPassword));
    EXPECT_EQ(user().status, UserStatus::kActive);
}

TEST_F(AccountsTest, AnExpiredPasswordMustBeChangedAtTheNextSignIn) {
    active();
    EXPECT_EQ(act(Action::kForcePasswordChange).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kAwaitingNewPassword);
    const auto step = signIn(kPassword);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next, NextStep::kNewPassword);
    EXPECT_TRUE(step->token.empty());
    EXPECT_FALSE(accept(step->link, kPassword)) << "the same one again";
    EXPECT_TRUE(accept(step->link, "a new and longer one"));
    EXPECT_EQ(user().status, UserStatus::kActive);
    EXPECT_FALSE(signIn(kPassword));
    EXPECT_EQ(signIn("a new and longer one")->next, NextStep::kNone);
}

TEST_F(AccountsTest, AResetVoidsThePasswordAndTheMailedLinkMakesANewOne) {
    active();
    const auto session = signIn(kPassword).value();
    EXPECT_EQ(act(Action::kResetPassword).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kRecovery);
    EXPECT_FALSE(signIn(kPassword));
    EXPECT_FALSE(world.access.authenticate(session.token, "", soon()));
    const auto token = mailedToken();
    EXPECT_FALSE(accept(token, kPassword)) << "the former one";
    EXPECT_TRUE(accept(token, "a new and longer one"));
    EXPECT_EQ(user().status, UserStatus::kActive);
}

TEST_F(AccountsTest, WhoAsksForRecoveryKeepsTheOldPasswordUntilThen) {
    active();
    EXPECT_TRUE(world.access.requestRecovery("grace", "", soon()));
    EXPECT_TRUE(world.access.requestRecovery("nobody", "", soon()));
    EXPECT_EQ(user().status, UserStatus::kRecovery);
    const auto token = mailedToken();
    EXPECT_TRUE(signIn(kPassword));
    EXPECT_EQ(user().status, UserStatus::kActive);
    EXPECT_FALSE(accept(token, "a new and longer one")) << "a sign-in ends the recovery";
}

TEST_F(AccountsTest, ASecondFactorIsEnrolledByTheInvitationAndAskedForAfterwards) {
    auto wish = someone();
    wish.mfaRequired = true;
    invite(wish);
    const auto token = mailedToken();
    EXPECT_TRUE(world.access.checkLink(token, soon())->mustEnrol);
    const auto without = accept(token, kPassword);
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().pointer, "/totp");
    const auto secret = world.access.enrolByLink(token, soon()).value().secret;
    EXPECT_FALSE(accept(token, kPassword, "000000"));
    const auto code = totpCodeAt(secret, world.clock.now());
    const auto session = accept(token, kPassword, code);
    ASSERT_TRUE(session) << session.error().text();
    EXPECT_EQ(session->recoveryCodes.size(), kRecoveryCodes);
    EXPECT_EQ(user().mfaEnrolled, domain::Tristate::kYes);

    EXPECT_EQ(signIn(kPassword)->next, NextStep::kCode);
    EXPECT_FALSE(signIn(kPassword, code)) << "a code works once";
    world.clock.advance(std::chrono::seconds{60});
    EXPECT_TRUE(signIn(kPassword, totpCodeAt(secret, world.clock.now())));
    EXPECT_FALSE(signIn(kPassword, totpCodeAt(secret, world.clock.now())));
    const auto recovery = session->recoveryCodes[3].reveal();
    EXPECT_TRUE(signIn(kPassword, recovery));
    EXPECT_FALSE(signIn(kPassword, recovery)) << "a recovery code works once";

    EXPECT_EQ(act(Action::kResetMfa).outcome, Outcome::kDone);
    EXPECT_EQ(user().mfaEnrolled, domain::Tristate::kNo);
    const auto step = signIn(kPassword);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->next, NextStep::kEnrol);
    EXPECT_TRUE(accept(step->link, "", enrolled(step->link)));
    EXPECT_EQ(user().mfaEnrolled, domain::Tristate::kYes);
}

TEST_F(AccountsTest, SuspendingEndsSessionsAndUnsuspendingLetsInAgain) {
    active();
    const auto session = signIn(kPassword).value();
    EXPECT_EQ(act(Action::kSuspend).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kSuspended);
    EXPECT_EQ(user().statusCause, domain::StatusCause::kOperator);
    EXPECT_FALSE(world.access.authenticate(session.token, "", soon()));
    EXPECT_FALSE(signIn(kPassword));
    EXPECT_EQ(act(Action::kUnsuspend).outcome, Outcome::kDone);
    EXPECT_TRUE(signIn(kPassword));
}

TEST_F(AccountsTest, ADeletedAccountStaysInTheListAndIsRestoredByANewInvitation) {
    active();
    EXPECT_EQ(act(Action::kDelete, R"({"email":"grace@msp.example"})").outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kDeleted);
    EXPECT_FALSE(signIn(kPassword));
    EXPECT_EQ(act(Action::kRestore).outcome, Outcome::kDone);
    EXPECT_EQ(user().status, UserStatus::kProvisioned);
    EXPECT_FALSE(signIn(kPassword)) << "the old password is gone";
    EXPECT_TRUE(accept(mailedToken(), "a new and longer one"));
    EXPECT_EQ(user().status, UserStatus::kActive);
}

TEST_F(AccountsTest, FlagsAndSessions) {
    active();
    EXPECT_EQ(act(Action::kRequireMfa).outcome, Outcome::kDone);
    EXPECT_TRUE(user().mfaRequired);
    EXPECT_EQ(act(Action::kWaiveMfa).outcome, Outcome::kDone);
    EXPECT_EQ(act(Action::kForceFederated).outcome, Outcome::kDone);
    EXPECT_FALSE(signIn(kPassword)) << "single sign-on only";
    EXPECT_EQ(act(Action::kAllowPassword).outcome, Outcome::kDone);
    const auto session = signIn(kPassword).value();
    EXPECT_EQ(act(Action::kRevokeSessions).outcome, Outcome::kDone);
    EXPECT_FALSE(world.access.authenticate(session.token, "", soon()));
    EXPECT_EQ(act(Action::kEdit, R"({"attributes":{"phone":"+49 30 5550"}})").outcome,
              Outcome::kDone);
    EXPECT_EQ(user().phone, "+49 30 5550");
    const auto bad = act(Action::kEdit, R"({"attributes":{"email":"a@b.example\r\nBcc: x@y.z"}})");
    EXPECT_EQ(bad.outcome, Outcome::kFailed);
}

TEST_F(AccountsTest, AnOperatorOfAnotherBranchSeesNothingThere) {
    invite(someone());
    const auto south = world.administrator("south");
    EXPECT_TRUE(world.list(south, "grace").items.empty());
    EXPECT_FALSE(world.kit.accounts.create(south, someone(), soon()));
    jobs::ActionRequest request;
    request.user = user().id;
    request.action = Action::kSuspend;
    EXPECT_EQ(world.runner.run(south, request, soon()).error().code, base::ErrorCode::kNotFound);
}

TEST_F(AccountsTest, WhoIsAssignedToTwoBranchesIsInvisibleToAnOperatorOfOne) {
    const auto root = world.operatorWith("platform_administrator", "platform");
    auto wish = someone("north");
    wish.grants = {{"help_desk", world.organizationId("north")},
                   {"help_desk", world.organizationId("south")}};
    ASSERT_TRUE(world.kit.accounts.create(root, wish, soon()));
    EXPECT_EQ(world.list(root, "grace").items.size(), 1U);
    EXPECT_TRUE(world.list(admin, "grace").items.empty());
    EXPECT_TRUE(world.list(world.administrator("south"), "grace").items.empty());
}

TEST_F(AccountsTest, NobodyGivesWhatTheyDoNotHold) {
    const auto desk = world.operatorWith("help_desk", "north");
    EXPECT_FALSE(world.kit.accounts.create(desk, someone(), soon())) << "no users.create";
    Roles& roles = world.kit.roles;
    const auto maker =
        roles.create(admin,
                     {"north",
                      "Maker",
                      {domain::Permission::kUsersView, domain::Permission::kUsersCreate,
                       domain::Permission::kUsersInvite, domain::Permission::kUsersEdit,
                       domain::Permission::kUsersSuspend}},
                     soon());
    ASSERT_TRUE(maker);
    const auto clerk = world.operatorWith(maker->id, "north");
    auto wish = someone();
    wish.grants = {{"partner_administrator", world.organizationId("north")}};
    const auto refused = world.kit.accounts.create(clerk, wish, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kForbidden);
    EXPECT_EQ(refused.error().pointer, "/roles/0");
    wish.grants = {{"user", world.organizationId("north")}};
    EXPECT_TRUE(world.kit.accounts.create(clerk, wish, soon()));
    // A role that holds more than its maker does not come to be.
    EXPECT_FALSE(
        roles.create(clerk, {"north", "More", {domain::Permission::kUsersDelete}}, soon()));
    // An account that may do more is not touched either.
    const auto chief = world.administrator("north");
    const auto result = world.act(clerk, chief.username(), Action::kSuspend);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    const auto edit = world.act(clerk, chief.username(), Action::kEdit,
                                R"({"attributes":{"email":"mine@evil.example"}})");
    EXPECT_EQ(edit.outcome, Outcome::kFailed) << "the way to take an account over";
}

TEST_F(AccountsTest, AGrantEndsAtItsTime) {
    auto wish = someone();
    wish.grants = {
        {"help_desk", world.organizationId("north"), world.clock.now() + std::chrono::hours{1}}};
    const auto account = invite(wish);
    const auto before = world.access.unsafeOperatorFor(account.id, soon()).value();
    EXPECT_TRUE(before.may(domain::Permission::kUsersUnlock, world.organizationId("north")));
    world.clock.advance(std::chrono::hours{1});
    const auto after = world.access.unsafeOperatorFor(account.id, soon()).value();
    EXPECT_TRUE(after.visible().empty());
}

TEST_F(AccountsTest, RolesAreGivenAndTaken) {
    const auto account = active();
    const auto give = [&](const std::string& more) {
        return act(Action::kAssignRole,
                   R"({"role":"auditor","organization":"north-tenant")" + more + "}");
    };
    EXPECT_EQ(give("").outcome, Outcome::kDone);
    EXPECT_EQ(user().roles.size(), 2U);
    EXPECT_EQ(give(R"(,"remove":true)").outcome, Outcome::kDone);
    EXPECT_EQ(user().roles.size(), 1U);
    const auto outside =
        act(Action::kAssignRole, R"({"role":"auditor","organization":"south-tenant"})");
    EXPECT_EQ(outside.outcome, Outcome::kFailed) << "outside the scope of who gives it";
}

TEST_F(AccountsTest, OneselfTheLastAdministratorAndBreakGlassAreProtected) {
    const auto root = world.operatorWith("platform_administrator", "platform");
    EXPECT_EQ(world.act(admin, admin.username(), Action::kSuspend).outcome, Outcome::kSkipped);
    // The only one of the platform: nobody above could help.
    const auto helper = world.operatorWith("platform_administrator", "platform");
    EXPECT_EQ(world.act(helper, root.username(), Action::kSuspend).outcome, Outcome::kDone);
    const auto last = world.act(admin, admin.username(), Action::kSuspend);
    EXPECT_EQ(last.outcome, Outcome::kSkipped);
    const auto account = world.kit.accounts.get(helper.account(), soon()).value();
    EXPECT_EQ(world.kit.accounts.protectedBecause(account), "Last administrator");
    // Of the only one of north that one can.
    const auto second = world.administrator("north");
    EXPECT_EQ(world.act(helper, admin.username(), Action::kSuspend).outcome, Outcome::kDone);
    domain::Account glass;
    glass.id = base::AccountId(base::newUuid());
    glass.home = world.organizationId("north");
    glass.username = "glass";
    glass.email = "glass@msp.example";
    glass.breakGlass = true;
    glass.grants = {{"user", glass.home}};
    ASSERT_TRUE(world.access.unsafeAddAccount(glass, base::SecretText(kPassword), soon()));
    const auto result =
        world.act(second, "glass", Action::kDelete, R"({"email":"glass@msp.example"})");
    EXPECT_EQ(result.outcome, Outcome::kSkipped);
    EXPECT_EQ(result.reason->code, "protected");
}

TEST_F(AccountsTest, ATokenGivesNoMoreThanItNamesAndEndsWhenRevoked) {
    auto& tokens = world.kit.tokens;
    NewApiToken wish{"backup",
                     "north-tenant",
                     {domain::Permission::kUsersView},
                     world.clock.now() + std::chrono::hours{24}};
    const auto made = tokens.create(admin, wish, soon());
    ASSERT_TRUE(made) << made.error().text();
    const auto who = world.access.authenticate(made->second, "", soon());
    ASSERT_TRUE(who);
    EXPECT_TRUE(who->asker.visible().contains(world.organizationId("north-tenant")));
    EXPECT_FALSE(who->asker.visible().contains(world.organizationId("north")));
    EXPECT_FALSE(
        who->asker.may(domain::Permission::kUsersEdit, world.organizationId("north-tenant")));
    EXPECT_FALSE(tokens.create(who->asker, wish, soon())) << "a token makes no tokens of its own";
    EXPECT_TRUE(tokens.list(admin, soon()).value().at(0).lastUsedAt);
    EXPECT_TRUE(tokens.list(world.administrator("south"), soon()).value().empty());
    EXPECT_FALSE(tokens.revoke(world.administrator("south"), made->first.id, soon()));
    EXPECT_TRUE(tokens.revoke(admin, made->first.id, soon()));
    EXPECT_FALSE(world.access.authenticate(made->second, "", soon()));
    const auto another = tokens.create(admin, wish, soon()).value();
    world.clock.advance(std::chrono::hours{24});
    EXPECT_FALSE(world.access.authenticate(another.second, "", soon()));
}

TEST_F(AccountsTest, AnAddressThatFailsTooOftenWaits) {
    Throttle throttle(world.clock, 3, std::chrono::minutes{5});
    for (int i = 0; i < 3; ++i) throttle.count("10.0.0.1");
    EXPECT_EQ(throttle.check("10.0.0.1").error().code, base::ErrorCode::kTooMany);
    EXPECT_TRUE(throttle.check("10.0.0.2"));
    world.clock.advance(std::chrono::minutes{5});
    EXPECT_TRUE(throttle.check("10.0.0.1"));
}

}  // namespace
}  // namespace tenantry::tenants
