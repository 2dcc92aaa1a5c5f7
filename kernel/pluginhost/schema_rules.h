/// What the JSON Schema of a connector's configuration may hold.
///
/// A vendor's schema meets texts that an administrator types, inside the kernel. Whatever either of
/// them writes, the check ends soon and on a small stack: no references (they may lead in circles),
/// and no pattern that could take for ever.
#pragma once

#include <string>

#include "kernel/base/json.h"
#include "kernel/base/result.h"

namespace tenantry::pluginhost {

/// A pattern: at most kPatternBytesMax, at most kPatternRepeatsMax of * + {}, none of them after a
/// group that itself repeats or chooses, no back references.
inline constexpr std::size_t kPatternBytesMax = 256;
inline constexpr int kPatternRepeatsMax = 3;
/// The longest text of a configuration whose schema has a pattern that repeats more than 99 times.
inline constexpr std::size_t kMatchedBytesMax = 1024;

/// kInvalidArgument with a pointer that begins with `at`.
base::Status checkSchemaRules(const base::Json& schema, const std::string& at);

/// Whether every text of the configuration may meet every pattern of the schema.
/// kInvalidArgument with a pointer into the configuration.
base::Status checkTextLengths(const base::Json& schema, const base::Json& config);

}  // namespace tenantry::pluginhost
