/// A batch whose every row tells its number: one that is torn shows.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/domain/ports/stores.h"

namespace tenantry::testing {

inline constexpr int kBatchUsers = 700;

inline domain::UserChanges batch(const domain::Connection& connection, std::uint64_t n) {
    domain::UserChanges out;
    out.seenAt = base::fromMillis(static_cast<std::int64_t>(n) * 1000);
    for (int i = 0; i < kBatchUsers; ++i) {
        domain::User user;
        user.connection = connection.id;
        user.organization = connection.organization;
        user.nativeId = std::to_string(i);
        user.id = base::userIdOf(connection.id, user.nativeId);
        user.username = "user " + std::to_string(i);
        user.etag = std::to_string(n);
        user.seenAt = out.seenAt;
        out.upserts.push_back(user);
    }
    // One that is there in odd batches only.
    const auto id = base::userIdOf(connection.id, "0");
    if (n % 2 == 0) out.tombstones.push_back(id);
    out.health.emplace();
    out.health->users = n;
    return out;
}

}  // namespace tenantry::testing
