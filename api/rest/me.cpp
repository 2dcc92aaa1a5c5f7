#include "api/rest/resources.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

/// The tops of what the operator may see: in scope, with a parent that is not.
std::vector<domain::Ordinal> topsOf(const domain::Scope& visible) {
    std::vector<domain::Ordinal> tops;
    for (const auto& interval : visible.intervals()) {
        for (auto at = interval.begin; at < interval.end; at = visible.tree()->subtree(at).end) {
            tops.push_back(at);
        }
    }
    return tops;
}

void writeAccount(JsonWriter& out, const domain::Account& account) {
    std::string display = account.firstName;
    if (!account.lastName.empty()) display += (display.empty() ? "" : " ") + account.lastName;
    if (display.empty()) display = account.username;
    out.beginObject();
    out.key("id").string(account.id.text());
    out.key("username").string(account.username);
    out.key("display_name").string(display);
    out.key("first_name").string(account.firstName);
    out.key("last_name").string(account.lastName);
    out.key("email").string(account.email).key("phone").string(account.phone);
    out.key("mfa").beginObject().key("enrolled").boolean(account.mfaEnrolled);
    out.key("required").boolean(account.mfaRequired).endObject();
    out.key("federated_only").boolean(account.federatedOnly).endObject();
}

void writeRoles(JsonWriter& out, const Services& services, const Call& call) {
    const auto& asker = call.asker();
    out.beginArray();
    for (const auto& grant : asker.grants()) {
        const auto role = services.roles.find(grant.role, call.deadline());
        out.beginObject().key("role").string(grant.role);
        out.key("title").string(role ? role->name : grant.role);
        out.key("organization");
        writeOrganizationName(out, *asker.tree(), grant.organization);
        out.key("expires_at");
        writeTime(out, grant.expiresAt);
        out.endObject();
    }
    out.endArray();
}

void writePermissions(JsonWriter& out, const domain::Operator& asker) {
    domain::PermissionSet all;
    for (const auto& grant : asker.grants()) all |= asker.permissionsOn(grant.organization);
    out.beginArray();
    for (const auto one : all.list()) out.string(domain::name(one));
    out.endArray();
}

/// The top of the highest kind; of several the first. Who sees nothing has their home.
base::OrganizationId firstScope(const Call& call, const domain::Scope& visible,
                                const std::vector<domain::Ordinal>& tops) {
    if (tops.empty()) return call.who->account.home;
    const auto& tree = *visible.tree();
    domain::Ordinal best = tops.front();
    for (const auto one : tops) {
        if (tree.at(one).kind < tree.at(best).kind) best = one;
    }
    return tree.at(best).id;
}

base::Result<Reply> me(const Services& services, const Call& call) {
    const auto visible = call.asker().visible();
    const auto tops = topsOf(visible);
    JsonWriter out;
    out.beginObject().key("account");
    writeAccount(out, call.who->account);
    out.key("roles");
    writeRoles(out, services, call);
    out.key("permissions");
    writePermissions(out, call.asker());
    out.key("scope");
    writeOrganizationName(out, *call.asker().tree(), firstScope(call, visible, tops));
    out.key("scopes").beginArray();
    for (const auto top : tops)
        writeOrganizationName(out, *visible.tree(), visible.tree()->at(top).id);
    out.endArray();
    out.key("csrf_token").string(call.who->csrfToken);
    out.key("expires_at").string(base::toRfc3339(call.who->expiresAt));
    out.key("server_time").string(base::toRfc3339(services.clock.now()));
    out.key("version").string(services.version);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addMe(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/me"},
               [&services](const Call& call) { return me(services, call); });
}

}  // namespace tenantry::rest
