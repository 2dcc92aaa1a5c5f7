#include <algorithm>

#include "api/rest/organization_sums.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

void writeRow(JsonWriter& out, const domain::Scope& visible,
              const domain::OrganizationSummary& one) {
    out.beginObject().key("organization");
    writeOrganizationRef(out, visible, one.organization);
    out.key("state").string(domain::name(*one.state));
    out.key("since");
    writeTime(out, one.since);
    out.key("as_of");
    writeTime(out, one.asOf);
    out.key("error");
    writeTextOrNull(out, one.error);
    writeCount(out, "users", one.users);
    out.endObject();
}

base::Result<Reply> list(const Services& services, const Call& call) {
    const auto visible = call.asker().visible();
    TNY_TRY(const auto scope, scopeOf(call, visible));
    TNY_TRY(const auto state, call.query.word("state", &domain::connectionState,
                                              "never_read, current, stale, unreachable"));
    TNY_TRY(const auto offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(const auto limit, call.query.number("limit", base::limits::kUsersPageDefault, 1,
                                                base::limits::kUsersPageMax));
    auto rows = services.view.summaries(scope);
    std::erase_if(rows,
                  [&](const auto& one) { return !one.state || (state && one.state != state); });
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        const int worse = severity(*b.state) - severity(*a.state);
        return worse != 0 ? worse < 0 : a.since < b.since;
    });
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (std::size_t i = offset; i < rows.size() && i - offset < limit; ++i) {
        writeRow(out, visible, rows[i]);
    }
    out.endArray();
    writeCount(out, "total", rows.size());
    out.key("completeness");
    writeCompleteness(out, services.view.completeness(scope));
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addCompleteness(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/completeness", .query = {"scope", "state", "offset", "limit"}},
               [&services](const Call& call) { return list(services, call); });
}

}  // namespace tenantry::rest
