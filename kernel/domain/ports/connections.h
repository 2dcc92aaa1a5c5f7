/// What is known now of the connections, in memory; and where changes are told.
///
/// Threads: any. Never blocks on I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/ids.h"
#include "kernel/domain/connection.h"

namespace tenantry::domain {

struct ConnectorDescriptor;

struct KnownConnection {
    Connection connection;
    ConnectionHealth health;
    std::string connectorName;  ///< "LDAP directory", for words
    /// What its connector says of itself; null when it is not installed. Lives as the registry.
    const ConnectorDescriptor* descriptor = nullptr;
};

class ConnectionRegistry {
  public:
    virtual ~ConnectionRegistry() = default;
    virtual std::optional<KnownConnection> find(const base::ConnectionId& id) const = 0;
    virtual std::vector<KnownConnection> all() const = 0;
    /// Called after the store has committed the same.
    virtual void setHealth(const base::ConnectionId& id, const ConnectionHealth& health) = 0;
};

/// Something changed: told to open pages. Names ids only, no personal data.
struct Event {
    std::string name;  ///< "users_changed", "connection_changed", "run_progress", "activity" ...
    base::OrganizationId organization;  ///< who may hear of it: operators with this one in scope
    std::string dataJson = "{}";
};

class EventSink {
  public:
    virtual ~EventSink() = default;
    /// Returns at once; a full queue drops the event and tells the page to ask again.
    virtual void publish(const Event& event) = 0;
};

}  // namespace tenantry::domain
