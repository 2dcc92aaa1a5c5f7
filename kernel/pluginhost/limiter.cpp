#include "kernel/pluginhost/limiter.h"

#include <poll.h>

#include <algorithm>

namespace tenantry::pluginhost {

namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

/// How often a wait looks whether anybody still waits for it.
constexpr milliseconds kLookEvery{250};
/// No bucket is called so: what names none waits for a pause of the whole connection only.
constexpr std::string_view kNoBucket = "\n";

/// Waits until `turn`; false when the call ended before.
bool waitUntil(base::SteadyPoint turn, CancelSignal& signal,
               const std::function<bool()>& abandoned) {
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(turn - SteadyClock::now());
        if (left.count() <= 0) return true;
        if (signal.cancelled() || abandoned()) return false;
        // A negative descriptor is passed over.
        pollfd cancel{signal.fd(), POLLIN, 0};
        ::poll(&cancel, 1, static_cast<int>(std::min(left, kLookEvery).count()));
    }
}

}  // namespace

ConnectionLimits::ConnectionLimits(const std::vector<domain::RateLimit>& limits) {
    for (const auto& limit : limits) {
        Bucket bucket;
        bucket.rate = limit.rate;
        bucket.burst = bucket.tokens = limit.burst;
        bucket.filledAt = SteadyClock::now();
        buckets_[limit.bucket] = bucket;
    }
}

void ConnectionLimits::Bucket::refill(base::SteadyPoint now) {
    const std::chrono::duration<double> since = now - filledAt;
    if (since.count() <= 0) return;
    tokens = std::min(burst, tokens + rate * since.count());
    filledAt = now;
}

ConnectionLimits::Answer ConnectionLimits::take(std::string_view name, std::uint32_t cost,
                                                CancelSignal& signal,
                                                const std::function<bool()>& abandoned) {
    auto turn = SteadyClock::now();
    if (!name.empty()) {
        const std::lock_guard lock(mutex_);
        const auto found = buckets_.find(name);
        if (found == buckets_.end() || cost > found->second.burst) return {Turn::kNoSuchBucket};
        Bucket& bucket = found->second;
        bucket.refill(turn);
        const double missing = cost - bucket.tokens;
        if (missing > 0)
            turn += std::chrono::duration_cast<base::SteadyPoint::duration>(
                std::chrono::duration<double>(missing / bucket.rate));
        if (turn >= signal.deadline()) return {Turn::kTooLate};
        // Taken in advance, so that who asks later waits for longer.
        bucket.tokens -= cost;
    }
    for (;;) {
        // Also a pause that begins while we wait.
        const auto paused = pausedFor(name.empty() ? kNoBucket : name);
        const auto until = std::max(turn, SteadyClock::now() + paused);
        if (paused.count() > 0 && until >= signal.deadline() && !signal.cancelled()) {
            giveBack(name, cost);
            return {Turn::kPaused, paused};
        }
        if (!waitUntil(until, signal, abandoned)) {
            giveBack(name, cost);
            return {signal.leftMs() <= 0 ? Turn::kTooLate : Turn::kCancelled};
        }
        if (pausedFor(name.empty() ? kNoBucket : name).count() == 0) return {Turn::kGranted};
    }
}

void ConnectionLimits::giveBack(std::string_view name, std::uint32_t cost) {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(name);
    if (found != buckets_.end()) found->second.tokens += cost;
}

void ConnectionLimits::pause(std::string_view name, milliseconds span) {
    const auto until = SteadyClock::now() + std::min<milliseconds>(span, kPauseMax);
    const std::lock_guard lock(mutex_);
    if (name.empty()) {
        allPausedUntil_ = std::max(allPausedUntil_, until);
    } else if (const auto found = buckets_.find(name); found != buckets_.end()) {
        found->second.pausedUntil = std::max(found->second.pausedUntil, until);
    }
}

milliseconds ConnectionLimits::pausedFor(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    auto until = allPausedUntil_;
    for (const auto& [bucket, one] : buckets_)
        if (name.empty() || bucket == name) until = std::max(until, one.pausedUntil);
    return std::max(std::chrono::ceil<milliseconds>(until - SteadyClock::now()), milliseconds{0});
}

bool ConnectionLimits::idle() const {
    if (pausedFor("").count() > 0) return false;
    const auto now = SteadyClock::now();
    const std::lock_guard lock(mutex_);
    return std::all_of(buckets_.begin(), buckets_.end(), [&](auto one) {
        one.second.refill(now);
        return one.second.tokens >= one.second.burst;
    });
}

std::shared_ptr<ConnectionLimits> LimitRegistry::of(const std::string& connection,
                                                    const std::vector<domain::RateLimit>& limits) {
    const std::lock_guard lock(mutex_);
    if (all_.size() > kKept)
        std::erase_if(all_, [](const auto& one) {
            return one.second.use_count() == 1 && one.second->idle();
        });
    auto& found = all_[connection];
    if (!found) found = std::make_shared<ConnectionLimits>(limits);
    return found;
}

}  // namespace tenantry::pluginhost
