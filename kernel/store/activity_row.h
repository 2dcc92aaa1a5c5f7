/// The row of an activity, and its place in the chain of its organization.
///
/// Threads: values; a Session's own thread. Private to kernel/store.
#pragma once

#include <string>

#include "kernel/domain/activity.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

inline constexpr const char* kActivityColumns =
    "id, at_ms, organization_id, actor_id, actor_name, remote_address, action, target_kind, "
    "target_id, target_name, outcome, detail, reason, ticket, before_json, after_json, "
    "correlation_id";
inline constexpr std::size_t kActivityColumnCount = 17;

struct ActivityRow {
    std::string id;
    long long at = 0;
    std::string organization, actor, actorName, address, action, targetKind, targetId, targetName,
        outcome, detail, reason, ticket, before, after, correlation;

    ActivityRow() = default;
    explicit ActivityRow(const domain::Activity& from);
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(id);
        visit(at);
        visit(organization);
        visit(actor);
        visit(actorName);
        visit(address);
        visit(action);
        visit(targetKind);
        visit(targetId);
        visit(targetName);
        visit(outcome);
        visit(detail);
        visit(reason);
        visit(ticket);
        visit(before);
        visit(after);
        visit(correlation);
    }
    [[nodiscard]] domain::Activity value() const;
};

/// What the search of the trail looks into.
std::string searchedOf(const domain::Activity& entry);

/// The digest of an entry: of all it says, where it stands, and the digest of the one before it.
std::string digestOf(const ActivityRow& row, long long sequence, const std::string& previous);

/// Puts an entry at the end of its organization's chain.
void linkEntry(Session& session, const ActivityRow& row);

}  // namespace tenantry::store
