#include "api/rest/connection_json.h"
#include "api/rest/resources.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

base::Result<Reply> start(const Services& services, const Call& call) {
    TNY_TRY(const auto one, managedConnection(services, call));
    TNY_TRY(const auto run, services.sync.request(one.connection.id));
    JsonWriter out;
    writeRun(out, run);
    auto response = http::Response::json(202, std::move(out).take());
    response.header("Location", "/api/v1/connections/" + one.connection.id.text() + "/runs");
    return Reply(std::move(response));
}

base::Result<Reply> list(const Services& services, const Call& call) {
    TNY_TRY(const auto one, services.connections.get(call.asker(), connectionIdOf(call)));
    TNY_TRY(const auto offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(const auto limit, call.query.number("limit", base::limits::kUsersPageDefault, 1,
                                                base::limits::kUsersPageMax));
    const auto runs = services.sync.runs(one.connection.id);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (std::size_t i = offset; i < runs.size() && i - offset < limit; ++i) {
        writeRun(out, runs[i]);
    }
    out.endArray();
    writeCount(out, "total", runs.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addRuns(Routes& routes, const Services& services) {
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/connections/{id}/sync"},
               [&services](const Call& call) { return start(services, call); });
    routes.add({.pattern = "/api/v1/connections/{id}/runs", .query = {"offset", "limit"}},
               [&services](const Call& call) { return list(services, call); });
}

}  // namespace tenantry::rest
