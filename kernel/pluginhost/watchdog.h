/// Looks at a worker's process from outside, and says when it must end: at once, because it is
/// beyond a limit, or when its calls are done, because it aged.
///
/// Threads: one at a time (the worker's). Time is given, so that it can be tested without waiting.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "kernel/base/clock.h"

namespace tenantry::pluginhost {

/// What the system says of a process.
struct Vitals {
    std::uint64_t residentBytes = 0;
    std::chrono::milliseconds cpu{0};  ///< used since its start
    std::uint64_t files = 0;           ///< open descriptors; 0 = not known
};
/// Nothing when the process is gone.
std::optional<Vitals> readVitals(pid_t pid);

struct WatchdogLimits {
    std::chrono::milliseconds every{3'000};
    std::uint64_t memoryBytesMax = std::uint64_t{384} << 20;
    /// Of one core, for as long as `cpuFor` without anything to show for it.
    int cpuPercentMax = 50;
    std::chrono::milliseconds cpuFor{12'000};
    std::chrono::milliseconds pongWithin{10'000};
    /// Beyond a limit, its calls have this long to end.
    std::chrono::milliseconds drainFor{5'000};
    /// Aged, its calls have this long.
    std::chrono::milliseconds retireFor{90'000};
    std::chrono::milliseconds ageMax{std::chrono::hours{24}};
    std::chrono::milliseconds warmUp{std::chrono::minutes{5}};
    /// Less than this is no leak.
    std::uint64_t growthBytesMin = std::uint64_t{32} << 20;
    /// One connection to a backend for each of thousands of organizations.
    std::uint64_t filesMax = 4096;
};

struct Verdict {
    bool planned = false;  ///< it aged; nobody is to blame
    std::string words;     ///< finish "the connector's process was stopped: it ..."
};

class Watchdog {
  public:
    Watchdog(WatchdogLimits limits, base::SteadyPoint startedAt)
        : limits_(limits), startedAt_(startedAt), idleSince_(startedAt) {}
    /// `progress` counts what its calls handed out; while it moves, work is not a loop.
    std::optional<Verdict> look(const Vitals& vitals, std::uint64_t progress,
                                base::SteadyPoint now);

  private:
    std::optional<Verdict> lookAtCpu(const Vitals& vitals, std::uint64_t progress,
                                     base::SteadyPoint now);
    std::optional<Verdict> lookAtAge(const Vitals& vitals, base::SteadyPoint now);

    const WatchdogLimits limits_;
    const base::SteadyPoint startedAt_;
    base::SteadyPoint idleSince_;  ///< when it last was below the limit, or showed something
    std::chrono::milliseconds idleCpu_{0};
    base::SteadyPoint lastAt_{};
    std::chrono::milliseconds lastCpu_{0};
    std::uint64_t progress_ = 0;
    std::uint64_t warmBytes_ = 0;
};

}  // namespace tenantry::pluginhost
