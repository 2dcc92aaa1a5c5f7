/// The inside of JobEngine, shared by the two files that implement it: what dispatches
/// (job_engine.cpp) and what becomes of an item and its job (job_progress.cpp).
///
/// Threads: as each member says.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "kernel/base/limits.h"
#include "kernel/jobs/item_runner.h"
#include "kernel/jobs/job_engine.h"
#include "kernel/jobs/journal.h"
#include "kernel/jobs/running_job.h"

namespace tenantry::jobs {

/// An item that is claimed, on its way to a worker.
struct Claimed {
    Work work;
    std::uint64_t fence = 0;
};

struct JobEngine::Impl {
    Impl(EngineParts p, EngineOptions o)
        : parts(p),
          options(std::move(o)),
          journal(p.store, p.runner),
          items({p.runner, p.authority, journal, p.store, p.clock, options.itemDeadline,
                 options.operationPollMin, options.operationLife}),
          lanes(options.workers) {}

    base::Status load(const domain::Job& job, base::Deadline deadline);
    void addToLanes(RunningJob& running, const std::vector<std::uint32_t>& numbers);
    void unload(const domain::JobId& id);

    void dispatch(const std::stop_token& stop);
    void claim(std::vector<Work> works);
    void giveUpDead();
    void startScheduled();
    void expireApprovals();
    void recordExpiry(const domain::JobId& id);
    void adoptAbandoned();
    void sweep(const domain::JobId& id, const std::string& interrupted);
    void endedElsewhere(const std::vector<Work>& works);
    void work(const std::stop_token& stop);
    void runOne(const Claimed& claimed);
    void conclude(const Claimed& claimed, const domain::JobItem& item, const ItemEnd& verdict,
                  std::chrono::milliseconds took);
    void endItems(const domain::JobId& id, std::vector<std::uint32_t> numbers,
                  const std::string& code, const std::string& detail, domain::Outcome outcome);
    void advance(const domain::JobId& id);
    std::string reasonToPause(const RunningJob& running) const;
    void changeState(const domain::JobId& id, domain::JobChange change);
    /// REQUIRES: the lock. The dispatcher looks again.
    void nudge() {
        ++moves;
        moved.notify_one();
    }
    void tell(RunningJob& running, const base::OrganizationId& organization, bool now);

    EngineParts parts;
    EngineOptions options;
    Journal journal;
    ItemRunner items;

    std::mutex mutex;                   ///< guards what follows; never held over I/O
    std::condition_variable_any moved;  ///< tells the dispatcher; `moves` counts it
    std::condition_variable_any came;   ///< tells the workers of the queue
    std::uint64_t moves = 0;
    Lanes lanes;
    std::map<domain::JobId, std::shared_ptr<RunningJob>> running;
    std::map<domain::JobId, base::TimePoint> scheduled;
    std::map<domain::JobId, base::TimePoint> approvals;  ///< until when they may come
    std::deque<Claimed> queue;
    std::size_t busy = 0;
    /// Claimed and not concluded: not begun a second time, whatever happens to their job.
    std::set<std::pair<domain::JobId, std::uint32_t>> flying;

    std::vector<std::jthread> threads;
};

}  // namespace tenantry::jobs
