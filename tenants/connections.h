/// The connections: configuration, secrets, and the opened connectors behind them.
///
/// Ownership: kernel/main. Threads: any; no lock is held while a connector is called.
/// Errors: kNotFound outside the scope; kForbidden without connections.manage; kInvalidArgument
/// with a pointer into
///   the configuration; kConflict for a version that moved.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/guarded.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/connector_memory.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/domain/scope.h"
#include "kernel/sync/engine.h"

namespace tenantry::tenants {

/// The connector of Tenantry's own accounts: built in, and nobody's to connect or to remove.
inline constexpr std::string_view kPortalConnector = "org.tenantry.portal";

struct NewConnection {
    std::string organization;  ///< id or slug
    std::string connector;
    std::string name;
    std::string configJson;  ///< with secrets in the clear: they are taken out and sealed
    bool enabled = true;
    std::optional<std::chrono::seconds> syncInterval;
};

struct ConnectionChange {
    std::optional<std::string> name;
    std::optional<std::string>
        configJson;  ///< merged: a member that is left out stays, also a secret; null removes
    std::optional<bool> enabled;
    std::optional<std::chrono::seconds> syncInterval;
};

struct TestOutcome {
    bool ok = false;
    std::string detail;   ///< in words
    std::string pointer;  ///< "/config/bind_password", or empty
    std::optional<std::uint64_t> users;
    std::vector<domain::Diagnostic> diagnostics;
    std::chrono::milliseconds took{0};
};

/// A connection as shown: no secret, only the names of those that are set.
struct ShownConnection {
    domain::Connection connection;  ///< configJson without secrets
    domain::ConnectionHealth health;
    std::string connectorName;
    std::vector<std::string> secretsSet;
};

struct ConnectionsParts {
    domain::ConnectionStore& store;
    domain::ConnectorHost& host;
    domain::UserViewWriter& view;
    domain::EventSink& events;
    const base::Clock& clock;
    /// What connectors remember; null: nothing longer than they are open.
    domain::ConnectorMemoryStore* memory = nullptr;
};

class Connections final : public domain::ConnectionRegistry, public domain::Directories {
  public:
    explicit Connections(ConnectionsParts parts);
    ~Connections() override;

    /// Reads them from the store, and tells the view. Once, at start.
    base::Status load(base::Deadline deadline);
    /// Whom to tell of new and removed connections. Before the first change.
    void attach(sync::Engine& engine);

    [[nodiscard]] std::vector<ShownConnection> list(const domain::Operator& asker) const;
    base::Result<ShownConnection> get(const domain::Operator& asker,
                                      const base::ConnectionId& id) const;
    base::Result<ShownConnection> create(const domain::Operator& asker,
                                         const NewConnection& request, base::Deadline deadline);
    base::Result<ShownConnection> change(const domain::Operator& asker,
                                         const base::ConnectionId& id,
                                         const ConnectionChange& request, base::Deadline deadline);
    base::Status remove(const domain::Operator& asker, const base::ConnectionId& id,
                        base::Deadline deadline);
    /// Tries a configuration; nothing is stored. A directory that cannot be used is an outcome, not
    /// an error.
    base::Result<TestOutcome> test(const domain::Operator& asker, const NewConnection& request,
                                   base::Deadline deadline);
    /// Tries a saved one, with `changes` merged in.
    base::Result<TestOutcome> testSaved(const domain::Operator& asker, const base::ConnectionId& id,
                                        const std::optional<std::string>& changesJson,
                                        base::Deadline deadline);
    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const;

    /// Import only: without asking who.
    base::Result<domain::Connection> unsafeCreate(const base::OrganizationId& organization,
                                                  const NewConnection& request,
                                                  base::Deadline deadline);

    /// A connection of a built-in connector, with an id of its own choice: the portal directory.
    /// Not an error when it is there.
    base::Status unsafeAdopt(const domain::Connection& connection,
                             const domain::ConnectionHealth& health, base::Deadline deadline);

    // domain::ConnectionRegistry
    std::optional<domain::KnownConnection> find(const base::ConnectionId& id) const override;
    std::vector<domain::KnownConnection> all() const override;
    void setHealth(const base::ConnectionId& id, const domain::ConnectionHealth& health) override;

    // domain::Directories
    base::Result<std::shared_ptr<domain::Connector>> open(const base::ConnectionId& id,
                                                          base::Deadline deadline) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::tenants
