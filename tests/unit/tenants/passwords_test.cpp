// What makes a password usable, and codes that change with time.
#include <gtest/gtest.h>

#include <fstream>

#include "tenants/passwords.h"
#include "tenants/totp.h"
#include "tests/support/child_process.h"

namespace tenantry::tenants {
namespace {

using base::SecretText;

base::Deadline soon() {
    return base::Deadline::after(std::chrono::seconds{20});
}

TEST(PasswordsTest, RefusesShortOnesWellKnownOnesAndTheUsername) {
    Passwords passwords;
    for (const char* one : {"short", "passwordpassword", "Password1234", "xx grace hopper xx"})
        EXPECT_FALSE(passwords.check(SecretText(one), "grace", {}, soon())) << one;
    EXPECT_TRUE(passwords.check(SecretText("correct horse battery"), "grace", {}, soon()));
}

TEST(PasswordsTest, FindsABreachedOneInASortedFileOfDigests) {
    const testing::TempFolder folder;
    const auto file = (folder.path() / "sha1").string();
    {
        // SHA-1 of "correct horse battery staple", between others.
        std::ofstream out(file);
        for (int i = 0; i < 40; ++i)
            out << "00" << (10 + i) << std::string(36, 'A') << ":" << i << "\r\n";
        out << "ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42:117\r\n";
        for (int i = 0; i < 40; ++i) out << "FF" << (10 + i) << std::string(36, '0') << ":1\r\n";
    }
    Passwords passwords(file);
    EXPECT_FALSE(passwords.check(SecretText("correct horse battery staple"), "", {}, soon()));
    EXPECT_TRUE(passwords.check(SecretText("correct horse battery stable"), "", {}, soon()));
}

TEST(PasswordsTest, FindsABreachedOneInAPlainList) {
    const testing::TempFolder folder;
    const auto file = (folder.path() / "list").string();
    std::ofstream(file) << "summer2026summer\nwinter2026winter\n";
    Passwords passwords(file);
    EXPECT_FALSE(passwords.check(SecretText("winter2026winter"), "", {}, soon()));
    EXPECT_TRUE(passwords.check(SecretText("winter2026summer"), "", {}, soon()));
}

TEST(PasswordsTest, RemembersTheLastOnes) {
    Passwords passwords;
    domain::Credentials credentials;
    for (int i = 0; i < 7; ++i) {
        const SecretText one("a long password number " + std::to_string(i));
        ASSERT_TRUE(passwords.check(one, "", credentials, soon()));
        ASSERT_TRUE(passwords.put(credentials, one, soon()));
    }
    EXPECT_FALSE(passwords.check(SecretText("a long password number 6"), "", credentials, soon()));
    EXPECT_FALSE(passwords.check(SecretText("a long password number 2"), "", credentials, soon()));
    EXPECT_TRUE(passwords.check(SecretText("a long password number 0"), "", credentials, soon()))
        << "forgotten by now";
}

TEST(Totp, GivesTheCodesOfRfc6238) {
    // Appendix B, SHA-1: the secret is "12345678901234567890"; of eight digits the last six.
    const SecretText secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    EXPECT_EQ(totpCodeAt(secret, base::fromMillis(59'000)), "287082");
    EXPECT_EQ(totpCodeAt(secret, base::fromMillis(1'111'111'109'000)), "081804");
    EXPECT_EQ(totpCodeAt(secret, base::fromMillis(20'000'000'000'000)), "353130");
}

TEST(Totp, TakesOneStepEarlyOrLateAndSaysWhich) {
    const auto secret = newTotpSecret();
    const auto now = base::fromMillis(1'795'305'600'000);
    const std::chrono::seconds step{kTotpStepSeconds};
    const auto code = totpCodeAt(secret, now);
    const auto number = totpStepOf(secret, code, now);
    ASSERT_TRUE(number);
    EXPECT_EQ(totpStepOf(secret, code, now + step), number);
    EXPECT_EQ(totpStepOf(secret, code, now - step), number);
    EXPECT_FALSE(totpStepOf(secret, code, now + 2 * step));
    EXPECT_FALSE(totpStepOf(secret, "", now));
    EXPECT_FALSE(totpStepOf(secret, "12345x", now));
    EXPECT_FALSE(totpStepOf(SecretText(), code, now));
}

TEST(Totp, TheAddressIsEncodedAndDrawn) {
    const SecretText secret("JBSWY3DPEHPK3PXP");
    const auto uri = totpUri(secret, "ada@x.example", "Nord & Wind");
    EXPECT_EQ(uri.reveal(),
              "otpauth://totp/Nord%20%26%20Wind:ada%40x.example?secret=JBSWY3DPEHPK3PXP&issuer="
              "Nord%20%26%20Wind&digits=6&period=30");
    EXPECT_EQ(qrSvg(uri).reveal().rfind("<svg ", 0), 0U);
}

}  // namespace
}  // namespace tenantry::tenants
