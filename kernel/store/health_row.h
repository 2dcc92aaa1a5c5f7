/// The row of a connection's health and revision: written by connections and by users alike.
///
/// Threads: values; a Session's own thread. Private to kernel/store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernel/domain/connection.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

struct HealthRow {
    std::string state;
    long long since = 0;
    NullableMillis lastCompleteAt, lastAttemptAt;
    std::string error;
    long long users = 0, heldDeletions = 0;
    std::string capabilities;

    HealthRow() = default;
    explicit HealthRow(const domain::ConnectionHealth& from);
    [[nodiscard]] domain::ConnectionHealth value() const;

    template <class Visitor>
    void each(Visitor& visit) {
        visit(state);
        visit(since);
        visit(lastCompleteAt);
        visit(lastAttemptAt);
        visit(error);
        visit(users);
        visit(heldDeletions);
        visit(capabilities);
    }
};

void insertHealth(Session& session, const std::string& connection, const HealthRow& row);
/// False when there is no such connection.
bool updateHealth(Session& session, const std::string& connection, const HealthRow& row);
/// Moves the connection's revision, and so holds its row until the transaction ends. Nothing when
/// there is no such connection.
std::optional<std::uint64_t> moveRevision(Session& session, const std::string& connection);

}  // namespace tenantry::store
