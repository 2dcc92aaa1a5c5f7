// What goes wrong between us and a database, done to real ones: refused, gone, silent, busy, lost
// in the middle. No read may look complete, no write may be called undone when it is not known.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/integration/sql/plain_fixture.h"
#include "tests/support/background.h"

namespace tenantry::sql::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;
using tenantry::testing::TempFolder;

/// Seconds that `body` took.
template <class Body>
double secondsOf(Body&& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

using ServerFaults = Plain;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("nothing to replace: " + from);
    return text.replace(at, from.size(), to);
}

TEST_P(ServerFaults, AWrongPasswordIsAuthAndIsNowhereRepeated) {
    host_.secrets["pw"] = "wr0ng ; pass:word\\'";
    const auto check = open().check();
    EXPECT_EQ(check.status, TNY_E_AUTH) << check.error.message();
    EXPECT_THAT(check.error.message() + check.error.detail(), Not(HasSubstr("wr0ng")));
    EXPECT_EQ(open().list().status, TNY_E_AUTH);
}

std::ptrdiff_t openDescriptors() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
}

TEST_P(ServerFaults, FailedAndLostConnectionsLeaveNothingOpen) {
    add(1, "ann");
    { ASSERT_TRUE(open().check().ok()); }
    const auto before = openDescriptors();
    {
        auto connection = open();
        ASSERT_TRUE(connection.check().ok());
        host_.secrets["pw"] = "wrong";
        auto refused = open();
        for (int i = 0; i < 5; ++i) EXPECT_EQ(refused.list().status, TNY_E_AUTH);
        if (GetParam() == Engine::kPostgresql) {
            backend_->execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
                "'tenantry'");
        }
        EXPECT_NE(connection.list().status, TNY_E_INTERNAL);
    }
    EXPECT_EQ(openDescriptors(), before);
}

TEST_P(ServerFaults, APasswordOfAwkwardCharactersWorks) {
    const std::string name = GetParam() == Engine::kMysql ? "'odd'@'127.0.0.1'" : "odd";
    const std::string quoted =
        GetParam() == Engine::kMysql ? R"(' a;b=c:d\\e''f ')" : R"(' a;b=c:d\e''f ')";
    if (GetParam() == Engine::kMysql) {
        backend_->execute("CREATE OR REPLACE USER " + name + " IDENTIFIED BY " + quoted +
                          "; GRANT SELECT ON directory.* TO " + name);
    } else {
        backend_->execute("DROP ROLE IF EXISTS odd; CREATE ROLE odd LOGIN PASSWORD " + quoted +
                          "; GRANT SELECT ON users TO odd");
    }
    host_.secrets["pw"] = R"( a;b=c:d\e'f )";
    auto connection = host_.open<SqlConnector>(replaced(
        backend_->config(R"("mapping":"plain")"), R"("username":"app")", R"("username":"odd")"));
    const auto check = connection.check();
    EXPECT_EQ(check.status, TNY_OK) << check.error.message() << check.error.detail();
    add(1, "ann");
    const auto refused = connection.perform("user.suspend", "1");
    EXPECT_EQ(refused.status, TNY_E_PERMISSION) << "it may only read";
    EXPECT_EQ(cell("status", 1), "active");
    if (GetParam() == Engine::kPostgresql) backend_->execute("DROP OWNED BY odd; DROP ROLE odd");
}

TEST_P(ServerFaults, AnUnknownDatabaseIsConfigWithItsPointer) {
    auto connection =
        host_.open<SqlConnector>(replaced(backend_->config(R"("mapping":"plain")"),
                                          R"("database":"directory")", R"("database":"nosuch")"));
    const auto check = connection.check();
    EXPECT_EQ(check.status, TNY_E_CONFIG) << check.error.message();
    EXPECT_EQ(check.error.pointer(), "/database");
}

TEST_P(ServerFaults, NobodyListeningIsUnavailableAtOnce) {
    const int port = tenantry::testing::freeLoopbackPort();
    const int real = GetParam() == Engine::kMysql ? mariaDb().port() : postgres().port();
    auto connection = host_.open<SqlConnector>(replaced(backend_->config(R"("mapping":"plain")"),
                                                        ":" + std::to_string(real) + ",",
                                                        ":" + std::to_string(port) + ","));
    tny::FakeResult check;
    EXPECT_LT(secondsOf([&] { check = connection.check(); }), 3.0);
    EXPECT_EQ(check.status, TNY_E_UNAVAILABLE) << check.error.message();
}

TEST_P(ServerFaults, ASilentServerEndsWithTheDeadlineWhileConnectingAndWhileReading) {
    add(1, "ann");
    auto fresh = open();
    auto used = open();
    ASSERT_TRUE(used.check().ok());
    const auto pause = [&](bool on) {
        if (GetParam() == Engine::kMysql) on ? mariaDb().pause() : mariaDb().resume();
        // The postmaster alone would not stop its children: hold the row instead.
        if (GetParam() == Engine::kPostgresql) on ? postgres().pause() : postgres().resume();
    };
    pause(true);
    host_.deadlineMs = 2000;
    tny::FakeResult connecting;
    tny::FakeResult reading;
    const double first = secondsOf([&] { connecting = fresh.list(); });
    const double second = secondsOf([&] { reading = used.list(); });
    pause(false);
    EXPECT_EQ(connecting.status, TNY_E_UNAVAILABLE) << connecting.error.message();
    EXPECT_LT(first, 5.0);
    EXPECT_LT(second, 5.0);
    if (GetParam() == Engine::kMysql) {
        EXPECT_TRUE(reading.status == TNY_E_TIMEOUT || reading.status == TNY_E_UNAVAILABLE)
            << reading.status;
        EXPECT_NE(reading.status, TNY_OK);
    }
    host_.deadlineMs = 30000;
    EXPECT_TRUE(used.list().ok()) << "it heals by itself";
    EXPECT_TRUE(fresh.list().ok());
}

TEST_P(ServerFaults, ASessionThatDiedBetweenCallsIsReplaced) {
    add(1, "ann");
    auto connection = open();
    ASSERT_TRUE(connection.list().ok());
    if (GetParam() == Engine::kMysql) {
        mariaDb().crash();
    } else {
        postgres().stop();
        EXPECT_EQ(connection.list().status, TNY_E_UNAVAILABLE);
        postgres().start();
    }
    const auto list = connection.list();
    EXPECT_EQ(list.status, TNY_OK) << list.error.message();
    EXPECT_EQ(list.records.size(), 1u);
    EXPECT_TRUE(connection.perform("user.suspend", "1").ok());
}

std::string slowSuspend(Engine engine) {
    const char* sleep =
        engine == Engine::kMysql ? "SLEEP(20) = 0" : "(SELECT pg_sleep(20)) IS NOT NULL";
    return std::string(
               R"("mapping":"custom","custom":{"mapping":1,"user":{"table":"users",)"
               R"("id":{"column":"id","type":"integer"},"attributes":{"username":{"column":"username"}},)"
               R"("states":{"native":{"column":"status"},"otherwise":"SUSPENDED",)"
               R"("values":{"active":"ACTIVE","disabled":"SUSPENDED"}}},)"
               R"("actions":{"user.suspend":{"statements":[)"
               R"({"sql":"UPDATE {t:users} SET status = 'disabled' WHERE id = :id"},)"
               R"({"sql":"UPDATE {t:users} SET phone = 'x' WHERE id = :id AND )") +
           sleep + R"("}]}}})";
}

/// Until the server runs the sleeping statement of slowSuspend.
bool waitUntilItSleeps(Backend& backend) {
    const std::string question =
        backend.engine() == Engine::kMysql
            ? "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'app' AND info "
              "LIKE '%SLEEP(20)%' AND state = 'User sleep'"
            : "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'tenantry' AND "
              "query LIKE '%pg_sleep(20)%' AND wait_event = 'PgSleep'";
    for (int tries = 0; tries < 300; ++tries) {
        if (backend.value(question) == "1") return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

TEST_P(ServerFaults, AConnectionLostAfterAWriteLeavesTheOutcomeUnknown) {
    add(1, "ann");
    auto connection = open(slowSuspend(GetParam()));
    tenantry::testing::Background act([&] { return connection.perform("user.suspend", "1"); });
    ASSERT_TRUE(waitUntilItSleeps(*backend_));
    if (GetParam() == Engine::kMysql) {
        mariaDb().crash();
    } else {
        backend_->execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
            "'tenantry'");
    }
    const auto lost = act.get();
    EXPECT_EQ(lost.status, TNY_E_OUTCOME_UNKNOWN) << lost.error.message();
    EXPECT_EQ(cell("status", 1), "active");
}

TEST_P(ServerFaults, AStatementThatRunsTooLongIsUndoneAndSaidSo) {
    add(1, "ann");
    host_.deadlineMs = 5000;
    auto connection = open(slowSuspend(GetParam()));
    tny::FakeResult slow;
    EXPECT_LT(secondsOf([&] { slow = connection.perform("user.suspend", "1"); }), 12.0);
    EXPECT_EQ(slow.status, TNY_E_UNAVAILABLE) << slow.error.message();
    EXPECT_EQ(cell("status", 1), "active");
    host_.deadlineMs = 30000;
    EXPECT_TRUE(open().perform("user.suspend", "1").ok());
}

TEST_P(ServerFaults, CancelEndsARunningStatementSoon) {
    add(1, "ann");
    auto connection = open(slowSuspend(GetParam()));
    tenantry::testing::Background act([&] { return connection.perform("user.suspend", "1"); });
    ASSERT_TRUE(waitUntilItSleeps(*backend_));
    const double waited = secondsOf([&] {
        host_.cancelNow();
        act.wait();
    });
    EXPECT_LT(waited, 10.0) << "the statement would sleep for 20";
    EXPECT_EQ(act.get().status, TNY_E_OUTCOME_UNKNOWN);
}

TEST_P(ServerFaults, CancelBeforeTheConnectionIsMadeChangesNothing) {
    add(1, "ann");
    host_.cancelNow();
    EXPECT_EQ(open().perform("user.suspend", "1").status, TNY_E_CANCELLED);
    EXPECT_EQ(cell("status", 1), "active");
}

TEST_P(ServerFaults, ALockedRowIsRetriedAndThenUnavailable) {
    add(1, "ann");
    tenantry::testing::Background holder([&] {
        const std::string hold = "SELECT id FROM users WHERE id = 1 FOR UPDATE; ";
        if (GetParam() == Engine::kMysql) {
            backend_->execute("START TRANSACTION; " + hold + "SELECT SLEEP(5); COMMIT;");
        } else {
            backend_->execute("BEGIN; " + hold + "SELECT pg_sleep(5); COMMIT;");
        }
        return true;
    });
    std::this_thread::sleep_for(800ms);
    host_.deadlineMs = 2500;
    const auto busy = open().perform("user.suspend", "1");
    EXPECT_EQ(busy.status, TNY_E_UNAVAILABLE) << busy.error.message();
    holder.get();
    host_.deadlineMs = 30000;
    EXPECT_TRUE(open().perform("user.suspend", "1").ok());
}

INSTANTIATE_TEST_SUITE_P(Engines, ServerFaults,
                         ::testing::Values(Engine::kMysql, Engine::kPostgresql),
                         [](const auto& engine) { return nameOf(engine.param); });

class SqliteFaults : public ::testing::Test {
  protected:
    std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    tny::FakeConnection open(const std::string& file) {
        return host_.open<SqlConnector>(R"({"engine":"sqlite","mapping":"plain","file":")" + file +
                                        R"("})");
    }
    tny::FakeHost host_;
    TempFolder folder_;
};

TEST_F(SqliteFaults, AFileThatIsNotThereIsNotMade) {
    auto connection = open(path("nosuch.db"));
    const auto check = connection.check();
    EXPECT_EQ(check.status, TNY_E_CONFIG) << check.error.message();
    EXPECT_EQ(check.error.pointer(), "/file");
    EXPECT_EQ(connection.list().status, TNY_E_CONFIG);
    EXPECT_FALSE(std::filesystem::exists(path("nosuch.db")));
    std::filesystem::create_directory(path("folder.db"));
    EXPECT_EQ(open(path("folder.db")).check().status, TNY_E_CONFIG);
}

TEST_F(SqliteFaults, AFileThatIsNoDatabaseIsSaidSo) {
    std::ofstream(path("text.db")) << std::string(5000, 'x');
    const auto check = open(path("text.db")).check();
    EXPECT_EQ(check.status, TNY_E_CONFIG) << check.error.message();
    EXPECT_EQ(check.error.pointer(), "/file");
    std::ofstream(path("empty.db")).close();
    EXPECT_EQ(open(path("empty.db")).list().status, TNY_E_CONFIG)
        << "no tables is not an empty table";
}

TEST_F(SqliteFaults, ADatabaseHeldByAnotherWriterIsUnavailable) {
    sqlite3* holder = nullptr;
    sqlite3_open(path("busy.db").c_str(), &holder);
    ASSERT_EQ(
        sqlite3_exec(holder, readTestFile("plain_sqlite.sql").c_str(), nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_exec(holder, "INSERT INTO users (id, username) VALUES (1, 'ann'); BEGIN IMMEDIATE",
                 nullptr, nullptr, nullptr);
    host_.deadlineMs = 1500;
    auto connection = open(path("busy.db"));
    EXPECT_TRUE(connection.list().ok()) << "reading goes on";
    tny::FakeResult busy;
    EXPECT_LT(secondsOf([&] { busy = connection.perform("user.suspend", "1"); }), 5.0);
    EXPECT_EQ(busy.status, TNY_E_UNAVAILABLE) << busy.error.message();
    sqlite3_exec(holder, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(holder);
    EXPECT_TRUE(connection.perform("user.suspend", "1").ok());
}

}  // namespace
}  // namespace tenantry::sql::testing
