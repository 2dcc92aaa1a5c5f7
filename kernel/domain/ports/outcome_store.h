/// What many actions left behind, written together.
///
/// Threads: any. Errors: those of the stores (domain/ports/stores.h).
#pragma once

#include <optional>
#include <span>

#include "kernel/domain/ports/stores.h"

namespace tenantry::domain {

/// What one action left: the user as read back, and its entry of the trail.
struct OutcomeRecord {
    base::ConnectionId connection;
    std::optional<User> user;
    std::optional<base::UserId> gone;  ///< no longer in its directory
    base::TimePoint seenAt{};          ///< when it was found gone
    std::optional<Activity> entry;
    base::OrganizationId home;  ///< whose list it changes; empty: the entry's
    [[nodiscard]] bool empty() const { return !user && !gone && !entry; }
};

class OutcomeStore {
  public:
    virtual ~OutcomeStore() = default;
    /// All of it in one transaction, by the rules of applyUsers() and append(). What is there
    /// already, and users of a connection that is not there, are passed over: so it may be
    /// repeated.
    virtual base::Status writeOutcomes(std::span<const OutcomeRecord* const> records,
                                       base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
