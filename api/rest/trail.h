/// Entries of the activity trail that the API itself makes: changes of the configuration and reads
/// that reveal. Actions on users leave theirs in kernel/jobs.
#pragma once

#include <string>

#include "api/rest/routes.h"
#include "kernel/domain/activity.h"

namespace tenantry::rest {

struct Deed {
    base::OrganizationId organization = {};
    std::string action = {};  ///< "connection.create"
    std::string targetKind = {};
    std::string targetId = {};
    std::string targetName = {};
    std::string outcome = "done";
    std::string detail = {};  ///< in words, without secrets
    std::string reason = {};
    std::string ticket = {};
};

/// Appends it, with who and from where. A trail that cannot be written is logged: what was done is
/// done, and is not reported as failed.
void record(const Services& services, const Call& call, Deed deed);

}  // namespace tenantry::rest
