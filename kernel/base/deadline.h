/// A moment after which nobody waits any longer. Passed down, instead of a timeout for each call.
#pragma once

#include <algorithm>
#include <chrono>

#include "kernel/base/clock.h"

namespace tenantry::base {

class Deadline {
  public:
    /// `span` from now on, by the real steady clock.
    static Deadline after(std::chrono::milliseconds span) {
        return Deadline{std::chrono::steady_clock::now() + span};
    }
    static Deadline at(SteadyPoint point) { return Deadline{point}; }

    [[nodiscard]] bool passed() const { return std::chrono::steady_clock::now() >= at_; }
    /// Never negative.
    [[nodiscard]] std::chrono::milliseconds left() const {
        const auto span =
            std::chrono::ceil<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
        return std::max(span, std::chrono::milliseconds{0});
    }
    [[nodiscard]] SteadyPoint point() const { return at_; }
    /// The earlier of this and `span` from now.
    [[nodiscard]] Deadline orAfter(std::chrono::milliseconds span) const {
        return Deadline{std::min(at_, after(span).at_)};
    }

  private:
    explicit Deadline(SteadyPoint at) : at_(at) {}
    SteadyPoint at_;
};

}  // namespace tenantry::base
