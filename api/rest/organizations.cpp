#include <algorithm>

#include "api/rest/body.h"
#include "api/rest/organization_sums.h"
#include "api/rest/problem.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;
using domain::Ordinal;

constexpr Length kName{1, 200};
constexpr Length kTag{1, 100};
constexpr std::size_t kTagsMax = 50;
constexpr std::string_view kKinds = "platform, distributor, partner, tenant";
constexpr std::string_view kStates = "active, suspended, maintenance";

/// "none" is the health of an organization without a directory anywhere.
struct HealthWish {
    std::optional<domain::ConnectionState> state;
};
std::optional<HealthWish> healthWish(std::string_view text) {
    if (text == "none") return HealthWish{};
    if (const auto state = domain::connectionState(text)) return HealthWish{state};
    return std::nullopt;
}

void writeBrief(JsonWriter& out, const tenants::ShownConnection& one, base::TimePoint now) {
    out.beginObject().key("id").string(one.connection.id.text());
    out.key("name").string(one.connection.name);
    out.key("connector").string(one.connection.connector);
    out.key("state").string(domain::name(domain::stateAt(one.health, now)));
    out.key("since");
    writeTime(out, domain::stateSince(one.health, now));
    out.key("error");
    writeTextOrNull(out, one.health.error);
    out.key("last_sync_at");
    writeTime(out, one.health.lastCompleteAt);
    writeCount(out, "users", one.health.users);
    writeCount(out, "held_deletions", one.health.heldDeletions);
    out.endObject();
}

std::uint64_t stateCount(const Sum& sum, domain::ConnectionState state) {
    return sum.byState[static_cast<std::size_t>(state)];
}

void writeHealth(JsonWriter& out, const Sum& sum) {
    using State = domain::ConnectionState;
    out.beginObject();
    out.key("state").string(sum.worst ? domain::name(*sum.worst) : "none");
    out.key("since");
    writeTime(out, sum.since);
    out.key("as_of");
    writeTime(out, sum.asOf);
    out.key("error");
    writeTextOrNull(out, sum.error);
    writeCount(out, "organizations", sum.organizations);
    writeCount(out, "current", stateCount(sum, State::kCurrent));
    writeCount(out, "stale", stateCount(sum, State::kStale));
    writeCount(out, "unreachable", stateCount(sum, State::kUnreachable));
    writeCount(out, "never_read", stateCount(sum, State::kNeverRead));
    writeCount(out, "held_deletions", sum.heldDeletions);
    out.endObject();
}

void writeCounts(JsonWriter& out, const Sum& sum) {
    writeCount(out, "users", sum.users);
    out.key("status_counts").beginObject();
    for (std::size_t i = 1; i < sum.byStatus.size(); ++i) {
        if (sum.byStatus[i] == 0) continue;
        writeCount(out, domain::name(static_cast<domain::UserStatus>(i)), sum.byStatus[i]);
    }
    out.endObject();
    out.key("mfa_counts").beginObject();
    writeCount(out, "enrolled", sum.mfaEnrolled);
    writeCount(out, "not_enrolled", sum.mfaNot);
    writeCount(out, "unknown", sum.mfaUnknown);
    out.endObject();
    writeCount(out, "alerts", sum.withAlerts);
    writeCount(out, "directories", sum.directories);
}

std::uint64_t childrenOf(const domain::Scope& visible, Ordinal ordinal) {
    const auto& tree = *visible.tree();
    std::uint64_t count = 0;
    const auto below = tree.subtree(ordinal);
    for (auto at = below.begin + 1; at < below.end; at = tree.subtree(at).end) {
        count += visible.contains(at) ? 1U : 0U;
    }
    return count;
}

/// `mine`: what the asker may do there, where only one is shown.
void writeOrganization(JsonWriter& out, const OrganizationSums& sums, Ordinal ordinal,
                       std::optional<bool> matched = {},
                       std::optional<domain::PermissionSet> mine = {}) {
    const auto& visible = sums.visible();
    const auto& tree = *visible.tree();
    const auto& organization = tree.at(ordinal);
    const auto parent = tree.parentOf(ordinal);
    const Sum& sum = sums.of(ordinal);
    out.beginObject();
    writeOrganizationName(out, organization);
    out.key("parent");
    writeTextOrNull(out, parent && visible.contains(*parent) ? tree.at(*parent).id.text() : "");
    out.key("path");
    writePath(out, visible, ordinal);
    const auto path = tree.path(ordinal);
    const auto above = std::count_if(path.begin(), path.end(), [&](Ordinal step) {
        return step != ordinal && visible.contains(step);
    });
    writeCount(out, "depth", static_cast<std::uint64_t>(above));
    out.key("state").string(domain::name(organization.state));
    writeCount(out, "children", childrenOf(visible, ordinal));
    if (matched) out.key("matched").boolean(*matched);
    writeCounts(out, sum);
    out.key("connections").beginArray();
    for (const auto& one : sums.connectionsOf(organization.id)) {
        // The portal accounts are no connection that somebody made.
        if (one.connection.connector == tenants::kPortalConnector) continue;
        writeBrief(out, one, sums.now());
    }
    out.endArray().key("health");
    writeHealth(out, sum);
    out.key("tags").beginArray();
    for (const auto& tag : organization.tags) out.string(tag);
    out.endArray();
    out.key("etag").string(etagOf(organization));
    if (mine) {
        out.key("permissions").beginArray();
        for (const auto held : mine->list()) out.string(domain::name(held));
        out.endArray();
    }
    out.endObject();
}

struct ListWish {
    bool tree = false;
    std::optional<Ordinal> parent;
    std::optional<domain::OrganizationKind> kind;
    std::optional<HealthWish> health;
    std::string search;  ///< folded
};

base::Result<ListWish> listWish(const Call& call, const domain::Scope& visible) {
    ListWish wish;
    const auto mode = [](std::string_view text) -> std::optional<bool> {
        if (text == "flat") return false;
        if (text == "tree") return true;
        return std::nullopt;
    };
    TNY_TRY(const auto tree, call.query.word("mode", mode, "flat, tree"));
    wish.tree = tree.value_or(false);
    if (const auto parent = call.query.text("parent")) {
        const auto ordinal = organizationOf(visible, *parent);
        if (!ordinal) return base::Error(ordinal.error()).at("?parent");
        wish.parent = *ordinal;
    }
    TNY_TRY(wish.kind, call.query.word("kind", &domain::organizationKind, kKinds));
    TNY_TRY(wish.health,
            call.query.word("state", &healthWish, "none, never_read, current, stale, unreachable"));
    const std::string search = call.query.text("q").value_or("");
    if (search.size() > limits::kSearchBytesMax) {
        return base::invalidArgument("The text to search for is too long.", "?q");
    }
    wish.search = base::searchFold(search);
    return wish;
}

bool satisfies(const ListWish& wish, const OrganizationSums& sums, Ordinal ordinal) {
    const auto& tree = *sums.visible().tree();
    const auto& organization = tree.at(ordinal);
    if (wish.parent && tree.parentOf(ordinal) != wish.parent) return false;
    if (wish.kind && organization.kind != *wish.kind) return false;
    if (wish.health && sums.of(ordinal).worst != wish.health->state) return false;
    if (wish.search.empty()) return true;
    return base::searchFold(organization.name).find(wish.search) != std::string::npos ||
           organization.slug.find(wish.search) != std::string::npos;
}

struct Row {
    Ordinal ordinal = 0;
    bool matched = true;
};

/// The matches; in tree mode with the ancestors that hold them.
std::vector<Row> rowsOf(const ListWish& wish, const OrganizationSums& sums,
                        const domain::Scope& scope) {
    const auto& tree = *scope.tree();
    std::vector<Row> rows;
    for (const auto& interval : scope.intervals()) {
        for (auto at = interval.begin; at < interval.end; ++at) {
            if (satisfies(wish, sums, at)) rows.push_back({at, true});
        }
    }
    if (!wish.tree) {
        std::vector<std::string> names(tree.size());
        for (const Row& row : rows)
            names[row.ordinal] = base::searchFold(tree.at(row.ordinal).name);
        std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
            return names[a.ordinal] < names[b.ordinal];
        });
        return rows;
    }
    std::vector<Row> whole;
    std::vector<bool> known(tree.size());
    for (const Row& row : rows) {
        for (const auto step : tree.path(row.ordinal)) {
            if (known[step] || !scope.contains(step)) continue;
            known[step] = true;
            whole.push_back({step, step == row.ordinal});
        }
    }
    return whole;
}

base::Result<Reply> list(const Services& services, const Call& call) {
    const OrganizationSums sums(services, call.asker());
    TNY_TRY(const auto scope, scopeOf(call, sums.visible()));
    TNY_TRY(const auto wish, listWish(call, sums.visible()));
    TNY_TRY(const auto offset, call.query.number("offset", 0, 0, SIZE_MAX / 2));
    TNY_TRY(const auto limit, call.query.number("limit", 100, 1, limits::kOrganizationsPageMax));
    const auto rows = rowsOf(wish, sums, scope);
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (std::size_t i = offset; i < rows.size() && i - offset < limit; ++i) {
        writeOrganization(out, sums, rows[i].ordinal,
                          wish.tree ? std::optional(rows[i].matched) : std::nullopt);
    }
    out.endArray();
    writeCount(out, "total", rows.size());
    out.key("completeness");
    writeCompleteness(out, services.view.completeness(scope));
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

/// One organization as it is now: after a change with the tree of after the change.
base::Result<http::Response> one(const Services& services, const Call& call, int status,
                                 const std::string& idOrSlug) {
    TNY_TRY(const auto now,
            services.access.authenticate(call.token, call.request.peer, call.deadline()));
    const OrganizationSums sums(services, now.asker);
    TNY_TRY(const auto ordinal, organizationOf(sums.visible(), idOrSlug));
    JsonWriter out;
    const auto& organization = sums.visible().tree()->at(ordinal);
    writeOrganization(out, sums, ordinal, {}, now.asker.permissionsOn(organization.id));
    return http::Response::json(status, std::move(out).take()).header("ETag", etagOf(organization));
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(auto response, one(services, call, 200, call.request.parameter("id")));
    return Reply(std::move(response));
}

base::Result<Reply> create(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"name", "slug", "kind", "parent", "tags"}));
    tenants::NewOrganization wish;
    TNY_TRY(wish.name, body.need("name", kName));
    TNY_TRY(const auto kindName, body.need("kind", {1, 20}));
    TNY_TRY(wish.parent, body.need("parent", {1, 100}));
    TNY_TRY(const auto slug, body.text("slug", {1, 64}));
    TNY_TRY(const auto tags, body.texts("tags", kTagsMax, kTag));
    const auto kind = domain::organizationKind(kindName);
    if (!kind) {
        return base::invalidArgument("A kind is one of: " + std::string(kKinds) + ".", "/kind");
    }
    wish.kind = *kind;
    wish.slug = slug.value_or("");
    wish.tags = tags.value_or(std::vector<std::string>{});
    TNY_TRY(const auto made, services.organizations.create(call.asker(), wish, call.deadline()));
    record(services, call,
           {.organization = made.id,
            .action = "organization.create",
            .targetKind = "organization",
            .targetId = made.id.text(),
            .targetName = made.name,
            .detail = "Made the " + std::string(domain::name(made.kind)) + " " + made.name + "."});
    TNY_TRY(auto response, one(services, call, 201, made.id.text()));
    response.header("Location", "/api/v1/organizations/" + made.id.text());
    return Reply(std::move(response));
}

base::Result<tenants::OrganizationChange> changeOf(const Body& body) {
    tenants::OrganizationChange change;
    TNY_TRY(change.name, body.text("name", kName));
    TNY_TRY(change.parent, body.text("parent", {1, 100}));
    TNY_TRY(change.tags, body.texts("tags", kTagsMax, kTag));
    TNY_TRY(const auto stateName, body.text("state", {1, 20}));
    if (stateName) {
        change.state = domain::organizationState(*stateName);
        if (!change.state) {
            return base::invalidArgument("A state is one of: " + std::string(kStates) + ".",
                                         "/state");
        }
    }
    if (!change.name && !change.parent && !change.tags && !change.state) {
        return base::invalidArgument("Say what to change: no field is named.");
    }
    return change;
}

base::Result<Reply> change(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"name", "state", "parent", "tags", "reason"}));
    TNY_TRY(const auto wish, changeOf(body));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    const auto visible = call.asker().visible();
    TNY_TRY(const auto ordinal, organizationOf(visible, call.request.parameter("id")));
    const auto& before = visible.tree()->at(ordinal);
    if (!matches(call.request, etagOf(before))) {
        return Reply(refusal(412, "It was changed since you looked. Your change was not saved.",
                             call.request.id));
    }
    TNY_TRY(const auto after,
            services.organizations.change(call.asker(), before.id, wish, call.deadline()));
    record(services, call,
           {.organization = after.id,
            .action = "organization.change",
            .targetKind = "organization",
            .targetId = after.id.text(),
            .targetName = after.name,
            .detail = "Changed " + after.name + ".",
            .reason = reason.value_or("")});
    TNY_TRY(auto response, one(services, call, 200, after.id.text()));
    return Reply(std::move(response));
}

}  // namespace

void addOrganizations(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/organizations",
                .query = {"scope", "mode", "parent", "kind", "state", "q", "offset", "limit"}},
               [&services](const Call& call) { return list(services, call); });
    routes.add(
        {.method = http::Method::kPost, .pattern = "/api/v1/organizations", .idempotent = true},
        [&services](const Call& call) { return create(services, call); });
    routes.add({.pattern = "/api/v1/organizations/{id}"},
               [&services](const Call& call) { return get(services, call); });
    routes.add({.method = http::Method::kPatch, .pattern = "/api/v1/organizations/{id}"},
               [&services](const Call& call) { return change(services, call); });
}

}  // namespace tenantry::rest
