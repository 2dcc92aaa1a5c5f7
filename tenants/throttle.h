/// Counts what went wrong lately, by whom or from where, and says when it is too much.
///
/// Threads: any. Bounds: kKeysMax keys; when they are all in use the oldest window is begun anew.
#pragma once

#include <string>
#include <unordered_map>

#include "kernel/base/clock.h"
#include "kernel/base/guarded.h"
#include "kernel/base/result.h"

namespace tenantry::tenants {

class Throttle {
  public:
    static constexpr std::size_t kKeysMax = 50'000;

    Throttle(const base::Clock& clock, int most, std::chrono::milliseconds window)
        : clock_(clock), most_(most), window_(window) {}

    /// kTooMany, with when to come back, once `key` was counted `most` times in a window.
    base::Status check(const std::string& key) {
        const auto now = clock_.steadyNow();
        return counts_.with([&](Counts& counts) -> base::Status {
            const auto found = counts.find(key);
            if (found == counts.end() || now - found->second.begun >= window_ ||
                found->second.count < most_)
                return base::ok();
            auto error = base::tooMany("Too many failed attempts. Wait, and try again.");
            error.retryAfter = std::chrono::duration_cast<std::chrono::milliseconds>(
                found->second.begun + window_ - now);
            return error;
        });
    }
    void count(const std::string& key) {
        const auto now = clock_.steadyNow();
        counts_.with([&](Counts& counts) {
            if (counts.size() >= kKeysMax)
                std::erase_if(counts,
                              [&](const auto& one) { return now - one.second.begun >= window_; });
            if (counts.size() >= kKeysMax) counts.clear();
            auto& one = counts[key];
            if (one.count == 0 || now - one.begun >= window_) one = {now, 0};
            ++one.count;
        });
    }
    void forget(const std::string& key) {
        counts_.with([&](Counts& counts) { counts.erase(key); });
    }

  private:
    struct Count {
        base::SteadyPoint begun{};
        int count = 0;
    };
    using Counts = std::unordered_map<std::string, Count>;
    const base::Clock& clock_;
    const int most_;
    const std::chrono::milliseconds window_;
    base::Guarded<Counts> counts_;
};

}  // namespace tenantry::tenants
