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
    explicit Slots(int places) : places_(places) {}

    /// From now on there are this many; who has one keeps it.
    void resize(int places) {
        const std::lock_guard lock(mutex_);
        if (places > places_) freed_.notify_all();
        places_ = places;
    }

    /// A place, given back when it dies; empty when none came free before the deadline.
    using Place = std::shared_ptr<void>;
    Place take(base::Deadline deadline) {
        std::unique_lock lock(mutex_);
        if (!freed_.wait_until(lock, deadline.point(), [&] { return taken_ < places_; }))
            return nullptr;
        ++taken_;
        lock.unlock();
        return Place(this, [self = shared_from_this()](void*) { self->give(); });
    }

  private:
    void give() {
        const std::lock_guard lock(mutex_);
        --taken_;
        freed_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable freed_;
    int places_;
    int taken_ = 0;
};

}  // namespace tenantry::pluginhost
