/// Permissions, roles and grants: who may see and do what (DESIGN section 4).
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"

namespace tenantry::domain {

enum class Permission : std::uint8_t {
    kUsersView = 1,
    kUsersCreate,
    kUsersEdit,
    kUsersSuspend,
    kUsersUnlock,
    kUsersResetPassword,
    kUsersResetMfa,
    kUsersRequireMfa,
    kUsersDelete,
    kUsersInvite,
    kUsersExport,
    kUsersViewActivity,
    kJobsBulk,
    kJobsApprove,
    kOrgsManage,
    kConnectionsManage,
    kRolesManage,
    kPoliciesManage,
    kTokensManage,
    kAuditView,
};
inline constexpr std::size_t kPermissionCount = 20;

/// "users.reset_password"
std::string_view name(Permission permission);
std::optional<Permission> permission(std::string_view name);

class PermissionSet {
  public:
    PermissionSet() = default;
    PermissionSet(std::initializer_list<Permission> list) {
        for (const auto p : list) add(p);
    }
    void add(Permission p) { bits_.set(static_cast<std::size_t>(p)); }
    [[nodiscard]] bool has(Permission p) const { return bits_.test(static_cast<std::size_t>(p)); }
    [[nodiscard]] bool includes(const PermissionSet& other) const {
        return (other.bits_ & ~bits_).none();
    }
    PermissionSet& operator|=(const PermissionSet& other) {
        bits_ |= other.bits_;
        return *this;
    }
    PermissionSet& operator&=(const PermissionSet& other) {
        bits_ &= other.bits_;
        return *this;
    }
    [[nodiscard]] bool empty() const { return bits_.none(); }
    [[nodiscard]] std::vector<Permission> list() const;
    bool operator==(const PermissionSet&) const = default;

  private:
    std::bitset<kPermissionCount + 1> bits_;
};

struct Role {
    std::string_view id;    ///< "help_desk"
    std::string_view name;  ///< "Help Desk"
    PermissionSet permissions;
};

/// Platform, Distributor, Partner and Tenant Administrator, Help Desk, Auditor, User.
std::span<const Role> builtInRoles();
/// Null when there is none.
const Role* findRole(std::string_view id);

/// A role on an organization and everything below it.
struct Grant {
    std::string role;  ///< id of a built-in or a custom one
    base::OrganizationId organization;
    std::optional<base::TimePoint> expiresAt = std::nullopt;  ///< from then on it gives nothing
    bool operator==(const Grant&) const = default;
};

}  // namespace tenantry::domain
