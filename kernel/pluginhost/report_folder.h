/// The reports of deaths and the pauses of connectors, kept over a restart of the kernel: one small
/// JSON file each, in a folder for each connector.
///
/// Bounds: kReportsMax reports a connector; the oldest goes first. Threads: any; files are written
/// by whoever saves, without a lock. Without a folder it remembers until it dies.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/ports/connector_supervision.h"
#include "kernel/pluginhost/death.h"

namespace tenantry::pluginhost {

/// Why a connector is paused, and of which file.
struct Pause {
    std::string sha256;
    std::string reason;
    base::TimePoint since;
};

class ReportFolder {
  public:
    static constexpr std::size_t kReportsMax = 20;

    /// `path` is made when missing; empty = in memory only. What cannot be read in it is left.
    explicit ReportFolder(std::string path);

    /// Never fails: what cannot be written is logged, and known until the end of this process.
    void save(const DeathReport& report);
    [[nodiscard]] std::vector<domain::ConnectorReport> of(const std::string& connector) const;
    [[nodiscard]] std::size_t count(const std::string& connector) const;

    [[nodiscard]] std::optional<Pause> pause(const std::string& connector) const;
    /// Nothing: the pause is over.
    void setPause(const std::string& connector, const std::optional<Pause>& pause);

  private:
    struct Kept {
        std::deque<domain::ConnectorReport> reports;  ///< the oldest first
        std::optional<Pause> pause;
    };
    void load();
    void loadConnector(const std::string& folder);
    [[nodiscard]] std::string folderOf(const std::string& connector) const;

    const std::string path_;
    mutable std::mutex mutex_;  ///< guards what follows
    std::map<std::string, Kept> kept_;
    std::uint64_t lastNumber_ = 0;
};

}  // namespace tenantry::pluginhost
