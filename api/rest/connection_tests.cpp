#include "api/rest/connection_json.h"
#include "api/rest/resources.h"

namespace tenantry::rest {
namespace {

http::Response finding(const tenants::TestOutcome& outcome) {
    JsonWriter out;
    out.beginObject().key("ok").boolean(outcome.ok);
    out.key("detail").string(outcome.detail);
    out.key("pointer");
    writeTextOrNull(out, outcome.pointer);
    out.key("users");
    if (outcome.users) {
        out.number(static_cast<std::int64_t>(*outcome.users));
    } else {
        out.null();
    }
    out.key("duration_ms").number(std::int64_t{outcome.took.count()});
    out.endObject();
    return http::Response::json(200, std::move(out).take());
}

base::Result<Reply> testConfiguration(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"organization", "connector", "config"}));
    tenants::NewConnection wish;
    TNY_TRY(wish.organization, body.need("organization", {1, 100}));
    TNY_TRY(const auto connector, body.need("connector", {1, 100}));
    TNY_TRY(const auto config, body.object("config"));
    if (!config) return base::invalidArgument("\"config\" is missing.", "/config");
    wish.connector = connectorId(services, connector);
    wish.configJson = *config;
    wish.name = "Test";
    TNY_TRY(const auto outcome, services.connections.test(call.asker(), wish, call.deadline()));
    return Reply(finding(outcome));
}

base::Result<Reply> testSaved(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"config"}, Presence::kOptional));
    TNY_TRY(const auto config, body.object("config"));
    TNY_TRY(const auto outcome, services.connections.testSaved(call.asker(), connectionIdOf(call),
                                                               config, call.deadline()));
    return Reply(finding(outcome));
}

}  // namespace

void addConnectionTests(Routes& routes, const Services& services) {
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/connections/test"},
               [&services](const Call& call) { return testConfiguration(services, call); });
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/connections/{id}/test"},
               [&services](const Call& call) { return testSaved(services, call); });
}

}  // namespace tenantry::rest
