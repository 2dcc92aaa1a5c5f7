// Mail over real SMTP: in the clear, by STARTTLS and over TLS; who the server is, what it refuses,
// and what waits while it is away.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "kernel/base/crypto.h"
#include "tenants/mail/outbox.h"
#include "tenants/mail/smtp.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_store.h"
#include "tests/support/child_process.h"

namespace tenantry::tenants {
namespace {

namespace fs = std::filesystem;
using testing::ChildProcess;

constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kPassword = "canary-mail-password";

void run(const std::vector<std::string>& command) {
    ChildProcess::Options options;
    options.command = command;
    const auto result = testing::runCommand(options);
    if (result.exitCode != 0) throw std::runtime_error(command[0] + ": " + result.output);
}

bool isInstalled() {
    ChildProcess::Options options;
    options.command = {kPython, "-c", "import aiosmtpd.smtp"};
    return fs::exists(kPython) && testing::runCommand(options).exitCode == 0;
}

class SmtpServer {
  public:
    explicit SmtpServer(const std::string& mode) {
        const auto file = [&](const char* name) { return (folder_.path() / name).string(); };
        ChildProcess::Options options;
        options.command = {kPython, fs::absolute("tests/support/smtp_server.py").string(),
                           folder_.path().string(), mode};
        if (mode != "plain") {
            std::ofstream(file("san")) << "subjectAltName=DNS:localhost,IP:127.0.0.1\n";
            run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                 "-subj", "/CN=Test Authority", "-keyout", file("ca.key"), "-out", file("ca.pem")});
            run({"/usr/bin/openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj",
                 "/CN=localhost", "-keyout", file("key"), "-out", file("csr")});
            run({"/usr/bin/openssl", "x509", "-req", "-in", file("csr"), "-CA", file("ca.pem"),
                 "-CAkey", file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("san"),
                 "-out", file("pem")});
            options.command.push_back(file("pem"));
            options.command.push_back(file("key"));
        }
        options.log = folder_.path() / "log";
        process_ = std::make_unique<ChildProcess>(options);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (!fs::exists(folder_.path() / "port")) {
            if (!process_->running() || std::chrono::steady_clock::now() > until)
                throw std::runtime_error("no SMTP server: " + testing::tailOf(options.log));
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        std::ifstream(folder_.path() / "port") >> port_;
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string caFile() const { return (folder_.path() / "ca.pem").string(); }
    /// The n-th mail; empty when there is none.
    [[nodiscard]] std::string mail(int n) const {
        std::ifstream in(folder_.path() / (std::to_string(n) + ".eml"), std::ios::binary);
        std::stringstream out;
        out << in.rdbuf();
        return out.str();
    }

  private:
    testing::TempFolder folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

class Smtp : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!isInstalled())
            GTEST_SKIP() << "SKIPPED: aiosmtpd is not installed (Debian package python3-aiosmtpd)";
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
