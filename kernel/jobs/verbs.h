/// The verbs of bulk, with the actions that installed connectors declare as their own.
///
/// Threads: any.
#pragma once

#include <optional>
#include <string>

#include "kernel/domain/job.h"
#include "kernel/domain/ports/connector.h"

namespace tenantry::jobs {

/// domain::bulkVerb(), and for a connector's own action its words, its reverse and its risk, from
/// the first connector that declares it. Nothing when none does.
std::optional<domain::BulkVerb> verbOf(const domain::ConnectorHost& host, const std::string& name);

/// Whether some connector takes these parameters for its own action `name`. kInvalidArgument with a
/// pointer below "/parameters"; ok for every other verb.
base::Status checkVendorArguments(const domain::ConnectorHost& host, const std::string& name,
                                  const std::string& parametersJson);

}  // namespace tenantry::jobs
