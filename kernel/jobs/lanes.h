/// What runs next: one lane a connection, fair to organizations and to jobs, within each
/// directory's rate. Pure scheduling: no thread, no clock, no I/O.
///
/// A lane has a budget (the descriptor's rate), a number of calls at once, a pause that its
/// directory asked for, and a breaker that opens after failures in a row and lets single probes
/// through until one succeeds. Lanes take turns, and within a lane jobs take turns. Lanes whose
/// directory has not lately answered quickly share half of the workers at most, so that slow
/// directories delay only each other.
///
/// Threads: one at a time. Bounds: what is added.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/job.h"

namespace tenantry::jobs {

struct Work {
    domain::JobId job;
    std::uint32_t number = 0;
    base::ConnectionId connection;
    base::SteadyPoint notBefore{};
};

/// How a lane's directory may be used.
struct LaneLimits {
    double callsPerSecond = 0;  ///< 0: unlimited
    double burst = 1;
    int atOnce = 1;
};
/// What one item costs: read, perform, read back.
inline constexpr double kCallsPerItem = 3;

/// How the directory behaved.
enum class Manner : std::uint8_t {
    kAnswered = 1,  ///< whatever it said
    kBusy,          ///< it asked for a pause
    kAway,          ///< it could not be reached, or did not answer
    kNotAsked,      ///< the item ended without it
};

class Lanes {
  public:
    explicit Lanes(std::size_t workers) : workers_(workers) {}

    /// Needed before the first add() of a connection; may be called again.
    void setLimits(const base::ConnectionId& connection, const LaneLimits& limits);
    [[nodiscard]] bool knows(const base::ConnectionId& connection) const;
    void add(Work work, base::SteadyPoint now);
    /// What waits of a job is forgotten.
    void removeJob(const domain::JobId& job);

    /// Up to `max` items that may run now. Each must be given back with done().
    std::vector<Work> take(base::SteadyPoint now, std::size_t max);
    /// `pause`: how long the directory asked to be left alone; negative: it did not say. `calls`:
    /// how many of those that were taken for it were made; the others are given back.
    void done(const base::ConnectionId& connection, Manner manner, std::chrono::milliseconds took,
              std::chrono::milliseconds pause, base::SteadyPoint now, double calls = kCallsPerItem);
    /// Calls that no item made. The budget may go below nothing, and is made up for first: by no
    /// more than ten seconds of its rate. A connection that is not known has no budget.
    void charge(const base::ConnectionId& connection, double calls, base::SteadyPoint now);
    /// When take() could give more; nothing while only done() or add() can change that.
    [[nodiscard]] std::optional<base::SteadyPoint> nextAt() const;

    /// Closes the breaker for one more try: the next failure opens it again.
    void forgive(const base::ConnectionId& connection, base::SteadyPoint now);
    /// Connections whose breaker has been open for so long without a success.
    [[nodiscard]] std::vector<base::ConnectionId> openLongerThan(std::chrono::milliseconds span,
                                                                 base::SteadyPoint now) const;
    /// What waits of one connection, forgotten: its directory is given up.
    std::vector<Work> giveUp(const base::ConnectionId& connection);
    [[nodiscard]] std::size_t waiting() const { return waiting_; }
    [[nodiscard]] std::size_t inFlight() const { return inFlight_; }

  private:
    struct Queue {
        domain::JobId job;
        std::deque<Work> works;
    };
    struct Lane {
        LaneLimits limits;
        std::list<Queue> queues;  ///< the first is the next
        int inFlight = 0;
        double tokens = 0;
        base::SteadyPoint filledAt{};
        base::SteadyPoint pausedUntil{};
        int failures = 0;  ///< in a row
        std::optional<base::SteadyPoint> openSince;
        std::chrono::milliseconds openFor{0};
        bool trusted = false;  ///< answered, and quickly, the last time
        /// Its place among the ready lanes, when it stands there.
        std::optional<std::pair<base::SteadyPoint, std::uint64_t>> place;
    };
    using Place = std::pair<base::SteadyPoint, std::uint64_t>;

    void enqueue(Work work, base::SteadyPoint now);
    void wake(base::SteadyPoint now);
    void settlePlace(const base::ConnectionId& id, Lane& lane, base::SteadyPoint now);
    static base::SteadyPoint readyAt(Lane& lane, base::SteadyPoint now);
    static Work pop(Lane& lane);

    const std::size_t workers_;
    std::map<base::ConnectionId, Lane> lanes_;
    std::map<Place, base::ConnectionId> ready_;  ///< lanes with work and room, by when
    std::multimap<base::SteadyPoint, Work> later_;
    std::uint64_t turn_ = 0;
    std::size_t waiting_ = 0, inFlight_ = 0, untrustedInFlight_ = 0;
    std::map<base::ConnectionId, int> untrusted_;  ///< in flight that were taken without trust
};

}  // namespace tenantry::jobs
