#include "api/rest/connection_json.h"
#include "api/rest/problem.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

struct ListWish {
    std::optional<base::OrganizationId> organization;
    std::optional<domain::ConnectionState> state;
    std::string search;  ///< folded
};

base::Result<ListWish> listWish(const Call& call, const domain::Scope& scope) {
    ListWish wish;
    if (const auto given = call.query.text("organization")) {
        const auto ordinal = organizationOf(scope, *given);
        if (!ordinal) return base::Error(ordinal.error()).at("?organization");
        wish.organization = scope.tree()->at(*ordinal).id;
    }
    TNY_TRY(wish.state, call.query.word("state", &domain::connectionState,
                                        "never_read, current, stale, unreachable"));
    const std::string search = call.query.text("q").value_or("");
    if (search.size() > limits::kSearchBytesMax) {
        return base::invalidArgument("The text to search for is too long.", "?q");
    }
    wish.search = base::searchFold(search);
    return wish;
}

bool satisfies(const ListWish& wish, const domain::Scope& scope,
               const tenants::ShownConnection& one, base::TimePoint now) {
    if (!scope.contains(one.connection.organization)) return false;
    if (wish.organization && one.connection.organization != *wish.organization) return false;
    if (wish.state && domain::stateAt(one.health, now) != *wish.state) return false;
    return wish.search.empty() ||
           base::searchFold(one.connection.name).find(wish.search) != std::string::npos;
}

base::Result<Reply> list(const Services& services, const Call& call) {
    TNY_TRY(const auto scope, scopeOf(call, call.asker().visible()));
    TNY_TRY(const auto wish, listWish(call, scope));
    TNY_TRY(const auto offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(const auto limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kUsersPageMax));
    JsonWriter out;
    std::size_t total = 0;
    out.beginObject().key("items").beginArray();
    for (const auto& one : services.connections.list(call.asker())) {
        // Built in, with nothing to configure.
        if (one.connection.connector == tenants::kPortalConnector) continue;
        if (!satisfies(wish, scope, one, services.clock.now())) continue;
        if (total >= offset && total - offset < limit) {
            writeConnection(out, services, call.asker(), one);
        }
        ++total;
    }
    out.endArray();
    writeCount(out, "total", total);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto one, services.connections.get(call.asker(), connectionIdOf(call)));
    return Reply(connectionResponse(services, call, 200, one));
}

base::Result<std::optional<std::chrono::seconds>> scheduleOf(const Body& body) {
    TNY_TRY(const auto schedule, body.object("schedule"));
    if (!schedule) return std::optional<std::chrono::seconds>{};
    const auto interval = body.json()["schedule"]["interval_s"].asInt();
    if (!interval || body.json()["schedule"].size() != 1) {
        return base::invalidArgument("A schedule is {\"interval_s\": seconds}.",
                                     "/schedule/interval_s");
    }
    return std::optional(std::chrono::seconds(*interval));
}

void note(const Services& services, const Call& call, const domain::Connection& connection,
          std::string action, std::string detail) {
    record(services, call,
           {.organization = connection.organization,
            .action = std::move(action),
            .targetKind = "connection",
            .targetId = connection.id.text(),
            .targetName = connection.name,
            .detail = std::move(detail)});
}

base::Result<Reply> create(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"organization", "connector", "name",
                                                       "config", "schedule", "enabled"}));
    tenants::NewConnection wish;
    TNY_TRY(wish.organization, body.need("organization", {1, 100}));
    TNY_TRY(const auto connector, body.need("connector", {1, 100}));
    TNY_TRY(wish.name, body.need("name", {1, 200}));
    TNY_TRY(const auto config, body.object("config"));
    if (!config) return base::invalidArgument("\"config\" is missing.", "/config");
    TNY_TRY(wish.syncInterval, scheduleOf(body));
    TNY_TRY(const auto enabled, body.flag("enabled"));
    wish.connector = connectorId(services, connector);
    wish.configJson = *config;
    wish.enabled = enabled.value_or(true);
    TNY_TRY(const auto made, services.connections.create(call.asker(), wish, call.deadline()));
    note(services, call, made.connection, "connection.create",
         "Connected " + made.connection.name + ".");
    const auto runs = services.sync.runs(made.connection.id);
    auto response =
        connectionResponse(services, call, 201, made, runs.empty() ? nullptr : &runs.front());
    response.header("Location", "/api/v1/connections/" + made.connection.id.text());
    return Reply(std::move(response));
}

base::Result<Reply> change(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"name", "config", "schedule", "enabled"}));
    tenants::ConnectionChange wish;
    TNY_TRY(wish.name, body.text("name", {1, 200}));
    TNY_TRY(wish.configJson, body.object("config"));
    TNY_TRY(wish.syncInterval, scheduleOf(body));
    TNY_TRY(wish.enabled, body.flag("enabled"));
    if (!wish.name && !wish.configJson && !wish.syncInterval && !wish.enabled) {
        return base::invalidArgument("Say what to change: no field is named.");
    }
    TNY_TRY(const auto before, managedConnection(services, call));
    if (!matches(call.request, etagOf(before.connection))) {
        return Reply(refusal(412, "It was changed since you looked. Your change was not saved.",
                             call.request.id));
    }
    TNY_TRY(const auto after,
            services.connections.change(call.asker(), before.connection.id, wish, call.deadline()));
    note(services, call, after.connection, "connection.change",
         "Changed the connection " + after.connection.name + ".");
    return Reply(connectionResponse(services, call, 200, after));
}

base::Result<Reply> remove(const Services& services, const Call& call) {
    TNY_TRY(const auto before, managedConnection(services, call));
    TNY_CHECKED(services.connections.remove(call.asker(), before.connection.id, call.deadline()));
    note(services, call, before.connection, "connection.delete",
         "Forgot the connection " + before.connection.name +
             ". Nothing was changed in the directory.");
    return Reply(http::Response::empty(204));
}

base::Result<Reply> decide(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"decision", "reason"}));
    TNY_TRY(const auto decision, body.need("decision", {1, 20}));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    const bool accept = decision == "accept";
    if (!accept && decision != "reject") {
        return base::invalidArgument("A decision is accept or reject.", "/decision");
    }
    TNY_TRY(const auto before, managedConnection(services, call));
    const auto& connection = before.connection;
    TNY_TRY(const auto health,
            services.sync.decide(connection.id,
                                 accept ? sync::HeldDecision::kAccept : sync::HeldDecision::kReject,
                                 call.deadline()));
    const std::string count = std::to_string(before.health.heldDeletions);
    record(services, call,
           {.organization = connection.organization,
            .action = accept ? "connection.accept_deletions" : "connection.reject_deletions",
            .targetKind = "connection",
            .targetId = connection.id.text(),
            .targetName = connection.name,
            .detail = accept ? "Accepted that " + count + " users are gone."
                             : "Kept " + count + " users that the last reading did not show.",
            .reason = reason.value_or("")});
    TNY_TRY(auto after, services.connections.get(call.asker(), connection.id));
    after.health = health;
    return Reply(connectionResponse(services, call, 200, after));
}

}  // namespace

void addConnections(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/connections",
                .query = {"scope", "organization", "state", "q", "offset", "limit"}},
               [&services](const Call& call) { return list(services, call); });
    routes.add(
        {.method = http::Method::kPost, .pattern = "/api/v1/connections", .idempotent = true},
        [&services](const Call& call) { return create(services, call); });
    routes.add({.pattern = kConnectionPattern},
               [&services](const Call& call) { return get(services, call); });
    routes.add({.method = http::Method::kPatch, .pattern = kConnectionPattern},
               [&services](const Call& call) { return change(services, call); });
    routes.add({.method = http::Method::kDelete, .pattern = kConnectionPattern},
               [&services](const Call& call) { return remove(services, call); });
    routes.add(
        {.method = http::Method::kPost, .pattern = "/api/v1/connections/{id}/deletion-guard"},
        [&services](const Call& call) { return decide(services, call); });
}

}  // namespace tenantry::rest
