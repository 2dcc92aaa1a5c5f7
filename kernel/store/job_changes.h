/// What becomes of items, written in one transaction. Private to kernel/store.
///
/// Threads: those of the session.
#pragma once

#include <span>
#include <vector>

#include "kernel/domain/ports/job_store.h"
#include "kernel/store/database.h"

namespace tenantry::store {

/// Writes `changes`; gives for each whether it was taken. Throws soci_error. SQLite runs a prepared
/// statement for each; MySQL, to which each statement is a round trip, one for up to 200 of a kind.
std::vector<bool> writeChanges(Session& session, std::span<const domain::ItemChange> changes);

}  // namespace tenantry::store
