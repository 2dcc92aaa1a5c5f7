// Maintenance windows of organizations, and what waits to be done to a user.
#include "api/rest/body.h"
#include "api/rest/job_json.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

base::Result<base::OrganizationId> organizationIdOf(const Call& call) {
    TNY_TRY(const auto ordinal,
            organizationOf(call.asker().visible(), call.request.parameter("id")));
    return call.asker().tree()->at(ordinal).id;
}

Reply answer(const Call& call, const jobs::JobDesk::WindowView& view) {
    JsonWriter out;
    out.beginObject().key("window");
    if (view.window) {
        out.beginObject().key("days").beginArray();
        for (const auto& day : view.window->dayNames()) out.string(day);
        out.endArray().key("from").string(view.window->fromText());
        writeCount(out, "minutes", static_cast<std::uint64_t>(view.window->length.count()));
        out.endObject();
    } else {
        out.null();
    }
    out.key("set_on");
    if (view.from)
        writeOrganizationRef(out, call.asker().visible(), *view.from);
    else
        out.null();
    out.key("open").boolean(view.open);
    out.key("opens_at");
    writeTime(out, view.opensAt);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    TNY_TRY(const auto view, services.desk.window(call.asker(), id, call.deadline()));
    return answer(call, view);
}

base::Result<Reply> put(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    TNY_TRY(const Body body, Body::read(call.request, {"days", "from", "minutes"}));
    TNY_TRY(const auto days, body.texts("days", 7, {3, 3}));
    TNY_TRY(const auto from, body.need("from", {5, 5}));
    TNY_TRY(const auto minutes, body.number("minutes"));
    const auto list = days.value_or(std::vector<std::string>{});
    TNY_TRY(const auto window,
            domain::MaintenanceWindow::make({list.begin(), list.end()}, from, minutes.value_or(0)));
    TNY_TRY(const auto view, services.desk.setWindow(call.asker(), id, window, call.deadline()));
    return answer(call, view);
}

base::Result<Reply> remove(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    TNY_TRY(const auto view,
            services.desk.setWindow(call.asker(), id, std::nullopt, call.deadline()));
    return answer(call, view);
}

base::Result<Reply> pending(const Services& services, const Call& call) {
    TNY_TRY(const auto user,
            services.view.get(call.asker().visible(), base::UserId(call.request.parameter("id"))));
    TNY_TRY(const auto items, services.desk.pendingOf(call.asker(), user.id, call.deadline()));
    JsonWriter out;
    out.beginObject().key("observed").string(domain::name(user.status));
    out.key("items").beginArray();
    for (const auto& [job, item] : items) {
        const auto& spec = domain::spec(item.action);
        out.beginObject().key("job_id").string(job.id.text());
        writeCount(out, "number", item.number);
        out.key("job_state").string(domain::name(job.state));
        const bool own = item.action == domain::Action::kVendor;
        out.key("action").string(domain::nameOf(item));
        out.key("words").string(own ? job.verb : spec.words);
        out.key("desired").string(domain::name(spec.to.value_or(user.status)));
        out.key("detail");
        writeTextOrNull(out, item.detail);
        out.key("created_by").string(job.creatorName);
        out.key("start_at");
        writeTime(out, job.startAt);
        out.endObject();
    }
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addMaintenance(Routes& routes, const Services& services) {
    using http::Method;
    constexpr std::string_view kWindow = "/api/v1/organizations/{id}/maintenance-window";
    routes.add({.pattern = kWindow}, [&services](const Call& call) { return get(services, call); });
    routes.add({.method = Method::kPut, .pattern = kWindow},
               [&services](const Call& call) { return put(services, call); });
    routes.add({.method = Method::kDelete, .pattern = kWindow},
               [&services](const Call& call) { return remove(services, call); });
    routes.add({.pattern = "/api/v1/users/{id}/pending"},
               [&services](const Call& call) { return pending(services, call); });
}

}  // namespace tenantry::rest
