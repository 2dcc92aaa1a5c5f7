/// Roles: the built-in ones, and those that organizations make of their own permissions.
///
/// A custom role belongs to an organization and may be granted there and below. It holds no
/// permission that its maker does not hold there.
///
/// Ownership: kernel/main. Threads: any. Errors: kNotFound outside the scope; kForbidden without
/// roles.manage, or for a permission that is not held; kConflict for a role that is in use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/scope.h"
#include "tenants/organizations.h"

namespace tenantry::tenants {

struct ShownRole {
    std::string id;
    std::string name;
    base::OrganizationId organization;  ///< empty: built in
    domain::PermissionSet permissions;
};

struct NewRole {
    std::string organization;  ///< id or slug
    std::string name;
    domain::PermissionSet permissions;
};

class Roles {
  public:
    Roles(domain::DocumentStore& store, domain::AccountStore& accounts,
          Organizations& organizations);

    /// What a role gives; nothing for one that is not there: an unknown role gives nothing.
    std::optional<ShownRole> find(const std::string& id, base::Deadline deadline) const;
    /// The built-in ones, and the custom ones of organizations in scope or above it.
    base::Result<std::vector<ShownRole>> list(const domain::Operator& asker,
                                              base::Deadline deadline) const;
    base::Result<ShownRole> create(const domain::Operator& asker, const NewRole& request,
                                   base::Deadline deadline);
    base::Result<ShownRole> change(const domain::Operator& asker, const std::string& id,
                                   const std::optional<std::string>& name,
                                   const std::optional<domain::PermissionSet>& permissions,
                                   base::Deadline deadline);
    base::Status remove(const domain::Operator& asker, const std::string& id,
                        base::Deadline deadline);

    /// Ok when `asker` may give the role on the organization: it is usable there, and gives nothing
    /// that the asker does not hold there.
    base::Status mayGrant(const domain::Operator& asker, const domain::Grant& grant,
                          base::Deadline deadline) const;

  private:
    base::Result<ShownRole> managed(const domain::Operator& asker, const std::string& id,
                                    base::Deadline deadline) const;

    domain::DocumentStore& store_;
    domain::AccountStore& accounts_;
    Organizations& organizations_;
};

}  // namespace tenantry::tenants
