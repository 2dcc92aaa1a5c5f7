// What an attacker learns from a sign-in: nothing by its time, nothing by what is written down.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "tenants/totp.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using testing::soon;
using testing::World;

TEST(SignInSecrecy, TheTimeOfARefusalTellsNothingOfTheAccount) {
    World world;
    // As the server is wired: refusals take the same time, whatever they are for.
    Access access({world.store, world.store, world.store, world.organizations, world.clock,
                   world.kit.accounts, world.kit.roles, world.kit.passwords, world.store,
                   world.kit.passkeys, std::chrono::milliseconds{150}, 10'000});
    domain::Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = world.organizationId("north");
    account.username = "there";
    account.email = "there@msp.example";
    account.grants = {{"help_desk", account.home}};
    ASSERT_TRUE(
        access.unsafeAddAccount(account, base::SecretText("correct horse battery"), soon()));
    const auto micros = [&](const std::string& login) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_FALSE(access.signIn({login, base::SecretText("wrong password"), "", ""}, soon()));
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start)
            .count();
    };
    std::vector<long> there, nobody;
    for (int i = 0; i < 24; ++i) {
        there.push_back(micros("there"));
        nobody.push_back(micros("nobody"));
    }
    const auto median = [](std::vector<long>& all) {
        std::sort(all.begin(), all.end());
        return all[all.size() / 2];
    };
    const auto difference = std::abs(median(there) - median(nobody));
    RecordProperty("difference_us", std::to_string(difference));
    std::cout << "medians differ by " << difference << " us\n";
    // Waking up is not more exact than this on a busy machine; hashing one password alone takes
    // many times as long.
    EXPECT_LT(difference, 4000);
}

TEST(SignInSecrecy, NoSecretIsInTheLogTheTrailOrAnError) {
    World world;
    world.openPortal();
    const auto admin = world.administrator("north");
    NewAccount wish;
    wish.organization = "north";
    wish.username = "grace";
    wish.email = "grace@msp.example";
    wish.mfaRequired = true;
    ::testing::internal::CaptureStderr();
    ASSERT_TRUE(world.kit.accounts.create(admin, wish, soon()));
    world.kit.outbox.sendAll(soon());
    const base::SecretText token(
        testing::FakeMailer::tokenIn(world.kit.mailer.lastTo("grace@msp.example")));
    const auto enrolment = world.access.enrolByLink(token, soon()).value();
    const std::string password = "canary-password-of-hers";
    const auto code = totpCodeAt(enrolment.secret, world.clock.now());
    const auto weak =
        world.access.acceptLink({token, base::SecretText(password), "1", "", ""}, soon());
    ASSERT_FALSE(weak);
    const auto session =
        world.access.acceptLink({token, base::SecretText(password), code, "", ""}, soon());
    ASSERT_TRUE(session) << session.error().text();
    const auto wrong =
        world.access.signIn({"grace", base::SecretText("canary-wrong-password"), "", ""}, soon());
    const auto made = world.kit.tokens.create(
        admin,
        {"t", "north", {domain::Permission::kUsersView}, world.clock.now() + std::chrono::hours{1}},
        soon());
    ASSERT_TRUE(made);
    const std::string log = ::testing::internal::GetCapturedStderr();
    std::string written = log + weak.error().text() + wrong.error().text();
    for (const auto& one : world.store.activities())
        written += one.detail + one.beforeJson + one.afterJson + one.reason + one.targetName;
    for (const auto& user : world.list(admin).items) written += user.attributesJson;
    for (const auto& secret :
         {password, std::string("canary-wrong-password"), token.reveal(), code,
          enrolment.secret.reveal(), session->token.reveal(), session->csrfToken,
          session->recoveryCodes.at(0).reveal(), made->second.reveal()})
        EXPECT_EQ(written.find(secret), std::string::npos) << secret.substr(0, 6);
    EXPECT_NE(log.find("sign_in_refused"), std::string::npos) << "the log was looked at";
}

}  // namespace
}  // namespace tenantry::tenants
