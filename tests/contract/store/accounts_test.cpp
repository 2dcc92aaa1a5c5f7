// The contract of AccountStore, on every store: revisions guard against lost updates, and a login
// leads to one account whatever its case.
#include <gmock/gmock.h>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;

class AccountStoreContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (!IsSkipped()) branches_ = putBranches(organizations(), connections());
    }
    ErrorCode codeOfPut(const domain::Account& account) {
        const auto refused = accounts().putAccount(account, soon());
        return refused ? ErrorCode{} : refused.error().code;
    }
    Branches branches_;
};
TNY_ON_EVERY_STORE(AccountStoreContract);

TEST_P(AccountStoreContract, AnAccountComesBackWithEveryField) {
    const auto account = fullAccount(branches_.north, "zoë");
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    EXPECT_EQ(difference(accounts().account(account.id, soon()).value(), account), "");
    const auto all = accounts().loadAccounts(soon()).value();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(difference(all[0], account), "");
    EXPECT_EQ(accounts().countAccounts(soon()).value(), 1U);
}

TEST_P(AccountStoreContract, NoAccountIsNotFound) {
    EXPECT_EQ(accounts().countAccounts(soon()).value(), 0U);
    const auto none = accounts().account(base::AccountId(base::newUuid()), soon());
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
}

TEST_P(AccountStoreContract, ReplacingMovesTheRevision) {
    auto account = fullAccount(branches_.north, "zoë");
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    account.firstName = "Zora";
    account.grants.clear();
    account.breakGlass = false;
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    auto stored = accounts().account(account.id, soon()).value();
    EXPECT_EQ(stored.revision, 2U);
    stored.revision = account.revision;
    EXPECT_EQ(difference(stored, account), "");
}

TEST_P(AccountStoreContract, ARevisionThatMovedIsAConflict) {
    auto account = fullAccount(branches_.north, "zoë");
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    ASSERT_TRUE(accounts().putAccount(account, soon()));
    account.firstName = "Stale";
    EXPECT_EQ(codeOfPut(account), ErrorCode::kConflict);
    EXPECT_EQ(accounts().account(account.id, soon()).value().firstName, "Zoë");
}

TEST_P(AccountStoreContract, ALoginIsTakenWhateverItsCase) {
    const auto first = fullAccount(branches_.north, "Straße");
    ASSERT_TRUE(accounts().putAccount(first, soon()));
    struct Case {
        const char* what;
        const char* username;
        const char* email;
        const char* pointer;
    };
    for (const auto& one : {Case{"the username", "STRASSE", "new@example.com", "/username"},
                            Case{"the e-mail", "new", "STRASSE@example.COM", "/email"},
                            Case{"an e-mail as username", "straße@example.com", "", "/username"},
                            Case{"a username as e-mail", "new", "straße", "/email"}}) {
        auto other = fullAccount(branches_.south, one.username);
        other.email = one.email;
        const auto refused = accounts().putAccount(other, soon());
        ASSERT_FALSE(refused) << one.what;
        EXPECT_EQ(refused.error().code, ErrorCode::kConflict) << one.what;
        EXPECT_EQ(refused.error().pointer, one.pointer) << one.what;
    }
    EXPECT_EQ(accounts().countAccounts(soon()).value(), 1U);
}

TEST_P(AccountStoreContract, ManyAccountsMayHaveNoEmail) {
    for (const char* username : {"a", "b", "c"}) {
        auto account = fullAccount(branches_.north, username);
        account.email.clear();
        EXPECT_TRUE(accounts().putAccount(account, soon())) << username;
    }
}

TEST_P(AccountStoreContract, AUsernameMayBeItsOwnEmail) {
    auto account = fullAccount(branches_.north, "zoe@example.com");
    account.email = "Zoe@Example.com";
    EXPECT_TRUE(accounts().putAccount(account, soon()));
}

TEST_P(AccountStoreContract, AFormerLoginIsFree) {
    auto first = fullAccount(branches_.north, "one");
    ASSERT_TRUE(accounts().putAccount(first, soon()));
    first.username = "two";
    first.email = "";
    ASSERT_TRUE(accounts().putAccount(first, soon()));
    EXPECT_TRUE(accounts().putAccount(fullAccount(branches_.south, "one"), soon()));
}

TEST_P(AccountStoreContract, LoginsThatDifferInBlanksOrAccentsAreTwo) {
    EXPECT_TRUE(accounts().putAccount(fullAccount(branches_.north, "zoe"), soon()));
    EXPECT_TRUE(accounts().putAccount(fullAccount(branches_.north, "zoe "), soon()));
    EXPECT_TRUE(accounts().putAccount(fullAccount(branches_.north, "zoé"), soon()));
}

TEST_P(AccountStoreContract, AHomeThatIsNotThereIsAConflict) {
    EXPECT_EQ(codeOfPut(fullAccount(platform(), "zoë")), ErrorCode::kConflict);
}

}  // namespace
}  // namespace tenantry::testing
