/// Import of a whole hierarchy from one document: organizations, connections and accounts. The demo
/// comes this way, and so can an installation that moves.
///
/// Start-up only: it asks nobody for permission. What exists already (organization by slug,
/// connection by organization and name, account by username) is left as it is, so that an import
/// that was interrupted can be repeated.
#pragma once

#include <string>

#include "kernel/base/result.h"
#include "tenants/access.h"
#include "tenants/connections.h"
#include "tenants/organizations.h"

namespace tenantry::tenants {

struct ImportParts {
    Organizations& organizations;
    Connections& connections;
    Access& access;
    domain::AccountStore& accounts;
    const base::Clock& clock;
};

struct ImportCount {
    std::size_t organizations = 0, connections = 0, accounts = 0, alreadyThere = 0;
};

/// {"organizations": [{"slug","name","kind","parent","tags"}], "connections":
/// [{"organization","connector","name", "config","interval_s"}], "accounts":
/// [{"username","email","first_name","last_name","home","password", "grants":
/// [{"role","organization"}]}]}; parents come before children. kInvalidArgument with a pointer.
base::Result<ImportCount> importHierarchy(const ImportParts& parts, const std::string& document,
                                          base::Deadline deadline);

}  // namespace tenantry::tenants
