// Goal: what is sealed opens for the same purpose with the same key only; passwords verify; tokens
// and digests have their form.
#include "kernel/base/crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace tenantry::base {
namespace {

class Crypto : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(initCrypto()); }
};

TEST_F(Crypto, ASealedSecretOpensForTheSamePurpose) {
    const auto key = SealingKey::generate();
    const SecretText plain(std::string("pässword\0with zero", 19));
    const auto sealed = key.seal(plain, "connection-1");
    EXPECT_EQ(sealed.find("word"), std::string::npos);
    const auto opened = key.open(sealed, "connection-1");
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->reveal(), plain.reveal());
    EXPECT_NE(key.seal(plain, "connection-1"), sealed);
}

TEST_F(Crypto, ASealedSecretStaysShutOtherwise) {
    const auto key = SealingKey::generate();
    const auto sealed = key.seal(SecretText("s"), "connection-1");
    EXPECT_FALSE(key.open(sealed, "connection-2"));
    EXPECT_FALSE(SealingKey::generate().open(sealed, "connection-1"));
    auto altered = sealed;
    altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(key.open(altered, "connection-1"));
    EXPECT_FALSE(key.open("", "connection-1"));
    EXPECT_FALSE(key.open("not base64!", "connection-1"));
}

TEST_F(Crypto, AKeyComesBackFromItsText) {
    const auto key = SealingKey::generate();
    const auto again = SealingKey::fromBase64(key.base64());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->open(key.seal(SecretText("s"), "x"), "x")->reveal(), "s");
    EXPECT_FALSE(SealingKey::fromBase64(SecretText("c2hvcnQ=")));
    EXPECT_FALSE(SealingKey::fromBase64(SecretText("***")));
}

TEST_F(Crypto, APasswordVerifiesAndAnotherDoesNot) {
    const auto hash = hashPassword(SecretText("correct horse"));
    ASSERT_TRUE(hash);
    EXPECT_EQ(hash->rfind("$argon2id$", 0), 0U);
    EXPECT_TRUE(verifyPassword(SecretText("correct horse"), *hash));
    EXPECT_FALSE(verifyPassword(SecretText("correct Horse"), *hash));
    EXPECT_FALSE(verifyPassword(SecretText("correct horse"), ""));
    EXPECT_FALSE(verifyPassword(SecretText("correct horse"), "$argon2id$nonsense"));
}

TEST_F(Crypto, TokensDifferAndAreUrlSafe) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        const auto token = randomToken();
        EXPECT_EQ(token.size(), 43U);
        EXPECT_EQ(token.find_first_of("+/="), std::string::npos);
        EXPECT_TRUE(seen.insert(token).second);
    }
}

TEST_F(Crypto, TheDigestIsBlake2b) {
    // BLAKE2b-256 of "abc", from the reference implementation (b2sum -l 256).
    EXPECT_EQ(digestHex("abc"), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    EXPECT_TRUE(equalInConstantTime("same", "same"));
    EXPECT_FALSE(equalInConstantTime("same", "sane"));
    EXPECT_FALSE(equalInConstantTime("same", "samee"));
}

}  // namespace
}  // namespace tenantry::base
