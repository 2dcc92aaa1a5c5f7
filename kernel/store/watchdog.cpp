#include "kernel/store/watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace tenantry::store {

Watchdog::Watchdog() : thread_([this](const std::stop_token& stopping) { watch(stopping); }) {}

Watchdog::~Watchdog() = default;

void Watchdog::watch(const std::stop_token& stopping) {
    std::unique_lock lock(mutex_);
    while (!stopping.stop_requested()) {
        wake_ = base::SteadyPoint::max();
        const auto now = std::chrono::steady_clock::now();
        for (auto it = watched_.begin(); it != watched_.end();) {
            if (it->second.until > now) {
                wake_ = std::min(wake_, it->second.until);
                ++it;
                continue;
            }
            // Does not block; the descriptor is open, since its guard still stands here.
            ::shutdown(it->second.descriptor, SHUT_RDWR);
            it = watched_.erase(it);
        }
        const auto asleepUntil = wake_;
        const auto earlier = [&] { return wake_ != asleepUntil; };
        if (asleepUntil == base::SteadyPoint::max())
            changed_.wait(lock, stopping, earlier);
        else
            changed_.wait_until(lock, stopping, asleepUntil, earlier);
    }
}

Watchdog::Guard::Guard(Watchdog* watchdog, int descriptor, base::Deadline deadline)
    : watchdog_(descriptor < 0 ? nullptr : watchdog) {
    if (watchdog_ == nullptr) return;
    const std::lock_guard lock(watchdog_->mutex_);
    ticket_ = ++watchdog_->tickets_;
    watchdog_->watched_[ticket_] = {descriptor, deadline.point()};
    // Most deadlines are later than the next look: those wake nobody.
    if (deadline.point() >= watchdog_->wake_) return;
    watchdog_->wake_ = deadline.point();
    watchdog_->changed_.notify_one();
}

Watchdog::Guard::~Guard() {
    if (watchdog_ == nullptr) return;
    const std::lock_guard lock(watchdog_->mutex_);
    watchdog_->watched_.erase(ticket_);
}

}  // namespace tenantry::store
