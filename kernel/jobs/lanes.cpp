#include "kernel/jobs/lanes.h"

#include <algorithm>
#include <cmath>

#include "kernel/base/limits.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::SteadyPoint;
using std::chrono::milliseconds;

namespace {

/// What is borrowed from a budget stops the lane for so long at most.
constexpr auto kBudgetDebt = std::chrono::seconds{10};

/// The budget never holds less than one item, or it could never run.
double capacity(const LaneLimits& limits) {
    return std::max(limits.burst, kCallsPerItem);
}

}  // namespace

void Lanes::setLimits(const base::ConnectionId& connection, const LaneLimits& next) {
    auto [at, isNew] = lanes_.try_emplace(connection);
    Lane& lane = at->second;
    lane.limits = next;
    lane.limits.atOnce = std::max(1, next.atOnce);
    lane.tokens = isNew ? capacity(next) : std::min(lane.tokens, capacity(next));
}

bool Lanes::knows(const base::ConnectionId& connection) const {
    return lanes_.count(connection) != 0;
}

void Lanes::add(Work work, SteadyPoint now) {
    ++waiting_;
    if (work.notBefore > now) {
        const auto at = work.notBefore;
        later_.emplace(at, std::move(work));
    } else {
        enqueue(std::move(work), now);
    }
}

void Lanes::enqueue(Work work, SteadyPoint now) {
    const auto connection = work.connection;
    Lane& lane = lanes_[connection];
    auto queue = std::find_if(lane.queues.begin(), lane.queues.end(),
                              [&](const Queue& one) { return one.job == work.job; });
    if (queue == lane.queues.end())
        queue = lane.queues.insert(lane.queues.end(), Queue{work.job, {}});
    queue->works.push_back(std::move(work));
    settlePlace(connection, lane, now);
}

void Lanes::wake(SteadyPoint now) {
    while (!later_.empty() && later_.begin()->first <= now) {
        auto work = std::move(later_.begin()->second);
        later_.erase(later_.begin());
        enqueue(std::move(work), now);
    }
}

/// When the lane's next item may run, as far as time decides.
SteadyPoint Lanes::readyAt(Lane& lane, SteadyPoint now) {
    SteadyPoint at = std::max(now, lane.pausedUntil);
    if (lane.limits.callsPerSecond <= 0) return at;
    if (lane.filledAt == SteadyPoint{}) lane.filledAt = now;
    const std::chrono::duration<double> since = now - lane.filledAt;
    if (since.count() > 0) {
        lane.tokens = std::min(capacity(lane.limits),
                               lane.tokens + since.count() * lane.limits.callsPerSecond);
        lane.filledAt = now;
    }
    const double missing = kCallsPerItem - lane.tokens;
    if (missing > 1e-9)
        at = std::max(at, now + std::chrono::ceil<milliseconds>(std::chrono::duration<double>(
                                    missing / lane.limits.callsPerSecond)));
    return at;
}

/// Puts the lane at the end of those that are ready at the same time, or takes it out.
void Lanes::settlePlace(const base::ConnectionId& id, Lane& lane, SteadyPoint now) {
    // While the breaker is open, one at a time tries whether the directory is back.
    const int room = lane.openSince ? 1 : lane.limits.atOnce;
    const bool can = !lane.queues.empty() && lane.inFlight < room;
    if (lane.place) {
        if (can) return;
        ready_.erase(*lane.place);
        lane.place.reset();
        return;
    }
    if (!can) return;
    lane.place = Place{readyAt(lane, now), ++turn_};
    ready_.emplace(*lane.place, id);
}

Work Lanes::pop(Lane& lane) {
    Work work = std::move(lane.queues.front().works.front());
    lane.queues.front().works.pop_front();
    // The next turn is another job's.
    if (lane.queues.front().works.empty())
        lane.queues.pop_front();
    else
        lane.queues.splice(lane.queues.end(), lane.queues, lane.queues.begin());
    return work;
}

std::vector<Work> Lanes::take(SteadyPoint now, std::size_t max) {
    wake(now);
    std::vector<Work> out;
    const std::size_t untrustedRoom = std::max<std::size_t>(1, workers_ / 2);
    for (auto at = ready_.begin(); at != ready_.end() && out.size() < max;) {
        if (at->first.first > now) break;
        const auto id = at->second;
        Lane& lane = lanes_.at(id);
        if (!lane.trusted && untrustedInFlight_ >= untrustedRoom) {
            ++at;
            continue;
        }
        at = ready_.erase(at);
        lane.place.reset();
        out.push_back(pop(lane));
        --waiting_;
        ++inFlight_;
        ++lane.inFlight;
        if (!lane.trusted) {
            ++untrustedInFlight_;
            ++untrusted_[id];
        }
        if (lane.limits.callsPerSecond > 0) lane.tokens -= kCallsPerItem;
        settlePlace(id, lane, now);
        // Nothing else that is ready stands behind it: its turn again.
        if (lane.place && lane.place->first <= now &&
            (at == ready_.end() || *lane.place < at->first))
            at = ready_.find(*lane.place);
    }
    return out;
}

void Lanes::done(const base::ConnectionId& connection, Manner manner, milliseconds took,
                 milliseconds pause, SteadyPoint now, double calls) {
    Lane& lane = lanes_.at(connection);
    --inFlight_;
    --lane.inFlight;
    if (const auto found = untrusted_.find(connection); found != untrusted_.end()) {
        --untrustedInFlight_;
        if (--found->second == 0) untrusted_.erase(found);
    }
    switch (manner) {
        case Manner::kAnswered:
            lane.failures = 0;
            lane.openSince.reset();
            lane.openFor = milliseconds{0};
            lane.trusted = took < limits::kSlowCall;
            break;
        case Manner::kBusy:
            lane.pausedUntil =
                std::max(lane.pausedUntil,
                         now + (pause.count() >= 0 ? pause : milliseconds{limits::kJobRetryMin}));
            break;
        case Manner::kAway:
            lane.trusted = false;
            if (++lane.failures >= limits::kBreakerFailures || lane.openSince) {
                if (!lane.openSince) lane.openSince = now;
                lane.openFor = lane.openFor.count() == 0
                                   ? milliseconds{limits::kBreakerMin}
                                   : std::min<milliseconds>(2 * lane.openFor, limits::kBreakerMax);
                lane.pausedUntil = std::max(lane.pausedUntil, now + std::max(lane.openFor, pause));
            }
            break;
        case Manner::kNotAsked:
            calls = 0;
            break;
    }
    if (lane.limits.callsPerSecond > 0)
        lane.tokens = std::min(capacity(lane.limits), lane.tokens + kCallsPerItem - calls);
    // Its place was worked out before this was known.
    if (lane.place) {
        ready_.erase(*lane.place);
        lane.place.reset();
    }
    settlePlace(connection, lane, now);
}

void Lanes::charge(const base::ConnectionId& connection, double calls, SteadyPoint now) {
    const auto found = lanes_.find(connection);
    if (found == lanes_.end() || found->second.limits.callsPerSecond <= 0) return;
    Lane& lane = found->second;
    readyAt(lane, now);  // fills it up to now
    const std::chrono::duration<double> debt = kBudgetDebt;
    lane.tokens = std::max(lane.tokens - calls, -debt.count() * lane.limits.callsPerSecond);
    if (lane.place) {
        ready_.erase(*lane.place);
        lane.place.reset();
    }
    settlePlace(connection, lane, now);
}

std::optional<SteadyPoint> Lanes::nextAt() const {
    std::optional<SteadyPoint> at;
    for (const auto& [place, id] : ready_) {
        const auto& lane = lanes_.at(id);
        if (!lane.trusted && untrustedInFlight_ >= std::max<std::size_t>(1, workers_ / 2)) continue;
        at = place.first;
        break;
    }
    if (!later_.empty() && (!at || later_.begin()->first < *at)) at = later_.begin()->first;
    return at;
}

void Lanes::removeJob(const domain::JobId& job) {
    for (auto& [id, lane] : lanes_) {
        const auto queue = std::find_if(lane.queues.begin(), lane.queues.end(),
                                        [&](const Queue& one) { return one.job == job; });
        if (queue == lane.queues.end()) continue;
        waiting_ -= queue->works.size();
        lane.queues.erase(queue);
        if (lane.queues.empty() && lane.place) {
            ready_.erase(*lane.place);
            lane.place.reset();
        }
    }
    for (auto at = later_.begin(); at != later_.end();) {
        if (at->second.job == job) {
            at = later_.erase(at);
            --waiting_;
        } else {
            ++at;
        }
    }
}

void Lanes::forgive(const base::ConnectionId& connection, SteadyPoint now) {
    const auto found = lanes_.find(connection);
    if (found == lanes_.end() || !found->second.openSince) return;
    Lane& lane = found->second;
    lane.openSince.reset();
    lane.openFor = milliseconds{0};
    lane.failures = limits::kBreakerFailures - 1;
    lane.pausedUntil = now;
    if (lane.place) {
        ready_.erase(*lane.place);
        lane.place.reset();
    }
    settlePlace(connection, lane, now);
}

std::vector<base::ConnectionId> Lanes::openLongerThan(milliseconds span, SteadyPoint now) const {
    std::vector<base::ConnectionId> out;
    for (const auto& [id, lane] : lanes_)
        if (lane.openSince && now - *lane.openSince >= span) out.push_back(id);
    return out;
}

std::vector<Work> Lanes::giveUp(const base::ConnectionId& connection) {
    std::vector<Work> out;
    const auto found = lanes_.find(connection);
    if (found == lanes_.end()) return out;
    Lane& lane = found->second;
    for (auto& queue : lane.queues)
        for (auto& work : queue.works) out.push_back(std::move(work));
    lane.queues.clear();
    if (lane.place) {
        ready_.erase(*lane.place);
        lane.place.reset();
    }
    for (auto at = later_.begin(); at != later_.end();) {
        if (at->second.connection == connection) {
            out.push_back(std::move(at->second));
            at = later_.erase(at);
        } else {
            ++at;
        }
    }
    waiting_ -= out.size();
    return out;
}

}  // namespace tenantry::jobs
