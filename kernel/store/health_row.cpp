#include "kernel/store/health_row.h"

namespace tenantry::store {

HealthRow::HealthRow(const domain::ConnectionHealth& from)
    : state(domain::name(from.state)),
      since(millis(from.since)),
      lastCompleteAt(millis(from.lastCompleteAt)),
      lastAttemptAt(millis(from.lastAttemptAt)),
      error(storable(from.error)),
      users(static_cast<long long>(from.users)),
      heldDeletions(static_cast<long long>(from.heldDeletions)),
      capabilities(storable(domain::toJson(from.capabilities))) {}

domain::ConnectionHealth HealthRow::value() const {
    domain::ConnectionHealth out;
    out.state = domain::connectionState(state).value_or(domain::ConnectionState::kNeverRead);
    out.since = base::fromMillis(since);
    out.lastCompleteAt = timeOf(lastCompleteAt);
    out.lastAttemptAt = timeOf(lastAttemptAt);
    out.error = error;
    out.users = static_cast<std::uint64_t>(users);
    out.heldDeletions = static_cast<std::uint64_t>(heldDeletions);
    out.capabilities = domain::capabilitiesFromJson(capabilities);
    return out;
}

void insertHealth(Session& session, const std::string& connection, const HealthRow& row) {
    execute(session.sql(),
            "INSERT INTO connection_health (connection_id, revision, state, since_ms, "
            "last_complete_at_ms, last_attempt_at_ms, error, users, held_deletions, capabilities) "
            "VALUES (:c0, 0, :c1, :c2, :c3, :c4, :c5, :c6, :c7, :c8)",
            connection, row.state, row.since, row.lastCompleteAt, row.lastAttemptAt, row.error,
            row.users, row.heldDeletions, row.capabilities);
}

bool updateHealth(Session& session, const std::string& connection, const HealthRow& row) {
    auto& sql = session.sql();
    if (!selectOne<std::string>(
            sql,
            std::string("SELECT connection_id FROM connection_health WHERE connection_id = :id") +
                session.forUpdate(),
            connection))
        return false;
    execute(sql,
            "UPDATE connection_health SET state = :c0, since_ms = :c1, last_complete_at_ms = :c2, "
            "last_attempt_at_ms = :c3, error = :c4, users = :c5, held_deletions = :c6, "
            "capabilities = :c7 WHERE connection_id = :c8",
            row.state, row.since, row.lastCompleteAt, row.lastAttemptAt, row.error, row.users,
            row.heldDeletions, row.capabilities, connection);
    return true;
}

std::optional<std::uint64_t> moveRevision(Session& session, const std::string& connection) {
    if (execute(session.sql(),
                "UPDATE connection_health SET revision = revision + 1 WHERE connection_id = :id",
                connection) == 0)
        return std::nullopt;
    const auto revision = selectOne<long long>(
        session.sql(), "SELECT revision FROM connection_health WHERE connection_id = :id",
        connection);
    if (!revision) return std::nullopt;
    return static_cast<std::uint64_t>(*revision);
}

}  // namespace tenantry::store
