// What is true of organizations whatever the query: completeness and summaries.
#include <algorithm>
#include <tuple>

#include "kernel/base/limits.h"
#include "kernel/view/tally.h"

namespace tenantry::view {

namespace {

using domain::ConnectionState;

/// How bad the news is: unreachable, never read, stale, current.
int badness(ConnectionState state) {
    switch (state) {
        case ConnectionState::kCurrent:
            return 1;
        case ConnectionState::kStale:
            return 2;
        case ConnectionState::kNeverRead:
            return 3;
        case ConnectionState::kUnreachable:
            return 4;
    }
    return 4;
}

void keepEarliest(std::optional<base::TimePoint>& kept,
                  const std::optional<base::TimePoint>& other) {
    if (other && (!kept || *other < *kept)) kept = other;
}

/// Calls each(part, ordinal) for every connection of an organization in scope.
template <class F>
void forEachPart(const Snapshot& snapshot, const domain::Scope& scope, F&& each) {
    const auto& tree = scope.tree();
    if (!tree || scope.empty()) return;
    if (tree == snapshot.tree) {
        const auto& order = snapshot.partOrder();
        for (const auto& interval : scope.intervals())
            for (auto at = std::lower_bound(order.begin(), order.end(),
                                            std::pair(interval.begin, Handle{0}));
                 at != order.end() && at->first < interval.end; ++at)
                each(*snapshot.parts.at(at->second), at->first);
        return;
    }
    snapshot.parts.forEach([&](Handle, const Part& part) {
        const auto ordinal = tree->find(part.connection->organization);
        if (ordinal && scope.contains(*ordinal)) each(part, *ordinal);
    });
}

void addDirectory(domain::OrganizationSummary& summary, const Part& part, base::TimePoint now) {
    const auto state = domain::stateAt(*part.health, now);
    ++summary.directories;
    keepEarliest(summary.asOf, part.health->lastCompleteAt);
    if (summary.state && badness(state) <= badness(*summary.state)) return;
    summary.state = state;
    summary.since = domain::stateSince(*part.health, now);
    summary.error = part.health->error;
}

void addUsers(domain::OrganizationSummary& summary, const UserClass& one, std::uint64_t count) {
    summary.users += count;
    summary.byStatus.at(static_cast<std::size_t>(one.status)) += count;
    if (one.mfaEnrolled == domain::Tristate::kYes) summary.mfaEnrolled += count;
    if (one.mfaEnrolled == domain::Tristate::kNo) summary.mfaNot += count;
    if (one.mfaEnrolled == domain::Tristate::kUnknown) summary.mfaUnknown += count;
}

/// Adds the users of one run.
void addRun(domain::OrganizationSummary& summary, const SegmentQuery& query, std::uint32_t number,
            base::TimePoint now, const std::vector<AlertSince>& since, const Hits& visible,
            std::vector<std::uint64_t>& counts) {
    const auto isHidden = [&visible](std::uint32_t which) {
        return !visible.classes.empty() && visible.classes[which] == 0;
    };
    const Segment& segment = query.segment();
    const Run& run = segment.runs()[number];
    const Part* part = query.partOf(number);
    if (part == nullptr) return;
    const bool stale = part->staleAt(now);
    for (const auto& one : segment.classCounts(number)) counts[one.number] = one.count;
    query.state().life->forEachDead(
        run.begin, run.end, [&](std::uint32_t row) { --counts[segment.classNumberAt(row)]; });
    bool moves = false;
    for (const auto& one : segment.classCounts(number)) {
        const auto& shared = segment.classes()[one.number];
        const auto count = std::exchange(counts[one.number], 0);
        if (isHidden(one.number)) continue;
        addUsers(summary, shared, count);
        if (stale || shared.alerts != 0)
            summary.withAlerts += count;
        else
            moves = moves || since[one.number].moves();
    }
    if (!moves) return;
    for (auto row = run.begin; row < run.end; ++row) {
        const auto& one = since[segment.classNumberAt(row)];
        if (!one.moves() || segment.classAt(row).alerts != 0 || !query.isAlive(row) ||
            isHidden(segment.classNumberAt(row)))
            continue;
        if (one.isInactive(segment.lastLogin().at(row)) ||
            one.isInviteExpired(segment.created().at(row)))
            ++summary.withAlerts;
    }
}

}  // namespace

domain::Completeness completenessOf(const Snapshot& snapshot, const domain::Scope& scope,
                                    base::TimePoint now, base::TimePoint& until) {
    domain::Completeness out;
    until = base::TimePoint::max();
    if (!scope.tree()) return out;
    std::vector<std::uint8_t> worst(scope.tree()->size());
    std::array<std::uint64_t, 5> counts{};
    forEachPart(snapshot, scope, [&](const Part& part, domain::Ordinal ordinal) {
        const auto state = domain::stateAt(*part.health, now);
        if (state == ConnectionState::kCurrent && part.health->lastCompleteAt)
            until = std::min(until, *part.health->lastCompleteAt + base::limits::kStaleAfter);
        const auto bad = static_cast<std::uint8_t>(badness(state));
        if (bad > worst[ordinal]) {
            --counts[worst[ordinal]];
            ++counts[bad];
            worst[ordinal] = bad;
        }
        keepEarliest(out.oldestAsOf, part.health->lastCompleteAt);
        if (state == ConnectionState::kStale)
            keepEarliest(out.staleSince, part.health->lastCompleteAt);
        if (state == ConnectionState::kUnreachable)
            keepEarliest(out.unreachableSince, part.health->since);
    });
    out.current = counts[1];
    out.stale = counts[2];
    out.neverRead = counts[3];
    out.unreachable = counts[4];
    out.organizations = out.current + out.stale + out.neverRead + out.unreachable;
    return out;
}

std::vector<domain::OrganizationSummary> summariesOf(const Question& question) {
    std::vector<domain::OrganizationSummary> out;
    const auto& scope = question.scope;
    if (!scope.tree()) return out;
    std::vector<std::size_t> places(scope.tree()->size());
    out.reserve(scope.size());
    for (const auto& interval : scope.intervals())
        for (auto o = interval.begin; o < interval.end; ++o) {
            places[o] = out.size();
            out.emplace_back();
            out.back().organization = scope.tree()->at(o).id;
        }
    std::vector<std::pair<domain::Ordinal, const Part*>> parts;
    forEachPart(question.snapshot, scope, [&](const Part& part, domain::Ordinal ordinal) {
        parts.emplace_back(ordinal, &part);
    });
    std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, a.second->connection->id) <
               std::tie(b.first, b.second->connection->id);
    });
    for (const auto& [ordinal, part] : parts)
        addDirectory(out[places[ordinal]], *part, question.now);
    for (const auto& state : question.snapshot.segments) {
        const SegmentQuery query(state, question);
        std::vector<std::uint64_t> counts(query.segment().classes().size());
        std::vector<AlertSince> since;
        for (const auto& one : query.segment().classes()) since.emplace_back(one, question.now);
        const auto visible = query.find(std::nullopt);
        for (const auto& range : visible.ranges)
            for (auto run = range.beginRun; run < range.endRun; ++run)
                addRun(out[places[query.ordinalOf(run)]], query, run, question.now, since, visible,
                       counts);
    }
    forEachDelta(question, [&](const Subject& subject) {
        auto& summary = out[places[subject.ordinal]];
        addUsers(summary, *subject.shared, 1);
        if (subject.alerts() != 0) ++summary.withAlerts;
    });
    return out;
}

}  // namespace tenantry::view
