// Roles, API tokens, and why somebody may or may not do something.
#include <algorithm>

#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

base::Result<std::optional<domain::PermissionSet>> permissionsOf(const Body& body) {
    TNY_TRY(const auto names, body.texts("permissions", domain::kPermissionCount, {1, 60}));
    if (!names) return std::optional<domain::PermissionSet>{};
    domain::PermissionSet out;
    for (const auto& one : *names) {
        const auto permission = domain::permission(one);
        if (!permission)
            return base::invalidArgument("There is no permission \"" + one + "\".", "/permissions");
        out.add(*permission);
    }
    return std::optional(out);
}

void writePermissions(JsonWriter& out, const domain::PermissionSet& permissions) {
    out.key("permissions").beginArray();
    for (const auto one : permissions.list()) out.string(domain::name(one));
    out.endArray();
}

void writeRole(JsonWriter& out, const Call& call, const tenants::ShownRole& role) {
    out.beginObject().key("id").string(role.id).key("name").string(role.name);
    out.key("built_in").boolean(role.organization.empty());
    out.key("organization");
    if (role.organization.empty())
        out.null();
    else
        writeOrganizationName(out, *call.asker().tree(), role.organization);
    writePermissions(out, role.permissions);
    out.endObject();
}

http::Response roleAnswer(int status, const Call& call, const tenants::ShownRole& role) {
    JsonWriter out;
    writeRole(out, call, role);
    return http::Response::json(status, std::move(out).take());
}

void recordRole(const Services& services, const Call& call, const tenants::ShownRole& role,
                const char* action, const char* verb) {
    record(services, call,
           {.organization = role.organization,
            .action = action,
            .targetKind = "role",
            .targetId = role.id,
            .targetName = role.name,
            .detail = std::string(verb) + " the role " + role.name + "."});
}

base::Result<Reply> listRoles(const Services& services, const Call& call) {
    TNY_TRY(const auto all, services.roles.list(call.asker(), call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all) writeRole(out, call, one);
    out.endArray();
    writeCount(out, "total", all.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> createRole(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"organization", "name", "permissions"}));
    tenants::NewRole wish;
    TNY_TRY(wish.organization, body.need("organization", {1, 100}));
    TNY_TRY(wish.name, body.need("name", {1, 100}));
    TNY_TRY(const auto permissions, permissionsOf(body));
    wish.permissions = permissions.value_or(domain::PermissionSet{});
    TNY_TRY(const auto role, services.roles.create(call.asker(), wish, call.deadline()));
    recordRole(services, call, role, "role.create", "Made");
    return Reply(roleAnswer(201, call, role));
}

base::Result<Reply> editRole(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"name", "permissions"}));
    TNY_TRY(const auto name, body.text("name", {1, 100}));
    TNY_TRY(const auto permissions, permissionsOf(body));
    TNY_TRY(const auto role, services.roles.change(call.asker(), call.request.parameter("id"), name,
                                                   permissions, call.deadline()));
    recordRole(services, call, role, "role.change", "Changed");
    return Reply(roleAnswer(200, call, role));
}

base::Result<Reply> deleteRole(const Services& services, const Call& call) {
    const auto id = call.request.parameter("id");
    const auto former = services.roles.find(id, call.deadline());
    TNY_CHECKED(services.roles.remove(call.asker(), id, call.deadline()));
    if (former) recordRole(services, call, *former, "role.delete", "Removed");
    return Reply(http::Response::empty(204));
}

void writeToken(JsonWriter& out, const Services& services, const Call& call,
                const tenants::ApiToken& token, const base::SecretText* secret) {
    out.beginObject().key("id").string(token.id).key("name").string(token.name);
    out.key("hint").string(token.hint);
    const auto owner = services.accounts.knownAccount(token.account);
    out.key("account").beginObject().key("id").string(token.account.text());
    out.key("username").string(owner ? owner->username : std::string()).endObject();
    out.key("organization");
    writeOrganizationName(out, *call.asker().tree(), token.organization);
    writePermissions(out, token.permissions);
    out.key("created_at").string(base::toRfc3339(token.createdAt));
    out.key("expires_at").string(base::toRfc3339(token.expiresAt));
    out.key("last_used_at");
    writeTime(out, token.lastUsedAt);
    if (secret != nullptr) out.key("token").string(secret->reveal());
    out.endObject();
}

void recordToken(const Services& services, const Call& call, const tenants::ApiToken& token,
                 const char* action, const char* verb) {
    record(services, call,
           {.organization = token.organization,
            .action = action,
            .targetKind = "token",
            .targetId = token.id,
            .targetName = token.name,
            .detail = std::string(verb) + " the API token " + token.name + "."});
}

base::Result<Reply> listTokens(const Services& services, const Call& call) {
    TNY_TRY(const auto all, services.tokens.list(call.asker(), call.deadline()));
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all) writeToken(out, services, call, one, nullptr);
    out.endArray();
    writeCount(out, "total", all.size());
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> createToken(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"name", "organization", "permissions", "expires_at"}));
    tenants::NewApiToken wish;
    TNY_TRY(wish.name, body.need("name", {1, 100}));
    TNY_TRY(wish.organization, body.need("organization", {1, 100}));
    TNY_TRY(const auto permissions, permissionsOf(body));
    wish.permissions = permissions.value_or(domain::PermissionSet{});
    TNY_TRY(const auto text, body.need("expires_at", {10, 40}));
    const auto ends = base::parseRfc3339(text);
    if (!ends)
        return base::invalidArgument("A time is such as \"2027-01-31T00:00:00Z\".", "/expires_at");
    wish.expiresAt = *ends;
    TNY_TRY(const auto made, services.tokens.create(call.asker(), wish, call.deadline()));
    recordToken(services, call, made.first, "token.create", "Made");
    JsonWriter out;
    writeToken(out, services, call, made.first, &made.second);
    return Reply(http::Response::json(201, std::move(out).take()));
}

base::Result<Reply> revokeToken(const Services& services, const Call& call) {
    TNY_TRY(const auto former,
            services.tokens.revoke(call.asker(), call.request.parameter("id"), call.deadline()));
    recordToken(services, call, former, "token.revoke", "Revoked");
    return Reply(http::Response::empty(204));
}

/// Which of an operator's grants give a permission on an organization.
void writeBecause(JsonWriter& out, const Services& services, const Call& call,
                  const domain::Operator& who, const domain::User& user,
                  domain::Permission permission) {
    const auto& tree = *who.tree();
    const auto target = tree.find(user.organization);
    out.key("because").beginArray();
    for (const auto& grant : who.grants()) {
        const auto role = services.roles.find(grant.role, call.deadline());
        const auto where = tree.find(grant.organization);
        if (!role || !where || !target || !role->permissions.has(permission) ||
            !tree.subtree(*where).contains(*target))
            continue;
        out.beginObject().key("role").string(grant.role).key("title").string(role->name);
        out.key("organization");
        writeOrganizationName(out, tree, grant.organization);
        out.key("expires_at");
        writeTime(out, grant.expiresAt);
        out.endObject();
    }
    out.endArray();
}

/// ?operator=USER_ID (left out: oneself) &user=USER_ID&action=suspend
base::Result<Reply> why(const Services& services, const Call& call) {
    const auto visible = call.asker().visible();
    TNY_TRY(const auto user,
            services.view.get(visible, base::UserId(call.query.text("user").value_or(""))));
    const auto word = call.query.text("action").value_or("");
    const auto named = [&](const domain::Eligibility& one) { return domain::nameOf(one) == word; };
    TNY_TRY(const auto mine, services.actions.eligibilities(call.asker(), user.id));
    const auto action = std::find_if(mine.begin(), mine.end(), named);
    if (action == mine.end())
        return base::invalidArgument("\"action\" is none of the actions.", "?action");
    domain::Operator who = call.asker();
    if (const auto given = call.query.text("operator")) {
        TNY_TRY(const auto theirs, services.view.get(visible, base::UserId(*given)));
        const auto account = services.portal.accountOf(theirs);
        if (!account)
            return base::invalidArgument("\"operator\" is no portal account.", "?operator");
        if (account->id != call.asker().account() &&
            !call.asker().may(domain::Permission::kAuditView, theirs.organization))
            return base::forbidden("You need \"audit.view\" on the operator's organization.");
        TNY_TRY(who, services.access.unsafeOperatorFor(account->id, call.deadline()));
    }
    std::optional<domain::Eligibility> found;
    if (who.visible().contains(user.organization)) {
        TNY_TRY(const auto all, services.actions.eligibilities(who, user.id));
        if (const auto at = std::find_if(all.begin(), all.end(), named); at != all.end())
            found = *at;
    }
    JsonWriter out;
    out.beginObject().key("allowed").boolean(found && found->allowed);
    out.key("permission").string(domain::name(action->permission));
    out.key("reason");
    if (found && !found->reason) {
        out.null();
    } else {
        out.beginObject().key("code").string(found ? found->reason->code : "permission_missing");
        out.key("short").string(found ? found->reason->brief : "Out of scope");
        out.key("detail")
            .string(found ? found->reason->detail
                          : who.username() +
                                " cannot see this user: no role of theirs reaches its "
                                "organization.")
            .endObject();
    }
    writeBecause(out, services, call, who, user, action->permission);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

}  // namespace

void addAuthority(Routes& routes, const Services& services) {
    using http::Method;
    const auto add = [&](Route route, auto handler) {
        routes.add(std::move(route),
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    add({.pattern = "/api/v1/roles"}, listRoles);
    add({.method = Method::kPost, .pattern = "/api/v1/roles"}, createRole);
    add({.method = Method::kPatch, .pattern = "/api/v1/roles/{id}"}, editRole);
    add({.method = Method::kDelete, .pattern = "/api/v1/roles/{id}"}, deleteRole);
    add({.pattern = "/api/v1/tokens"}, listTokens);
    add({.method = Method::kPost, .pattern = "/api/v1/tokens"}, createToken);
    add({.method = Method::kDelete, .pattern = "/api/v1/tokens/{id}"}, revokeToken);
    add({.pattern = "/api/v1/why", .query = {"operator", "user", "action"}}, why);
}

}  // namespace tenantry::rest
