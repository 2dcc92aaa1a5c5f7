/// A clock that moves only when told.
///
/// Threads: any.
#pragma once

#include <chrono>
#include <mutex>

#include "kernel/base/clock.h"

namespace tenantry::testing {

class FakeClock final : public base::Clock {
  public:
    FakeClock() = default;
    explicit FakeClock(base::TimePoint start) : now_(start) {}

    [[nodiscard]] base::TimePoint now() const override {
        std::lock_guard lock(mutex_);
        return now_;
    }
    [[nodiscard]] base::SteadyPoint steadyNow() const override {
        std::lock_guard lock(mutex_);
        return steady_;
    }
    /// Both times move on.
    void advance(std::chrono::milliseconds span) {
        std::lock_guard lock(mutex_);
        now_ += span;
        steady_ += span;
    }
    /// The wall time alone jumps, as when an administrator sets it.
    void set(base::TimePoint now) {
        std::lock_guard lock(mutex_);
        now_ = now;
    }

  private:
    mutable std::mutex mutex_;
    /// 2026-11-22T00:00:00Z
    base::TimePoint now_ = base::fromMillis(1'795'305'600'000);
    base::SteadyPoint steady_ = base::SteadyPoint{} + std::chrono::hours{1};
};

}  // namespace tenantry::testing
