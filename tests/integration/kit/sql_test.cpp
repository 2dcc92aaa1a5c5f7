// The SQL connector, as built, against the whole kit and a real SQLite file.
#include <gtest/gtest.h>

#include "tests/integration/kit/trying.h"
#include "tests/integration/sql/backends.h"

namespace tenantry::kit {
namespace {

namespace db = sql::testing;

constexpr const char* kScenario = R"({
  "name": "SQLite, mapping plain",
  "backend": {"reset": "reset", "change": "change", "create": "create", "delete": "delete"},
  "config": ${one},
  "canaries": ["@one.example"],
  "wrong_credentials": {"config": ${refused}, "secrets": {"pw": "not-the-Passw0rd"}},
  "unreachable": {"config": {"engine": "mysql", "file": null, "host": "127.0.0.1", "port": 9, "database": "x", "username": "y"}},
  "bad_configs": [
    {"config": {"file": "relative.db"}, "pointer": "/file"},
    {"config": {"engine": "oracle"}, "pointer": "/engine"},
    {"config": {"mapping": "custom", "custom": {"mapping": 1}}, "pointer": "/custom/user"}],
  "second_tenant": {"config": ${two}, "canaries": ["@two.example"]},
  "empty": {"config": ${empty}},
  "large": {"config": ${large}, "users": 100000, "memory_mb": 64},
  "expect": {"user": 25},
  "known": [{"id": "7", "attributes": {"first_name": "Ünï 名前 \"'", "phone": null}},
            {"id": "8", "attributes": {"first_name": null}}],
  "actions": [
    {"action": "user.suspend", "id": "1", "state": {"native_status": "disabled"}, "outside": "2"},
    {"action": "user.unsuspend", "id": "2", "state": {"native_status": "active"}, "outside": "4"},
    {"action": "user.unlock", "id": "3", "state": {"native_status": "active"}},
    {"action": "user.force_password_change", "id": "4"},
    {"action": "user.reset_password", "id": "5"},
    {"action": "user.edit", "id": "6", "args": {"attributes": {"phone": "+1 555"}}, "state": {"phone": "+1 555"},
     "reverse_args": {"attributes": {"phone": "+49 30 6"}}},
    {"action": "user.delete", "id": "9", "gone": true}]
})";

/// Rows of one directory.
void fill(db::Backend& into, const std::string& domain, int users) {
    into.execute("DELETE FROM users");
    into.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(users) +
        ") INSERT INTO users (id, username, first_name, email, phone, status, role) SELECT i, "
        "'user' || i, 'First ' || i, 'user' || i || '@" +
        domain +
        "', '+49 30 ' || i, CASE i WHEN 2 THEN 'disabled' WHEN 3 THEN 'locked' ELSE 'active' END, "
        "CASE i % 2 WHEN 0 THEN 'staff' ELSE 'guest' END FROM n WHERE i <= " +
        std::to_string(users));
    into.execute("UPDATE users SET first_name = 'Ünï 名前 \"''', phone = NULL WHERE id = 7");
    into.execute("UPDATE users SET first_name = '' WHERE id = 8");
}

std::unique_ptr<db::Backend> directory(const std::string& domain, int users) {
    std::string why;
    auto made = db::makeBackend(sql::Engine::kSqlite, why);
    made->execute(db::readTestFile("plain_sqlite.sql"));
    if (users > 0) fill(*made, domain, users);
    return made;
}

std::string withConfigs(std::string text, const std::map<std::string, std::string>& configs) {
    for (const auto& [name, config] : configs) {
        const std::string key = "${" + name + "}";
        for (auto at = text.find(key); at != std::string::npos; at = text.find(key))
            text.replace(at, key.size(), config);
    }
    return text;
}

TEST(ConformingSql, PassesEveryCheckThatApplies) {
    const auto one = directory("one.example", 25);
    const auto two = directory("two.example", 12);
    const auto empty = directory("", 0);
    const auto large = directory("large.example", 100'000);
    const std::string plain = R"("mapping":"plain")";
    std::string why;
    const auto maria = db::makeBackend(sql::Engine::kMysql, why);
    std::string scenario = withConfigs(
        kScenario,
        {{"one", one->config(plain)},
         {"two", two->config(plain)},
         {"empty", empty->config(plain)},
         {"large", large->config(plain)},
         {"refused", maria ? maria->config(plain + R"(,"file":null)") : std::string("null")}});
    if (!maria) {
        std::cout << "Without wrong credentials: " << why << std::endl;
        const auto at = scenario.find("\"wrong_credentials\"");
        scenario.erase(at, scenario.find('\n', at) - at);
    }
    FunctionBackend backend;
    backend.functions["reset"] = [&](const std::string&) {
        fill(*one, "one.example", 25);
        return "";
    };
    backend.functions["change"] = [&](const std::string& id) {
        one->execute("UPDATE users SET phone = '+1 555 1' WHERE id = " + id);
        return "";
    };
    const std::string file = TENANTRY_TEST_CONNECTORS "/sql.so";
    const auto report = conform(optionsFor(file), scenarioOf(scenario), &backend);
    expectConforms(report);
    showLevel(file, report);
}

}  // namespace
}  // namespace tenantry::kit
