// Sign-in, sessions and the set-up link, as an operator and as an attacker would use them. A real
// Access on a store in memory and a clock that moves when told.
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using testing::soon;
using testing::World;

class AccessTest : public ::testing::Test {
  protected:
    AccessTest() {
        account.id = base::AccountId(base::newUuid());
        account.home = world.organizationId("north");
        account.username = "Grace";
        account.email = "grace@msp.example";
        account.grants = {{"partner_administrator", account.home}};
        EXPECT_TRUE(world.access.unsafeAddAccount(
            account, base::SecretText("correct horse battery"), soon()));
    }
    base::Result<SignedIn> signIn(const std::string& login, const std::string& password) {
        return world.access.signIn({login, base::SecretText(password), "127.0.0.1", "test"},
                                   soon());
    }
    World world;
    domain::Account account;
};

TEST_F(AccessTest, SignsInByUsernameOrEmailIgnoringCase) {
    EXPECT_TRUE(signIn("grace", "correct horse battery"));
    EXPECT_TRUE(signIn("GRACE@MSP.EXAMPLE", "correct horse battery"));
}

TEST_F(AccessTest, RefusesWithTheSameWordsWhateverIsWrong) {
    const auto wrong = signIn("grace", "not the password");
    const auto nobody = signIn("nobody", "not the password");
    ASSERT_FALSE(wrong);
    ASSERT_FALSE(nobody);
    EXPECT_EQ(wrong.error().code, base::ErrorCode::kUnauthenticated);
    EXPECT_EQ(wrong.error().message, nobody.error().message);
}

TEST_F(AccessTest, LocksOutAfterRepeatedFailuresAndLetsInAgainLater) {
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i)
        EXPECT_FALSE(signIn("grace", "wrong password x"));
    EXPECT_FALSE(signIn("grace", "correct horse battery"))
        << "the right password must not end a lockout";
    world.clock.advance(base::limits::kSignInLockout + std::chrono::seconds{1});
    EXPECT_TRUE(signIn("grace", "correct horse battery"));
}

TEST_F(AccessTest, GivesAnOperatorForATokenAndNothingForAnother) {
    const auto session = signIn("grace", "correct horse battery").value();
    const auto who = world.access.authenticate(session.token, "127.0.0.1", soon());
    ASSERT_TRUE(who);
    EXPECT_EQ(who->asker.account(), account.id);
    EXPECT_TRUE(who->asker.visible().contains(world.organizationId("north-tenant")));
    EXPECT_FALSE(who->asker.visible().contains(world.organizationId("south-tenant")));
    EXPECT_FALSE(who->asker.visible().contains(world.organizationId("platform")));
    EXPECT_FALSE(world.access.authenticate(base::SecretText("guess"), "127.0.0.1", soon()));
    EXPECT_FALSE(world.access.authenticate(base::SecretText(), "127.0.0.1", soon()));
}

TEST_F(AccessTest, EndsASessionBySignOutByIdlenessAndByAge) {
    const auto first = signIn("grace", "correct horse battery").value();
    EXPECT_TRUE(world.access.signOut(first.token, soon()));
    EXPECT_FALSE(world.access.authenticate(first.token, "", soon()));

    const auto idle = signIn("grace", "correct horse battery").value();
    world.clock.advance(base::limits::kSessionIdle + std::chrono::seconds{1});
    EXPECT_FALSE(world.access.authenticate(idle.token, "", soon()));

    const auto old = signIn("grace", "correct horse battery").value();
    for (int i = 0; i < 12; ++i) {
        EXPECT_TRUE(world.access.authenticate(old.token, "", soon())) << "hour " << i;
        world.clock.advance(std::chrono::hours{1});
    }
    EXPECT_FALSE(world.access.authenticate(old.token, "", soon()));
}

TEST_F(AccessTest, MakesNoSetupLinkOnceThereIsAnAccount) {
    const auto link = world.access.makeSetupLink(soon());
    ASSERT_TRUE(link);
    EXPECT_FALSE(link->has_value());
}

TEST(AccessSetUpTest, MakesThePlatformAndItsFirstAdministratorOnce) {
    testing::FakeClock clock;
    testing::FakeStore store;
    testing::RecordedEvents events;
    ASSERT_TRUE(base::initCrypto());
    view::MemoryView view(clock);
    Organizations organizations(store, view, events, clock);
    testing::AccountsKit kit(store, organizations, clock);
    Access& access = kit.access;
    const auto link = access.makeSetupLink(soon()).value();
    ASSERT_TRUE(link);
    EXPECT_TRUE(access.checkSetup(*link, soon()));
    EXPECT_FALSE(access.checkSetup(base::SecretText("guess"), soon()));

    tenants::SetUp request{
        *link, "admin", "admin@msp.example", "Ada", "Admin", base::SecretText("short"), "Acme MSP"};
    const auto weak = access.setUp(request, soon());
    ASSERT_FALSE(weak);
    EXPECT_EQ(weak.error().pointer, "/password");
    request.password = base::SecretText("a long enough secret");
    const auto made = access.setUp(request, soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(organizations.tree()->at(0).name, "Acme MSP");
    EXPECT_FALSE(access.checkSetup(*link, soon())) << "the link is used up";
    EXPECT_FALSE(access.setUp(request, soon()));
    EXPECT_TRUE(access.signIn({"admin", base::SecretText("a long enough secret"), "", ""}, soon()));
}

TEST(AccessSetUpTest, ANewLinkKillsTheOlderAndALinkExpires) {
    testing::FakeClock clock;
    testing::FakeStore store;
    testing::RecordedEvents events;
    ASSERT_TRUE(base::initCrypto());
    view::MemoryView view(clock);
    Organizations organizations(store, view, events, clock);
    testing::AccountsKit kit(store, organizations, clock);
    Access& access = kit.access;
    const auto older = access.makeSetupLink(soon()).value().value();
    const auto newer = access.makeSetupLink(soon()).value().value();
    EXPECT_FALSE(access.checkSetup(older, soon()));
    EXPECT_TRUE(access.checkSetup(newer, soon()));
    clock.advance(base::limits::kSetupLinkLife + std::chrono::seconds{1});
    EXPECT_FALSE(access.checkSetup(newer, soon()));
}

}  // namespace
}  // namespace tenantry::tenants
