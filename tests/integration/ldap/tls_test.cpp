// Encryption against a real server whose certificate is of an authority of its own.
#include <chrono>

#include "tests/integration/ldap/directory.h"

namespace tenantry::ldap {
namespace {

class LdapTls : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (SlapdServer::unavailable()) return;
        SlapdOptions options;
        options.users = testing::numberedSlapdUsers(2);
        options.tls = true;
        server_ = new SlapdServer(options);
    }
    static void TearDownTestSuite() {
        delete server_;
        server_ = nullptr;
    }
    void SetUp() override {
        if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    }
    std::string config(const std::string& url, const std::string& tls,
                       const std::string& ca) const {
        return R"({"url":")" + url + R"(","tls":")" + tls + R"(","tls_ca_file":")" + ca +
               R"(","bind_dn":")" + server_->serviceDn() +
               R"(","bind_password":{"$secret":"pw"},"base_dn":")" + server_->baseDn() + "\"}";
    }

    static inline SlapdServer* server_ = nullptr;
    Host host_;
};

TEST_F(LdapTls, WorksWithStartTlsAndWithLdaps) {
    for (const auto& text : {config(server_->url(), "starttls", server_->caFile()),
                             config(server_->tlsUrl(), "ldaps", server_->caFile())}) {
        auto ldap = host_.open<LdapConnector>(text);
        const auto all = ldap.listAll("user");
        EXPECT_EQ(all.status, TNY_OK) << all.error.message() << all.error.detail();
        EXPECT_EQ(all.records.size(), 2U);
        EXPECT_NE(ldap.check().replies.at("diagnostics").dump().find("encrypted"),
                  std::string::npos);
    }
}

TEST_F(LdapTls, RefusesACertificateOfAnAuthorityItDoesNotKnow) {
    for (const auto& text :
         {config(server_->url(), "starttls", ""), config(server_->tlsUrl(), "ldaps", "")}) {
        const auto check = host_.open<LdapConnector>(text).check();
        EXPECT_EQ(check.status, TNY_E_CONFIG);
        EXPECT_EQ(check.error.pointer(), "/tls");
        EXPECT_NE(check.error.message().find("certificate"), std::string::npos);
    }
}

TEST_F(LdapTls, RefusesACertificateOfAnotherHost) {
    // The certificate is for 127.0.0.1; this is the same server under another name.
    for (const auto& [url, tls] :
         {std::pair{server_->url(), "starttls"}, std::pair{server_->tlsUrl(), "ldaps"}}) {
        std::string other = url;
        other.replace(other.find("127.0.0.1"), 9, "localhost");
        const auto check = host_.open<LdapConnector>(config(other, tls, server_->caFile())).check();
        EXPECT_EQ(check.status, TNY_E_CONFIG) << check.error.message();
        EXPECT_EQ(check.error.pointer(), "/tls");
    }
}

TEST_F(LdapTls, SaysSoWhenThePortSpeaksNoTls) {
    std::string url = server_->url();
    const auto check =
        host_.open<LdapConnector>(config(url.insert(4, "s"), "ldaps", server_->caFile())).check();
    EXPECT_FALSE(check.ok());
    EXPECT_NE(check.error.message().find(url), std::string::npos) << check.error.message();
}

TEST_F(LdapTls, NamesACertificateFileThatCannotBeRead) {
    const auto check =
        host_.open<LdapConnector>(config(server_->tlsUrl(), "ldaps", "/nowhere.pem")).check();
    EXPECT_EQ(check.status, TNY_E_CONFIG);
    EXPECT_EQ(check.error.pointer(), "/tls_ca_file");
}

TEST_F(LdapTls, AHandshakeThatHangsEndsWithinTheDeadline) {
    host_.deadlineMs = 1500;
    for (const auto& text : {config(server_->url(), "starttls", server_->caFile()),
                             config(server_->tlsUrl(), "ldaps", server_->caFile())}) {
        auto ldap = host_.open<LdapConnector>(text);
        server_->pause();
        const auto begun = std::chrono::steady_clock::now();
        const auto check = ldap.check();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(2500));
        EXPECT_TRUE(check.status == TNY_E_TIMEOUT || check.status == TNY_E_UNAVAILABLE)
            << check.status << check.error.message();
        server_->resume();
    }
}

}  // namespace
}  // namespace tenantry::ldap
