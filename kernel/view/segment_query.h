/// One question to one segment: which rows match, and how many of each kind.
///
/// Threads: one query's own; the snapshot is shared and immutable.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/scope.h"
#include "kernel/view/matcher.h"
#include "kernel/view/subject.h"

namespace tenantry::view {

/// A part of the filter's top conjunction. `facet`: it narrows nothing but that facet.
struct Conjunct {
    Matcher matcher;
    Needs needs{};
    std::string needle;
    std::optional<std::size_t> facet;
};

/// What all segments are asked.
struct Question {
    const Snapshot& snapshot;
    const domain::Scope& scope;
    const Tuning& tuning;
    base::TimePoint now{};
    std::string needle;  ///< folded
    std::vector<Conjunct> conjuncts;
};

/// Whether an operator sees users of the class whose own organization is in scope.
inline bool isVisible(const UserClass& one, const domain::Scope& scope) {
    return one.assigned.empty() || scope.containsAll(one.assigned);
}

/// Rows of neighbouring runs.
struct RowRange {
    std::uint32_t begin = 0, end = 0;
    std::uint32_t beginRun = 0, endRun = 0;
};

/// The rows that match.
struct Hits {
    enum class Form : std::uint8_t {
        kWhole = 1,  ///< all living rows of `ranges`
        kClasses,    ///< those of some classes
        kList,       ///< `list`, ascending
        kBits,       ///< `bits`
    };
    Form form = Form::kList;
    std::vector<RowRange> ranges;
    std::vector<std::uint8_t> classes;  ///< 1 for each that matches
    std::vector<std::uint32_t> list;
    Bits bits;
    std::uint64_t count = 0;
    std::uint64_t rangeRows = 0;  ///< rows of `ranges`, dead ones included
};

/// How many of the hits are of each class, run and alert; what was not asked for is empty.
struct Tally {
    std::vector<std::uint64_t> byClass;
    std::vector<std::uint64_t> byRun;
    std::array<std::uint64_t, domain::kAlertCount> byAlert{};
};

class SegmentQuery {
  public:
    SegmentQuery(const SegmentState& state, const Question& question);

    [[nodiscard]] const SegmentState& state() const { return state_; }
    [[nodiscard]] const Segment& segment() const { return *state_.segment; }
    /// The hits; without the conjuncts that narrow `facet`, if it is given.
    [[nodiscard]] Hits find(std::optional<std::size_t> facet) const;
    /// REQUIRES for alerts: classes and runs are counted as well.
    [[nodiscard]] Tally count(const Hits& hits, bool runs, bool alerts) const;

    /// Calls each(row) for every hit, ascending.
    template <class F>
    void forEach(const Hits& hits, F&& each) const {
        if (hits.form == Hits::Form::kList) {
            for (const auto row : hits.list) each(row);
        } else if (hits.form == Hits::Form::kBits) {
            for (const auto& range : hits.ranges)
                hits.bits.forEach(range.begin, range.end, [&each](std::size_t row) {
                    each(static_cast<std::uint32_t>(row));
                });
        } else {
            const bool all = hits.form == Hits::Form::kWhole;
            for (const auto& range : hits.ranges)
                for (auto row = range.begin; row < range.end; ++row)
                    if ((all || hits.classes[segment().classNumberAt(row)] != 0) && isAlive(row))
                        each(row);
        }
    }
    /// The same in any order: looks at the hits alone where they are few.
    template <class F>
    void forEachUnordered(const Hits& hits, F&& each) const {
        constexpr std::uint64_t kFew = 8, kPiecesMax = 512;
        if (hits.form != Hits::Form::kClasses || hits.count * kFew > hits.rangeRows ||
            hits.ranges.size() * hits.classes.size() > kPiecesMax)
            return forEach(hits, each);
        for (std::uint32_t number = 0; number < hits.classes.size(); ++number) {
            if (hits.classes[number] == 0) continue;
            const auto rows = segment().rowsOfClass(number);
            for (const auto& range : hits.ranges)
                for (auto at = std::lower_bound(rows.begin(), rows.end(), range.begin);
                     at != rows.end() && *at < range.end; ++at)
                    if (isAlive(*at)) each(*at);
        }
    }
    [[nodiscard]] bool isAlive(std::uint32_t row) const {
        return !hasDead_ || !state_.life->isDead(row);
    }

    [[nodiscard]] Subject subjectAt(std::uint32_t row) const {
        return subjectAt(row, segment().runOf(row));
    }
    [[nodiscard]] Subject subjectAt(std::uint32_t row, std::uint32_t run) const;
    /// In the scope's tree.
    [[nodiscard]] domain::Ordinal ordinalOf(std::uint32_t run) const { return (*ordinals_)[run]; }
    [[nodiscard]] const Part* partOf(std::uint32_t run) const {
        return question_.snapshot.parts.at(segment().runs()[run].connection);
    }

  private:
    void cut();
    void cutByTree(const domain::OrganizationTree& tree);
    [[nodiscard]] std::vector<RowRange> rangesFor(const std::vector<const Conjunct*>& places) const;
    /// Leaves out who is assigned to more than the operator sees; true when there is someone.
    bool hideAssigned(Hits& hits) const;
    void countWhole(Hits& hits) const;
    void search(Hits& hits, const std::vector<const Conjunct*>& users) const;
    template <class F>
    void scan(Hits& hits, const std::string& needle, F&& test) const;
    /// Rows of the run, dead ones included, of the classes marked with 1.
    [[nodiscard]] std::uint64_t countOf(std::uint32_t run,
                                        const std::vector<std::uint8_t>& classes) const;
    void countMoving(const Hits& hits, Tally& tally) const;

    const SegmentState& state_;
    const Question& question_;
    bool hasDead_;
    std::vector<RowRange> ranges_;
    std::vector<domain::Ordinal> own_;
    const std::vector<domain::Ordinal>* ordinals_ = nullptr;
};

/// Calls each(subject) for every visible user that is in no segment.
template <class F>
void forEachDelta(const Question& question, F&& each) {
    const auto& tree = question.scope.tree();
    if (!tree || question.scope.empty()) return;
    const bool same = tree == question.snapshot.tree;
    for (const auto& one : *question.snapshot.delta) {
        Subject subject;
        subject.ordinal =
            same ? one.ordinal : tree->find(one.row->user.organization).value_or(kUnknownOrdinal);
        if (subject.ordinal == kUnknownOrdinal || !question.scope.contains(subject.ordinal) ||
            !isVisible(one.row->shared, question.scope))
            continue;
        subject.shared = &one.row->shared;
        subject.part = question.snapshot.parts.at(one.connection);
        subject.now = question.now;
        subject.stale = subject.part->staleAt(question.now);
        subject.delta = &one;
        each(subject);
    }
}

/// Adds a range, joined to the one before where they touch.
void addRange(std::vector<RowRange>& ranges, const std::vector<Run>& runs, std::uint32_t beginRun,
              std::uint32_t endRun);

}  // namespace tenantry::view
