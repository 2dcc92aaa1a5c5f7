/// What went wrong in the database, told from its own codes, and in our words.
///
/// Threads: values. Private to kernel/store. SOCI's texts are never passed on: they hold statements
/// and values.
#pragma once

#include <soci/soci.h>

#include <cstdint>
#include <string>

#include "kernel/base/error.h"

namespace tenantry::store {

enum class FaultKind : std::uint8_t {
    kBusy = 1,     ///< deadlock, lock wait, SQLITE_BUSY: the whole transaction may be repeated
    kLost,         ///< the connection broke: reopen it, then repeat
    kConstraint,   ///< a unique or foreign key refused it
    kInterrupted,  ///< our own deadline stopped it
    kRefused,      ///< wrong user, no such database: it will not heal by itself
    kUnwritable,   ///< read-only, disk full, no quorum
    kBroken,       ///< anything else
};

struct Fault {
    FaultKind kind = FaultKind::kBroken;
    std::string code;  ///< the database's own number
    bool atCommit = false;
};

Fault classify(const soci::soci_error& error);
/// For the caller. A connection that was lost at COMMIT leaves the outcome unknown.
base::Error toError(const Fault& fault);

}  // namespace tenantry::store
