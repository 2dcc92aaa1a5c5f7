#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/domain/action.h"

namespace tenantry::rest {
namespace {

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
        out.key("config_schema").raw(one.configSchemaJson);
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
