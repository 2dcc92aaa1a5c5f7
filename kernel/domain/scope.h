/// Authority as types: Scope is what may be seen, Operator is who asks with what rights. There is
/// no other way to either than tenants::Access, after authentication (STYLE 3.2).
///
/// Threads: immutable values. A Scope is a snapshot: it is made for one request or one step, and
/// not kept.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/base/ids.h"
#include "kernel/base/result.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/permission.h"

namespace tenantry::tenants {
class Access;
}

namespace tenantry::domain {

/// What one grant comes to at this moment: permissions on an organization and all below it.
struct Holding {
    OrganizationId organization;
    PermissionSet permissions;
};

/// A set of organizations. An organization that is not known is not in it (fails closed).
class Scope {
  public:
    /// Contains nothing.
    Scope() = default;

    [[nodiscard]] bool contains(const OrganizationId& id) const;
    [[nodiscard]] bool contains(Ordinal ordinal) const;
    /// The visibility rule of DESIGN section 4: all organizations, not some. False for none.
    /// Counts what this scope was narrowed from: choosing a part of it hides nobody there.
    [[nodiscard]] bool containsAll(const std::vector<OrganizationId>& ids) const;
    [[nodiscard]] bool empty() const { return intervals_.empty(); }
    /// Sorted, disjoint, not touching; in the ordinals of tree().
    [[nodiscard]] const std::vector<Interval>& intervals() const { return intervals_; }
    [[nodiscard]] const TreePtr& tree() const { return tree_; }
    /// The organizations in it, in depth-first order.
    [[nodiscard]] std::vector<OrganizationId> organizations() const;
    [[nodiscard]] std::size_t size() const;
    /// This scope, cut to an organization (id or slug) and what is below it. kNotFound when it is
    /// outside: whether it exists at all is not told.
    [[nodiscard]] base::Result<Scope> narrowedTo(std::string_view idOrSlug) const;

  private:
    friend class tenantry::tenants::Access;
    friend class Operator;
    Scope(TreePtr tree, std::vector<Interval> intervals);

    TreePtr tree_;
    std::vector<Interval> intervals_;
    std::vector<Interval> whole_;  ///< what this was narrowed from
};

/// A signed-in account with its grants, resolved against one snapshot of the tree.
class Operator {
  public:
    [[nodiscard]] const base::AccountId& account() const { return account_; }
    /// For the activity trail and the backend's audit field.
    [[nodiscard]] const std::string& username() const { return username_; }
    [[nodiscard]] const std::string& remoteAddress() const { return remoteAddress_; }
    /// As given; what they come to (custom roles, expiry, the limits of a token) is in the rest.
    [[nodiscard]] const std::vector<Grant>& grants() const { return grants_; }
    [[nodiscard]] const std::vector<Holding>& holdings() const { return holdings_; }
    [[nodiscard]] const TreePtr& tree() const { return tree_; }

    /// Whether some grant on the organization or above it holds `permission`. Unknown organization:
    /// no.
    [[nodiscard]] bool may(Permission permission, const OrganizationId& organization) const;
    /// Every organization where `permission` is held.
    [[nodiscard]] Scope scopeFor(Permission permission) const;
    /// What may be seen: scopeFor(kUsersView).
    [[nodiscard]] Scope visible() const { return scopeFor(Permission::kUsersView); }
    /// All permissions held on an organization.
    [[nodiscard]] PermissionSet permissionsOn(const OrganizationId& organization) const;

  private:
    friend class tenantry::tenants::Access;
    Operator(base::AccountId account, std::string username, std::string remoteAddress,
             std::vector<Grant> grants, std::vector<Holding> holdings, TreePtr tree);

    base::AccountId account_;
    std::string username_;
    std::string remoteAddress_;
    std::vector<Grant> grants_;
    std::vector<Holding> holdings_;
    TreePtr tree_;
};

}  // namespace tenantry::domain
