/// Writes what becomes of items, many in one transaction: who comes while one is being written is
/// written with the next.
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

namespace tenantry::jobs {

class Journal {
  public:
    explicit Journal(domain::JobStore& store);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Returns when it is committed. False: the item is no longer ours, and nothing was written.
    base::Result<bool> write(domain::ItemChange change);

  private:
    struct Entry {
        domain::ItemChange change;
        std::optional<base::Result<bool>> answer;
    };
    void run(const std::stop_token& stop);
    void commit(const std::vector<std::shared_ptr<Entry>>& batch);

    domain::JobStore& store_;
    std::mutex mutex_;  ///< guards what follows; never held over I/O
    std::condition_variable_any came_;
    std::condition_variable answered_;
    std::vector<std::shared_ptr<Entry>> queue_;
    bool stopped_ = false;
    std::jthread thread_;
};

}  // namespace tenantry::jobs
