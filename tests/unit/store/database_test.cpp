// Transactions: repeated whole when the database asks for it, given up in time, and told in words
// without values. The faults are thrown by the body, as SOCI throws them.
#include "kernel/store/database.h"

#include <gtest/gtest.h>
#include <soci/mysql/soci-mysql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <thread>

#include "kernel/base/limits.h"
#include "kernel/store/rows.h"
#include "tests/support/child_process.h"

namespace tenantry::store {
namespace {

using base::Deadline;
using base::ErrorCode;
using base::Status;

class DatabaseTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(database_.write(
            [](Session& session) -> Status {
                session.sql() << "CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER "
                                 "REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)";
                return base::ok();
            },
            soon()));
    }
    static Deadline soon() { return Deadline::after(std::chrono::seconds{10}); }
    Database::Options options() const {
        return {{.engine = Engine::kSqlite,
                 .path = (folder_.path() / "t.db").string(),
                 .host = {},
                 .user = {},
                 .database = {},
                 .socket = {},
                 .tlsCa = {}},
                {},
                3};
    }
    long long rows() {
        return database_
            .read(
                [](Session& session) -> base::Result<long long> {
                    return selectOne<long long>(session.sql(), "SELECT COUNT(*) FROM t").value();
                },
                soon())
            .value();
    }
    /// Inserts a row and then throws `error` in each of the first `times` tries.
    template <class Error>
    Status insertFailing(int times, const Error& error) {
        tries_ = 0;
        return database_.write(
            [&](Session& session) -> Status {
                session.sql() << "INSERT INTO t (parent) VALUES (NULL)";
                if (tries_++ < times) throw error;
                return base::ok();
            },
            soon());
    }

    testing::TempFolder folder_;
    Database database_{options()};
    int tries_ = 0;
};

TEST_F(DatabaseTest, ADeadlockOrALostConnectionRepeatsTheWholeBody) {
    struct Case {
        const char* name;
        unsigned code;
    };
    long long expected = 0;
    for (const auto& one : {Case{"deadlock", 1213}, Case{"lock wait", 1205},
                            Case{"server gone", 2006}, Case{"lost in query", 2013}}) {
        EXPECT_TRUE(insertFailing(2, soci::mysql_soci_error("secret value", one.code))) << one.name;
        EXPECT_EQ(tries_, 3) << one.name;
        EXPECT_EQ(rows(), ++expected) << one.name << ": the failed tries left nothing";
    }
    EXPECT_TRUE(insertFailing(2, soci::sqlite3_soci_error("busy", SQLITE_BUSY)));
    EXPECT_EQ(rows(), ++expected);
}

TEST_F(DatabaseTest, ItGivesUpAfterAllTriesAndSaysSo) {
    const auto failed = insertFailing(1000, soci::mysql_soci_error("secret value", 1213));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(failed.error().backendCode, "1213");
    EXPECT_EQ(tries_, base::limits::kTransactionTriesMax);
    EXPECT_EQ(rows(), 0);
}

TEST_F(DatabaseTest, FaultsAreToldInWordsWithoutValues) {
    struct Case {
        unsigned code;
        ErrorCode expected;
    };
    for (const auto& one :
         {Case{1062, ErrorCode::kConflict}, Case{1452, ErrorCode::kConflict},
          Case{1045, ErrorCode::kUnavailable}, Case{1047, ErrorCode::kUnavailable},
          Case{1290, ErrorCode::kUnavailable}, Case{1064, ErrorCode::kInternal}}) {
        const auto failed = insertFailing(
            1000, soci::mysql_soci_error("Duplicate entry 'ann@example.com'", one.code));
        ASSERT_FALSE(failed) << one.code;
        EXPECT_EQ(failed.error().code, one.expected) << one.code;
        EXPECT_EQ(failed.error().text().find("ann@example.com"), std::string::npos) << one.code;
    }
    const auto failed = insertFailing(1000, soci::soci_error("INSERT 'ann@example.com'"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kInternal);
    EXPECT_EQ(failed.error().text().find("ann@example.com"), std::string::npos);
}

TEST_F(DatabaseTest, AnErrorOfTheBodyRollsBackAndIsNotRepeated) {
    int calls = 0;
    const auto refused = database_.write(
        [&](Session& session) -> Status {
            ++calls;
            session.sql() << "INSERT INTO t (parent) VALUES (NULL)";
            return base::notFound("It is not there.");
        },
        soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "It is not there.");
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(rows(), 0);
}

TEST_F(DatabaseTest, AFaultAtCommitLeavesNothing) {
    const auto refused = database_.write(
        [](Session& session) -> Status {
            session.sql() << "INSERT INTO t (id, parent) VALUES (1, 99)";  // checked at COMMIT
            return base::ok();
        },
        soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
    EXPECT_EQ(rows(), 0);
}

TEST_F(DatabaseTest, AStatementThatRunsTooLongIsStoppedAtTheDeadline) {
    const auto begun = std::chrono::steady_clock::now();
    const auto stopped = database_.read(
        [](Session& session) -> Status {
            selectOne<long long>(session.sql(),
                                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                 "SELECT COUNT(*) FROM n");
            return base::ok();
        },
        Deadline::after(std::chrono::milliseconds{150}));
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
    EXPECT_EQ(rows(), 0) << "the session can be used again";
}

TEST_F(DatabaseTest, AWriterWaitsForAnotherNoLongerThanItsDeadline) {
    const auto outer = database_.write(
        [&](Session&) -> Status {
            const auto inner = database_.write([](Session&) { return base::ok(); },
                                               Deadline::after(std::chrono::milliseconds{50}));
            EXPECT_FALSE(inner);
            EXPECT_EQ(inner.error().code, ErrorCode::kUnavailable);
            return base::ok();
        },
        soon());
    EXPECT_TRUE(outer);
}

TEST_F(DatabaseTest, AnotherProcessesWriteLockIsWaitedFor) {
    Database other{options()};
    std::jthread holder;
    ASSERT_TRUE(other.write(
        [&](Session& session) -> Status {
            session.sql() << "INSERT INTO t (parent) VALUES (NULL)";
            const auto refused = database_.write([](Session&) { return base::ok(); },
                                                 Deadline::after(std::chrono::milliseconds{50}));
            EXPECT_FALSE(refused);
            EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
            holder = std::jthread([&] {
                EXPECT_TRUE(database_.write(
                    [](Session& mine) -> Status {
                        mine.sql() << "INSERT INTO t (parent) VALUES (NULL)";
                        return base::ok();
                    },
                    soon()));
            });
            return base::ok();
        },
        soon()));
    holder.join();
    EXPECT_EQ(rows(), 2);
}

TEST_F(DatabaseTest, ReadingSessionsCannotWrite) {
    const auto refused = database_.read(
        [](Session& session) -> Status {
            session.sql() << "INSERT INTO t (parent) VALUES (NULL)";
            return base::ok();
        },
        soon());
    EXPECT_FALSE(refused);
    EXPECT_EQ(rows(), 0);
}

}  // namespace
}  // namespace tenantry::store
