// The contract of AccountVault, on every store: credentials, sessions and one-time links. Of two
// that use a link up, one wins.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;

class AccountVaultContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (IsSkipped()) return;
        branches_ = putBranches(organizations(), connections());
        account_ = fullAccount(branches_.north, "zoë");
        ASSERT_TRUE(accounts().putAccount(account_, soon()));
    }
    domain::Session sessionOf(const std::string& digest, int created, int used) const {
        return {digest,        account_.id,     "csrf " + digest, "2001:db8::1",
                awkwardText(), moment(created), moment(used)};
    }
    bool hasSession(const std::string& digest) {
        return vault().session(digest, soon()).has_value();
    }
    Branches branches_;
    domain::Account account_;
};
TNY_ON_EVERY_STORE(AccountVaultContract);

TEST_P(AccountVaultContract, SignInFindsByUsernameOrEmailWhateverTheCase) {
    ASSERT_TRUE(vault().putCredentials(account_.id, {"$argon2id$x", 3, moment(1)}, soon()));
    for (const char* login : {"zoë", "ZOË", "zoë@example.com", "Zoë@EXAMPLE.com"}) {
        const auto found = vault().findForSignIn(login, soon());
        ASSERT_TRUE(found) << login;
        EXPECT_EQ(difference(found->first, account_), "");
        EXPECT_EQ(found->second.passwordHash, "$argon2id$x");
        EXPECT_EQ(found->second.failures, 3);
        EXPECT_EQ(found->second.lockedUntil, moment(1));
    }
    for (const char* login : {"zo", "zoe", "", "zoë ", "%"}) {
        const auto none = vault().findForSignIn(login, soon());
        ASSERT_FALSE(none) << login;
        EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
    }
}

TEST_P(AccountVaultContract, SecondFactorsComeBackAsTheyWere) {
    domain::Credentials given{"hash", 1, moment(1)};
    given.totpSecret = base::SecretText("JBSWY3DPEHPK3PXP");
    given.totpPending = base::SecretText("GEZDGNBVGY3TQOJQ");
    given.recoveryCodes = {"a1", "b2"};
    given.formerPasswords = {"$argon2id$old"};
    ASSERT_TRUE(vault().putCredentials(account_.id, given, soon()));
    const auto found = vault().findForSignIn("zoë", soon()).value().second;
    EXPECT_EQ(found.totpSecret.reveal(), given.totpSecret.reveal());
    EXPECT_EQ(found.totpPending.reveal(), given.totpPending.reveal());
    EXPECT_EQ(found.recoveryCodes, given.recoveryCodes);
    EXPECT_EQ(found.formerPasswords, given.formerPasswords);
}

TEST_P(AccountVaultContract, SessionsOfAnAccountComeNewestFirst) {
    const auto other = fullAccount(branches_.south, "other");
    ASSERT_TRUE(accounts().putAccount(other, soon()));
    ASSERT_TRUE(vault().putSession(sessionOf("old", 1, 5), soon()));
    ASSERT_TRUE(vault().putSession(sessionOf("new", 2, 3), soon()));
    auto foreign = sessionOf("foreign", 3, 3);
    foreign.account = other.id;
    ASSERT_TRUE(vault().putSession(foreign, soon()));
    const auto mine = vault().sessionsOf(account_.id, soon()).value();
    ASSERT_EQ(mine.size(), 2U);
    EXPECT_EQ(mine[0].tokenDigest, "new");
    EXPECT_EQ(mine[1].tokenDigest, "old");
}

TEST_P(AccountVaultContract, AnAccountMayHaveNoCredentials) {
    const auto found = vault().findForSignIn("zoë", soon());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->second.passwordHash, "");
    EXPECT_EQ(found->second.failures, 0);
    EXPECT_FALSE(found->second.lockedUntil);
}

TEST_P(AccountVaultContract, CredentialsAreReplaced) {
    ASSERT_TRUE(vault().putCredentials(account_.id, {"old", 3, moment(1)}, soon()));
    ASSERT_TRUE(vault().putCredentials(account_.id, {"new", 0, std::nullopt}, soon()));
    const auto found = vault().findForSignIn("zoë", soon()).value();
    EXPECT_EQ(found.second.passwordHash, "new");
    EXPECT_FALSE(found.second.lockedUntil);
    const auto refused =
        vault().putCredentials(base::AccountId(base::newUuid()), {"x", 0, std::nullopt}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_P(AccountVaultContract, AnAccountIsAddedWithItsCredentialsOrNotAtAll) {
    const auto added = fullAccount(branches_.south, "added");
    ASSERT_TRUE(vault().addAccount(added, {"hash", 0, std::nullopt}, soon()));
    EXPECT_EQ(vault().findForSignIn("added", soon()).value().second.passwordHash, "hash");

    const auto again = vault().addAccount(added, {"other", 0, std::nullopt}, soon());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kConflict);
    EXPECT_EQ(vault().findForSignIn("added", soon()).value().second.passwordHash, "hash");

    auto taken = fullAccount(branches_.south, "fresh");
    taken.email = account_.email;
    const auto refused = vault().addAccount(taken, {"x", 0, std::nullopt}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_FALSE(vault().findForSignIn("fresh", soon())) << "nothing of it is left";
    EXPECT_FALSE(accounts().account(taken.id, soon()));
}

TEST_P(AccountVaultContract, ASignInIsNotedWithoutARevisionAndNotUndoneByAnEdit) {
    ASSERT_TRUE(vault().noteSignIn(account_.id, moment(50), soon()));
    auto stored = accounts().account(account_.id, soon()).value();
    EXPECT_EQ(stored.lastLoginAt, moment(50));
    EXPECT_EQ(stored.revision, account_.revision);
    ASSERT_TRUE(accounts().putAccount(account_, soon())) << "read before the sign-in";
    EXPECT_EQ(accounts().account(account_.id, soon()).value().lastLoginAt, moment(50));
    ASSERT_TRUE(vault().noteSignIn(account_.id, moment(49), soon()));
    EXPECT_EQ(accounts().account(account_.id, soon()).value().lastLoginAt, moment(50));
    EXPECT_FALSE(vault().noteSignIn(base::AccountId(base::newUuid()), moment(1), soon()));
}

TEST_P(AccountVaultContract, ASessionComesBackWithEveryField) {
    const auto session = sessionOf("digest", 1, 2);
    ASSERT_TRUE(vault().putSession(session, soon()));
    const auto stored = vault().session("digest", soon()).value();
    EXPECT_EQ(
        std::tie(stored.tokenDigest, stored.account, stored.csrfToken, stored.remoteAddress,
                 stored.userAgent, stored.createdAt, stored.lastUsedAt),
        std::tie(session.tokenDigest, session.account, session.csrfToken, session.remoteAddress,
                 session.userAgent, session.createdAt, session.lastUsedAt));
    const auto none = vault().session("other", soon());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_P(AccountVaultContract, ASessionOfNoAccountIsRefused) {
    auto session = sessionOf("digest", 1, 2);
    session.account = base::AccountId(base::newUuid());
    EXPECT_FALSE(vault().putSession(session, soon()));
    EXPECT_FALSE(hasSession("digest"));
}

TEST_P(AccountVaultContract, TouchingMovesASessionForwardOnly) {
    ASSERT_TRUE(vault().putSession(sessionOf("digest", 1, 5), soon()));
    ASSERT_TRUE(vault().touchSession("digest", moment(7), soon()));
    EXPECT_EQ(vault().session("digest", soon()).value().lastUsedAt, moment(7));
    ASSERT_TRUE(vault().touchSession("digest", moment(6), soon()));
    EXPECT_EQ(vault().session("digest", soon()).value().lastUsedAt, moment(7));
    const auto none = vault().touchSession("other", moment(8), soon());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_P(AccountVaultContract, SessionsAreRemovedByTokenByAccountAndByAge) {
    auto other = fullAccount(branches_.south, "other");
    ASSERT_TRUE(accounts().putAccount(other, soon()));
    auto theirs = sessionOf("theirs", 10, 10);
    theirs.account = other.id;
    ASSERT_TRUE(vault().putSession(theirs, soon()));
    for (const char* digest : {"a", "b", "c"})
        ASSERT_TRUE(vault().putSession(sessionOf(digest, 10, 10), soon()));

    ASSERT_TRUE(vault().removeSession("a", soon()));
    ASSERT_TRUE(vault().removeSession("a", soon())) << "one that is gone is no error";
    EXPECT_FALSE(hasSession("a"));
    EXPECT_TRUE(hasSession("b"));
    ASSERT_TRUE(vault().removeSessionsOf(account_.id, soon()));
    EXPECT_FALSE(hasSession("b"));
    EXPECT_FALSE(hasSession("c"));
    EXPECT_TRUE(hasSession("theirs"));

    ASSERT_TRUE(vault().putSession(sessionOf("old", 1, 20), soon()));
    ASSERT_TRUE(vault().putSession(sessionOf("idle", 10, 11), soon()));
    ASSERT_TRUE(vault().putSession(sessionOf("fresh", 10, 12), soon()));
    ASSERT_TRUE(vault().removeOldSessions(moment(2), moment(12), soon()));
    EXPECT_FALSE(hasSession("old"));
    EXPECT_FALSE(hasSession("idle"));
    EXPECT_TRUE(hasSession("fresh"));
}

TEST_P(AccountVaultContract, ALinkIsUsedUpOnce) {
    const domain::OneTimeLink link{"digest", "setup", {}, moment(1)};
    ASSERT_TRUE(vault().putLink(link, soon()));
    const auto stored = vault().link("digest", soon()).value();
    EXPECT_EQ(stored.purpose, "setup");
    EXPECT_TRUE(stored.account.empty());
    EXPECT_EQ(stored.expiresAt, moment(1));
    ASSERT_TRUE(vault().consumeLink("digest", soon()));
    const auto again = vault().consumeLink("digest", soon());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kNotFound);
    EXPECT_FALSE(vault().link("digest", soon()));
}

TEST_P(AccountVaultContract, OfManyThatUseALinkUpOneWins) {
    ASSERT_TRUE(vault().putLink({"digest", "reset", account_.id, moment(1)}, soon()));
    std::atomic<int> won{0};
    std::atomic<int> lost{0};
    {
        std::vector<std::jthread> takers;
        for (int i = 0; i < 6; ++i)
            takers.emplace_back([&] {
                const auto taken = vault().consumeLink("digest", soon());
                if (taken)
                    ++won;
                else if (taken.error().code == ErrorCode::kNotFound)
                    ++lost;
            });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 5);
}

TEST_P(AccountVaultContract, LinksAreRemovedByPurpose) {
    ASSERT_TRUE(vault().putLink({"a", "setup", {}, moment(1)}, soon()));
    ASSERT_TRUE(vault().putLink({"b", "reset", account_.id, moment(1)}, soon()));
    ASSERT_TRUE(vault().removeLinks("setup", soon()));
    EXPECT_FALSE(vault().link("a", soon()));
    EXPECT_EQ(vault().link("b", soon()).value().account, account_.id);
}

}  // namespace
}  // namespace tenantry::testing
