#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/domain/action.h"

namespace tenantry::rest {
namespace {

/// What a user of this connector has, and what of it an edit may say: the form of the console is
/// made from these.
void writeAttributes(JsonWriter& out, const domain::ConnectorDescriptor& connector) {
    out.key("attributes").beginArray();
    if (const auto* kind = connector.kind("user")) {
        for (const auto& one : kind->attributes) {
            out.beginObject().key("name").string(one.name);
            out.key("field");
            writeTextOrNull(out, one.maps);
            out.key("title").string(one.title.empty() ? one.name : one.title);
            out.key("type").string(one.type);
            out.key("read_only").boolean(one.readOnly);
            out.endObject();
        }
    }
    out.endArray();
    const auto* edit = connector.action(domain::connectorAction(domain::Action::kEdit));
    out.key("edit_schema").raw(edit == nullptr || edit->argsJson.empty() ? "null" : edit->argsJson);
}

base::Result<Reply> list(const Services& services, const Call&) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : services.connections.connectors()) {
        if (one.id == tenants::kPortalConnector) continue;  // built in: there is nothing to connect
        out.beginObject().key("name").string(one.id);
        out.key("title").string(one.name);
        out.key("description").string(one.help);
        out.key("version").string(one.version);
        out.key("actions").beginArray();
        for (const auto& spec : domain::actions()) {
            if (one.action(domain::connectorAction(spec.action)) != nullptr) out.string(spec.name);
        }
        out.endArray();
        out.key("connector_actions").beginArray();
        for (const auto& [name, action] : one.actions) {
            if (!domain::isVendorAction(name)) continue;
            out.beginObject().key("action").string(name);
            out.key("title").string(action.title);
            out.key("risk").string(action.risk).endObject();
        }
        out.endArray();
        out.key("config_schema").raw(one.configSchemaJson);
        writeAttributes(out, one);
        out.endObject();
    }
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addConnectors(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/connectors"},
               [&services](const Call& call) { return list(services, call); });
}

}  // namespace tenantry::rest
