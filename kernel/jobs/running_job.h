/// A job as the engine holds it while it runs: its open items, what waits for what, and how many
/// ended how.
///
/// Threads: one at a time (the engine's lock).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/domain/job.h"

namespace tenantry::jobs {

class RunningJob {
  public:
    explicit RunningJob(domain::Job of) : job(std::move(of)) {}

    domain::Job job;
    base::SteadyPoint toldAt{};  ///< when pages last heard of it

    /// An item from the store, ended or not. By number, from 1.
    void load(domain::JobItem item);
    /// After the last load(): counts failures from here on.
    void begin();
    [[nodiscard]] std::uint64_t endedSinceBegun() const;
    [[nodiscard]] std::uint64_t badSinceBegun() const;

    /// What may be put into the lanes now: of the job's stage, with what they need behind them.
    /// Each is given once. Looks at all of them: for the beginning and a new stage.
    std::vector<std::uint32_t> runnable();
    /// An item of runnable() that was not run, and may be again.
    void putBack(std::uint32_t number);

    [[nodiscard]] domain::JobItem* find(std::uint32_t number);
    struct Next {
        std::vector<std::uint32_t> ready;  ///< may run now
        std::vector<std::uint32_t> lost;   ///< can never run: what they need ended badly
    };
    Next ended(std::uint32_t number, domain::Outcome outcome);

    /// Of the open items, each once.
    [[nodiscard]] std::set<base::ConnectionId> connections() const;
    [[nodiscard]] const domain::JobSums& sums() const { return sums_; }
    [[nodiscard]] bool allEnded() const { return open_.empty(); }
    /// Whether everything of the current stage has ended.
    [[nodiscard]] bool stageEnded() const;

  private:
    [[nodiscard]] bool mayRun(const domain::JobItem& item) const;

    std::map<std::uint32_t, domain::JobItem> open_;
    std::unordered_map<std::uint32_t, domain::Outcome> outcomes_;  ///< of items that others need
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> needing_;
    std::unordered_map<std::uint32_t, bool> handedOut_;
    std::map<std::uint32_t, std::uint64_t> openByStage_;
    domain::JobSums sums_;
    std::uint64_t endedBefore_ = 0, badBefore_ = 0;
};

/// An outcome on which a later step may build.
inline bool isGood(domain::Outcome outcome) {
    return outcome == domain::Outcome::kDone || outcome == domain::Outcome::kAlreadySo;
}

}  // namespace tenantry::jobs
