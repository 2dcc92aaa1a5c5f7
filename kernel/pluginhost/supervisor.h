/// Judges one connector by its deaths: when its process may start again, when it is paused, and
/// which connection is quarantined.
///
/// A death counts for the connector; three within five minutes pause it until an operator resumes
/// it or a file of another content comes, also over a restart of the kernel. The connection whose
/// same operation was under way in two deaths in a row is quarantined alone: until an operator
/// resumes it, its configuration changes or another file comes. So is one whose calls fail inside
/// the connector three times within five minutes.
///
/// Ownership: shared by a connector's plug, its worker and its connections. Threads: any; reports
/// are written by the thread that reports the death, without a lock.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/limits.h"
#include "kernel/pluginhost/report_folder.h"

namespace tenantry::pluginhost {

struct SupervisorPolicy {
    std::chrono::milliseconds restartMin{100};
    std::chrono::milliseconds restartMax{30'000};
    std::chrono::milliseconds healthyAfter{60'000};  ///< a life this long was a good one
    int deathsMax = base::limits::kWorkerDeathsMax;
    std::chrono::milliseconds deathsWindow{base::limits::kWorkerDeathsWindow};
    int poisonDeaths = 2;
    std::chrono::milliseconds poisonWindow{std::chrono::hours{1}};
    int insideMax = 3;  ///< failures inside the connector (TNY_E_INTERNAL) of one connection
    std::chrono::milliseconds insideWindow{base::limits::kWorkerDeathsWindow};
};

class Supervisor {
  public:
    Supervisor(std::string connector, std::shared_ptr<ReportFolder> reports,
               SupervisorPolicy policy, const base::Clock& clock);
    /// For a tool that runs one connector: remembers nothing.
    static std::shared_ptr<Supervisor> alone(std::string connector, SupervisorPolicy policy);

    /// For a version that is tried beside the one that serves: the same reports, no judgement.
    [[nodiscard]] std::shared_ptr<Supervisor> forTrial() const;

    /// The file that is used from now on. One of another content ends every pause.
    void uses(const std::string& sha256);
    /// Why no call of the connection may run now, for an administrator; empty = it may.
    [[nodiscard]] std::string refusal(const base::ConnectionId& connection) const;
    /// It is about to be opened with this configuration; a quarantine under another one is over.
    void opens(const base::ConnectionId& connection, std::string_view config);
    void closes(const base::ConnectionId& connection, std::string_view config);
    void succeeded(const base::ConnectionId& connection, const std::string& operation);
    /// The connector said that it failed inside.
    void failedInside(const base::ConnectionId& connection, const std::string& operation);

    /// Before this a process may not start.
    [[nodiscard]] base::SteadyPoint startableAt() const;
    void starts();
    /// It did not come up, by no fault that is counted: wait longer before the next try.
    void didNotStart();
    /// It died unplanned: judges, adds the consequence to the report, and keeps it.
    void died(DeathReport report);

    base::Status resume(const std::optional<base::ConnectionId>& only);
    [[nodiscard]] std::optional<Pause> pause() const;
    [[nodiscard]] std::vector<domain::QuarantinedConnection> quarantined() const;

  private:
    struct Blame {
        int deaths = 0;
        base::SteadyPoint last{};
    };
    struct Quarantine {
        domain::QuarantinedConnection what;
        std::size_t config = 0;
    };
    using Pair = std::pair<base::ConnectionId, std::string>;

    // REQUIRE mutex_.
    void backOff(base::SteadyPoint now);
    void quarantine(const base::ConnectionId& connection, const std::string& operation,
                    std::string reason);
    std::string judge(const DeathReport& report, base::SteadyPoint now);
    void forgive();

    const std::string connector_;
    const std::shared_ptr<ReportFolder> reports_;
    const SupervisorPolicy policy_;
    const base::Clock& clock_;

    mutable std::mutex mutex_;  ///< guards what follows
    std::string sha256_;
    std::optional<Pause> pause_;
    base::SteadyPoint startedAt_{}, startableAt_{};
    int deathsInARow_ = 0;
    std::deque<base::SteadyPoint> deaths_;
    std::map<Pair, Blame> blames_;
    std::map<base::ConnectionId, std::deque<base::SteadyPoint>> failures_;
    std::map<base::ConnectionId, std::size_t> configs_;
    std::map<base::ConnectionId, Quarantine> quarantined_;
};

}  // namespace tenantry::pluginhost
