/// Runs the kit: the file, the scenario, the checks, and a report.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/pluginhost/plug.h"
#include "plugins/sdk/kit/backend.h"
#include "plugins/sdk/kit/check.h"
#include "plugins/sdk/kit/scenario.h"

namespace tenantry::kit {

struct ConformOptions {
    std::string file;                  ///< FILE.so
    std::string against;               ///< an earlier build, for S7; may be empty
    std::vector<std::string> only;     ///< names ("R4") or letters ("R"); empty: all
    pluginhost::WorkerOptions worker;  ///< `program` is needed
    /// Called after each check, on the calling thread.
    std::function<void(const CheckResult&)> progress = {};
};

/// Tries the connector against a scenario that is already read; `backend` may be null. The kernel's
/// log of this process goes into the report's evidence meanwhile. Threads: one run at a time in a
/// process.
/// kInvalidArgument or kNotFound when `only` names an unknown check, or the file cannot be read.
base::Result<Report> conform(const ConformOptions& options, const Scenario& scenario,
                             Backend* backend);

/// The same with a scenario's file: starts its backend, and stops it at the end.
base::Result<Report> conformFile(const ConformOptions& options, const std::string& scenarioPath);

/// S alone. Nothing of the connector runs.
base::Result<Report> verify(const ConformOptions& options);

}  // namespace tenantry::kit
