#include "kernel/store/schema.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/crypto.h"
#include "kernel/base/log.h"

namespace tenantry::store {

using base::Deadline;
using base::Status;

namespace {

constexpr const char* kLockName = "tenantry_schema";

std::vector<std::string> statementsOf(std::string_view sql) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < sql.size();) {
        const auto end = sql.find(";\n", at);
        if (end == std::string_view::npos) break;
        out.emplace_back(sql.substr(at, end - at));
        at = end + 2;
    }
    return out;
}

/// Another program's tables are left alone: some are called "users" there too.
bool holdsSomethingElse(Session& session) {
    int tables = 0;
    int ours = 0;
    const std::string from = session.sqlite()
                                 ? "sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                                 : "information_schema.tables WHERE table_schema = DATABASE()";
    const std::string column = session.sqlite() ? "name" : "table_name";
    session.sql() << "SELECT COUNT(*) FROM " << from, soci::into(tables);
    session.sql() << "SELECT COUNT(*) FROM " << from << " AND " << column
                  << " = 'schema_migrations'",
        soci::into(ours);
    return tables > 0 && ours == 0;
}

std::map<int, std::string> applied(Session& session) {
    std::map<int, std::string> out;
    int version = 0;
    std::string checksum;
    soci::statement rows = (session.sql().prepare << "SELECT version, checksum FROM "
                                                     "schema_migrations ORDER BY version",
                            soci::into(version), soci::into(checksum));
    rows.execute();
    while (rows.fetch()) out[version] = checksum;
    return out;
}

Status check(const std::map<int, std::string>& applied, std::span<const Migration> steps) {
    for (const auto& [version, checksum] : applied) {
        if (version > static_cast<int>(steps.size()))
            return base::unsupported(
                "The database was made by a newer Tenantry: its schema is version " +
                std::to_string(applied.rbegin()->first) + ", and this one knows versions up to " +
                std::to_string(steps.size()) + ". Start the newer Tenantry, or restore a backup.");
        if (checksum != base::digestHex(steps[static_cast<std::size_t>(version - 1)].sql))
            return base::unsupported(
                "Step " + std::to_string(version) +
                " of the database's schema is not the one this Tenantry knows.");
    }
    return base::ok();
}

Status bringUp(Session& session, std::span<const Migration> steps, const base::Clock& clock) {
    if (holdsSomethingElse(session))
        return base::unsupported(
            "The database holds other tables than Tenantry's. Give Tenantry a database of its "
            "own.");
    session.sql() << "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL "
                     "PRIMARY KEY, name VARCHAR(64) NOT NULL, checksum VARCHAR(64) NOT NULL, "
                     "applied_at_ms BIGINT NOT NULL)";
    const auto done = applied(session);
    TNY_CHECKED(check(done, steps));
    for (const auto& step : steps) {
        if (done.contains(step.version)) continue;
        for (const auto& statement : statementsOf(step.sql)) session.sql() << statement;
        const std::string name{step.name};
        const std::string checksum = base::digestHex(step.sql);
        const long long now = base::toMillis(clock.now());
        session.sql() << "INSERT INTO schema_migrations (version, name, checksum, applied_at_ms) "
                         "VALUES (:version, :name, :checksum, :now)",
            soci::use(step.version), soci::use(name), soci::use(checksum), soci::use(now);
        base::logInfo("schema_migrated", {{"version", step.version}, {"name", name}});
    }
    return base::ok();
}

/// One process at a time on one server. In a Galera cluster the lock is of the node alone; there
/// schema changes are ordered by the cluster, and the statements may be run twice.
Status bringUpLocked(Session& session, std::span<const Migration> steps, const base::Clock& clock,
                     Deadline deadline) {
    int got = 0;
    soci::indicator known = soci::i_null;
    const int seconds = static_cast<int>(deadline.left().count() / 1000);
    const std::string lock = kLockName;
    session.sql() << "SELECT GET_LOCK(CONCAT(:name, '.', DATABASE()), :seconds)", soci::use(lock),
        soci::use(seconds), soci::into(got, known);
    if (got != 1)
        return base::unavailable("Another Tenantry is changing the database's schema just now.");
    auto status = bringUp(session, steps, clock);
    session.sql() << "DO RELEASE_LOCK(CONCAT(:name, '.', DATABASE()))", soci::use(lock);
    return status;
}

}  // namespace

Status migrate(Database& database, std::span<const Migration> steps, const base::Clock& clock,
               Deadline deadline) {
    if (database.engine() == Engine::kSqlite)
        return database.write([&](Session& session) { return bringUp(session, steps, clock); },
                              deadline);
    return database.bare(
        [&](Session& session) { return bringUpLocked(session, steps, clock, deadline); }, deadline);
}

}  // namespace tenantry::store
