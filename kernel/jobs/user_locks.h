/// One action at a time on one user.
///
/// Not std::timed_mutex: g++ 12's thread sanitizer does not see its timed locks.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "kernel/base/deadline.h"
#include "kernel/base/ids.h"

namespace tenantry::jobs {

/// Threads: any. Outlives its holds.
class UserLocks {
  public:
    /// Given back when it dies; empty when the user did not come free before the deadline.
    using Hold = std::shared_ptr<void>;
    Hold take(const base::UserId& user, base::Deadline deadline) {
        std::unique_lock lock(mutex_);
        const bool free =
            freed_.wait_until(lock, deadline.point(), [&] { return busy_.count(user) == 0; });
        if (!free) return nullptr;
        busy_.insert(user);
        lock.unlock();
        return Hold(this, [user](UserLocks* self) { self->give(user); });
    }

  private:
    void give(const base::UserId& user) {
        const std::lock_guard lock(mutex_);
        busy_.erase(user);
        freed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable freed_;
    std::set<base::UserId> busy_;
};

}  // namespace tenantry::jobs
