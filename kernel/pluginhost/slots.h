/// A number of places; who finds none waits for one.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "kernel/base/deadline.h"

namespace tenantry::pluginhost {

/// Threads: any. Shared by those who hold a place.
class Slots : public std::enable_shared_from_this<Slots> {
  public:
    explicit Slots(int places) : free_(places) {}

    /// A place, given back when it dies; empty when none came free before the deadline.
    using Place = std::shared_ptr<void>;
    Place take(base::Deadline deadline) {
        std::unique_lock lock(mutex_);
        if (!freed_.wait_until(lock, deadline.point(), [&] { return free_ > 0; })) return nullptr;
        --free_;
        lock.unlock();
        return Place(this, [self = shared_from_this()](void*) { self->give(); });
    }

  private:
    void give() {
        const std::lock_guard lock(mutex_);
        ++free_;
        freed_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable freed_;
    int free_;
};

}  // namespace tenantry::pluginhost
