/// One limiter for each connection and bucket, whoever asks: every opening of the connection, every
/// worker.
///
/// Ownership: the plugin host owns the registry; openings share what it hands out. Threads: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/descriptor.h"
#include "kernel/pluginhost/cancel_signal.h"

namespace tenantry::pluginhost {

/// The buckets of one connection.
class ConnectionLimits {
  public:
    enum class Turn : std::uint8_t {
        kGranted = 1,
        kTooLate,       ///< not before the deadline
        kNoSuchBucket,  ///< not declared, or the cost is beyond its burst
        kCancelled,
        kPaused,  ///< the backend asked for a pause that is longer than the call has
    };
    struct Answer {
        Turn turn = Turn::kGranted;
        std::chrono::milliseconds pausedFor{-1};  ///< for kPaused
    };
    /// What a backend may make us wait, whatever it says.
    static constexpr auto kPauseMax = std::chrono::hours(1);

    explicit ConnectionLimits(const std::vector<domain::RateLimit>& limits);

    /// Waits for `cost` turns; without a name, only for the end of a pause. Ends at once at a
    /// cancel, and soon after abandoned() holds.
    Answer take(std::string_view bucket, std::uint32_t cost, CancelSignal& signal,
                const std::function<bool()>& abandoned);
    /// Nobody gets a turn before `span` is over. An empty name: of no bucket of the connection.
    void pause(std::string_view bucket, std::chrono::milliseconds span);
    /// How long the pause still lasts; 0 when there is none. An empty name: the longest.
    [[nodiscard]] std::chrono::milliseconds pausedFor(std::string_view bucket) const;
    /// Nothing of it would be missed: every bucket is full and none is paused.
    [[nodiscard]] bool idle() const;

  private:
    struct Bucket {
        double rate = 1;
        double burst = 1;
        double tokens = 1;
        base::SteadyPoint filledAt{};
        base::SteadyPoint pausedUntil{};
        void refill(base::SteadyPoint now);
    };
    void giveBack(std::string_view bucket, std::uint32_t cost);

    mutable std::mutex mutex_;
    std::map<std::string, Bucket, std::less<>> buckets_;
    base::SteadyPoint allPausedUntil_{};  ///< also where no bucket is declared
};

class LimitRegistry {
  public:
    /// The connection's limits, made at the first opening.
    std::shared_ptr<ConnectionLimits> of(const std::string& connection,
                                         const std::vector<domain::RateLimit>& limits);

  private:
    /// Beyond so many, those that nobody holds and that are idle are forgotten.
    static constexpr std::size_t kKept = 1000;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<ConnectionLimits>> all_;
};

}  // namespace tenantry::pluginhost
