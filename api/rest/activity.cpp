#include <algorithm>
#include <charconv>
#include <optional>

#include "api/rest/activity_filter.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"
#include "kernel/domain/assignment.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

/// "1767000000000.2": from that moment backwards, past two entries that were shown of it. The trail
/// only grows at its newest end, so nothing is repeated or dropped.
base::Status applyCursor(const std::string& cursor, domain::ActivityQuery& query) {
    const auto malformed = [] {
        return base::invalidArgument("The cursor is malformed.", "?cursor");
    };
    std::int64_t last = 0;
    const char* end = cursor.data() + cursor.size();
    const auto first = std::from_chars(cursor.data(), end, last);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return malformed();
    const auto second = std::from_chars(first.ptr + 1, end, query.offset);
    if (second.ec != std::errc() || second.ptr != end) return malformed();
    query.to = base::fromMillis(last) + std::chrono::milliseconds(1);
    return base::ok();
}

/// Past the last of `shown`, which were found by `query`; empty when there is no more.
std::string cursorAfter(const domain::ActivityQuery& query, const domain::ActivityPage& shown) {
    if (shown.items.empty() || query.offset + shown.items.size() >= shown.total) return {};
    const auto last = shown.items.back().at;
    const auto& items = shown.items;
    auto ofThatMoment = static_cast<std::size_t>(
        std::count_if(items.begin(), items.end(), [&](const auto& one) { return one.at == last; }));
    // A page that lies in one moment whole goes on from where the page before stopped.
    const bool same = query.to && *query.to == last + std::chrono::milliseconds(1);
    if (same) ofThatMoment += query.offset;
    return std::to_string(base::toMillis(last)) + "." + std::to_string(ofThatMoment);
}

base::Status applyPage(const Call& call, domain::ActivityQuery& query) {
    TNY_TRY(query.offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(query.limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kActivityPageMax));
    return base::ok();
}

base::Result<Reply> page(const Services& services, const Call& call, const domain::Scope& scope,
                         domain::ActivityQuery query) {
    std::optional<std::uint64_t> total;
    if (const auto cursor = call.query.text("cursor")) {
        // The total is that of the whole list, not of what is left of it.
        auto whole = query;
        whole.offset = 0;
        whole.limit = 1;
        TNY_TRY(const auto all, services.activity.list(scope, whole, call.deadline()));
        total = all.total;
        TNY_CHECKED(applyCursor(*cursor, query));
    }
    TNY_TRY(const auto found, services.activity.list(scope, query, call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& entry : found.items) writeActivity(out, services, call.asker(), entry);
    out.endArray();
    writeCount(out, "total", total.value_or(found.total));
    out.key("next_cursor");
    writeTextOrNull(out, cursorAfter(query, found));
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> list(const Services& services, const Call& call) {
    const auto allowed = call.asker().scopeFor(domain::Permission::kAuditView);
    if (allowed.empty()) return base::forbidden("You need \"audit.view\" to see the activity.");
    TNY_TRY(auto scope, scopeOf(call, allowed));
    ActivityFilter filter;
    if (const auto text = call.query.text("filter")) {
        TNY_TRY(filter, parseActivityFilter(*text));
    }
    if (filter.organization) {
        // The entries of exactly this organization: the subtree is cut to it by the store's rule.
        const auto ordinal = organizationOf(scope, *filter.organization);
        if (!ordinal) return base::Error(ordinal.error()).at("?filter");
        TNY_TRY(scope, scope.narrowedTo(*filter.organization));
    }
    filter.query.search = call.query.text("q").value_or("");
    if (filter.query.search.size() > limits::kSearchBytesMax) {
        return base::invalidArgument("The text to search for is too long.", "?q");
    }
    TNY_CHECKED(applyPage(call, filter.query));
    return page(services, call, scope, filter.query);
}

base::Result<Reply> ofUser(const Services& services, const Call& call) {
    const base::UserId id(call.request.parameter("id"));
    TNY_TRY(const auto user, services.view.get(call.asker().visible(), id));
    const auto allowed = call.asker().scopeFor(domain::Permission::kUsersViewActivity);
    if (!allowed.contains(domain::lowestAbove(*call.asker().tree(), user))) {
        return base::forbidden(
            user.assigned.empty()
                ? "You need \"users.view_activity\" on this user's organization."
                : "The activity of this account is kept in the organization above all that it is "
                  "assigned to. You need \"users.view_activity\" there.");
    }
    domain::ActivityQuery query;
    query.targetId = id.text();
    TNY_CHECKED(applyPage(call, query));
    return page(services, call, allowed, query);
}

}  // namespace

void addActivity(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/activity",
                .query = {"scope", "q", "filter", "offset", "limit", "cursor"}},
               [&services](const Call& call) { return list(services, call); });
    routes.add({.pattern = "/api/v1/users/{id}/activity", .query = {"offset", "limit", "cursor"}},
               [&services](const Call& call) { return ofUser(services, call); });
}

}  // namespace tenantry::rest
