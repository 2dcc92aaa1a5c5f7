/// The real time, and as much later as a test says: for servers that run.
///
/// Threads: any.
#pragma once

#include <atomic>
#include <chrono>

#include "kernel/base/clock.h"

namespace tenantry::testing {

class ShiftedClock final : public base::Clock {
  public:
    [[nodiscard]] base::TimePoint now() const override {
        return real_.now() + std::chrono::milliseconds{shift_};
    }
    [[nodiscard]] base::SteadyPoint steadyNow() const override {
        return real_.steadyNow() + std::chrono::milliseconds{shift_};
    }
    void advance(std::chrono::milliseconds span) { shift_ += span.count(); }

  private:
    base::SystemClock real_;
    std::atomic<std::int64_t> shift_{0};
};

}  // namespace tenantry::testing
