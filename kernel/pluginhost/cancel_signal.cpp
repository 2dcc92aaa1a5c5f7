#include "kernel/pluginhost/cancel_signal.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

namespace tenantry::pluginhost {

CancelSignal::~CancelSignal() {
    if (fd_ >= 0) ::close(fd_);
}

void CancelSignal::cancel() {
    cancelled_.store(true, std::memory_order_release);
    const std::lock_guard lock(mutex_);
    if (fd_ >= 0) arm(Point{});
}

int CancelSignal::fd() {
    const std::lock_guard lock(mutex_);
    if (fd_ < 0) {
        fd_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
        if (fd_ >= 0) arm(cancelled_.load(std::memory_order_acquire) ? Point{} : deadline_);
    }
    return fd_;
}

void CancelSignal::arm(Point when) const {
    // steady_clock is CLOCK_MONOTONIC here; 0 would disarm the timer.
    const auto ns = std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count());
    itimerspec spec{};
    spec.it_value.tv_sec = ns / 1'000'000'000;
    spec.it_value.tv_nsec = ns % 1'000'000'000;
    ::timerfd_settime(fd_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

}  // namespace tenantry::pluginhost
