/// What changed about the users of one connection: the same words for the store and the view.
///
/// Threads: a value.
#pragma once

#include <optional>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

/// What a reading, an action or a read-back changed in one connection. Written in one transaction.
///
/// A reading may show what an action has changed meanwhile: so an upsert whose seenAt is older than
/// the stored row's is ignored, and a tombstone is set only on a row whose stored seen_at is not
/// newer than `seenAt`. The view applies the same rule. A reading stamps its rows with the moment
/// *before* the page was asked for.
struct UserChanges {
    std::vector<User> upserts = {};
    /// Shown again unchanged: only seen_at moves.
    std::vector<base::UserId> seen = {};
    base::TimePoint seenAt{};
    /// Gone from the backend: kept as tombstones, out of the view.
    std::vector<base::UserId> tombstones = {};
    std::optional<ConnectionHealth> health = {};
    [[nodiscard]] bool empty() const {
        return upserts.empty() && seen.empty() && tombstones.empty() && !health;
    }
};

}  // namespace tenantry::domain
