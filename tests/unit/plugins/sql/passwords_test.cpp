// Password hashes against what other implementations made. phpass: class-phpass.php of WordPress
// 6.1.9, crypt_private(password, '$P$B' + salt). MediaWiki: PHP 8.2's hash_pbkdf2('sha512', ...,
// 30000, 64), in the form of MediaWiki 1.39's Pbkdf2PasswordUsingOpenSSL.
#include "plugins/sql/passwords.h"

#include <crypt.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <set>
#include <tenantry/error.hpp>

namespace tenantry::sql {
namespace {

using ::testing::StartsWith;

TEST(Phpass, MakesWhatWordPressMakes) {
    EXPECT_EQ(hashPasswordWithSalt(HashScheme::kPhpass, "correct horse", "abcdefgh"),
              "$P$BabcdefghKfdE7H4Uy7ajxpijsjAJW0");
    EXPECT_EQ(hashPasswordWithSalt(HashScheme::kPhpass, "Pässwörd.7", "./09AZaz"),
              "$P$B./09AZazA86kTLbqOVPb5/Qp7VjVf/");
    EXPECT_EQ(hashPasswordWithSalt(HashScheme::kPhpass, "", "12345678"),
              "$P$B12345678TU.B9qZyvZoZmOrvDu6t8.");
    EXPECT_THROW(hashPasswordWithSalt(HashScheme::kPhpass, "x", "short"), tny::Error);
}

TEST(MediaWikiPbkdf2, MakesWhatMediaWikiMakes) {
    EXPECT_EQ(
        hashPasswordWithSalt(HashScheme::kMediaWikiPbkdf2, "correct horse", "0123456789abcdef"),
        ":pbkdf2:sha512:30000:64:MDEyMzQ1Njc4OWFiY2RlZg==:EZdYedjJ9LINuCEWb/obgbC2etwQSY8+K/"
        "kV9Sbe4upwijP8unRux35qRxFax9VOayhTRti9uKhJLnaJW9awyQ==");
    EXPECT_EQ(hashPasswordWithSalt(HashScheme::kMediaWikiPbkdf2, "Pässwörd.7", "sixteen bytes ok"),
              ":pbkdf2:sha512:30000:64:c2l4dGVlbiBieXRlcyBvaw==:0jzdreuKBjAeecQkfp2A01wE2yuoKeOp67"
              "U3cMxz/DKhX5lkgSQPS+cQ1GqgyGYdYAu55q77IrGhu1/uabFZOQ==");
}

TEST(Argon2id, VerifiesWithLibsodium) {
    const std::string hash = hashPassword(HashScheme::kArgon2id, "correct horse");
    EXPECT_THAT(hash, StartsWith("$argon2id$v=19$"));
    EXPECT_EQ(crypto_pwhash_str_verify(hash.c_str(), "correct horse", 13), 0);
    EXPECT_NE(crypto_pwhash_str_verify(hash.c_str(), "correct horsf", 13), 0);
}

TEST(CryptSchemes, VerifyWithTheCLibrary) {
    for (const auto& [scheme, start] :
         {std::pair{HashScheme::kBcrypt, "$2y$10$"}, std::pair{HashScheme::kSha512Crypt, "$6$"}}) {
        const std::string hash = hashPassword(scheme, "correct horse");
        EXPECT_THAT(hash, StartsWith(start));
        crypt_data data{};
        EXPECT_EQ(hash, crypt_r("correct horse", hash.c_str(), &data));
        EXPECT_NE(hash, crypt_r("wrong", hash.c_str(), &data));
    }
}

TEST(HashPassword, SaltsEachTimeAnew) {
    for (const char* word : {"argon2id", "bcrypt", "sha512-crypt", "phpass", "mediawiki-pbkdf2"}) {
        const auto scheme = hashSchemeOf(word);
        ASSERT_TRUE(scheme) << word;
        EXPECT_NE(hashPassword(*scheme, "same"), hashPassword(*scheme, "same")) << word;
    }
    EXPECT_EQ(hashSchemeOf("md5"), std::nullopt);
}

TEST(TemporaryPassword, HasFourClassesAndDoesNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) {
        const std::string password = makeTemporaryPassword();
        EXPECT_EQ(password.size(), 20u);
        EXPECT_NE(password.find_first_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos);
        EXPECT_NE(password.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string::npos);
        EXPECT_NE(password.find_first_of("23456789"), std::string::npos);
        EXPECT_NE(password.find_first_of("-+=.!#%"), std::string::npos);
        EXPECT_EQ(password.find_first_of("lIO01o"), std::string::npos) << "look-alikes";
        EXPECT_TRUE(seen.insert(password).second);
    }
}

}  // namespace
}  // namespace tenantry::sql
