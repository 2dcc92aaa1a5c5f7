/// How a worker process ended, and what is known of it: told to the calls in flight, judged by the
/// Supervisor, kept as a report.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "tenantry/abi.h"

namespace tenantry::pluginhost {

/// The host's own statuses (CONNECTOR-ABI 4.8). A plugin never returns them.
inline constexpr tny_status kCrashed = 900;
inline constexpr tny_status kKilled = 901;
inline constexpr tny_status kQuarantined = 902;

/// How a worker ended: kCrashed by itself, kKilled by us; `words` finish "the connector's process".
struct Death {
    tny_status status = kCrashed;
    std::string words;
};

/// A call that was running when the worker ended. Never an argument of it: those are people.
struct CallInFlight {
    std::string operation;
    base::ConnectionId connection;
    std::chrono::milliseconds ran{0};
    /// It, or one of those marked, brought the worker down.
    bool suspect = false;
};

/// Everything about one death that was not planned.
struct DeathReport {
    std::string connector, version, sha256, buildId;
    base::TimePoint startedAt, at;
    pid_t pid = -1;
    Death death;
    std::optional<int> signal;      ///< that ended it
    std::optional<int> exitStatus;  ///< that it ended with
    /// Where in the connector's file it crashed, for `addr2line -e FILE`; 0 = not in it.
    std::uint64_t offset = 0;
    std::uint64_t memoryBytes = 0;  ///< when last looked at
    std::vector<CallInFlight> calls;
    std::vector<std::string> log;  ///< the last lines, secrets struck out
    std::string stderrTail;        ///< the same
    std::string consequence;       ///< what was done about it, in words
};

/// The report as the API shows it and the folder keeps it.
std::string toJson(const DeathReport& report, const std::string& id);

}  // namespace tenantry::pluginhost
