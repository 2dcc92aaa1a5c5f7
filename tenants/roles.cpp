#include "tenants/roles.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Permission;

namespace {

constexpr std::string_view kKind = "role";

domain::Document documentOf(const ShownRole& role) {
    base::JsonWriter json;
    json.beginObject().key("name").string(role.name).key("permissions").beginArray();
    for (const auto one : role.permissions.list()) json.string(domain::name(one));
    json.endArray().endObject();
    return {std::string(kKind), role.id, role.organization.text(), std::move(json).take()};
}

/// A permission that is not known (of a newer version) gives nothing.
ShownRole roleOf(const domain::Document& document) {
    ShownRole out{document.id, "", base::OrganizationId(document.owner), {}};
    const auto json = base::Json::parse(document.json);
    if (!json) return out;
    out.name = (*json)["name"].stringOr("");
    for (const auto& item : (*json)["permissions"].items())
        if (const auto one = domain::permission(item.stringOr(""))) out.permissions.add(*one);
    return out;
}

base::Status checkName(const std::string& name) {
    if (name.empty() || name.size() > 100)
        return base::invalidArgument("A role's name has 1 to 100 bytes.", "/name");
    return base::ok();
}

base::Status checkHeld(const domain::Operator& asker, const base::OrganizationId& organization,
                       const domain::PermissionSet& wanted) {
    const auto mine = asker.permissionsOn(organization);
    for (const auto one : wanted.list())
        if (!mine.has(one))
            return base::forbidden("You cannot give \"" + std::string(domain::name(one)) +
                                   "\": you do not hold it there yourself.")
                .at("/permissions");
    return base::ok();
}

}  // namespace

Roles::Roles(domain::DocumentStore& store, domain::AccountStore& accounts,
             Organizations& organizations)
    : store_(store), accounts_(accounts), organizations_(organizations) {}

std::optional<ShownRole> Roles::find(const std::string& id, Deadline deadline) const {
    if (const auto* builtIn = domain::findRole(id))
        return ShownRole{id, std::string(builtIn->name), {}, builtIn->permissions};
    if (id.empty()) return std::nullopt;
    const auto found = store_.document(kKind, id, deadline);
    if (!found) return std::nullopt;
    return roleOf(*found);
}

base::Result<std::vector<ShownRole>> Roles::list(const domain::Operator& asker,
                                                 Deadline deadline) const {
    std::vector<ShownRole> out;
    for (const auto& one : domain::builtInRoles())
        out.push_back({std::string(one.id), std::string(one.name), {}, one.permissions});
    TNY_TRY(const auto custom, store_.documents(kKind, "", deadline));
    const auto visible = asker.visible();
    const auto& tree = *asker.tree();
    for (const auto& document : custom) {
        auto role = roleOf(document);
        const auto home = tree.find(role.organization);
        if (!home) continue;
        // Also one from above: it may be granted here.
        const auto below = tree.subtree(*home);
        const bool reaches = std::any_of(
            visible.intervals().begin(), visible.intervals().end(),
            [&](const auto& one) { return one.begin < below.end && below.begin < one.end; });
        if (reaches) out.push_back(std::move(role));
    }
    return out;
}

base::Result<ShownRole> Roles::create(const domain::Operator& asker, const NewRole& request,
                                      Deadline deadline) {
    const auto ordinal = asker.tree()->resolve(request.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no organization \"" + request.organization +
                              "\" in your scope.")
            .at("/organization");
    const auto& organization = asker.tree()->at(*ordinal);
    if (!asker.may(Permission::kRolesManage, organization.id))
        return base::forbidden("You need \"roles.manage\" on " + organization.name + ".");
    TNY_CHECKED(checkName(request.name));
    TNY_CHECKED(checkHeld(asker, organization.id, request.permissions));
    ShownRole role{base::newUuid(), request.name, organization.id, request.permissions};
    TNY_CHECKED(store_.addDocument(documentOf(role), deadline));
    return role;
}

base::Result<ShownRole> Roles::managed(const domain::Operator& asker, const std::string& id,
                                       Deadline deadline) const {
    if (domain::findRole(id) != nullptr)
        return base::forbidden("This role is built in: make one of your own instead.");
    const auto role = find(id, deadline);
    if (!role || !asker.visible().contains(role->organization))
        return base::notFound("There is no such role in your scope.");
    if (!asker.may(Permission::kRolesManage, role->organization))
        return base::forbidden("You need \"roles.manage\" on the organization of this role.");
    return *role;
}

base::Result<ShownRole> Roles::change(const domain::Operator& asker, const std::string& id,
                                      const std::optional<std::string>& name,
                                      const std::optional<domain::PermissionSet>& permissions,
                                      Deadline deadline) {
    TNY_TRY(auto role, managed(asker, id, deadline));
    // Who may not give what it holds may not shape it either.
    TNY_CHECKED(checkHeld(asker, role.organization, role.permissions));
    if (name) {
        TNY_CHECKED(checkName(*name));
        role.name = *name;
    }
    if (permissions) {
        TNY_CHECKED(checkHeld(asker, role.organization, *permissions));
        role.permissions = *permissions;
    }
    TNY_CHECKED(store_.putDocument(documentOf(role), deadline));
    return role;
}

base::Status Roles::remove(const domain::Operator& asker, const std::string& id,
                           Deadline deadline) {
    TNY_TRY(const auto role, managed(asker, id, deadline));
    TNY_CHECKED(checkHeld(asker, role.organization, role.permissions));
    TNY_TRY(const auto accounts, accounts_.loadAccounts(deadline));
    const auto uses = std::count_if(accounts.begin(), accounts.end(), [&](const auto& account) {
        return std::any_of(account.grants.begin(), account.grants.end(),
                           [&](const auto& grant) { return grant.role == id; });
    });
    if (uses > 0)
        return base::conflict(std::to_string(uses) +
                              " accounts have this role. Take it from them "
                              "first.");
    return store_.removeDocument(kKind, id, deadline);
}

base::Status Roles::mayGrant(const domain::Operator& asker, const domain::Grant& grant,
                             Deadline deadline) const {
    const auto role = find(grant.role, deadline);
    const auto ordinal = asker.tree()->find(grant.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no such organization in your scope.");
    const auto& where = asker.tree()->at(*ordinal);
    if (!role) return base::invalidArgument("There is no role \"" + grant.role + "\".");
    if (!role->organization.empty()) {
        const auto home = asker.tree()->find(role->organization);
        if (!home || !asker.tree()->subtree(*home).contains(*ordinal))
            return base::invalidArgument("The role \"" + role->name + "\" is not for " +
                                         where.name + ".");
    }
    if (!asker.permissionsOn(where.id).includes(role->permissions))
        return base::forbidden("You cannot give the role \"" + role->name + "\" on " + where.name +
                               ": it may do more there than you.");
    return base::ok();
}

}  // namespace tenantry::tenants
