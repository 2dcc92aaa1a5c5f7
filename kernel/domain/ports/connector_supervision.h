/// How the installed connectors fare, for operators of the platform: health, reports of what ended
/// a connector's process, and the two things a person can do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/deadline.h"
#include "kernel/base/ids.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

enum class ConnectorState : std::uint8_t {
    kIdle = 1,    ///< nothing of it runs; the next call starts it
    kRunning,     ///< its process runs, or it is part of this one
    kRestarting,  ///< its process ended; it starts again after a pause
    kPaused       ///< it ended too often: until an operator resumes it or a new version comes
};
/// "idle", "running", "restarting", "paused".
std::string_view name(ConnectorState state);

/// A connection that is not served because it, and no other, brings its connector down.
struct QuarantinedConnection {
    base::ConnectionId connection;
    std::string operation;  ///< "list", "user.suspend" ...
    std::string reason;
    base::TimePoint since;
};

/// What the conformance kit proved of this very file.
struct Conformance {
    std::string level;  ///< loads, reads, syncs, acts or certified; each includes those before
    base::TimePoint provedAt{};
};

struct ConnectorHealth {
    std::string connector;
    std::string version;
    std::string sha256;
    std::string path;
    bool isolated = true;
    std::optional<Conformance> conformance;  ///< empty: nothing was proved
    ConnectorState state = ConnectorState::kIdle;
    std::string reason;                        ///< of a pause, in words
    std::optional<base::TimePoint> since;      ///< running or paused since
    std::optional<std::uint64_t> memoryBytes;  ///< of the running process, when last looked at
    std::size_t reports = 0;                   ///< how many are kept
    std::vector<QuarantinedConnection> quarantined;
};

/// What ended a connector's process, with what it was doing: no personal data, no secret.
struct ConnectorReport {
    std::string id;
    std::string connector;
    base::TimePoint at;
    std::string json;  ///< the whole report, as the API shows it
};

/// What a look at the folders changed about one connector.
struct RescanFinding {
    enum class Outcome : std::uint8_t { kAdded = 1, kUpgraded, kUnchanged, kRefused };
    Outcome outcome = Outcome::kUnchanged;
    std::string connector;  ///< empty when the file is none
    std::string path;
    std::string from, to;  ///< versions
    std::string detail;    ///< why it was refused
};
/// "added", "upgraded", "unchanged", "refused".
std::string_view name(RescanFinding::Outcome outcome);

/// Threads: any.
class ConnectorSupervision {
  public:
    virtual ~ConnectorSupervision() = default;
    [[nodiscard]] virtual std::vector<ConnectorHealth> health() const = 0;
    /// The newest first. kNotFound when no such connector is installed.
    [[nodiscard]] virtual base::Result<std::vector<ConnectorReport>> reports(
        const std::string& connector) const = 0;
    /// Ends a pause of the connector and its quarantines, or only that of one connection.
    /// kNotFound when there is no such connector; kConflict when there is nothing to resume.
    virtual base::Status resume(const std::string& connector,
                                const std::optional<base::ConnectionId>& only) = 0;
    /// Looks at the folders again: new connectors are added; a file that changed is started beside
    /// the running version, takes over its connections when it can open them, and the old one ends
    /// when its calls are done. Otherwise the old one stays.
    virtual std::vector<RescanFinding> rescan(base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
