/// The activity trail: who did what to whom, where, why, and how it ended. Append-only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"

namespace tenantry::domain {

struct Activity {
    base::ActivityId id;
    base::TimePoint at{};
    base::OrganizationId organization;
    base::AccountId actor;  ///< empty: Tenantry itself
    std::string actorName;  ///< username at that time
    std::string remoteAddress;
    std::string action;  ///< "user.suspend", "session.create", "connection.create", "sync.held" ...
    std::string targetKind;  ///< "user", "connection", "organization", "account", "session"
    std::string targetId;
    std::string targetName;  ///< username or name at that time
    std::string outcome;     ///< done, already_so, skipped, failed, unknown, refused
    std::string detail;      ///< in words; no secret
    std::string reason;      ///< given by the operator
    std::string ticket;
    std::string beforeJson;  ///< secrets masked; empty when there is none
    std::string afterJson;
    std::string correlationId;  ///< also handed to the backend where it has a field for it
};

struct ActivityQuery {
    std::optional<std::string> action;
    std::optional<std::string> outcome;
    std::optional<std::string> targetId;
    std::optional<base::AccountId> actor;
    std::optional<base::TimePoint> from, to;
    std::string search;  ///< in target name, actor name and detail
    std::size_t offset = 0;
    std::size_t limit = 100;
};

struct ActivityPage {
    std::vector<Activity> items;  ///< newest first
    std::uint64_t total = 0;
};

}  // namespace tenantry::domain
