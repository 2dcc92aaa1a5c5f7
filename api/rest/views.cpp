// Saved ways to look at the list of users: one's own, and those that organizations share.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

constexpr std::string_view kViews = "/api/v1/views";
constexpr std::string_view kView = "/api/v1/views/{id}";

void writeView(JsonWriter& out, const Call& call, const tenants::SavedView& view) {
    const auto& content = view.content;
    out.beginObject().key("id").string(view.id).key("name").string(content.name);
    out.key("search").string(content.search).key("filter").string(content.filter);
    out.key("sort").string(content.sort).key("columns").string(content.columns);
    out.key("organization");
    if (view.organization)
        writeOrganizationName(out, *call.asker().tree(), *view.organization);
    else
        out.null();
    out.key("author").string(view.authorName);
    out.key("may_change").boolean(tenants::SavedViews::mayChange(call.asker(), view));
    out.key("modified_at").string(base::toRfc3339(view.modifiedAt)).endObject();
}

Reply answer(int status, const Call& call, const tenants::SavedView& view) {
    JsonWriter out;
    writeView(out, call, view);
    return Reply(http::Response::json(status, std::move(out).take()));
}

base::Result<tenants::ViewContent> contentOf(const Body& body) {
    tenants::ViewContent out;
    TNY_TRY(out.name, body.need("name", {1, 60}));
    const auto take = [&](std::string_view name, std::size_t most,
                          std::string& into) -> base::Status {
        TNY_TRY(const auto text, body.text(name, {0, most}));
        into = text.value_or("");
        return base::ok();
    };
    TNY_CHECKED(take("search", base::limits::kSearchBytesMax, out.search));
    TNY_CHECKED(take("filter", base::limits::kFilterBytesMax, out.filter));
    TNY_CHECKED(take("sort", 200, out.sort));
    TNY_CHECKED(take("columns", 1000, out.columns));
    return out;
}

/// What others see is written down; one's own is nobody's business.
void recordShared(const Services& services, const Call& call, const tenants::SavedView& view,
                  const char* action, const char* verb) {
    if (!view.organization) return;
    record(services, call,
           {.organization = *view.organization,
            .action = action,
            .targetKind = "view",
            .targetId = view.id,
            .targetName = view.content.name,
            .detail = std::string(verb) + " the shared view \"" + view.content.name + "\"."});
}

base::Result<Reply> list(const Services& services, const Call& call) {
    TNY_TRY(const auto all, services.views.list(call.asker(), call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all) writeView(out, call, one);
    out.endArray();
    writeCount(out, "total", all.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> create(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"name", "search", "filter", "sort",
                                                       "columns", "organization"}));
    TNY_TRY(const auto content, contentOf(body));
    std::string organization;
    if (!body.json()["organization"].isNull()) {
        TNY_TRY(const auto text, body.text("organization", {1, 100}));
        organization = text.value_or("");
    }
    TNY_TRY(const auto made,
            services.views.create(call.asker(), content, organization, call.deadline()));
    recordShared(services, call, made, "view.create", "Made");
    return answer(201, call, made);
}

base::Result<Reply> replace(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"name", "search", "filter", "sort", "columns"}));
    TNY_TRY(const auto content, contentOf(body));
    TNY_TRY(const auto put, services.views.replace(call.asker(), call.request.parameter("id"),
                                                   content, call.deadline()));
    recordShared(services, call, put, "view.change", "Changed");
    return answer(200, call, put);
}

base::Result<Reply> remove(const Services& services, const Call& call) {
    TNY_TRY(const auto former,
            services.views.remove(call.asker(), call.request.parameter("id"), call.deadline()));
    recordShared(services, call, former, "view.delete", "Deleted");
    return Reply(http::Response::empty(204));
}

}  // namespace

void addViews(Routes& routes, const Services& services) {
    using http::Method;
    const auto add = [&](Route route, auto handle) {
        routes.add(std::move(route),
                   [&services, handle](const Call& call) { return handle(services, call); });
    };
    add({.pattern = kViews}, list);
    add({.method = Method::kPost, .pattern = kViews}, create);
    add({.method = Method::kPut, .pattern = kView}, replace);
    add({.method = Method::kDelete, .pattern = kView}, remove);
}

}  // namespace tenantry::rest
