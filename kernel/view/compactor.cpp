#include "kernel/view/compactor.h"

#include <algorithm>

namespace tenantry::view {

namespace {

/// Without a write for so long, even two segments are worth merging.
constexpr auto kCalm = std::chrono::milliseconds{500};
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

void Compactor::work(const std::stop_token& stop) {
    bool busy = false;
    while (!stop.stop_requested()) {
        bool calm = false;
        {
            std::unique_lock lock(mutex_);
            if (!busy) calm = !condition_.wait_for(lock, stop, kCalm, [this] { return isWoken_; });
            isWoken_ = false;
        }
        if (stop.stop_requested()) return;
        std::lock_guard working(working_);
        busy = step(calm);
    }
}

void Compactor::settle() {
    std::lock_guard working(working_);
    while (step(/*calm=*/true)) {
    }
}

bool Compactor::step(bool calm) {
    return merge(calm, {}) || warm();
}

Compactor::Segments Compactor::choose(bool calm, const Segments& busy) const {
    Segments all = state_.snapshot()->segments;
    std::erase_if(all, [&busy](const SegmentState& one) {
        return std::any_of(busy.begin(), busy.end(), [&one](const SegmentState& other) {
            return other.segment == one.segment;
        });
    });
    std::sort(all.begin(), all.end(),
              [](const SegmentState& a, const SegmentState& b) { return a.living() < b.living(); });
    std::uint64_t sum = 0;
    Segments out;
    for (const auto& one : all) {
        if (!out.empty() && one.living() > (calm ? kCalmJoinFactor : kJoinFactor) * sum &&
            one.living() > 4 * tuning_.deltaRowsMax)
            break;
        sum += one.living();
        out.push_back(one);
    }
    if (out.size() >= (calm ? 2 : kMergeMin)) return out;
    const auto worn = std::find_if(all.begin(), all.end(), &isWorn);
    return worn == all.end() ? Segments() : Segments{*worn};
}

bool Compactor::merge(bool calm, const Segments& busy) {
    const auto sources = choose(calm, busy);
    if (sources.empty()) return false;
    auto merged = mergeSegments(sources, *state_.snapshot()->tree);
    // What queries found ready must be ready again; meanwhile small ones must not pile up.
    const bool nested = !busy.empty();
    for (const auto& source : sources)
        while (merged.state.segment->warmLike(*source.segment, keys_))
            if (!nested) merge(/*calm=*/false, sources);
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
