#include "kernel/domain/permission.h"

#include <array>

namespace tenantry::domain {

namespace {

using P = Permission;
constexpr std::array<std::pair<Permission, std::string_view>, kPermissionCount> kNames{{
    {P::kUsersView, "users.view"},
    {P::kUsersCreate, "users.create"},
    {P::kUsersEdit, "users.edit"},
    {P::kUsersSuspend, "users.suspend"},
    {P::kUsersUnlock, "users.unlock"},
    {P::kUsersResetPassword, "users.reset_password"},
    {P::kUsersResetMfa, "users.reset_mfa"},
    {P::kUsersRequireMfa, "users.require_mfa"},
    {P::kUsersDelete, "users.delete"},
    {P::kUsersInvite, "users.invite"},
    {P::kUsersExport, "users.export"},
    {P::kUsersViewActivity, "users.view_activity"},
    {P::kJobsBulk, "jobs.bulk"},
    {P::kJobsApprove, "jobs.approve"},
    {P::kOrgsManage, "orgs.manage"},
    {P::kConnectionsManage, "connections.manage"},
    {P::kRolesManage, "roles.manage"},
    {P::kPoliciesManage, "policies.manage"},
    {P::kTokensManage, "tokens.manage"},
    {P::kAuditView, "audit.view"},
}};

PermissionSet everything() {
    PermissionSet set;
    for (const auto& [permission, text] : kNames) set.add(permission);
    return set;
}

PermissionSet helpDesk() {
    return {P::kUsersView,     P::kUsersUnlock, P::kUsersResetPassword,
            P::kUsersResetMfa, P::kUsersInvite, P::kUsersViewActivity};
}

PermissionSet auditor() {
    return {P::kUsersView, P::kUsersExport, P::kUsersViewActivity, P::kAuditView};
}

}  // namespace

std::string_view name(Permission value) {
    for (const auto& [permission, text] : kNames)
        if (permission == value) return text;
    return "";
}

std::optional<Permission> permission(std::string_view text) {
    for (const auto& [value, word] : kNames)
        if (word == text) return value;
    return std::nullopt;
}

std::vector<Permission> PermissionSet::list() const {
    std::vector<Permission> out;
    for (const auto& [permission, text] : kNames)
        if (has(permission)) out.push_back(permission);
    return out;
}

std::span<const Role> builtInRoles() {
    static const std::array<Role, 7> roles{{
        {"platform_administrator", "Platform Administrator", everything()},
        {"distributor_administrator", "Distributor Administrator", everything()},
        {"partner_administrator", "Partner Administrator", everything()},
        {"tenant_administrator", "Tenant Administrator", everything()},
        {"help_desk", "Help Desk", helpDesk()},
        {"auditor", "Auditor", auditor()},
        {"user", "User", {}},
    }};
    return roles;
}

const Role* findRole(std::string_view id) {
    for (const auto& role : builtInRoles())
        if (role.id == id) return &role;
    return nullptr;
}

}  // namespace tenantry::domain
