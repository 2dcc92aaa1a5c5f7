#include "api/rest/resources.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

std::string healthText(std::string_view status, std::string_view detail) {
    JsonWriter out;
    out.beginObject().key("status").string(status).key("detail");
    writeTextOrNull(out, detail);
    out.endObject();
    return std::move(out).take();
}

base::Result<Reply> ready(const Services& services) {
    const Readiness now = services.readiness();
    auto response = http::Response::json(now.ready ? 200 : 503, healthText(now.status, now.detail));
    if (!now.ready) response.header("Retry-After", "1");
    return Reply(std::move(response));
}

base::Result<Reply> serverTime(const Services& services) {
    JsonWriter out;
    out.beginObject().key("server_time").string(base::toRfc3339(services.clock.now()));
    out.key("version").string(services.version).endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addOperation(Routes& routes, const Services& services) {
    routes.add({.pattern = "/healthz", .open = true}, [](const Call&) -> base::Result<Reply> {
        return Reply(http::Response::json(200, healthText("ok", "")));
    });
    routes.add({.pattern = "/readyz", .open = true},
               [&services](const Call&) { return ready(services); });
    routes.add({.pattern = "/api/v1/server_time", .open = true},
               [&services](const Call&) { return serverTime(services); });
    routes.add({.pattern = "/api/v1/openapi.yaml", .open = true},
               [](const Call&) -> base::Result<Reply> {
                   return Reply(http::Response::text(200, "application/yaml", openApiDocument()));
               });
}

}  // namespace tenantry::rest
