#include "kernel/view/segment_query.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace tenantry::view {

namespace {

/// Narrower ranges are looked through row by row rather than by postings.
constexpr std::uint64_t kScanRowsMax = 256;
constexpr std::size_t kAhead = 32;

bool isLaterRun(const std::vector<Run>& runs, std::uint32_t run, std::uint32_t row) {
    return row >= runs[run].end;
}

/// Calls each(row) for the candidates in `ranges`, ascending.
template <class F>
void forEachIn(const Trigrams::Candidates& candidates, const std::vector<RowRange>& ranges,
               F&& each) {
    auto at = candidates.list.begin();
    for (const auto& range : ranges) {
        if (candidates.isDense) {
            candidates.dense().forEach(range.begin, range.end, [&each](std::size_t row) {
                each(static_cast<std::uint32_t>(row));
            });
            continue;
        }
        at = std::lower_bound(at, candidates.list.end(), range.begin);
        for (; at != candidates.list.end() && *at < range.end; ++at) each(*at);
    }
}

bool holds(std::string_view text, const std::string& needle) {
    return memmem(text.data(), text.size(), needle.data(), needle.size()) != nullptr;
}

}  // namespace

void addRange(std::vector<RowRange>& ranges, const std::vector<Run>& runs, std::uint32_t beginRun,
              std::uint32_t endRun) {
    if (beginRun >= endRun) return;
    const std::uint32_t begin = runs[beginRun].begin, end = runs[endRun - 1].end;
    if (!ranges.empty() && ranges.back().endRun == beginRun) {
        ranges.back().end = end;
        ranges.back().endRun = endRun;
    } else {
        ranges.push_back({begin, end, beginRun, endRun});
    }
}

SegmentQuery::SegmentQuery(const SegmentState& state, const Question& question)
    : state_(state), question_(question), hasDead_(state.life->dead() > 0) {
    cut();
}

void SegmentQuery::cut() {
    const auto& tree = question_.scope.tree();
    if (!tree) return;
    if (tree != question_.snapshot.tree) return cutByTree(*tree);
    ordinals_ = &state_.places->ordinals;
    const auto& runs = segment().runs();
    if (!state_.places->ascending) {
        for (std::uint32_t run = 0; run < runs.size(); ++run)
            if (question_.scope.contains((*ordinals_)[run])) addRange(ranges_, runs, run, run + 1);
        return;
    }
    for (const auto& interval : question_.scope.intervals()) {
        const auto begin = std::lower_bound(ordinals_->begin(), ordinals_->end(), interval.begin);
        const auto end = std::lower_bound(begin, ordinals_->end(), interval.end);
        addRange(ranges_, runs, static_cast<std::uint32_t>(begin - ordinals_->begin()),
                 static_cast<std::uint32_t>(end - ordinals_->begin()));
    }
}

void SegmentQuery::cutByTree(const domain::OrganizationTree& tree) {
    own_ = placesOf(segment(), tree)->ordinals;
    ordinals_ = &own_;
    for (std::uint32_t run = 0; run < own_.size(); ++run)
        if (own_[run] != kUnknownOrdinal && question_.scope.contains(own_[run]))
            addRange(ranges_, segment().runs(), run, run + 1);
}

Subject SegmentQuery::subjectAt(std::uint32_t row, std::uint32_t run) const {
    Subject out;
    out.shared = &segment().classAt(row);
    out.part = partOf(run);
    out.ordinal = ordinalOf(run);
    out.now = question_.now;
    out.stale = out.part->staleAt(question_.now);
    out.state = &state_;
    out.number = row;
    out.run = run;
    return out;
}

std::vector<RowRange> SegmentQuery::rangesFor(const std::vector<const Conjunct*>& places) const {
    if (places.empty()) return ranges_;
    std::vector<RowRange> out;
    for (const auto& range : ranges_)
        for (auto run = range.beginRun; run < range.endRun; ++run) {
            Subject subject;
            subject.part = partOf(run);
            subject.ordinal = ordinalOf(run);
            if (subject.part != nullptr &&
                std::all_of(places.begin(), places.end(),
                            [&](const Conjunct* one) { return one->matcher.matches(subject); }))
                addRange(out, segment().runs(), run, run + 1);
        }
    return out;
}

bool SegmentQuery::hideAssigned(Hits& hits) const {
    if (!segment().hasAssigned()) return false;
    const auto& classes = segment().classes();
    bool any = false;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        if (isVisible(classes[i], question_.scope)) continue;
        if (!any) hits.classes.assign(classes.size(), 1);
        any = true;
        hits.classes[i] = 0;
    }
    return any;
}

Hits SegmentQuery::find(std::optional<std::size_t> facet) const {
    Hits hits;
    std::vector<const Conjunct*> places, users;
    bool byClass = hideAssigned(hits);
    for (const auto& one : question_.conjuncts) {
        if (facet && one.facet == facet) continue;
        if (one.needs == Needs::kPlace) places.push_back(&one);
        if (one.needs == Needs::kUser) users.push_back(&one);
        if (one.needs != Needs::kClass) continue;
        if (!byClass) hits.classes.assign(segment().classes().size(), 1);
        byClass = true;
        for (std::size_t i = 0; i < hits.classes.size(); ++i) {
            Subject subject;
            subject.shared = &segment().classes()[i];
            if (hits.classes[i] != 0 && !one.matcher.matches(subject)) hits.classes[i] = 0;
        }
    }
    hits.ranges = rangesFor(places);
    for (const auto& range : hits.ranges) hits.rangeRows += range.end - range.begin;
    if (hits.ranges.empty()) return hits;
    hits.form = byClass ? Hits::Form::kClasses : Hits::Form::kWhole;
    if (question_.needle.empty() && users.empty())
        countWhole(hits);
    else
        search(hits, users);
    return hits;
}

void SegmentQuery::countWhole(Hits& hits) const {
    if (hits.form == Hits::Form::kWhole) {
        hits.count = hits.rangeRows;
        for (const auto& range : hits.ranges)
            hits.count -= state_.life->deadIn(range.begin, range.end);
        return;
    }
    std::vector<std::uint64_t> counts(hits.classes.size());
    for (const auto& range : hits.ranges) {
        segment().addClassCounts(range.beginRun, range.endRun, counts);
        state_.life->forEachDead(range.begin, range.end, [&](std::uint32_t row) {
            --counts[segment().classNumberAt(row)];
        });
    }
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (hits.classes[i] != 0) hits.count += counts[i];
}

/// Rows that pass `test` among those that may hold `needle`.
template <class F>
void SegmentQuery::scan(Hits& hits, const std::string& needle, F&& test) const {
    std::vector<std::uint32_t> list;
    const auto add = [&](std::uint32_t row, bool isSure) {
        if (isAlive(row) && test(row, isSure)) list.push_back(row);
    };
    const bool indexed =
        !needle.empty() && segment().rows() >= question_.tuning.trigramRowsMin &&
        hits.rangeRows > std::min<std::uint64_t>(kScanRowsMax, question_.tuning.trigramRowsMin);
    if (!indexed) {
        for (const auto& range : hits.ranges)
            for (auto row = range.begin; row < range.end; ++row) add(row, needle.empty());
    } else {
        const auto candidates = segment().trigrams().find(needle);
        Bits known;
        if (!candidates.isExact && candidates.count() > question_.tuning.lookMax) {
            known = Bits(segment().rows());
            if (!segment().markKnown(needle, known)) known = Bits();
        }
        // Rows lie apart: many texts are on their way before the first is looked at.
        std::array<std::pair<std::uint32_t, bool>, kAhead> coming{};
        std::size_t count = 0;
        const auto look = [&] {
            for (std::size_t i = 0; i < count; ++i)
                if (!coming[i].second) segment().prefetchText(coming[i].first);
            for (std::size_t i = 0; i < count; ++i) add(coming[i].first, coming[i].second);
            count = 0;
        };
        forEachIn(candidates, hits.ranges, [&](std::uint32_t row) {
            if (candidates.isExact) return add(row, /*isSure=*/true);
            const bool isKnown = known.size() > 0 && known.test(row);
            if (!isKnown) segment().prefetchOffset(row);
            coming[count++] = {row, isKnown};
            if (count == kAhead) look();
        });
        look();
    }
    hits.count = list.size();
    hits.form = Hits::Form::kList;
    hits.list = std::move(list);
}

void SegmentQuery::search(Hits& hits, const std::vector<const Conjunct*>& users) const {
    const bool byClass = !hits.classes.empty();
    if (!byClass && users.empty() && segment().rows() >= question_.tuning.trigramRowsMin &&
        question_.needle.size() <= 3 && hits.rangeRows > segment().rows() / 16) {
        // Short texts are in many rows: whole words of bits instead of rows.
        const auto candidates = segment().trigrams().find(question_.needle);
        if (candidates.isDense) {
            hits.form = Hits::Form::kBits;
            hits.bits = Bits(segment().rows());
            for (const auto& range : hits.ranges) {
                hits.bits.copyRange(candidates.dense(), range.begin, range.end);
                state_.life->forEachDead(range.begin, range.end,
                                         [&](std::uint32_t row) { hits.bits.reset(row); });
            }
            hits.count = hits.bits.count();
            return;
        }
    }
    std::string needle = question_.needle;
    for (const auto* one : users)
        if (one->needle.size() > needle.size()) needle = one->needle;
    const bool isSearch = needle == question_.needle;
    std::string scratch;
    std::uint32_t run = 0;
    const auto& runs = segment().runs();
    scan(hits, needle, [&](std::uint32_t row, bool isSure) {
        if (byClass && hits.classes[segment().classNumberAt(row)] == 0) return false;
        if (!question_.needle.empty() && !(isSure && isSearch) &&
            !holds(foldedLines(segment().textAt(row), scratch), question_.needle))
            return false;
        if (users.empty()) return true;
        if (isLaterRun(runs, run, row) && isLaterRun(runs, ++run, row)) run = segment().runOf(row);
        const Subject subject = subjectAt(row, run);
        return std::all_of(users.begin(), users.end(),
                           [&](const Conjunct* one) { return one->matcher.matches(subject); });
    });
}

std::uint64_t SegmentQuery::countOf(std::uint32_t run,
                                    const std::vector<std::uint8_t>& classes) const {
    std::uint32_t sum = 0;  // without a branch that could not be foreseen
    for (const auto& part : segment().classCounts(run)) sum += part.count * classes[part.number];
    return sum;
}

Tally SegmentQuery::count(const Hits& hits, bool runs, bool alerts) const {
    Tally out;
    out.byClass.resize(segment().classes().size());
    if (runs) out.byRun.resize(segment().runs().size());
    const bool listed = hits.form == Hits::Form::kList || hits.form == Hits::Form::kBits;
    if (listed) {
        std::uint32_t run = 0;
        forEach(hits, [&](std::uint32_t row) {
            ++out.byClass[segment().classNumberAt(row)];
            if (!runs) return;
            if (isLaterRun(segment().runs(), run, row) && isLaterRun(segment().runs(), ++run, row))
                run = segment().runOf(row);
            ++out.byRun[run];
        });
    } else {
        const bool all = hits.form == Hits::Form::kWhole;
        for (const auto& range : hits.ranges) {
            segment().addClassCounts(range.beginRun, range.endRun, out.byClass);
            for (auto run = range.beginRun; runs && run < range.endRun; ++run) {
                const auto& one = segment().runs()[run];
                out.byRun[run] = all ? one.end - one.begin : countOf(run, hits.classes);
            }
            state_.life->forEachDead(range.begin, range.end, [&](std::uint32_t row) {
                const auto number = segment().classNumberAt(row);
                --out.byClass[number];
                if (runs && (all || hits.classes[number] != 0)) --out.byRun[segment().runOf(row)];
            });
        }
        for (std::size_t i = 0; !all && i < out.byClass.size(); ++i)
            if (hits.classes[i] == 0) out.byClass[i] = 0;
    }
    if (alerts) countMoving(hits, out);
    return out;
}

void SegmentQuery::countMoving(const Hits& hits, Tally& tally) const {
    const auto& classes = segment().classes();
    const auto countOf = [&tally](domain::Alert one) -> std::uint64_t& {
        return tally.byAlert.at(static_cast<std::size_t>(one) - 1);
    };
    std::vector<AlertSince> since;
    bool any = false;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        for (std::size_t bit = 0; bit < domain::kAlertCount; ++bit)
            if ((classes[i].alerts & (1U << bit)) != 0) tally.byAlert[bit] += tally.byClass[i];
        since.emplace_back(classes[i], question_.now);
        any = any || (since.back().moves() && tally.byClass[i] > 0);
    }
    for (std::uint32_t run = 0; run < tally.byRun.size(); ++run)
        if (tally.byRun[run] > 0 && partOf(run)->staleAt(question_.now))
            countOf(domain::Alert::kStale) += tally.byRun[run];
    if (!any) return;
    std::uint64_t inactive = 0, expired = 0;
    forEach(hits, [&](std::uint32_t row) {
        const auto& one = since[segment().classNumberAt(row)];
        if (one.lastLogin != kNoTime && one.isInactive(segment().lastLogin().at(row))) ++inactive;
        if (one.created != kNoTime && one.isInviteExpired(segment().created().at(row))) ++expired;
    });
    countOf(domain::Alert::kInactive) += inactive;
    countOf(domain::Alert::kInviteExpired) += expired;
}

}  // namespace tenantry::view
