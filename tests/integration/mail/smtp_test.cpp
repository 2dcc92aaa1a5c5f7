// Mail over real SMTP: in the clear, by STARTTLS and over TLS; who the server is, what it refuses,
// and what waits while it is away.
#include <gtest/gtest.h>

#include "kernel/base/crypto.h"
#include "tenants/mail/outbox.h"
#include "tenants/mail/smtp.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_store.h"
#include "tests/support/smtp_server.h"

namespace tenantry::tenants {
namespace {

using testing::SmtpServer;

constexpr const char* kPassword = SmtpServer::kPassword;

class Smtp : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = SmtpServer::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
    }
    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{20}); }
    static SmtpOptions optionsOf(const SmtpServer& server, SmtpTls tls) {
        SmtpOptions out;
        out.host = "localhost";
        out.port = server.port();
        out.tls = tls;
        out.from = "portal@msp.example";
        if (tls != SmtpTls::kNone) {
            out.caFile = server.caFile();
            out.username = "portal";
            out.password = base::SecretText(kPassword);
        }
        return out;
    }
    static Message message(const std::string& to = "grace@msp.example") {
        return {to, "Grace Höpper", "Ihr Konto für Nordwind", "Hello\r\n.\r\nend", "<p>Hello</p>"};
    }
    testing::FakeClock clock;
};

TEST_F(Smtp, InTheClearToARelayOnThisMachine) {
    SmtpServer server("plain");
    SmtpMailer mailer(optionsOf(server, SmtpTls::kNone), clock);
    const auto sent = mailer.send(message(), soon());
    ASSERT_TRUE(sent) << sent.error().text();
    const auto mail = server.mail(1);
    EXPECT_NE(mail.find("X-To: grace@msp.example"), std::string::npos) << mail;
    EXPECT_NE(mail.find("X-Tls: no"), std::string::npos);
    EXPECT_NE(mail.find("multipart/alternative"), std::string::npos);
}

TEST_F(Smtp, ByStartTlsWithASignIn) {
    SmtpServer server("starttls");
    SmtpMailer mailer(optionsOf(server, SmtpTls::kStartTls), clock);
    const auto sent = mailer.send(message(), soon());
    ASSERT_TRUE(sent) << sent.error().text();
    EXPECT_NE(server.mail(1).find("X-Tls: yes\r\nX-User: portal"), std::string::npos);
}

TEST_F(Smtp, OverTlsWithASignIn) {
    SmtpServer server("implicit");
    SmtpMailer mailer(optionsOf(server, SmtpTls::kImplicit), clock);
    const auto sent = mailer.send(message(), soon());
    ASSERT_TRUE(sent) << sent.error().text();
    EXPECT_NE(server.mail(1).find("X-User: portal"), std::string::npos);
}

TEST_F(Smtp, AServerOfAnotherAuthorityOrNameGetsNoPassword) {
    for (const auto tls : {SmtpTls::kStartTls, SmtpTls::kImplicit}) {
        SmtpServer server(tls == SmtpTls::kStartTls ? "starttls" : "implicit");
        auto options = optionsOf(server, tls);
        options.caFile.clear();
        const auto unknown = SmtpMailer(options, clock).send(message(), soon());
        ASSERT_FALSE(unknown);
        EXPECT_EQ(unknown.error().code, base::ErrorCode::kUnavailable);
        EXPECT_EQ(unknown.error().text().find(kPassword), std::string::npos);
        EXPECT_EQ(server.mail(1), "");
    }
}

TEST_F(Smtp, AServerThatSpeaksNoTlsGetsNoPassword) {
    SmtpServer server("plain");
    auto options = optionsOf(server, SmtpTls::kNone);
    options.tls = SmtpTls::kStartTls;
    options.username = "portal";
    options.password = base::SecretText(kPassword);
    EXPECT_FALSE(SmtpMailer(options, clock).send(message(), soon()));
    EXPECT_EQ(server.mail(1), "");
}

TEST_F(Smtp, AServerThatFallsSilentIsGivenUpAtTheDeadline) {
    SmtpServer server("mute-starttls");
    const auto start = std::chrono::steady_clock::now();
    const auto sent = SmtpMailer(optionsOf(server, SmtpTls::kStartTls), clock)
                          .send(message(), base::Deadline::after(std::chrono::seconds{2}));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, base::ErrorCode::kUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{8});
}

TEST_F(Smtp, WhatIsRefusedForGoodIsToldApartFromWhatMayGoLater) {
    SmtpServer server("plain");
    SmtpMailer mailer(optionsOf(server, SmtpTls::kNone), clock);
    EXPECT_EQ(mailer.send(message("refused@msp.example"), soon()).error().code,
              base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(mailer.send(message("later@msp.example"), soon()).error().code,
              base::ErrorCode::kUnavailable);
}

TEST_F(Smtp, MailWaitsWhileTheServerIsAway) {
    testing::FakeStore store;
    ASSERT_TRUE(base::initCrypto());
    auto server = std::make_unique<SmtpServer>("plain");
    const auto options = optionsOf(*server, SmtpTls::kNone);
    server.reset();
    SmtpMailer away(options, clock);
    Outbox outbox(store, away, clock);
    ASSERT_TRUE(outbox.put(message(), soon()));
    ASSERT_TRUE(outbox.put(message("refused@msp.example"), soon()));
    outbox.sendAll(soon());
    EXPECT_EQ(store.documents("mail", "", soon()).value().size(), 2U);
    SmtpServer back("plain");
    SmtpMailer there(optionsOf(back, SmtpTls::kNone), clock);
    Outbox later(store, there, clock);
    later.sendAll(soon());
    EXPECT_NE(back.mail(1), "");
    EXPECT_TRUE(store.documents("mail", "", soon()).value().empty())
        << "one was sent, and the other will never be taken";
}

}  // namespace
}  // namespace tenantry::tenants
