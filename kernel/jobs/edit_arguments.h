/// From the API's words for a change to the connector's arguments.
#pragma once

#include <map>
#include <string>

#include "kernel/base/result.h"
#include "kernel/domain/descriptor.h"
#include "kernel/domain/user.h"

namespace tenantry::jobs {

struct EditPlan {
    std::string argsJson;  ///< {"attributes": {...}} in the connector's names
    std::map<std::string, std::string>
        wanted;  ///< canonical field to the value that the read-back must show
};

/// Translates {"attributes": {"first_name": "Ada"}}: a canonical name becomes the connector's
/// attribute that maps to it. kInvalidArgument with a pointer for an unknown, read-only or empty
/// change.
base::Result<EditPlan> planEdit(const domain::ConnectorDescriptor& descriptor,
                                const std::string& parametersJson);

/// The value of a canonical field of a user ("first_name"), for comparison with EditPlan::wanted.
std::string valueOf(const domain::User& user, const std::string& field);

}  // namespace tenantry::jobs
