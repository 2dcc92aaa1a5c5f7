#include "kernel/store/database.h"
#include "kernel/store/health_row.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

constexpr const char* kColumns =
    "id, organization_id, connector, name, config, enabled, sync_interval_s, created_at_ms, "
    "modified_at_ms";

struct ConnectionRow {
    std::string id, organization, connector, name, config;
    int enabled = 0;
    long long syncInterval = 0, createdAt = 0, modifiedAt = 0;

    ConnectionRow() = default;
    explicit ConnectionRow(const domain::Connection& from)
        : id(from.id.text()),
          organization(from.organization.text()),
          connector(storable(from.connector)),
          name(storable(from.name)),
          config(storable(from.configJson)),
          enabled(from.enabled ? 1 : 0),
          syncInterval(from.syncInterval.count()),
          createdAt(millis(from.createdAt)),
          modifiedAt(millis(from.modifiedAt)) {}
    template <class Visitor>
    void each(Visitor& visit) {
        visit(id);
        visit(organization);
        visit(connector);
        visit(name);
        visit(config);
        visit(enabled);
        visit(syncInterval);
        visit(createdAt);
        visit(modifiedAt);
    }
    [[nodiscard]] domain::Connection value() const {
        domain::Connection out;
        out.id = base::ConnectionId(id);
        out.organization = base::OrganizationId(organization);
        out.connector = connector;
        out.name = name;
        out.configJson = config;
        out.enabled = enabled != 0;
        out.syncInterval = std::chrono::seconds{syncInterval};
        out.createdAt = base::fromMillis(createdAt);
        out.modifiedAt = base::fromMillis(modifiedAt);
        return out;
    }
};

struct KnownRow {
    ConnectionRow connection;
    HealthRow health;
    template <class Visitor>
    void each(Visitor visit) {
        connection.each(visit);
        health.each(visit);
    }
};

/// What a sealed secret is bound to: it opens in this place only.
std::string aboutSecret(const base::ConnectionId& id, std::string_view ref) {
    return id.text() + "/" + std::string(ref);
}

Status putRow(Session& session, const ConnectionRow& row) {
    auto& sql = session.sql();
    if (!selectOne<std::string>(
            sql, std::string("SELECT id FROM organizations WHERE id = :id") + session.forUpdate(),
            row.organization))
        return base::conflict("The organization is not there any more.").at("/organization");
    const auto former = selectOne<std::string>(
        sql,
        std::string("SELECT organization_id FROM connections WHERE id = :id") + session.forUpdate(),
        row.id);
    if (!former) {
        execute(sql,
                std::string("INSERT INTO connections (") + kColumns + ") VALUES (" +
                    placeholders(9) + ")",
                row.id, row.organization, row.connector, row.name, row.config, row.enabled,
                row.syncInterval, row.createdAt, row.modifiedAt);
        insertHealth(session, row.id, HealthRow(domain::ConnectionHealth{}));
        return base::ok();
    }
    execute(sql,
            "UPDATE connections SET organization_id = :c0, connector = :c1, name = :c2, config = "
            ":c3, enabled = :c4, sync_interval_s = :c5, created_at_ms = :c6, modified_at_ms = :c7 "
            "WHERE id = :c8",
            row.organization, row.connector, row.name, row.config, row.enabled, row.syncInterval,
            row.createdAt, row.modifiedAt, row.id);
    if (*former == row.organization) return base::ok();
    // Its users move with it, and whoever follows the revision hears of it.
    moveRevision(session, row.id);
    execute(sql, "UPDATE users SET organization_id = :c0 WHERE connection_id = :c1",
            row.organization, row.id);
    return base::ok();
}

}  // namespace

Result<std::vector<std::pair<domain::Connection, domain::ConnectionHealth>>> Store::loadConnections(
    Deadline deadline) {
    using Known = std::vector<std::pair<domain::Connection, domain::ConnectionHealth>>;
    return database_->read(
        [&](Session& session) -> Result<Known> {
            Known out;
            KnownRow row;
            select(session.sql(),
                   "SELECT c.id, c.organization_id, c.connector, c.name, c.config, c.enabled, "
                   "c.sync_interval_s, c.created_at_ms, c.modified_at_ms, h.state, h.since_ms, "
                   "h.last_complete_at_ms, h.last_attempt_at_ms, h.error, h.users, "
                   "h.held_deletions, h.capabilities FROM connections c JOIN connection_health h "
                   "ON h.connection_id = c.id",
                   row, [&] { out.emplace_back(row.connection.value(), row.health.value()); });
            return out;
        },
        deadline);
}

Status Store::putConnection(const domain::Connection& connection,
                            const std::map<std::string, base::SecretText>& secrets,
                            Deadline deadline) {
    const ConnectionRow row(connection);
    return database_->write(
        [&](Session& session) -> Status {
            TNY_CHECKED(putRow(session, row));
            for (const auto& [ref, secret] : secrets) {
                const std::string sealed = key_.seal(secret, aboutSecret(connection.id, ref));
                execute(session.sql(),
                        "DELETE FROM connection_secrets WHERE connection_id = :c0 AND ref = :c1",
                        row.id, ref);
                execute(session.sql(),
                        "INSERT INTO connection_secrets (connection_id, ref, sealed) VALUES "
                        "(:c0, :c1, :c2)",
                        row.id, ref, sealed);
            }
            return base::ok();
        },
        deadline);
}

Status Store::removeConnection(const base::ConnectionId& id, Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            auto& sql = session.sql();
            // Waits for a batch that is being applied, and lets none begin.
            if (!moveRevision(session, id.text()))
                return base::notFound("There is no such connection.");
            execute(sql, "DELETE FROM users WHERE connection_id = :id", id.text());
            execute(sql, "DELETE FROM connection_secrets WHERE connection_id = :id", id.text());
            execute(sql, "DELETE FROM connection_memory WHERE connection_id = :id", id.text());
            execute(sql, "DELETE FROM connection_health WHERE connection_id = :id", id.text());
            execute(sql, "DELETE FROM connections WHERE id = :id", id.text());
            return base::ok();
        },
        deadline);
}

Result<base::SecretText> Store::secret(const base::ConnectionId& id, std::string_view ref,
                                       Deadline deadline) {
    const std::string name(ref);
    TNY_TRY(const std::string sealed,
            database_->read(
                [&](Session& session) -> Result<std::string> {
                    auto found = selectOne<std::string>(
                        session.sql(),
                        "SELECT sealed FROM connection_secrets WHERE connection_id = :c0 AND "
                        "ref = :c1",
                        id.text(), name);
                    if (!found) return base::notFound("There is no such secret.");
                    return std::move(*found);
                },
                deadline));
    return key_.open(sealed, aboutSecret(id, ref));
}

Status Store::putHealth(const base::ConnectionId& id, const domain::ConnectionHealth& health,
                        Deadline deadline) {
    const HealthRow row(health);
    return database_->write(
        [&](Session& session) -> Status {
            if (!updateHealth(session, id.text(), row))
                return base::notFound("There is no such connection.");
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
