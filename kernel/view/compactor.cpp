#include "kernel/view/compactor.h"

#include <algorithm>

namespace tenantry::view {

using Steady = std::chrono::steady_clock;

namespace {

/// Without a write for so long, even two segments are worth merging.
constexpr auto kCalm = std::chrono::milliseconds{500};
/// Without a write for so long, all becomes one segment, in which every question is quickest...
constexpr auto kStill = std::chrono::seconds{5};
/// ...but that writes everything anew: it may take a twentieth of the time.
constexpr int kStillShare = 20;
constexpr std::size_t kMergeMin = 4;
/// A segment joins when it is at most this many times what joined before it: while much is written
/// a large one is not written anew for little.
constexpr std::uint64_t kJoinFactor = 3;
constexpr std::uint64_t kCalmJoinFactor = 24;

bool isWorn(const SegmentState& one) {
    return one.life->dead() > one.segment->rows() / 4;
}

}  // namespace

Compactor::Compactor(ViewState& state, const TextKeys& keys, const Tuning& tuning)
    : state_(state),
      keys_(keys),
      tuning_(tuning),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

Compactor::~Compactor() = default;

void Compactor::wake() {
    {
        std::lock_guard lock(mutex_);
        isWoken_ = true;
    }
    condition_.notify_one();
}

Compactor::Pace Compactor::wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool woken = condition_.wait_for(lock, stop, kCalm, [this] { return isWoken_; });
    isWoken_ = false;
    const auto now = Steady::now();
    if (woken) wokenAt_ = now;
    if (woken) return Pace::kBusy;
    return now - wokenAt_ >= kStill && now >= wholeAgainAt_ ? Pace::kStill : Pace::kCalm;
}

void Compactor::work(const std::stop_token& stop) {
    bool more = false;
    while (!stop.stop_requested()) {
        const auto pace = more ? Pace::kBusy : wait(stop);
        if (stop.stop_requested()) return;
        more = false;
        if (resting_ > 0) continue;
        std::lock_guard working(working_);
        const auto begun = Steady::now();
        more = step(pace);
        if (!more || pace != Pace::kStill) continue;
        const auto now = Steady::now();
        wholeAgainAt_ = now + kStillShare * (now - begun);
    }
}

void Compactor::settle() {
    std::lock_guard working(working_);
    while (step(Pace::kStill)) {
    }
}

void Compactor::join() {
    std::lock_guard working(working_);
    while (merge(Pace::kStill, {})) {
    }
}

bool Compactor::step(Pace pace) {
    return merge(pace, {}) || warm();
}

Compactor::Segments Compactor::choose(Pace pace, const Segments& busy) const {
    Segments all = state_.snapshot()->segments;
    std::erase_if(all, [&busy](const SegmentState& one) {
        return std::any_of(busy.begin(), busy.end(), [&one](const SegmentState& other) {
            return other.segment == one.segment;
        });
    });
    std::sort(all.begin(), all.end(),
              [](const SegmentState& a, const SegmentState& b) { return a.living() < b.living(); });
    const auto factor = pace == Pace::kBusy ? kJoinFactor : kCalmJoinFactor;
    std::uint64_t sum = 0;
    Segments out;
    for (const auto& one : all) {
        if (pace != Pace::kStill && !out.empty() && one.living() > factor * sum &&
            one.living() > 4 * tuning_.deltaRowsMax)
            break;
        sum += one.living();
        out.push_back(one);
    }
    if (out.size() >= (pace == Pace::kBusy ? kMergeMin : 2)) return out;
    const auto worn = std::find_if(all.begin(), all.end(), &isWorn);
    return worn == all.end() ? Segments() : Segments{*worn};
}

bool Compactor::merge(Pace pace, const Segments& busy) {
    const auto sources = choose(pace, busy);
    if (sources.empty()) return false;
    auto merged = mergeSegments(sources, *state_.snapshot()->tree);
    // What queries found ready must be ready again; meanwhile small ones must not pile up.
    const bool nested = !busy.empty();
    for (const auto& source : sources)
        while (merged.state.segment->warmLike(*source.segment, keys_))
            if (!nested) merge(Pace::kBusy, sources);
    state_.replace(sources, std::move(merged));
    return true;
}

bool Compactor::warm() {
    const auto snapshot = state_.snapshot();
    return std::any_of(
        snapshot->segments.begin(), snapshot->segments.end(), [this](const SegmentState& one) {
            return one.segment->rows() >= tuning_.warmRowsMin && one.segment->warm(keys_);
        });
}

}  // namespace tenantry::view
