/// The checks of the file alone (S): nothing of the connector runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/json.h"
#include "kernel/base/result.h"
#include "kernel/pluginhost/elf_lint.h"
#include "plugins/sdk/kit/trial.h"

namespace tenantry::kit {

struct VerifyOptions {
    std::string file;
    std::string against;         ///< an earlier build; empty: S7 does not apply
    std::string glibc = "2.36";  ///< the newest that may be needed
    /// A configuration that must satisfy the schema; missing: none.
    std::optional<std::string> configJson = {};
};

/// Each S check by name. kInvalidArgument or kNotFound when a file cannot be read at all.
base::Result<std::vector<std::pair<std::string, Verdict>>> verifyFile(const VerifyOptions& options);

/// What `next` no longer offers or accepts that `before` did; one sentence each.
std::vector<std::string> breakingChanges(const base::Json& before, const base::Json& next);

}  // namespace tenantry::kit
