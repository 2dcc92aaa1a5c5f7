#include <algorithm>

#include "api/rest/body.h"
#include "api/rest/problem.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"
#include "kernel/domain/assignment.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;
using domain::UserField;

constexpr std::size_t kFacetValuesShown = 200;

struct FacetName {
    std::string_view name;
    UserField field;
};
constexpr FacetName kFacets[] = {
    {"status", UserField::kStatus},
    {"mfa", UserField::kMfaEnrolled},
    {"organization", UserField::kOrganization},
    {"connector", UserField::kConnector},
    {"connection", UserField::kConnection},
    {"role", UserField::kRoles},
    {"alerts", UserField::kAlerts},
};

base::Result<std::vector<UserField>> facetsOf(const Call& call) {
    std::vector<UserField> out;
    const std::string text = call.query.text("facets").value_or("");
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view word = http::trimmed(rest.substr(0, comma));
        const auto* known = std::find_if(std::begin(kFacets), std::end(kFacets),
                                         [&](const FacetName& one) { return one.name == word; });
        if (known == std::end(kFacets)) {
            return base::invalidArgument(
                "Cannot count by \"" + std::string(word.substr(0, 40)) +
                    "\"; possible are: status, mfa, organization, connector, connection, role, "
                    "alerts.",
                "?facets");
        }
        if (std::find(out.begin(), out.end(), known->field) == out.end()) {
            out.push_back(known->field);
        }
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
    }
    return out;
}

std::string facetValue(UserField field, const std::string& value) {
    if (field != UserField::kMfaEnrolled) return value;
    if (value == "true") return "enrolled";
    return value == "false" ? "not_enrolled" : "unknown";
}

/// The name behind a value that is an id; nothing for other facets.
std::optional<std::string> facetLabel(const Services& services, const domain::Scope& scope,
                                      UserField field, const std::string& value) {
    if (field == UserField::kOrganization) {
        const auto ordinal = scope.tree()->find(base::OrganizationId(value));
        if (ordinal) return scope.tree()->at(*ordinal).name;
    }
    if (field == UserField::kConnection) {
        const auto known = services.connections.find(base::ConnectionId(value));
        if (known) return known->connection.name;
    }
    if (field == UserField::kConnector) {
        for (const auto& descriptor : services.connections.connectors()) {
            if (descriptor.id == value) return descriptor.name;
        }
    }
    return std::nullopt;
}

void writeFacet(JsonWriter& out, const Services& services, const domain::Scope& scope,
                UserField field, const std::vector<domain::FacetValue>& values) {
    out.beginArray();
    std::size_t shown = 0;
    for (const auto& one : values) {
        if (++shown > kFacetValuesShown) break;
        out.beginObject().key("value").string(facetValue(field, one.value));
        if (const auto label = facetLabel(services, scope, field, one.value)) {
            out.key("label").string(*label);
        }
        writeCount(out, "count", one.count);
        out.endObject();
    }
    out.endArray();
}

base::Result<Reply> list(const Services& services, const Call& call) {
    const auto visible = call.asker().visible();
    TNY_TRY(const auto scope, scopeOf(call, visible));
    TNY_TRY(auto query, userQueryOf(call));
    TNY_TRY(query.facets, facetsOf(call));
    TNY_TRY(query.offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(query.limit,
            call.query.number("limit", limits::kUsersPageDefault, 1, limits::kUsersPageMax));
    query.cursor = call.query.text("cursor").value_or("");
    const auto start = services.clock.steadyNow();
    auto page = services.view.query(scope, query);
    if (!page && page.error().pointer.empty() && !query.cursor.empty()) {
        return std::move(page).error().at("?cursor");
    }
    if (!page) return std::move(page).error();
    const auto viewTime = services.clock.steadyNow() - start;
    JsonWriter out;
    UserWriter writer(services, call.asker());
    out.beginObject().key("items").beginArray();
    for (const auto& row : page->items) writer.write(out, row);
    out.endArray();
    writeCount(out, "total", page->total);
    out.key("next_cursor");
    writeTextOrNull(out, page->nextCursor);
    if (!query.facets.empty()) {
        out.key("facets").beginObject();
        for (const auto& facet : kFacets) {
            const auto found = page->facets.find(facet.field);
            if (found == page->facets.end()) continue;
            out.key(facet.name);
            writeFacet(out, services, scope, facet.field, found->second);
        }
        out.endObject();
    }
    out.key("completeness");
    writeCompleteness(out, page->completeness);
    out.key("as_of").string(base::toRfc3339(services.clock.now()));
    out.endObject();
    auto response = http::Response::json(200, std::move(out).take());
    response.timing("view", std::chrono::duration<double, std::milli>(viewTime).count());
    return Reply(std::move(response));
}

http::Response oneUser(const Services& services, const Call& call, const domain::User& user) {
    JsonWriter out;
    UserWriter(services, call.asker()).writeWithEditable(out, user);
    return http::Response::json(200, std::move(out).take()).header("ETag", etagOf(user));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto user,
            services.view.get(call.asker().visible(), base::UserId(call.request.parameter("id"))));
    return Reply(oneUser(services, call, user));
}

/// {"attributes": {...}} for the runner: the further attributes stand beside the canonical ones.
base::Result<std::string> changesOf(const Body& body) {
    static constexpr std::string_view kFields[] = {"username",     "first_name", "last_name",
                                                   "display_name", "email",      "phone"};
    JsonWriter out;
    std::size_t count = 0;
    out.beginObject().key("attributes").beginObject();
    for (const auto field : kFields) {
        TNY_TRY(const auto value, body.text(field, {field == "username" ? 1U : 0U, 400}));
        if (!value) continue;
        out.key(field).string(*value);
        ++count;
    }
    TNY_TRY(const auto more, body.object("attributes"));
    for (const auto& [name, value] : body.json()["attributes"].members()) {
        if (value.isObject() || value.isArray()) {
            return base::invalidArgument("\"" + name + "\" must be a single value.",
                                         "/attributes/" + name);
        }
        out.key(name).raw(value.text());
        ++count;
    }
    out.endObject().endObject();
    if (count == 0) return base::invalidArgument("Say what to change: no field is named.");
    return std::move(out).take();
}

/// "/parameters/attributes/phone" of the runner is "/phone" of this request.
base::Error asPatchError(base::Error error, const Body& body) {
    static constexpr std::string_view kPrefix = "/parameters/attributes/";
    if (error.pointer.rfind(kPrefix, 0) == 0) {
        const std::string field = error.pointer.substr(kPrefix.size());
        error.pointer = (body.has(field) ? "/" : "/attributes/") + field;
        // The request is well formed; it is this directory that has no place for it.
        if (error.code == base::ErrorCode::kInvalidArgument) {
            error.code = base::ErrorCode::kUnsupported;
        }
    }
    return error;
}

/// What an edit that was not done means to the caller of PATCH.
base::Error notDone(const jobs::ActionResult& result) {
    using base::ErrorCode;
    if (result.outcome == domain::Outcome::kUnknown) {
        auto error = base::deadlineExceeded(result.detail);
        error.outcomeUnknown = true;
        return error;
    }
    if (result.reason && result.reason->code == "connector_cannot") {
        return base::unsupported(result.detail);
    }
    if (result.outcome == domain::Outcome::kFailed) {
        const bool refused =
            result.cause == ErrorCode::kInvalidArgument || result.cause == ErrorCode::kUnsupported;
        if (refused) return base::unsupported(result.detail);
        const bool away = result.cause == ErrorCode::kUnavailable ||
                          result.cause == ErrorCode::kDeadline ||
                          result.cause == ErrorCode::kTooMany;
        if (away) return base::unavailable(result.detail);
    }
    return base::conflict(result.detail);
}

base::Result<Reply> edit(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"username", "first_name", "last_name", "display_name",
                                      "email", "phone", "attributes", "reason", "ticket"}));
    jobs::ActionRequest wish;
    wish.user = base::UserId(call.request.parameter("id"));
    wish.action = domain::Action::kEdit;
    TNY_TRY(wish.parametersJson, changesOf(body));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    TNY_TRY(const auto ticket, body.text("ticket", {0, 100}));
    wish.reason = reason.value_or("");
    wish.ticket = ticket.value_or("");
    TNY_TRY(const auto user, services.view.get(call.asker().visible(), wish.user));
    TNY_CHECKED(checkReason(services, domain::placesOf(user), wish.reason));
    if (!call.request.headers().has("If-Match")) {
        return Reply(refusal(428, "Send the ETag you edited as If-Match.", call.request.id));
    }
    const auto changedMeanwhile = [&] {
        return Reply(refusal(412,
                             "This user was changed since you looked. Your change was not saved.",
                             call.request.id));
    };
    if (!matches(call.request, etagOf(user))) return changedMeanwhile();
    wish.expectVersion = domain::versionOf(user);
    const auto result = services.actions.run(call.asker(), wish, call.deadline());
    if (!result) {
        if (result.error().code == base::ErrorCode::kConflict) return changedMeanwhile();
        return asPatchError(result.error(), body);
    }
    const bool so =
        result->outcome == domain::Outcome::kDone || result->outcome == domain::Outcome::kAlreadySo;
    if (!so || !result->user) return notDone(*result);
    return Reply(oneUser(services, call, *result->user));
}

}  // namespace

base::Result<domain::UserQuery> userQueryOf(const Call& call) {
    domain::UserQuery query;
    if (const auto filter = call.query.text("filter")) {
        auto parsed = domain::Filter::parse(*filter);
        if (!parsed) return std::move(parsed).error().at("?filter");
        query.filter = std::move(*parsed);
    }
    query.search = call.query.text("q").value_or("");
    if (query.search.size() > limits::kSearchBytesMax) {
        return base::invalidArgument("The text to search for is too long.", "?q");
    }
    auto sort = domain::parseSort(call.query.text("sort").value_or(""));
    if (!sort) return std::move(sort).error().at("?sort");
    query.sort = std::move(*sort);
    return query;
}

void addUsers(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/users",
                .query = {"scope", "filter", "q", "sort", "offset", "limit", "cursor", "facets"}},
               [&services](const Call& call) { return list(services, call); });
    routes.add({.pattern = "/api/v1/users/{id}"},
               [&services](const Call& call) { return get(services, call); });
    routes.add({.method = http::Method::kPatch, .pattern = "/api/v1/users/{id}"},
               [&services](const Call& call) { return edit(services, call); });
}

}  // namespace tenantry::rest
