#include "tests/integration/sql/backends.h"

#include <sqlite3.h>

#include <fstream>
#include <stdexcept>
#include <utility>

namespace tenantry::sql::testing {
namespace {

using tenantry::testing::MariaDbServer;
using tenantry::testing::PostgresServer;
using tenantry::testing::TempFolder;

std::string trimmedLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

class SqliteBackend final : public Backend {
  public:
    SqliteBackend() : file_((folder_.path() / "users #1.db").string()) {}
    Engine engine() const override { return Engine::kSqlite; }

    void execute(const std::string& sql) override { run(sql); }
    std::string value(const std::string& sql) override { return run(sql); }
    std::string config(const std::string& more) const override {
        return R"({"engine":"sqlite","file":")" + file_ + R"(",)" + more + "}";
    }

  private:
    struct First {
        std::string text;
        bool seen = false;
    };

    std::string run(const std::string& sql) {
        sqlite3* db = nullptr;
        sqlite3_open(file_.c_str(), &db);
        sqlite3_busy_timeout(db, 5000);
        First first;
        const auto row = [](void* to, int count, char** cells, char**) {
            auto& keep = *static_cast<First*>(to);
            if (!keep.seen && count > 0 && cells[0] != nullptr) keep.text = cells[0];
            keep.seen = true;
            return 0;
        };
        char* error = nullptr;
        const int code = sqlite3_exec(db, sql.c_str(), row, &first, &error);
        const std::string why = error == nullptr ? "" : error;
        sqlite3_free(error);
        sqlite3_close(db);
        if (code != SQLITE_OK) throw std::runtime_error("SQLite: " + why);
        return first.text;
    }

    TempFolder folder_;
    std::string file_;
};

std::string serverConfig(const char* engine, int port, const std::string& more) {
    return std::string(R"({"engine":")") + engine + R"(","host":"127.0.0.1","port":)" +
           std::to_string(port) +
           R"(,"database":"directory","username":"app","password":{"$secret":"pw"},)" + more + "}";
}

class MariaDbBackend final : public Backend {
  public:
    MariaDbBackend() { mariaDb().createDatabase("directory"); }
    Engine engine() const override { return Engine::kMysql; }
    void execute(const std::string& sql) override { mariaDb().execute("directory", sql); }
    std::string value(const std::string& sql) override {
        return trimmedLine(mariaDb().query("directory", sql));
    }
    std::string config(const std::string& more) const override {
        return serverConfig("mysql", mariaDb().port(), more);
    }
};

class PostgresBackend final : public Backend {
  public:
    PostgresBackend() { postgres().createDatabase("directory"); }
    Engine engine() const override { return Engine::kPostgresql; }
    void execute(const std::string& sql) override { postgres().execute("directory", sql); }
    std::string value(const std::string& sql) override {
        return trimmedLine(postgres().query("directory", sql));
    }
    std::string config(const std::string& more) const override {
        return serverConfig("postgresql", postgres().port(), more);
    }
};

}  // namespace

MariaDbServer& mariaDb() {
    static MariaDbServer server;
    return server;
}

PostgresServer& postgres() {
    static PostgresServer server;
    return server;
}

std::unique_ptr<Backend> makeBackend(Engine engine, std::string& why) {
    if (engine == Engine::kSqlite) return std::make_unique<SqliteBackend>();
    const auto missing =
        engine == Engine::kMysql ? MariaDbServer::unavailable() : PostgresServer::unavailable();
    if (missing) {
        why = *missing;
        return nullptr;
    }
    if (engine == Engine::kMysql) return std::make_unique<MariaDbBackend>();
    return std::make_unique<PostgresBackend>();
}

std::string readTestFile(const std::string& name) {
    std::ifstream in("tests/data/sql/" + name, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read tests/data/sql/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string nameOf(Engine engine) {
    switch (engine) {
        case Engine::kSqlite:
            return "Sqlite";
        case Engine::kMysql:
            return "MariaDb";
        case Engine::kPostgresql:
            return "Postgresql";
    }
    return "";
}

}  // namespace tenantry::sql::testing
