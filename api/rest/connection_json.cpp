#include "api/rest/connection_json.h"

namespace tenantry::rest {

void writeConnection(JsonWriter& out, const Services& services, const domain::Operator& asker,
                     const tenants::ShownConnection& one, const sync::Run* firstRun) {
    const auto& connection = one.connection;
    const auto now = services.clock.now();
    const bool manages = asker.may(domain::Permission::kConnectionsManage, connection.organization);
    out.beginObject().key("id").string(connection.id.text());
    out.key("organization");
    writeOrganizationRef(out, asker.visible(), connection.organization);
    out.key("connector").string(connection.connector);
    out.key("name").string(connection.name);
    out.key("enabled").boolean(connection.enabled);
    out.key("config").raw(manages ? connection.configJson : "{}");
    out.key("secrets_set").beginArray();
    for (const auto& name : one.secretsSet) {
        if (manages) out.string(name);
    }
    out.endArray();
    out.key("schedule").beginObject().key("interval_s");
    out.number(std::int64_t{connection.syncInterval.count()}).endObject();
    out.key("state").string(domain::name(domain::stateAt(one.health, now)));
    out.key("since");
    writeTime(out, domain::stateSince(one.health, now));
    out.key("error");
    writeTextOrNull(out, one.health.error);
    out.key("last_sync_at");
    writeTime(out, one.health.lastCompleteAt);
    out.key("next_sync_at");
    writeTime(out, services.sync.nextAt(connection.id));
    writeCount(out, "users", one.health.users);
    writeCount(out, "held_deletions", one.health.heldDeletions);
    if (firstRun != nullptr) {
        out.key("first_run");
        writeRun(out, *firstRun);
    }
    out.key("etag").string(etagOf(connection));
    out.endObject();
}

http::Response connectionResponse(const Services& services, const Call& call, int status,
                                  const tenants::ShownConnection& one, const sync::Run* firstRun) {
    JsonWriter out;
    writeConnection(out, services, call.asker(), one, firstRun);
    return http::Response::json(status, std::move(out).take())
        .header("ETag", etagOf(one.connection));
}

base::Result<tenants::ShownConnection> managedConnection(const Services& services,
                                                         const Call& call) {
    TNY_TRY(auto one, services.connections.get(call.asker(), connectionIdOf(call)));
    const auto& organization = one.connection.organization;
    if (!call.asker().may(domain::Permission::kConnectionsManage, organization)) {
        const auto ordinal = call.asker().tree()->find(organization);
        return base::forbidden(
            "You need \"connections.manage\" on " +
            (ordinal ? call.asker().tree()->at(*ordinal).name : std::string("the organization")) +
            ".");
    }
    return one;
}

std::string connectorId(const Services& services, const std::string& given) {
    for (const auto& one : services.connections.connectors()) {
        const std::string last = "." + given;
        const bool ends = one.id.size() > last.size() &&
                          one.id.compare(one.id.size() - last.size(), last.size(), last) == 0;
        if (one.id == given || ends) return one.id;
    }
    return given;
}

}  // namespace tenantry::rest
