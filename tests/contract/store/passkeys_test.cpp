// The contract of PasskeyStore, on every store: whose a passkey is, how many, and that its counter
// only goes up.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;
using domain::Passkey;

class PasskeyStoreContract : public StoreContract {
  protected:
    static constexpr std::size_t kMost = 3;

    void SetUp() override {
        StoreContract::SetUp();
        if (IsSkipped()) return;
        branches_ = putBranches(organizations(), connections());
        zoe_ = fullAccount(branches_.north, "zoë");
        ada_ = fullAccount(branches_.south, "ada");
        ASSERT_TRUE(accounts().putAccount(zoe_, soon()));
        ASSERT_TRUE(accounts().putAccount(ada_, soon()));
    }
    Passkey sample(const std::string& id, const domain::Account& owner, int second = 1) const {
        return {id, owner.id,      "credential-" + id, "public-key",  -257,
                7,  awkwardText(), {"usb", "hybrid"},  moment(second)};
    }
    static ErrorCode codeOf(const base::Status& status) {
        return status ? ErrorCode{} : status.error().code;
    }
    std::vector<std::string> idsOf(const domain::Account& account) {
        std::vector<std::string> out;
        const auto all = passkeys().passkeysOf(account.id, soon()).value();
        for (const auto& one : all) out.push_back(one.id);
        return out;
    }
    Branches branches_;
    domain::Account zoe_, ada_;
};
TNY_ON_EVERY_STORE(PasskeyStoreContract);

TEST_P(PasskeyStoreContract, APasskeyComesBackWhole) {
    auto given = sample("a1", zoe_);
    given.credentialId = std::string(1364, 'x');
    given.signCount = 4'294'967'295U;
    ASSERT_TRUE(passkeys().addPasskey(given, kMost, soon()));
    const auto found = passkeys().passkey("a1", soon());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->account, zoe_.id);
    EXPECT_EQ(found->credentialId, given.credentialId);
    EXPECT_EQ(found->publicKey, "public-key");
    EXPECT_EQ(found->algorithm, -257);
    EXPECT_EQ(found->signCount, given.signCount);
    EXPECT_EQ(found->name, given.name);
    EXPECT_EQ(found->transports, given.transports);
    EXPECT_EQ(found->createdAt, moment(1));
    EXPECT_FALSE(found->lastUsedAt);
    EXPECT_EQ(passkeys().passkey("a2", soon()).error().code, ErrorCode::kNotFound);
}

TEST_P(PasskeyStoreContract, ListsThoseOfOneAccountOldestFirst) {
    ASSERT_TRUE(passkeys().addPasskey(sample("a", zoe_, 3), kMost, soon()));
    ASSERT_TRUE(passkeys().addPasskey(sample("b", zoe_, 1), kMost, soon()));
    ASSERT_TRUE(passkeys().addPasskey(sample("c", ada_, 2), kMost, soon()));
    EXPECT_EQ(idsOf(zoe_), (std::vector<std::string>{"b", "a"}));
    EXPECT_EQ(idsOf(ada_), (std::vector<std::string>{"c"}));
}

TEST_P(PasskeyStoreContract, OneCredentialIsOfOneAccount) {
    ASSERT_TRUE(passkeys().addPasskey(sample("a", zoe_), kMost, soon()));
    EXPECT_EQ(codeOf(passkeys().addPasskey(sample("a", zoe_), kMost, soon())),
              ErrorCode::kConflict);
    EXPECT_EQ(codeOf(passkeys().addPasskey(sample("a", ada_), kMost, soon())),
              ErrorCode::kConflict);
    auto nobody = ada_;
    nobody.id = base::AccountId(base::newUuid());
    EXPECT_EQ(codeOf(passkeys().addPasskey(sample("b", nobody), kMost, soon())),
              ErrorCode::kConflict);
}

TEST_P(PasskeyStoreContract, ManyThatAddAtOnceDoNotPassTheLimit) {
    std::atomic<int> added{0};
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < 8; ++i)
            all.emplace_back([&, i] {
                const auto done =
                    passkeys().addPasskey(sample("k" + std::to_string(i), zoe_), kMost, soon());
                if (done)
                    ++added;
                else
                    EXPECT_EQ(done.error().code, ErrorCode::kConflict) << done.error().text();
            });
    }
    EXPECT_EQ(added, static_cast<int>(kMost));
    EXPECT_EQ(idsOf(zoe_).size(), kMost);
}

TEST_P(PasskeyStoreContract, TheCounterOnlyGoesUpAndOfTwoUsesOneWins) {
    ASSERT_TRUE(passkeys().addPasskey(sample("a", zoe_), kMost, soon()));
    EXPECT_EQ(codeOf(passkeys().usePasskey("a", 7, moment(2), soon())), ErrorCode::kConflict);
    EXPECT_EQ(codeOf(passkeys().usePasskey("a", 0, moment(2), soon())), ErrorCode::kConflict);
    EXPECT_FALSE(passkeys().passkey("a", soon())->lastUsedAt) << "refused uses leave no mark";
    std::atomic<int> won{0};
    {
        std::vector<std::jthread> all;
        for (int i = 0; i < 4; ++i)
            all.emplace_back([&] {
                if (passkeys().usePasskey("a", 8, moment(3), soon())) ++won;
            });
    }
    EXPECT_EQ(won, 1);
    EXPECT_EQ(passkeys().passkey("a", soon())->signCount, 8U);
    EXPECT_EQ(passkeys().passkey("a", soon())->lastUsedAt, moment(3));
    EXPECT_EQ(codeOf(passkeys().usePasskey("b", 8, moment(2), soon())), ErrorCode::kNotFound);
}

TEST_P(PasskeyStoreContract, ADeviceThatDoesNotCountMayBeUsedAgain) {
    auto given = sample("a", zoe_);
    given.signCount = 0;
    ASSERT_TRUE(passkeys().addPasskey(given, kMost, soon()));
    EXPECT_TRUE(passkeys().usePasskey("a", 0, moment(2), soon()));
    EXPECT_TRUE(passkeys().usePasskey("a", 0, moment(3), soon()));
    EXPECT_EQ(passkeys().passkey("a", soon())->lastUsedAt, moment(3));
}

TEST_P(PasskeyStoreContract, OnlyItsOwnerRenamesAndRemovesIt) {
    ASSERT_TRUE(passkeys().addPasskey(sample("a", zoe_), kMost, soon()));
    ASSERT_TRUE(passkeys().addPasskey(sample("b", ada_), kMost, soon()));
    EXPECT_EQ(codeOf(passkeys().renamePasskey(ada_.id, "a", "x", soon())), ErrorCode::kNotFound);
    EXPECT_EQ(codeOf(passkeys().removePasskey(ada_.id, "a", soon())), ErrorCode::kNotFound);
    ASSERT_TRUE(passkeys().renamePasskey(zoe_.id, "a", awkwardText(), soon()));
    ASSERT_TRUE(passkeys().renamePasskey(zoe_.id, "a", awkwardText(), soon())) << "again the same";
    EXPECT_EQ(passkeys().passkey("a", soon())->name, awkwardText());
    ASSERT_TRUE(passkeys().removePasskey(zoe_.id, "a", soon()));
    EXPECT_EQ(codeOf(passkeys().removePasskey(zoe_.id, "a", soon())), ErrorCode::kNotFound);
    EXPECT_EQ(idsOf(ada_).size(), 1U);
}

TEST_P(PasskeyStoreContract, AllOfOneAccountAreRemovedAndNoOthers) {
    ASSERT_TRUE(passkeys().addPasskey(sample("a", zoe_), kMost, soon()));
    ASSERT_TRUE(passkeys().addPasskey(sample("b", zoe_), kMost, soon()));
    ASSERT_TRUE(passkeys().addPasskey(sample("c", ada_), kMost, soon()));
    ASSERT_TRUE(passkeys().removePasskeysOf(zoe_.id, soon()));
    ASSERT_TRUE(passkeys().removePasskeysOf(zoe_.id, soon())) << "again";
    EXPECT_TRUE(idsOf(zoe_).empty());
    EXPECT_EQ(idsOf(ada_).size(), 1U);
}

}  // namespace
}  // namespace tenantry::testing
