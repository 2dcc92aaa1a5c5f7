/// A loaded connector behind the one table, wherever it runs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/pluginhost/package.h"
#include "kernel/pluginhost/supervisor.h"
#include "kernel/pluginhost/watchdog.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost {

/// Whether something of a connector runs now.
struct PlugLife {
    bool running = false;
    std::optional<base::TimePoint> since = {};
    std::optional<std::uint64_t> memoryBytes = {};
};

/// Ownership: shared by the connections of one connector. Threads: any.
///
/// The functions of table() are called with HostCall::raw(), whose `plug` is this one.
class Plug {
  public:
    virtual ~Plug() = default;
    [[nodiscard]] virtual const tny_plugin* table() const = 0;
    [[nodiscard]] virtual bool isolated() const = 0;
    /// The version that serves new calls. It lives as long as the plug, also when another follows.
    [[nodiscard]] virtual std::shared_ptr<const ConnectorPackage> package() const = 0;
    [[nodiscard]] virtual PlugLife life() const = 0;
    /// Starts another version beside this one, opens the connections in it, and lets it serve from
    /// then on; the former ends when its calls are done. On any failure all stays as it is, and the
    /// error says why. kUnsupported in this process, where nothing is ever unloaded.
    virtual base::Status upgrade(std::shared_ptr<const ConnectorPackage> package,
                                 base::Deadline deadline) = 0;
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
    /// What the descriptor says of memory comes over it.
    WatchdogLimits watch;
};

/// A connector in a worker process of its own, started by the first call and again after a death.
/// Its deaths are told to `supervisor`; without one, to one of its own that only makes it wait.
std::shared_ptr<Plug> makeRemotePlug(std::shared_ptr<const ConnectorPackage> package,
                                     WorkerOptions options,
                                     std::shared_ptr<Supervisor> supervisor = nullptr);

}  // namespace tenantry::pluginhost
