#include "tenants/connections.h"

#include <algorithm>
#include <unordered_map>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "tenants/connection_config.h"
#include "tenants/counter.h"

namespace tenantry::tenants {

namespace limits = base::limits;
using base::ConnectionId;
using base::Deadline;
using domain::Connection;
using domain::ConnectionHealth;
using domain::ConnectorDescriptor;
using domain::KnownConnection;
using domain::Permission;

namespace {

base::Error notThere() {
    return base::notFound("There is no such connection in your scope.");
}

base::Status checkInterval(std::chrono::seconds interval) {
    if (interval < std::chrono::seconds{10} || interval > std::chrono::hours{168})
        return base::invalidArgument("The interval lies between 10 seconds and 7 days.",
                                     "/schedule/interval_s");
    return base::ok();
}

base::Status checkName(const std::string& name) {
    if (name.empty() || name.size() > 200)
        return base::invalidArgument("A connection's name has 1 to 200 bytes.", "/name");
    return base::ok();
}

/// A pointer into the configuration, as the API counts it.
base::Error inConfig(base::Error error) {
    if (!error.pointer.empty() && error.pointer.rfind("/config", 0) != 0)
        error.pointer = "/config" + error.pointer;
    return error;
}

std::string stateEvent(const Connection& connection, const ConnectionHealth& health,
                       base::TimePoint now) {
    base::JsonWriter json;
    json.beginObject()
        .key("connection")
        .string(connection.id.text())
        .key("organization")
        .string(connection.organization.text());
    json.key("state").string(domain::name(domain::stateAt(health, now))).endObject();
    return std::move(json).take();
}

}  // namespace

struct Connections::Impl {
    struct Entry {
        Connection connection;
        ConnectionHealth health;
        std::shared_ptr<domain::Connector> opened;
        std::uint64_t generation =
            0;  ///< moves when the configuration does: an older connector is not kept
    };
    using Map = std::unordered_map<ConnectionId, Entry>;

    explicit Impl(ConnectionsParts p) : parts(p) { takeConnectors(); }

    void takeConnectors() {
        auto installed = parts.host.connectors();
        descriptors.with([&](Descriptors& all) {
            for (auto& one : installed) {
                auto& versions = all[one.id];
                if (versions.empty() || versions.back()->version != one.version ||
                    versions.back()->configSchemaJson != one.configSchemaJson)
                    versions.push_back(std::make_unique<const ConnectorDescriptor>(std::move(one)));
            }
        });
    }

    [[nodiscard]] const ConnectorDescriptor* descriptor(const std::string& id) const {
        return descriptors.withShared([&](const Descriptors& all) {
            const auto found = all.find(id);
            return found == all.end() ? nullptr : found->second.back().get();
        });
    }
    [[nodiscard]] KnownConnection known(const Entry& entry) const {
        const auto* d = descriptor(entry.connection.connector);
        return {entry.connection, entry.health, d ? d->name : entry.connection.connector, d};
    }
    [[nodiscard]] ShownConnection shown(const KnownConnection& known) const {
        ShownConnection out{known.connection, known.health, known.connectorName,
                            secretsSet(known.connection.configJson)};
        out.connection.configJson =
            shownConfig(descriptor(known.connection.connector), known.connection.configJson);
        return out;
    }
    [[nodiscard]] std::optional<KnownConnection> find(const ConnectionId& id) const {
        return entries.withShared([&](const Map& map) -> std::optional<KnownConnection> {
            const auto found = map.find(id);
            if (found == map.end()) return std::nullopt;
            return known(found->second);
        });
    }
    /// The connection, if the asker may manage it; kNotFound does not tell whether it exists
    /// elsewhere.
    base::Result<KnownConnection> managed(const domain::Operator& asker,
                                          const ConnectionId& id) const {
        auto found = find(id);
        if (!found || !asker.visible().contains(found->connection.organization)) return notThere();
        if (!asker.may(Permission::kConnectionsManage, found->connection.organization))
            return base::forbidden(
                "You need \"connections.manage\" on the organization of this connection.");
        if (found->connection.connector == kPortalConnector)
            return base::forbidden("The portal accounts are built in.");
        return std::move(*found);
    }

    base::Result<const ConnectorDescriptor*> needDescriptor(const std::string& connector) const {
        if (connector == kPortalConnector)
            return base::invalidArgument("The portal accounts are built in.", "/connector");
        if (const auto* d = descriptor(connector)) return d;
        return base::notFound("No connector \"" + connector + "\" is installed.").at("/connector");
    }

    /// Opens a connector on a configuration whose new secrets are in `fresh`, others in the store
    /// under `id`.
    base::Result<std::shared_ptr<domain::Connector>> openWith(
        const Connection& connection, std::map<std::string, base::SecretText> fresh,
        Deadline deadline) {
        domain::OpenRequest request;
        request.connection = connection.id;
        request.connector = connection.connector;
        request.configJson = connection.configJson;
        auto& store = parts.store;
        const auto id = connection.id;
        request.secret = [&store, id, secrets = std::move(fresh)](
                             std::string_view ref) -> base::Result<base::SecretText> {
            if (const auto found = secrets.find(std::string(ref)); found != secrets.end())
                return found->second;
            return store.secret(id, ref, Deadline::after(limits::kStoreDeadline));
        };
        request.keepSecret = [this, id](std::string_view ref,
                                        base::SecretText value) -> base::Status {
            const auto now = find(id);
            if (!now) return notThere();
            return parts.store.putConnection(now->connection,
                                             {{std::string(ref), std::move(value)}},
                                             Deadline::after(limits::kStoreDeadline));
        };
        request.memory = memoryOf(id);
        return parts.host.open(std::move(request), deadline);
    }

    /// Of a connection that is stored. One that is only tried has none that lasts.
    [[nodiscard]] domain::ConnectorMemory memoryOf(const ConnectionId& id) const {
        domain::ConnectorMemory out;
        auto* store = parts.memory;
        if (store == nullptr || !find(id)) return out;
        const auto soon = [] { return Deadline::after(limits::kStoreDeadline); };
        out.get = [=](std::string_view key) { return store->memory(id, key, soon()); };
        out.put = [=](std::string_view key, std::string_view value) {
            return store->putMemory(id, key, value, soon());
        };
        out.remove = [=](std::string_view key) { return store->removeMemory(id, key, soon()); };
        return out;
    }

    base::Result<Connection> store(Connection connection,
                                   const std::map<std::string, base::SecretText>& secrets,
                                   ConnectionHealth health, bool isNew, Deadline deadline);
    TestOutcome tryOut(const Connection& connection,
                       std::map<std::string, base::SecretText> secrets, Deadline deadline);

    ConnectionsParts parts;
    /// By id; the last version serves. Former ones stay, as somebody may be reading them.
    using Descriptors =
        std::map<std::string, std::vector<std::unique_ptr<const ConnectorDescriptor>>>;
    base::Guarded<Descriptors> descriptors;
    base::Guarded<Map> entries;
    std::mutex writing;
    sync::Engine* engine = nullptr;
};

Connections::Connections(ConnectionsParts parts) : impl_(std::make_unique<Impl>(parts)) {}
Connections::~Connections() = default;
void Connections::attach(sync::Engine& engine) {
    impl_->engine = &engine;
}

base::Status Connections::load(Deadline deadline) {
    TNY_TRY(auto all, impl_->parts.store.loadConnections(deadline));
    for (const auto& [connection, health] : all)
        impl_->parts.view.putConnection(connection, health);
    impl_->entries.with([&](Impl::Map& map) {
        for (auto& [connection, health] : all) {
            const auto id = connection.id;
            map[id] = Impl::Entry{std::move(connection), std::move(health), nullptr, 1};
        }
    });
    return base::ok();
}

std::optional<KnownConnection> Connections::find(const ConnectionId& id) const {
    return impl_->find(id);
}

std::vector<KnownConnection> Connections::all() const {
    return impl_->entries.withShared([&](const Impl::Map& map) {
        std::vector<KnownConnection> out;
        out.reserve(map.size());
        for (const auto& [id, entry] : map) out.push_back(impl_->known(entry));
        return out;
    });
}

void Connections::setHealth(const ConnectionId& id, const ConnectionHealth& health) {
    std::optional<Connection> changed;
    impl_->entries.with([&](Impl::Map& map) {
        const auto found = map.find(id);
        if (found == map.end()) return;
        found->second.health = health;
        changed = found->second.connection;
    });
    if (changed)
        impl_->parts.events.publish({"connection_changed", changed->organization,
                                     stateEvent(*changed, health, impl_->parts.clock.now())});
}

base::Result<std::shared_ptr<domain::Connector>> Connections::open(const ConnectionId& id,
                                                                   Deadline deadline) {
    std::optional<Connection> connection;
    std::shared_ptr<domain::Connector> opened;
    std::uint64_t generation = 0;
    impl_->entries.withShared([&](const Impl::Map& map) {
        const auto found = map.find(id);
        if (found == map.end()) return;
        connection = found->second.connection;
        opened = found->second.opened;
        generation = found->second.generation;
    });
    if (!connection) return notThere();
    if (!connection->enabled)
        return base::unavailable("The connection \"" + connection->name + "\" is switched off.");
    if (opened) return opened;
    TNY_TRY(auto made, impl_->openWith(*connection, {}, deadline));
    impl_->entries.with([&](Impl::Map& map) {
        const auto found = map.find(id);
        if (found == map.end() || found->second.generation != generation) return;
        if (found->second.opened)
            made = found->second.opened;  // somebody was quicker
        else
            found->second.opened = made;
    });
    return made;
}

std::vector<ConnectorDescriptor> Connections::connectors() const {
    std::vector<ConnectorDescriptor> out;
    impl_->takeConnectors();  // the host may have looked at its folders again
    impl_->descriptors.withShared([&](const auto& all) {
        for (const auto& [id, versions] : all) out.push_back(*versions.back());
    });
    return out;
}

std::vector<ShownConnection> Connections::list(const domain::Operator& asker) const {
    const auto scope = asker.visible();
    std::vector<ShownConnection> out;
    for (const auto& known : all())
        if (scope.contains(known.connection.organization)) out.push_back(impl_->shown(known));
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.connection.name, a.connection.id) <
               std::tie(b.connection.name, b.connection.id);
    });
    return out;
}

base::Result<ShownConnection> Connections::get(const domain::Operator& asker,
                                               const ConnectionId& id) const {
    const auto found = find(id);
    if (!found || !asker.visible().contains(found->connection.organization)) return notThere();
    return impl_->shown(*found);
}

base::Result<Connection> Connections::Impl::store(
    Connection connection, const std::map<std::string, base::SecretText>& secrets,
    ConnectionHealth health, bool isNew, Deadline deadline) {
    TNY_CHECKED(parts.store.putConnection(connection, secrets, deadline));
    if (isNew) TNY_CHECKED(parts.store.putHealth(connection.id, health, deadline));
    std::shared_ptr<domain::Connector> old;  // closed outside the lock
    entries.with([&](Map& map) {
        auto& entry = map[connection.id];
        old = std::move(entry.opened);
        entry.opened = nullptr;
        entry.connection = connection;
        if (isNew) entry.health = health;
        health = entry.health;
        ++entry.generation;
    });
    parts.view.putConnection(connection, health);
    parts.events.publish({"connection_changed", connection.organization,
                          stateEvent(connection, health, parts.clock.now())});
    if (engine != nullptr)
        engine->schedule(connection.id, isNew ? sync::Trigger::kFirst : sync::Trigger::kManual);
    return connection;
}

base::Result<ShownConnection> Connections::create(const domain::Operator& asker,
                                                  const NewConnection& request, Deadline deadline) {
    const auto ordinal = asker.tree()->resolve(request.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no organization \"" + request.organization +
                              "\" in your scope.")
            .at("/organization");
    const auto& organization = asker.tree()->at(*ordinal);
    if (!asker.may(Permission::kConnectionsManage, organization.id))
        return base::forbidden("You need \"connections.manage\" on " + organization.name + ".");
    TNY_TRY(const auto made, unsafeCreate(organization.id, request, deadline));
    return get(asker, made.id);
}

base::Result<Connection> Connections::unsafeCreate(const base::OrganizationId& organization,
                                                   const NewConnection& request,
                                                   Deadline deadline) {
    TNY_CHECKED(checkName(request.name));
    const auto interval = request.syncInterval.value_or(limits::kSyncInterval);
    TNY_CHECKED(checkInterval(interval));
    TNY_TRY(const auto* descriptor, impl_->needDescriptor(request.connector));
    TNY_TRY(auto split, splitSecrets(*descriptor, request.configJson));
    Connection connection;
    connection.id = ConnectionId(base::newUuid());
    connection.organization = organization;
    connection.connector = request.connector;
    connection.name = request.name;
    connection.configJson = split.configJson;
    connection.enabled = request.enabled;
    connection.syncInterval = interval;
    connection.createdAt = connection.modifiedAt = impl_->parts.clock.now();
    // Opening validates the configuration against its schema; it does not need the directory to be
    // up.
    if (auto opened = impl_->openWith(connection, split.secrets, deadline);
        !opened && opened.error().code == base::ErrorCode::kInvalidArgument)
        return inConfig(std::move(opened).error());
    ConnectionHealth health;
    health.since = impl_->parts.clock.now();
    const std::lock_guard lock(impl_->writing);
    return impl_->store(std::move(connection), split.secrets, std::move(health), /*isNew=*/true,
                        deadline);
}

base::Status Connections::unsafeAdopt(const Connection& connection, const ConnectionHealth& health,
                                      Deadline deadline) {
    const std::lock_guard lock(impl_->writing);
    if (find(connection.id)) return base::ok();
    const auto made = impl_->store(connection, {}, health, /*isNew=*/true, deadline);
    return made ? base::ok() : base::Status(made.error());
}

base::Result<ShownConnection> Connections::change(const domain::Operator& asker,
                                                  const ConnectionId& id,
                                                  const ConnectionChange& request,
                                                  Deadline deadline) {
    const std::lock_guard lock(impl_->writing);
    TNY_TRY(auto known, impl_->managed(asker, id));
    Connection connection = known.connection;
    std::map<std::string, base::SecretText> secrets;
    if (request.name) {
        TNY_CHECKED(checkName(*request.name));
        connection.name = *request.name;
    }
    if (request.syncInterval) {
        TNY_CHECKED(checkInterval(*request.syncInterval));
        connection.syncInterval = *request.syncInterval;
    }
    if (request.enabled) connection.enabled = *request.enabled;
    if (request.configJson) {
        TNY_TRY(const auto* descriptor, impl_->needDescriptor(connection.connector));
        TNY_CHECKED(checkSecretsStay(*descriptor, connection.configJson, *request.configJson));
        TNY_TRY(const auto merged, mergeConfig(connection.configJson, *request.configJson));
        TNY_TRY(auto split, splitSecrets(*descriptor, merged));
        connection.configJson = split.configJson;
        secrets = std::move(split.secrets);
        if (auto opened = impl_->openWith(connection, secrets, deadline);
            !opened && opened.error().code == base::ErrorCode::kInvalidArgument)
            return inConfig(std::move(opened).error());
    }
    connection.modifiedAt = impl_->parts.clock.now();
    TNY_CHECKED(base::within("connection", [&]() -> base::Status {
        TNY_TRY(const auto stored,
                impl_->store(connection, secrets, {}, /*isNew=*/false, deadline));
        return base::ok();
    }()));
    return get(asker, id);
}

base::Status Connections::remove(const domain::Operator& asker, const ConnectionId& id,
                                 Deadline deadline) {
    const std::lock_guard lock(impl_->writing);
    TNY_TRY(const auto known, impl_->managed(asker, id));
    if (impl_->engine != nullptr) impl_->engine->forget(id);
    TNY_CHECKED(impl_->parts.store.removeConnection(id, deadline));
    std::shared_ptr<domain::Connector> old;
    impl_->entries.with([&](Impl::Map& map) {
        const auto found = map.find(id);
        if (found == map.end()) return;
        old = std::move(found->second.opened);
        map.erase(found);
    });
    impl_->parts.view.removeConnection(id);
    impl_->parts.events.publish(
        {"users_changed", known.connection.organization,
         R"({"organizations":[")" + known.connection.organization.text() + "\"]}"});
    return base::ok();
}

TestOutcome Connections::Impl::tryOut(const Connection& connection,
                                      std::map<std::string, base::SecretText> secrets,
                                      Deadline deadline) {
    const auto started = parts.clock.steadyNow();
    TestOutcome out;
    const auto failed = [&](const base::Error& error) {
        out.ok = false;
        out.detail = error.message;
        out.pointer = error.pointer.empty() ? "" : inConfig(error).pointer;
    };
    auto opened = openWith(connection, std::move(secrets), deadline);
    if (!opened) {
        failed(opened.error());
    } else if (auto checked = (*opened)->check(deadline); !checked) {
        failed(checked.error());
    } else {
        out.ok = std::all_of(checked->begin(), checked->end(), [](const auto& d) { return d.ok; });
        for (const auto& one : *checked)
            if (!one.message.empty() && (out.ok || !one.ok))
                out.detail += (out.detail.empty() ? "" : " ") + one.message;
        out.diagnostics = std::move(*checked);
        Counter counter;
        domain::ReadRequest read;
        read.budgetRecords = limits::kSegmentRecords;
        read.budget = std::chrono::seconds{10};
        if (out.ok) {
            const auto end = (*opened)->list(read, counter, deadline);
            if (!end)
                failed(end.error());
            else if (*end == domain::ReadEnd::kComplete)
                out.users = counter.count;
            else
                out.detail += " More than " + std::to_string(counter.count) + " users can be read.";
        }
    }
    out.took =
        std::chrono::duration_cast<std::chrono::milliseconds>(parts.clock.steadyNow() - started);
    if (out.detail.empty()) out.detail = "The directory answers.";
    return out;
}

base::Result<TestOutcome> Connections::test(const domain::Operator& asker,
                                            const NewConnection& request, Deadline deadline) {
    const auto ordinal = asker.tree()->resolve(request.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no organization \"" + request.organization +
                              "\" in your scope.")
            .at("/organization");
    if (!asker.may(Permission::kConnectionsManage, asker.tree()->at(*ordinal).id))
        return base::forbidden("You need \"connections.manage\" on " +
                               asker.tree()->at(*ordinal).name + ".");
    TNY_TRY(const auto* descriptor, impl_->needDescriptor(request.connector));
    TNY_TRY(auto split, splitSecrets(*descriptor, request.configJson));
    Connection connection;
    connection.id = ConnectionId(base::newUuid());
    connection.connector = request.connector;
    connection.configJson = split.configJson;
    return impl_->tryOut(connection, std::move(split.secrets), deadline);
}

base::Result<TestOutcome> Connections::testSaved(const domain::Operator& asker,
                                                 const ConnectionId& id,
                                                 const std::optional<std::string>& changesJson,
                                                 Deadline deadline) {
    TNY_TRY(auto known, impl_->managed(asker, id));
    std::map<std::string, base::SecretText> secrets;
    if (changesJson) {
        TNY_TRY(const auto* descriptor, impl_->needDescriptor(known.connection.connector));
        TNY_CHECKED(checkSecretsStay(*descriptor, known.connection.configJson, *changesJson));
        TNY_TRY(const auto merged, mergeConfig(known.connection.configJson, *changesJson));
        TNY_TRY(auto split, splitSecrets(*descriptor, merged));
        known.connection.configJson = split.configJson;
        secrets = std::move(split.secrets);
    }
    return impl_->tryOut(known.connection, std::move(secrets), deadline);
}

}  // namespace tenantry::tenants
