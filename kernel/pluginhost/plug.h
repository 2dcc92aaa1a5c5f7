/// A loaded connector behind the one table, wherever it runs.
#pragma once

#include <memory>
#include <string>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/pluginhost/package.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost {

/// Ownership: shared by the connections of one connector. Threads: any.
///
/// The functions of table() are called with HostCall::raw(), whose `plug` is this one.
class Plug {
  public:
    virtual ~Plug() = default;
    [[nodiscard]] virtual const tny_plugin* table() const = 0;
    [[nodiscard]] virtual bool isolated() const = 0;
};

/// Loads the package into this process. The library is never unloaded. kInvalidArgument with a
/// sentence when it cannot be loaded, or says of itself another thing than its section.
base::Result<std::shared_ptr<Plug>> loadLocalPlug(std::shared_ptr<const ConnectorPackage> package);

struct WorkerOptions {
    std::string program;  ///< path of tenantry-connector-host
    std::chrono::milliseconds startWithin{10'000};
    std::chrono::milliseconds cancelGrace{5'000};
    std::chrono::milliseconds restartMin{100};
    std::chrono::milliseconds restartMax{30'000};
};

/// A connector in a worker process of its own, started by the first call and again after a death.
std::shared_ptr<Plug> makeRemotePlug(std::shared_ptr<const ConnectorPackage> package,
                                     WorkerOptions options);

}  // namespace tenantry::pluginhost
