#include "api/rest/connector_health.h"

#include "api/rest/body.h"
#include "api/rest/connection_json.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"
#include "kernel/base/log.h"

namespace tenantry::rest {
namespace {

struct Supervised {
    const Services& services;
    domain::ConnectorSupervision& supervision;
};

/// The organization of the platform, when the asker manages the connections of all of it. A
/// server's insides are not there for anybody else.
base::Result<base::OrganizationId> platformOf(const Call& call) {
    const auto& tree = call.asker().tree();
    if (tree && !tree->empty()) {
        const auto& root = tree->at(0);
        if (root.kind == domain::OrganizationKind::kPlatform &&
            call.asker().may(domain::Permission::kConnectionsManage, root.id))
            return root.id;
    }
    return base::notFound("There is no such resource.");
}

void writeQuarantined(JsonWriter& out, const Supervised& parts, const Call& call,
                      const domain::ConnectorHealth& one) {
    out.key("quarantined").beginArray();
    for (const auto& q : one.quarantined) {
        // Only what the asker sees elsewhere, too.
        if (!parts.services.connections.get(call.asker(), q.connection)) continue;
        out.beginObject().key("connection").string(q.connection.text());
        out.key("operation").string(q.operation);
        out.key("reason").string(q.reason);
        out.key("since").string(base::toRfc3339(q.since)).endObject();
    }
    out.endArray();
}

void writeHealth(JsonWriter& out, const Supervised& parts, const Call& call,
                 const domain::ConnectorHealth& one) {
    const bool whole = platformOf(call).has_value();
    const auto number = [&](std::string_view key, std::optional<std::uint64_t> value) {
        out.key(key);
        if (whole && value) {
            out.number(static_cast<std::int64_t>(*value));
        } else {
            out.null();
        }
    };
    out.beginObject().key("name").string(one.connector);
    out.key("version").string(one.version);
    out.key("state").string(domain::name(one.state));
    out.key("reason");
    writeTextOrNull(out, one.reason);
    out.key("since");
    out.stringOrNull(one.since ? std::optional(base::toRfc3339(*one.since)) : std::nullopt);
    out.key("isolated").boolean(one.isolated);
    out.key("conformance");
    if (one.conformance) {
        out.beginObject().key("level").string(one.conformance->level);
        out.key("proved_at").string(base::toRfc3339(one.conformance->provedAt)).endObject();
    } else {
        out.null();
    }
    writeQuarantined(out, parts, call, one);
    out.key("sha256");
    writeTextOrNull(out, whole ? one.sha256 : "");
    number("memory_bytes", one.memoryBytes);
    number("reports", one.reports);
    out.endObject();
}

base::Result<Reply> health(const Supervised& parts, const Call& call) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : parts.supervision.health()) writeHealth(out, parts, call, one);
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> reports(const Supervised& parts, const Call& call) {
    TNY_CHECKED(platformOf(call));
    TNY_TRY(const auto all,
            parts.supervision.reports(connectorId(parts.services, call.request.parameter("name"))));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all) out.raw(one.json);
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> resume(const Supervised& parts, const Call& call) {
    TNY_TRY(const auto platform, platformOf(call));
    TNY_TRY(const Body body, Body::read(call.request, {"connection"}, Presence::kOptional));
    TNY_TRY(const auto given, body.text("connection", {1, 100}));
    std::optional<base::ConnectionId> only;
    if (given) only = base::ConnectionId(*given);
    const auto name = connectorId(parts.services, call.request.parameter("name"));
    TNY_CHECKED(parts.supervision.resume(name, only));
    record(parts.services, call,
           {.organization = platform,
            .action = "connector.resume",
            .targetKind = "connector",
            .targetId = name,
            .targetName = name,
            .detail = only ? "Resumed the connection " + only->text() + " of the connector."
                           : "Resumed the connector."});
    return Reply(http::Response::empty(204));
}

void note(const Supervised& parts, const Call& call, const base::OrganizationId& platform,
          const domain::RescanFinding& found) {
    using Outcome = domain::RescanFinding::Outcome;
    if (found.outcome != Outcome::kAdded && found.outcome != Outcome::kUpgraded) return;
    record(parts.services, call,
           {.organization = platform,
            .action = "connector." + std::string(domain::name(found.outcome)),
            .targetKind = "connector",
            .targetId = found.connector,
            .targetName = found.connector,
            .detail = found.from.empty() ? "Version " + found.to + " was added."
                                         : "Version " + found.to + " follows " + found.from + "."});
}

base::Result<Reply> rescan(const Supervised& parts, const Call& call) {
    TNY_TRY(const auto platform, platformOf(call));
    TNY_CHECKED(Body::read(call.request, {}, Presence::kOptional));
    const auto findings = parts.supervision.rescan(call.deadline());
    // Which takes them from the host.
    base::logInfo("connectors_rescanned",
                  {{"connectors", parts.services.connections.connectors().size()}});
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : findings) {
        note(parts, call, platform, one);
        out.beginObject().key("outcome").string(domain::name(one.outcome));
        out.key("connector");
        writeTextOrNull(out, one.connector);
        out.key("path").string(one.path);
        out.key("from");
        writeTextOrNull(out, one.from);
        out.key("to");
        writeTextOrNull(out, one.to);
        out.key("detail");
        writeTextOrNull(out, one.detail);
        out.endObject();
    }
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addConnectorHealth(Routes& routes, const Services& services,
                        domain::ConnectorSupervision& supervision) {
    const Supervised parts{services, supervision};
    routes.add({.pattern = "/api/v1/connectors/health"},
               [parts](const Call& call) { return health(parts, call); });
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/connectors/rescan"},
               [parts](const Call& call) { return rescan(parts, call); });
    routes.add({.pattern = "/api/v1/connectors/{name}/reports"},
               [parts](const Call& call) { return reports(parts, call); });
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/connectors/{name}/resume"},
               [parts](const Call& call) { return resume(parts, call); });
}

}  // namespace tenantry::rest
