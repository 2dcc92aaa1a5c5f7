#pragma once

#include <gtest/gtest.h>

#include "tests/integration/sql/backends.h"

namespace tenantry::sql::testing {

/// A database with an empty plain users table, and a fake host to open connections with.
class Plain : public ::testing::TestWithParam<Engine> {
  protected:
    void SetUp() override {
        std::string why;
        backend_ = makeBackend(GetParam(), why);
        if (!backend_) GTEST_SKIP() << why;
        host_.secrets["pw"] = "app-Passw0rd";
        const char* file = GetParam() == Engine::kSqlite  ? "plain_sqlite.sql"
                           : GetParam() == Engine::kMysql ? "plain_mysql.sql"
                                                          : "plain_postgresql.sql";
        backend_->execute(readTestFile(file));
    }

    void add(int id, const std::string& name, const std::string& columns = "",
             const std::string& values = "") {
        backend_->execute("INSERT INTO users (id, username, email, role, created_at" + columns +
                          ") VALUES (" + std::to_string(id) + ", '" + name + "', '" + name +
                          "@example.com', 'staff', '2026-01-02 03:04:05'" + values + ")");
    }
    tny::FakeConnection open(const std::string& more = R"("mapping":"plain")") {
        return host_.open<SqlConnector>(backend_->config(more));
    }
    std::string cell(const std::string& column, int id) {
        return backend_->value("SELECT " + column + " FROM users WHERE id = " + std::to_string(id));
    }
    bool isSet(const std::string& column, int id) {
        return backend_->value("SELECT COUNT(*) FROM users WHERE " + column +
                               " IS NOT NULL AND id = " + std::to_string(id)) == "1";
    }
    std::string yes() const { return GetParam() == Engine::kPostgresql ? "true" : "1"; }

    tny::FakeHost host_;
    std::unique_ptr<Backend> backend_;
};

}  // namespace tenantry::sql::testing
