// The built connector as production runs it: verified, in a worker process, behind the kernel's
// port, against a real OpenLDAP server.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "kernel/base/json.h"
#include "kernel/pluginhost/plugin_host.h"
#include "tests/support/slapd_server.h"

namespace tenantry {
namespace {

using testing::SlapdServer;
using namespace std::chrono_literals;

struct Listed final : domain::RecordSink {
    std::vector<domain::OwnedRecord> records;
    std::string cursor;
    domain::Flow record(const domain::Record& r) override {
        records.emplace_back(r);
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view at) override { cursor = at; }
};

base::Deadline soon() {
    return base::Deadline::after(20s);
}

class IsolatedLdap : public ::testing::Test {
  protected:
    void SetUp() override {
        if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
        testing::SlapdOptions options;
        options.users = testing::numberedSlapdUsers(450);
        server_ = std::make_unique<SlapdServer>(options);
        pluginhost::PluginHostOptions host;
        host.folders = {TENANTRY_TEST_CONNECTORS};
        host.worker.program = TENANTRY_TEST_WORKER;
        host_ = std::make_unique<pluginhost::PluginHost>(host);
        ldap_ = open();
    }

    std::shared_ptr<domain::Connector> open() {
        domain::OpenRequest request;
        request.connection = base::ConnectionId(base::newUuid());
        request.connector = "org.tenantry.ldap";
        request.configJson = R"({"url":")" + server_->url() + R"(","tls":"none","bind_dn":")" +
                             server_->serviceDn() +
                             R"(","bind_password":{"$secret":"pw"},"base_dn":")" +
                             server_->baseDn() + "\"}";
        request.secret = [](std::string_view) -> base::Result<base::SecretText> {
            return base::SecretText(SlapdServer::kServicePassword);
        };
        auto opened = host_->open(std::move(request), soon());
        if (!opened) throw std::runtime_error(opened.error().text());
        return *opened;
    }

    // One segment of a small budget.
    base::Result<domain::ReadEnd> list(Listed& into) {
        domain::ReadRequest request;
        request.cursor = into.cursor;
        request.budgetRecords = 100;
        return ldap_->list(request, into, soon());
    }

    // Segment after segment, as sync does.
    Listed listAll() {
        Listed all;
        auto end = list(all);
        while (end && *end == domain::ReadEnd::kMore) end = list(all);
        EXPECT_TRUE(end) << end.error().text();
        return all;
    }

    base::Result<domain::ActReply> act(const std::string& action, const std::string& id) {
        domain::ActRequest request;
        request.action = action;
        request.id = id;
        return ldap_->perform(request, soon());
    }

    static std::string statusOf(const domain::OwnedRecord& record) {
        return (*base::Json::parse(record.body))["status"].stringOr("");
    }

    std::unique_ptr<SlapdServer> server_;
    std::unique_ptr<pluginhost::PluginHost> host_;
    std::shared_ptr<domain::Connector> ldap_;
};

TEST_F(IsolatedLdap, ReadsUnlocksAndTellsWhatItCanDo) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(server_->bindAs("u00003", "wrong").exitCode, 49);
    const Listed all = listAll();
    EXPECT_EQ(all.records.size(), 450U);
    const auto locked =
        std::find_if(all.records.begin(), all.records.end(),
                     [](const auto& record) { return statusOf(record) == "locked"; });
    ASSERT_NE(locked, all.records.end());

    const auto done = act("user.unlock", locked->id);
    ASSERT_TRUE(done) << done.error().text();
    ASSERT_EQ(done->records.size(), 1U);
    EXPECT_EQ(statusOf(done->records[0]), "active");
    EXPECT_EQ(server_->bindAs("u00003", "pw-u00003").exitCode, 0);

    const auto capabilities = ldap_->capabilities(soon());
    ASSERT_TRUE(capabilities) << capabilities.error().text();
    EXPECT_TRUE(capabilities->at("user.suspend").supported);
    EXPECT_TRUE(capabilities->at("user.suspend").emulated);
    const auto check = ldap_->check(soon());
    ASSERT_TRUE(check) << check.error().text();
    EXPECT_GE(check->size(), 4U);
    for (const auto& one : *check) EXPECT_TRUE(one.ok) << one.message;
}

TEST_F(IsolatedLdap, ServesReadsWhileAListIsUnderWay) {
    Listed all;
    ASSERT_TRUE(list(all));
    ASSERT_GE(all.records.size(), 100U);
    {
        std::vector<std::jthread> readers;
        for (std::size_t r = 0; r < 3; ++r) {
            readers.emplace_back([&, r, ids = all.records] {
                for (std::size_t i = r; i < 60; i += 3) {
                    const auto got = ldap_->get("user", ids[i].id, soon());
                    EXPECT_TRUE(got && got->etag == ids[i].etag);
                }
            });
        }
        auto end = list(all);
        while (end && *end == domain::ReadEnd::kMore) end = list(all);
        EXPECT_TRUE(end) << end.error().text();
    }
    EXPECT_EQ(all.records.size(), 450U);
}

TEST_F(IsolatedLdap, IsUnavailableWhileTheServerIsDownAndWorksAfterwards) {
    const Listed before = listAll();
    server_->stop();
    Listed none;
    const auto refused = list(none);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable) << refused.error().text();
    EXPECT_FALSE(act("user.suspend", before.records[0].id));
    server_->start();
    EXPECT_EQ(listAll().records.size(), before.records.size());
}

}  // namespace
}  // namespace tenantry
