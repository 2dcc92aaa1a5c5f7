/// Writes what becomes of items, many in one transaction: who comes while one is being written is
/// written with the next. What the actions left (users as read back, entries of the trail) is
/// written before the ends of their items.
///
/// Ownership: JobEngine. Threads: write() from any; one thread of its own ("job-journal"), joined
/// in the destructor after what was handed in is written. Errors: the store's; kUnavailable once it
/// stops.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/jobs/action_runner.h"

namespace tenantry::jobs {

class Journal {
  public:
    Journal(domain::JobStore& store, ActionRunner& runner);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Returns when it is committed. False: the item is no longer ours, and nothing was written of
    /// it; `left` was, as it is true all the same.
    base::Result<bool> write(domain::ItemChange change,
                             const domain::OutcomeRecord* left = nullptr);

  private:
    struct Entry {
        domain::ItemChange change;
        const domain::OutcomeRecord* left = nullptr;
        std::condition_variable answered{};
        std::optional<base::Result<bool>> answer = std::nullopt;
    };
    void run(const std::stop_token& stop);
    void commit(const std::vector<Entry*>& batch);
    base::Result<std::vector<bool>> store(const std::vector<Entry*>& batch);

    domain::JobStore& store_;
    ActionRunner& runner_;
    std::mutex mutex_;  ///< guards what follows; never held over I/O
    std::condition_variable_any came_;
    std::vector<Entry*> queue_;  ///< of the callers that wait
    bool stopped_ = false;
    std::jthread thread_;
};

}  // namespace tenantry::jobs
