// A server that is gone, comes back, or hangs: the answer comes in time, is the right class, and
// never claims that a write did not happen when it may have.
#include <chrono>
#include <thread>

#include "tests/integration/ldap/directory.h"

namespace tenantry::ldap {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

class LdapFaults : public ::testing::Test {
  protected:
    void SetUp() override {
        if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
        SlapdOptions options;
        options.users = testing::numberedSlapdUsers(300);
        server_ = std::make_unique<SlapdServer>(options);
        ldap_.emplace(host_.open<LdapConnector>(configFor(*server_)));
        const auto all = ldap_->listAll("user");
        ASSERT_EQ(all.status, TNY_OK) << all.error.message();
        id_ = userNamed(all, "u00001").id;
    }

    std::unique_ptr<SlapdServer> server_;
    Host host_;
    std::optional<tny::FakeConnection> ldap_;
    std::string id_;
};

TEST_F(LdapFaults, AStoppedServerIsUnavailableAtOnceAndHealsByItself) {
    server_->stop();
    const auto begun = Clock::now();
    for (const auto& result : {ldap_->list(), ldap_->check(), ldap_->get("user", id_),
                               ldap_->perform("user.suspend", id_), ldap_->schema()}) {
        EXPECT_EQ(result.status, TNY_E_UNAVAILABLE);
        EXPECT_NE(result.error.message().find(server_->url()), std::string::npos)
            << result.error.message();
    }
    EXPECT_LT(Clock::now() - begun, milliseconds(3000));
    server_->start();
    EXPECT_TRUE(ldap_->get("user", id_).ok());
    EXPECT_EQ(ldap_->listAll("user").status, TNY_OK);
}

TEST_F(LdapFaults, ARestartedServerIsReconnectedWithoutAnError) {
    ASSERT_TRUE(ldap_->get("user", id_).ok());
    server_->restart();
    const auto again = ldap_->get("user", id_);
    EXPECT_TRUE(again.ok()) << again.error.message();
    server_->restart();
    const auto acted = ldap_->perform("user.suspend", id_);
    EXPECT_TRUE(acted.ok()) << acted.error.message();
}

TEST_F(LdapFaults, ARestartInTheMiddleOfAListStartsItAgain) {
    tny::FakeRead read;
    read.budgetRecords = 1;
    const auto part = ldap_->list(read);
    ASSERT_EQ(part.status, TNY_MORE);
    server_->restart();
    read.cursor = part.checkpoints.back();
    EXPECT_EQ(ldap_->list(read).status, TNY_E_CURSOR_EXPIRED);
    EXPECT_EQ(ldap_->listAll("user").records.size(), 300U);
}

TEST_F(LdapFaults, AServerThatHangsIsATimeoutWithinTheDeadline) {
    host_.deadlineMs = 1500;
    server_->pause();
    for (const bool fresh : {false, true}) {
        if (fresh) ldap_.emplace(host_.open<LdapConnector>(configFor(*server_)));
        const auto begun = Clock::now();
        EXPECT_EQ(ldap_->get("user", id_).status, TNY_E_TIMEOUT);
        EXPECT_EQ(ldap_->list().status, TNY_E_TIMEOUT);
        EXPECT_LT(Clock::now() - begun, milliseconds(3200));
    }
    server_->resume();
    host_.deadlineMs = 30000;
    EXPECT_TRUE(ldap_->get("user", id_).ok());
}

TEST_F(LdapFaults, AWriteWhoseAnswerNeverComesIsUnknown) {
    host_.deadlineMs = 1500;
    Settings settings = readSettings(tny::Config(configFor(*server_)));
    host_.run([&](tny_call* raw) {
        tny::Call call(host_.table(), raw);
        const auto session = Session::connect(settings, SlapdServer::kServicePassword, call);
        server_->pause();
        try {
            session->modify(call, server_->userDn("u00001"),
                            {{Change::How::kReplace, "title", {"Late"}}}, {});
            ADD_FAILURE() << "a paused server answered";
        } catch (const Failure& failure) {
            EXPECT_EQ(translate(failure, During::kWrite, "").code(), TNY_E_OUTCOME_UNKNOWN);
        }
        return TNY_OK;
    });
    server_->resume();
}

TEST_F(LdapFaults, CancelEndsAHangingCallSoon) {
    server_->pause();
    std::jthread canceller([this] {
        std::this_thread::sleep_for(milliseconds(300));
        host_.cancelNow();
    });
    const auto begun = Clock::now();
    EXPECT_EQ(ldap_->get("user", id_).status, TNY_E_CANCELLED);
    EXPECT_LT(Clock::now() - begun, milliseconds(1300));
    server_->resume();
}

}  // namespace
}  // namespace tenantry::ldap
