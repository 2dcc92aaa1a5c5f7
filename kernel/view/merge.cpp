#include "kernel/view/merge.h"

#include <algorithm>

namespace tenantry::view {

namespace {
constexpr std::size_t kAhead = 16;
}

Merge::Merge(std::vector<Source> sources, const Order& order)
    : sources_(std::move(sources)), order_(order) {
    std::erase_if(sources_, [](const Source& one) { return one.size == 0; });
    heads_.resize(sources_.size());
}

const Place& Merge::placeAt(std::size_t source) {
    auto& head = heads_[source];
    if (!head.place) head.place = placeOf(source, head.at);
    return *head.place;
}

std::size_t Merge::countBefore(std::size_t source, std::size_t begin, std::size_t end,
                               const Place& place) const {
    std::size_t low = begin, high = end;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (order_.less(placeOf(source, middle), place))
            low = middle + 1;
        else
            high = middle;
    }
    return low - begin;
}

bool Merge::choose() {
    std::optional<std::size_t> first, second;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (heads_[i].at >= sources_[i].size) continue;
        if (!first) {
            first = i;
        } else if (order_.less(placeAt(i), placeAt(*first))) {
            second = first;
            first = i;
        } else if (!second || order_.less(placeAt(i), placeAt(*second))) {
            second = i;
        }
    }
    if (!first) return false;
    current_ = *first;
    const std::size_t at = heads_[current_].at, rest = sources_[current_].size - at;
    left_ = rest;
    if (!second) return true;
    const Place& limit = placeAt(*second);
    // The head itself stands before: look further and further ahead, then close in.
    std::size_t sure = 1, step = 1;
    while (step < rest) {
        step = std::min(rest, step * 2);
        if (!order_.less(placeOf(current_, at + step - 1), limit)) break;
        sure = step;
    }
    left_ = sure == step ? sure : sure + countBefore(current_, at + sure, at + step, limit);
    return true;
}

std::optional<Subject> Merge::next() {
    if (left_ == 0) {
        if (!choose()) return std::nullopt;
        for (std::size_t i = 0; i < std::min(left_, kAhead); ++i)
            sources_[current_].prefetch(heads_[current_].at + i);
    }
    --left_;
    auto& head = heads_[current_];
    head.place.reset();
    sources_[current_].prefetch(head.at + kAhead);
    return sources_[current_].at(head.at++);
}

void Merge::seek(std::size_t n) {
    // The n-th of several ordered lists: take the middle of the longest open part, see how many
    // stand before it everywhere, and go on in the half that holds the n-th.
    std::vector<std::size_t> low(sources_.size()), high(sources_.size()), before(sources_.size());
    for (std::size_t i = 0; i < sources_.size(); ++i) high[i] = std::min(sources_[i].size, n);
    for (;;) {
        std::size_t widest = 0;
        for (std::size_t i = 1; i < sources_.size(); ++i)
            if (high[i] - low[i] > high[widest] - low[widest]) widest = i;
        if (sources_.empty() || high[widest] == low[widest]) break;
        const std::size_t middle = low[widest] + (high[widest] - low[widest]) / 2;
        const Place pivot = placeOf(widest, middle);
        std::size_t total = 0;
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            before[i] = i == widest ? middle : low[i] + countBefore(i, low[i], high[i], pivot);
            total += before[i];
        }
        if (total < n) {
            low = before;
            low[widest] = middle + 1;
        } else {
            high = before;
        }
    }
    for (std::size_t i = 0; i < sources_.size(); ++i) heads_[i] = {low[i], std::nullopt, {}};
    left_ = 0;
}

}  // namespace tenantry::view
