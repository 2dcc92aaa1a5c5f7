/// What a descriptor and a configuration must satisfy before anything of a connector runs.
#pragma once

#include <string_view>

#include "kernel/base/result.h"
#include "kernel/domain/descriptor.h"

namespace tenantry::pluginhost {

/// Parses the descriptor and checks it against the rules of the connector author's guide.
/// kInvalidArgument with a pointer into the descriptor and a sentence.
base::Result<domain::ConnectorDescriptor> checkDescriptor(std::string_view json);

/// Whether `configJson` satisfies the descriptor's JSON Schema. A secret field may be
/// {"$secret":"ref"} whatever its schema says of the text. kInvalidArgument with a pointer into the
/// configuration.
base::Status checkConfig(const domain::ConnectorDescriptor& descriptor,
                         std::string_view configJson);

/// Whether `argsJson` satisfies the schema that an action declares for its arguments; one that
/// declares none takes none. kInvalidArgument with a pointer into the arguments.
base::Status checkArguments(const domain::ActionDescriptor& action, std::string_view argsJson);

}  // namespace tenantry::pluginhost
