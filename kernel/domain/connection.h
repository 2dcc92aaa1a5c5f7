/// An organization's configured use of a connector, and how fresh what we know of it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/base/limits.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

using base::ConnectionId;
using base::OrganizationId;
using base::TimePoint;

enum class ConnectionState : std::uint8_t {
    kNeverRead = 1,  ///< no complete reading yet
    kCurrent,        ///< the last reading was complete and is recent
    kStale,  ///< the last complete reading is older than limits::kStaleAfter, or one is held by the
             ///< deletion guard
    kUnreachable,  ///< the last attempt failed
};
inline constexpr std::size_t kConnectionStateCount = 4;
std::string_view name(ConnectionState state);
std::optional<ConnectionState> connectionState(std::string_view name);

/// What the connector cannot do here, or does in a roundabout way, and why.
struct ActionCapability {
    bool supported = true;
    bool emulated = false;
    std::string reason;  ///< in words, when not supported, or how it is emulated
    bool operator==(const ActionCapability&) const = default;
};

/// By the connector's action name ("user.suspend"). An action that is not in the map is not
/// supported.
using Capabilities = std::map<std::string, ActionCapability, std::less<>>;
/// As a JSON object, for the store.
std::string toJson(const Capabilities& capabilities);
Capabilities capabilitiesFromJson(std::string_view json);

struct Connection {
    ConnectionId id;
    OrganizationId organization;
    std::string connector;  ///< the connector's id: "org.tenantry.ldap"
    std::string name;
    std::string configJson = "{}";  ///< secrets are replaced by {"$secret":"ref"}
    bool enabled = true;
    std::chrono::seconds syncInterval =
        base::limits::kSyncInterval;  ///< between the ends of two readings
    base::TimePoint createdAt{};
    base::TimePoint modifiedAt{};
    bool operator==(const Connection&) const = default;
};

/// What the kernel knows of a connection's readings. Kept in the store, one row a connection.
struct ConnectionHealth {
    /// As stored: kStale because of age is computed by stateAt().
    ConnectionState state = ConnectionState::kNeverRead;
    TimePoint since{};                        ///< when `state` began
    std::optional<TimePoint> lastCompleteAt;  ///< end of the last complete reading
    std::optional<TimePoint> lastAttemptAt;
    std::string error;  ///< in words, for an administrator; empty when all is well
    std::uint64_t users = 0;
    /// A complete reading that would remove too many: it waits for a person. 0 when none is held.
    std::uint64_t heldDeletions = 0;
    Capabilities capabilities;
    bool operator==(const ConnectionHealth&) const = default;
};

/// The state at `now`: what was current becomes stale with age.
ConnectionState stateAt(const ConnectionHealth& health, TimePoint now);
/// When the state at `now` began.
TimePoint stateSince(const ConnectionHealth& health, TimePoint now);

}  // namespace tenantry::domain
