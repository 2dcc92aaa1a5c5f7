/// Brings a database to the schema of this build.
///
/// Threads: any; also two processes at once. Private to kernel/store.
#pragma once

#include "kernel/base/clock.h"
#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/store/database.h"
#include "kernel/store/migrations/migrations.h"

namespace tenantry::store {

/// Runs what is missing of `steps`. kUnsupported when the database is newer than this build, holds
/// something else than Tenantry's tables, or was made by a changed step: in words, and nothing is
/// touched.
base::Status migrate(Database& database, std::span<const Migration> steps, const base::Clock& clock,
                     base::Deadline deadline);

}  // namespace tenantry::store
