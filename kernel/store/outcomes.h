/// The parts of Store::writeOutcomes(), each beside what writes one. Private to kernel/store.
///
/// Threads: those of the session. Throw soci_error.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kernel/domain/activity.h"
#include "kernel/domain/user.h"
#include "kernel/store/database.h"

namespace tenantry::store {

/// Adds or replaces users of any connections.
void upsertUsers(Session& session, std::span<const domain::User> users);
/// Makes a tombstone of a user whose row is not newer than `seenAtMs`.
void buryUser(Session& session, const std::string& connection, const base::UserId& id,
              long long seenAtMs, long long nowMs);
/// Puts entries at the ends of their organizations' chains, in their order. Those that are there
/// already are passed over.
void appendEntries(Session& session, std::span<const domain::Activity* const> entries);

}  // namespace tenantry::store
