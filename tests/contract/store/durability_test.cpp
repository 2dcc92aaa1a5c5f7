// What was confirmed survives, and nothing is half there: a child that applies batches is killed at
// random moments; MariaDB is killed, stopped and frozen under a store in use.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "tests/contract/store/batches.h"
#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::Deadline;
using base::ErrorCode;

Deadline soon() {
    return Deadline::after(std::chrono::seconds{20});
}

/// The last whole line of the child's output, or 0.
std::uint64_t lastConfirmed(const std::filesystem::path& log) {
    std::ifstream in(log);
    std::uint64_t last = 0;
    for (std::string line; std::getline(in, line) && !in.eof();) last = std::stoull(line);
    return last;
}

class Durability : public ::testing::TestWithParam<StoreKind> {
  protected:
    void SetUp() override {
        if (GetParam() != StoreKind::kMariaDb) return;
        if (const auto why = MariaDbServer::unavailable()) GTEST_SKIP() << *why;
        mariaDb()->execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    }
    static std::unique_ptr<store::Store> open(const EmptyDatabase& database) {
        static const base::SystemClock clock;
        auto opened = store::Store::open(database.options(), clock, soon());
        if (!opened) throw std::runtime_error(opened.error().text());
        return std::move(*opened);
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, Durability,
                         ::testing::Values(StoreKind::kSqlite, StoreKind::kMariaDb), kindName);

TEST_P(Durability, AKilledWriterLeavesWholeBatchesOnly) {
    const EmptyDatabase database(GetParam());
    domain::Connection connection;
    {
        const auto store = open(database);
        connection = putBranches(*store, *store).northDirectory;
    }
    const auto seed = std::random_device{}();
    RecordProperty("seed", std::to_string(seed));
    std::mt19937 random(seed);
    ::setenv("TNY_TEST_STORE_PASSWORD", database.password.reveal().c_str(), 1);
    std::uint64_t next = 1;
    std::uint64_t revision = 0;
    for (int round = 0; round < 12; ++round) {
        const auto log = database.folder.path() / ("log" + std::to_string(round));
        ChildProcess child({.command = {TNY_STORE_WRITER, database.connectionString,
                                        database.key.base64().reveal(), connection.id.text(),
                                        connection.organization.text(), std::to_string(next)},
                            .runAs = {},
                            .log = log});
        const auto first = next;
        while (lastConfirmed(log) < first) ASSERT_TRUE(child.running()) << tailOf(log);
        // Somewhere in the next batches.
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::microseconds{random() % 60'000};
        while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
        child.stop(SIGKILL);
        const auto confirmed = lastConfirmed(log);

        const auto store = open(database);
        const auto users = store->usersOf(connection.id, soon()).value();
        ASSERT_FALSE(users.empty());
        const auto n = std::stoull(users.front().etag);
        for (const auto& user : users) ASSERT_EQ(user.etag, std::to_string(n)) << "seed " << seed;
        EXPECT_EQ(users.size(), kBatchUsers - (n % 2 == 0 ? 1U : 0U)) << "seed " << seed;
        EXPECT_GE(n, confirmed) << "a confirmed batch is there";
        EXPECT_LE(n, confirmed + 1) << "at most the one that was being written is there too";
        const auto chain = store->verifyChain(connection.organization, {}, soon()).value();
        EXPECT_TRUE(chain.faults.empty()) << chain.faults.front().words << " seed " << seed;
        EXPECT_GE(chain.entries, n) << "each batch has its entry of the trail";
        const auto all = store->loadConnections(soon()).value();
        for (const auto& [known, health] : all) {
            if (known.id != connection.id) continue;
            EXPECT_EQ(health.users, n) << "seed " << seed;
        }
        // One step a batch, and one of the check before.
        const auto moved = store->applyUsers(connection.id, {}, soon()).value();
        EXPECT_EQ(moved, revision + (n - first + 1) + 1) << "seed " << seed;
        revision = moved;
        next = n + 1;
    }
}

TEST_P(Durability, TwoThatOpenAnEmptyDatabaseAtOnceMakeTheSchemaOnce) {
    const EmptyDatabase database(GetParam());
    std::atomic<int> opened{0};
    {
        std::vector<std::jthread> openers;
        for (int i = 0; i < 4; ++i)
            openers.emplace_back([&] {
                const base::SystemClock clock;
                const auto store = store::Store::open(database.options(), clock, soon());
                EXPECT_TRUE(store) << store.error().text();
                if (store) ++opened;
            });
    }
    EXPECT_EQ(opened, 4);
}

class MariaDbOutage : public Durability {};
INSTANTIATE_TEST_SUITE_P(Stores, MariaDbOutage, ::testing::Values(StoreKind::kMariaDb), kindName);

TEST_P(MariaDbOutage, AServerThatWasKilledIsFoundAgainWithAllThatWasConfirmed) {
    const EmptyDatabase database(GetParam());
    const auto store = open(database);
    const auto connection = putBranches(*store, *store).northDirectory;
    for (std::uint64_t n = 1; n <= 3; ++n) {
        ASSERT_TRUE(store->applyUsers(connection.id, batch(connection, n), soon()));
        mariaDb()->crash();
        mariaDb()->execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
        const auto users = store->usersOf(connection.id, soon());
        ASSERT_TRUE(users) << users.error().text();
        for (const auto& user : *users) ASSERT_EQ(user.etag, std::to_string(n));
    }
    EXPECT_EQ(store->applyUsers(connection.id, {}, soon()).value(), 4U);
}

TEST_P(MariaDbOutage, AServerThatIsDownIsSaidToBeAndHealsByItself) {
    const EmptyDatabase database(GetParam());
    const auto store = open(database);
    mariaDb()->stop();
    const auto down = store->loadOrganizations(soon());
    ASSERT_FALSE(down);
    EXPECT_EQ(down.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(down.error().text().find(MariaDbServer::kPassword), std::string::npos);
    mariaDb()->start();
    EXPECT_TRUE(store->loadOrganizations(soon()));
}

TEST_P(MariaDbOutage, AFrozenServerHoldsNobodyPastTheDeadline) {
    const EmptyDatabase database(GetParam());
    const auto store = open(database);
    ASSERT_TRUE(store->loadOrganizations(soon()));
    mariaDb()->pause();
    for (const auto span : {std::chrono::milliseconds{100}, std::chrono::milliseconds{400}}) {
        const auto begun = std::chrono::steady_clock::now();
        const auto late = store->loadOrganizations(Deadline::after(span));
        ASSERT_FALSE(late);
        EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
        // Opening a new connection is timed in whole seconds by the client library.
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{3});
    }
    mariaDb()->resume();
    EXPECT_TRUE(store->loadOrganizations(soon()));
}

TEST_P(MariaDbOutage, AWrongPasswordIsToldWithoutIt) {
    const EmptyDatabase database(GetParam());
    auto options = database.options();
    options.password = base::SecretText("wr'on\\g pass\"word");
    const base::SystemClock clock;
    const auto refused = store::Store::open(std::move(options), clock, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(refused.error().backendCode, "1045");
    EXPECT_EQ(refused.error().text().find("wr'on"), std::string::npos);
}

TEST_P(MariaDbOutage, APasswordMayHoldEveryCharacter) {
    const EmptyDatabase database(GetParam());
    mariaDb()->execute("",
                       "CREATE OR REPLACE USER 'odd'@'127.0.0.1' IDENTIFIED BY "
                       "'a\\'b\\\\c d\\\"=;é'; GRANT ALL ON *.* TO 'odd'@'127.0.0.1';");
    auto options = database.options();
    options.connectionString.replace(options.connectionString.find("app@"), 4, "odd@");
    options.password = base::SecretText("a'b\\c d\"=;é");
    const base::SystemClock clock;
    const auto opened = store::Store::open(std::move(options), clock, soon());
    EXPECT_TRUE(opened) << opened.error().text();
}

}  // namespace
}  // namespace tenantry::testing
