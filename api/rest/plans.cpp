#include <algorithm>

#include "api/rest/body.h"
#include "api/rest/job_json.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

constexpr std::string_view kVerdicts = "change, already_so, not_allowed";

base::Error selectionWrong(const std::string& why, const std::string& at = "/selection") {
    return base::invalidArgument(why, at);
}

base::Result<jobs::Selection> byIds(const base::Json& json) {
    jobs::Selection out;
    if (!json["ids"].isArray())
        return selectionWrong("\"ids\" must be a list of users.", "/selection/ids");
    for (const auto& id : json["ids"].items()) {
        const auto text = id.asString();
        if (!text || !base::isUuid(*text))
            return selectionWrong("\"ids\" must hold ids of users.", "/selection/ids");
        out.ids.emplace_back(*text);
    }
    return out;
}

base::Result<jobs::Selection> byQuery(const Call& call, const base::Json& json) {
    jobs::Selection out;
    domain::UserQuery query;
    if (const auto filter = json["filter"].asString(); filter && !filter->empty()) {
        auto parsed = domain::Filter::parse(*filter);
        if (!parsed) return std::move(parsed).error().at("/selection/filter");
        query.filter = std::move(*parsed);
        out.words = *filter;
    }
    query.search = json["q"].stringOr("");
    if (query.search.size() > limits::kSearchBytesMax)
        return selectionWrong("The search text is too long.", "/selection/q");
    if (!query.search.empty())
        out.words += (out.words.empty() ? "" : " and ") + ("\"" + query.search + "\"");
    if (const auto scope = json["scope"].asString()) {
        auto narrowed = call.asker().visible().narrowedTo(*scope);
        if (!narrowed) return std::move(narrowed).error().at("/selection/scope");
        out.scope = std::move(*narrowed);
        out.words += (out.words.empty() ? "all" : "") + (" in " + *scope);
    }
    if (out.words.empty()) out.words = "all users";
    out.query = std::move(query);
    return out;
}

base::Result<jobs::Selection> selectionOf(const Call& call, const base::Json& json) {
    if (!json.isObject()) return selectionWrong("Say which users: \"selection\" is missing.");
    for (const auto& [name, value] : json.members())
        if (name != "ids" && name != "filter" && name != "q" && name != "scope")
            return selectionWrong("\"" + name.substr(0, 40) + "\" is not known here.",
                                  "/selection/" + name.substr(0, 40));
    if (!json["ids"].missing()) {
        if (json.size() != 1)
            return selectionWrong("Either \"ids\", or \"filter\", \"q\" and \"scope\".");
        return byIds(json);
    }
    return byQuery(call, json);
}

base::Result<Reply> make(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"action", "parameters", "selection", "reason", "ticket"}));
    jobs::PlanRequest wish;
    TNY_TRY(wish.verb, body.need("action", {1, 128}));
    TNY_TRY(const auto parameters, body.object("parameters"));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    TNY_TRY(const auto ticket, body.text("ticket", {0, 100}));
    TNY_TRY(wish.selection, selectionOf(call, body.json()["selection"]));
    wish.parametersJson = parameters.value_or("{}");
    wish.reason = reason.value_or("");
    wish.ticket = ticket.value_or("");
    TNY_TRY(const auto plan, services.planner.make(call.asker(), wish, call.deadline()));
    auto response = http::Response::json(201, planText(call.asker(), plan));
    response.header("Location", "/api/v1/plans/" + plan.plan.id.text());
    return Reply(std::move(response));
}

domain::PlanId planIdOf(const Call& call) {
    return domain::PlanId(call.request.parameter("id"));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto plan, services.planner.get(call.asker(), planIdOf(call), call.deadline()));
    return Reply(http::Response::json(200, planText(call.asker(), plan)));
}

base::Result<Reply> items(const Services& services, const Call& call) {
    domain::PlanItemQuery query;
    TNY_TRY(query.offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(query.limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kJobItemsPageMax));
    TNY_TRY(query.verdict,
            call.query.word(
                "verdict", [](std::string_view word) { return domain::verdict(word); }, kVerdicts));
    if (const auto organization = call.query.text("organization")) {
        TNY_TRY(const auto ordinal, organizationOf(call.asker().visible(), *organization));
        query.organization = call.asker().tree()->at(ordinal).id;
    }
    query.dropped = call.query.text("dropped").value_or("false") == "true";
    TNY_TRY(const auto page,
            services.planner.items(call.asker(), planIdOf(call), query, call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& item : page.items) writePlanItem(out, call.asker(), item);
    out.endArray();
    writeCount(out, "total", page.total);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> drop(const Services& services, const Call& call) {
    TNY_TRY(const auto number, itemNumberOf(call));
    TNY_TRY(const auto plan,
            services.planner.drop(call.asker(), planIdOf(call), {number}, call.deadline()));
    return Reply(http::Response::json(200, planText(call.asker(), plan)));
}

base::Result<Reply> confirm(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"hash", "start_at", "in_maintenance_window"}));
    jobs::JobDesk::Confirmation what;
    what.plan = planIdOf(call);
    TNY_TRY(what.hash, body.need("hash", {1, 128}));
    TNY_TRY(const auto startAt, body.text("start_at", {1, 40}));
    if (startAt) {
        what.startAt = base::parseRfc3339(*startAt);
        if (!what.startAt)
            return base::invalidArgument(
                "\"start_at\" must be a time such as "
                "2026-12-01T22:00:00Z.",
                "/start_at");
    }
    TNY_TRY(const auto inWindow, body.flag("in_maintenance_window"));
    what.inWindow = inWindow.value_or(false);
    TNY_TRY(const auto job, services.desk.confirm(call.asker(), what, call.deadline()));
    auto response = http::Response::json(202, jobText(call.asker(), job));
    response.header("Location", "/api/v1/jobs/" + job.job.id.text());
    return Reply(std::move(response));
}

}  // namespace

void addPlans(Routes& routes, const Services& services) {
    using http::Method;
    routes.add({.method = Method::kPost, .pattern = "/api/v1/plans", .idempotent = true},
               [&services](const Call& call) { return make(services, call); });
    routes.add({.pattern = "/api/v1/plans/{id}"},
               [&services](const Call& call) { return get(services, call); });
    routes.add({.pattern = "/api/v1/plans/{id}/items",
                .query = {"verdict", "organization", "dropped", "offset", "limit"}},
               [&services](const Call& call) { return items(services, call); });
    routes.add({.method = Method::kDelete, .pattern = "/api/v1/plans/{id}/items/{number}"},
               [&services](const Call& call) { return drop(services, call); });
    routes.add(
        {.method = Method::kPost, .pattern = "/api/v1/plans/{id}/confirm", .idempotent = true},
        [&services](const Call& call) { return confirm(services, call); });
}

}  // namespace tenantry::rest
