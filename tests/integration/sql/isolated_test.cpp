// The built connector as production runs it: verified, in a worker process, behind the kernel's
// port, against real databases.
#include <gtest/gtest.h>

#include "kernel/base/json.h"
#include "kernel/pluginhost/plugin_host.h"
#include "tests/integration/sql/backends.h"

namespace tenantry::sql::testing {
namespace {

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
    return base::Deadline::after(30s);
}

class IsolatedSql : public ::testing::TestWithParam<Engine> {
  protected:
    void SetUp() override {
        std::string why;
        backend_ = makeBackend(GetParam(), why);
        if (!backend_) GTEST_SKIP() << why;
        const char* file = GetParam() == Engine::kSqlite  ? "plain_sqlite.sql"
                           : GetParam() == Engine::kMysql ? "plain_mysql.sql"
                                                          : "plain_postgresql.sql";
        backend_->execute(readTestFile(file));
        std::string rows;
        for (int id = 1; id <= 700; ++id) {
            rows += (id > 1 ? ",(" : "(") + std::to_string(id) + ",'u" + std::to_string(id) + "')";
        }
        backend_->execute("INSERT INTO users (id, username) VALUES " + rows);
        pluginhost::PluginHostOptions options;
        options.folders = {TENANTRY_TEST_CONNECTORS};
        options.worker.program = TENANTRY_TEST_WORKER;
        host_ = std::make_unique<pluginhost::PluginHost>(options);
    }

    base::Result<std::shared_ptr<domain::Connector>> open(const std::string& config) {
        domain::OpenRequest request;
        request.connection = base::ConnectionId(base::newUuid());
        request.connector = "org.tenantry.sql";
        request.configJson = config;
        request.secret = [](std::string_view) -> base::Result<base::SecretText> {
            return base::SecretText("app-Passw0rd");
        };
        return host_->open(std::move(request), soon());
    }

    std::unique_ptr<Backend> backend_;
    std::unique_ptr<pluginhost::PluginHost> host_;
};

TEST_P(IsolatedSql, ReadsInSegmentsActsAndTellsWhatItCanDo) {
    const auto opened = open(backend_->config(R"("mapping":"plain")"));
    ASSERT_TRUE(opened) << opened.error().text();
    auto& sql = **opened;
    Listed all;
    for (int segments = 0;; ++segments) {
        ASSERT_LT(segments, 50);
        domain::ReadRequest request;
        request.cursor = all.cursor;
        request.budgetRecords = 300;
        request.budget = 10s;
        const auto end = sql.list(request, all, soon());
        ASSERT_TRUE(end) << end.error().text();
        if (*end == domain::ReadEnd::kComplete) break;
    }
    EXPECT_EQ(all.records.size(), 700u);

    domain::ActRequest suspend;
    suspend.action = "user.suspend";
    suspend.id = "42";
    suspend.expectEtag = all.records[41].etag;
    const auto done = sql.perform(suspend, soon());
    ASSERT_TRUE(done) << done.error().text();
    EXPECT_EQ((*base::Json::parse(done->records.at(0).body))["status"].stringOr(""), "SUSPENDED");
    EXPECT_EQ(backend_->value("SELECT status FROM users WHERE id = 42"), "disabled");

    const auto capabilities = sql.capabilities(soon());
    ASSERT_TRUE(capabilities) << capabilities.error().text();
    EXPECT_TRUE(capabilities->at("user.suspend").supported);
    EXPECT_TRUE(capabilities->at("user.delete").emulated);
    const auto check = sql.check(soon());
    ASSERT_TRUE(check) << check.error().text();
    EXPECT_GE(check->size(), 2u);
}

TEST_P(IsolatedSql, RefusesAConfigurationOutsideItsSchema) {
    EXPECT_FALSE(open(R"({"engine":"sqlite"})"));
    EXPECT_FALSE(open(R"({"engine":"sqlite","file":"/x.db","mapping":"plain","extra":1})"));
}

INSTANTIATE_TEST_SUITE_P(Engines, IsolatedSql,
                         ::testing::Values(Engine::kSqlite, Engine::kMysql, Engine::kPostgresql),
                         [](const auto& engine) { return nameOf(engine.param); });

}  // namespace
}  // namespace tenantry::sql::testing
