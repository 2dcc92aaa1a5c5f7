/// The organizations: one immutable tree in memory, replaced at each change, after the store has
/// it.
///
/// Ownership: kernel/main. Threads: any; a reader takes the snapshot and is never blocked.
/// Errors: kNotFound outside the scope; kForbidden without orgs.manage; kInvalidArgument with a
/// pointer; kConflict for a
///   slug that is taken.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/guarded.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/domain/scope.h"

namespace tenantry::tenants {

struct NewOrganization {
    std::string parent;  ///< id or slug
    domain::OrganizationKind kind = domain::OrganizationKind::kTenant;
    std::string name;
    std::string slug;  ///< empty: made from the name
    std::vector<std::string> tags;
};

struct OrganizationChange {
    std::optional<std::string> name, slug, parent;
    std::optional<domain::OrganizationState> state;
    std::optional<std::vector<std::string>> tags;
};

class Organizations {
  public:
    Organizations(domain::OrganizationStore& store, domain::UserViewWriter& view,
                  domain::EventSink& events, const base::Clock& clock);

    /// Reads them from the store. Once, at start.
    base::Status load(base::Deadline deadline);
    [[nodiscard]] domain::TreePtr tree() const;

    base::Result<domain::Organization> create(const domain::Operator& asker,
                                              const NewOrganization& request,
                                              base::Deadline deadline);
    base::Result<domain::Organization> change(const domain::Operator& asker,
                                              const base::OrganizationId& id,
                                              const OrganizationChange& request,
                                              base::Deadline deadline);
    /// Start-up, set-up and import only: writes it as it is, without asking who.
    base::Status unsafePut(const domain::Organization& organization, base::Deadline deadline);

  private:
    base::Status replace(const domain::Organization& organization, base::Deadline deadline);

    domain::OrganizationStore& store_;
    domain::UserViewWriter& view_;
    domain::EventSink& events_;
    const base::Clock& clock_;
    std::mutex writing_;  ///< one change at a time; readers do not take it
    base::Guarded<domain::TreePtr> tree_;
};

}  // namespace tenantry::tenants
