#include "api/rest/body.h"
#include "api/rest/csv.h"
#include "api/rest/job_json.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

constexpr std::string_view kStates =
    "awaiting_approval, scheduled, running, paused, finished, cancelled";
constexpr std::string_view kOutcomes = "done, already_so, skipped, failed, unknown, cancelled";

domain::JobId jobIdOf(const Call& call) {
    return domain::JobId(call.request.parameter("id"));
}

Reply answer(const Call& call, const jobs::JobView& job, int status = 200) {
    return Reply(http::Response::json(status, jobText(call.asker(), job)));
}

base::Result<Reply> list(const Services& services, const Call& call) {
    domain::JobQuery query;
    TNY_TRY(query.offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(query.limit, call.query.number("limit", 50, 1, limits::kJobsPageMax));
    TNY_TRY(query.state,
            call.query.word(
                "state", [](std::string_view word) { return domain::jobState(word); }, kStates));
    query.awaitingReview = call.query.text("awaiting_review").value_or("false") == "true";
    TNY_TRY(const auto jobs, services.desk.list(call.asker(), query, call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& job : jobs) writeJob(out, call.asker(), job);
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto job, services.desk.get(call.asker(), jobIdOf(call), call.deadline()));
    return answer(call, job);
}

base::Result<Reply> items(const Services& services, const Call& call) {
    domain::JobItemQuery query;
    TNY_TRY(query.offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(query.limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kJobItemsPageMax));
    query.pending = call.query.text("outcome") == "pending";
    if (!query.pending) {
        TNY_TRY(
            query.outcome,
            call.query.word(
                "outcome", [](std::string_view word) { return domain::outcome(word); }, kOutcomes));
    }
    if (const auto organization = call.query.text("organization")) {
        TNY_TRY(const auto ordinal, organizationOf(call.asker().visible(), *organization));
        query.organization = call.asker().tree()->at(ordinal).id;
    }
    TNY_TRY(const auto page,
            services.desk.items(call.asker(), jobIdOf(call), query, call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& item : page.items) writeJobItem(out, call.asker(), item);
    out.endArray();
    writeCount(out, "total", page.total);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> results(const Services& services, const Call& call) {
    std::string text =
        "number,organization,username,user_id,action,outcome,detail,attempts,ended_at\r\n";
    const auto tree = call.asker().tree();
    const auto add = [&](domain::JobItem&& item) {
        const auto ordinal = tree->find(item.organization);
        std::string row;
        addCell(row, std::to_string(item.number));
        addCell(row, ordinal ? tree->at(*ordinal).slug : item.organization.text());
        addCell(row, item.username);
        addCell(row, item.user.text());
        addCell(row, domain::nameOf(item));
        const bool ended = item.state == domain::ItemState::kEnded && item.outcome;
        addCell(row, ended ? domain::name(*item.outcome) : "pending");
        addCell(row, item.detail);
        addCell(row, std::to_string(item.attempts));
        addCell(row, item.endedAt ? base::toRfc3339(*item.endedAt) : std::string());
        text += row + "\r\n";
    };
    TNY_CHECKED(services.desk.eachItem(call.asker(), jobIdOf(call), add, call.deadline()));
    auto response = http::Response::text(200, "text/csv; charset=utf-8", std::move(text));
    response.header("Content-Disposition", "attachment; filename=\"job.csv\"");
    return Reply(std::move(response));
}

base::Result<Reply> approve(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"hash"}));
    TNY_TRY(const auto hash, body.need("hash", {1, 128}));
    TNY_TRY(const auto job,
            services.desk.approve(call.asker(), jobIdOf(call), hash, call.deadline()));
    return answer(call, job);
}

base::Result<Reply> overrideIt(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"reason"}));
    TNY_TRY(const auto reason, body.need("reason", {1, 500}));
    TNY_TRY(const auto job,
            services.desk.overrideApproval(call.asker(), jobIdOf(call), reason, call.deadline()));
    return answer(call, job);
}

base::Result<Reply> undo(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"organization", "user"}, Presence::kOptional));
    TNY_TRY(const auto organization, body.text("organization", {1, 64}));
    TNY_TRY(const auto user, body.text("user", {1, 64}));
    std::optional<base::OrganizationId> only;
    if (organization) {
        TNY_TRY(const auto ordinal, organizationOf(call.asker().visible(), *organization));
        only = call.asker().tree()->at(ordinal).id;
    }
    std::optional<base::UserId> who;
    if (user) who = base::UserId(*user);
    TNY_TRY(const auto job, services.desk.get(call.asker(), jobIdOf(call), call.deadline()));
    TNY_TRY(const auto plan,
            services.planner.undo(call.asker(), job.job, only, who, call.deadline()));
    auto response = http::Response::json(201, planText(call.asker(), plan));
    response.header("Location", "/api/v1/plans/" + plan.plan.id.text());
    return Reply(std::move(response));
}

base::Result<Reply> settle(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"outcome", "note"}));
    TNY_TRY(const auto word, body.need("outcome", {1, 20}));
    TNY_TRY(const auto note, body.text("note", {0, 500}));
    TNY_TRY(const auto number, itemNumberOf(call));
    const auto outcome = domain::outcome(word);
    if (!outcome) return base::invalidArgument("Say \"done\" or \"failed\".", "/outcome");
    TNY_TRY(const auto job, services.desk.settle(call.asker(), jobIdOf(call), number, *outcome,
                                                 note.value_or(""), call.deadline()));
    return answer(call, job);
}

}  // namespace

void addJobs(Routes& routes, const Services& services) {
    using http::Method;
    routes.add(
        {.pattern = "/api/v1/jobs", .query = {"state", "awaiting_review", "offset", "limit"}},
        [&services](const Call& call) { return list(services, call); });
    routes.add({.pattern = "/api/v1/jobs/{id}"},
               [&services](const Call& call) { return get(services, call); });
    routes.add({.pattern = "/api/v1/jobs/{id}/items",
                .query = {"outcome", "organization", "offset", "limit"}},
               [&services](const Call& call) { return items(services, call); });
    routes.add({.pattern = "/api/v1/jobs/{id}/results"},
               [&services](const Call& call) { return results(services, call); });
    using Steer = base::Result<jobs::JobView> (jobs::JobDesk::*)(
        const domain::Operator&, const domain::JobId&, base::Deadline);
    const auto steer = [&](std::string_view pattern, Steer deed) {
        routes.add({.method = Method::kPost, .pattern = pattern, .idempotent = true},
                   [&services, deed](const Call& call) -> base::Result<Reply> {
                       TNY_TRY(const auto job,
                               (services.desk.*deed)(call.asker(), jobIdOf(call), call.deadline()));
                       return answer(call, job);
                   });
    };
    steer("/api/v1/jobs/{id}/pause", &jobs::JobDesk::pause);
    steer("/api/v1/jobs/{id}/resume", &jobs::JobDesk::resume);
    steer("/api/v1/jobs/{id}/cancel", &jobs::JobDesk::cancel);
    steer("/api/v1/jobs/{id}/retry", &jobs::JobDesk::retry);
    steer("/api/v1/jobs/{id}/review", &jobs::JobDesk::review);
    const auto post = [&](std::string_view pattern,
                          base::Result<Reply> (*handler)(const Services&, const Call&)) {
        routes.add({.method = Method::kPost, .pattern = pattern, .idempotent = true},
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    post("/api/v1/jobs/{id}/approve", approve);
    post("/api/v1/jobs/{id}/override", overrideIt);
    post("/api/v1/jobs/{id}/undo", undo);
    post("/api/v1/jobs/{id}/items/{number}/settle", settle);
}

}  // namespace tenantry::rest
