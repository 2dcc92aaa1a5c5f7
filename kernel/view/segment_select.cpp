#include "kernel/view/segment_select.h"

#include <algorithm>
#include <array>

#include "kernel/view/keys.h"

namespace tenantry::view {

namespace {

using domain::UserField;

constexpr std::size_t kMasks = std::size_t{1} << domain::kAlertCount;

/// The keys of all sets of alerts, in order; number 0 is no alert.
const std::array<std::string, kMasks>& alertKeys() {
    static const std::array<std::string, kMasks> all = [] {
        std::array<std::string, kMasks> out;
        for (std::size_t mask = 0; mask < kMasks; ++mask)
            out.at(mask) = keyOfAlerts(static_cast<domain::AlertMask>(mask));
        std::sort(out.begin(), out.end());
        return out;
    }();
    return all;
}

std::uint64_t numberOfAlerts(domain::AlertMask alerts) {
    static const std::array<std::uint8_t, kMasks> numbers = [] {
        std::array<std::uint8_t, kMasks> out{};
        for (std::size_t mask = 0; mask < kMasks; ++mask) {
            const auto key = keyOfAlerts(static_cast<domain::AlertMask>(mask));
            const auto at = std::lower_bound(alertKeys().begin(), alertKeys().end(), key);
            out.at(mask) = static_cast<std::uint8_t>(at - alertKeys().begin());
        }
        return out;
    }();
    return numbers.at(alerts);
}

std::uint64_t numberOfTime(std::int64_t millis) {
    return static_cast<std::uint64_t>(millis) ^ (std::uint64_t{1} << 63U);
}

std::uint64_t numberOfBytes(std::string_view bytes) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i)
        out = (out << 8U) | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    return out;
}

/// Hands rows on some time after they came: by then their positions are in the cache.
template <class F>
class Later {
  public:
    /// `index` may be missing.
    Later(const SortIndex* index, F each) : index_(index), each_(std::move(each)) {}
    void take(std::uint32_t row) {
        if (index_ == nullptr) return each_(row);
        index_->prefetchPosition(row);
        auto& place = rows_[count_++ % kRows];
        if (count_ > kRows) each_(place);
        place = row;
    }
    void finish() {
        if (index_ == nullptr) return;
        for (auto at = count_ > kRows ? count_ - kRows : 0; at < count_; ++at)
            each_(rows_[at % kRows]);
    }

  private:
    static constexpr std::size_t kRows = 32;
    const SortIndex* index_;
    F each_;
    std::array<std::uint32_t, kRows> rows_{};
    std::size_t count_ = 0;
};

}  // namespace

SegmentSelect::SegmentSelect(const SegmentQuery& query, const Order& order, const Tuning& tuning)
    : query_(query), order_(order), tuning_(tuning) {
    for (const auto& one : order.columns()) {
        Column column;
        column.field = one.field;
        column.descending = one.descending;
        prepare(column, columns_.empty());
        columns_.push_back(std::move(column));
    }
}

void SegmentSelect::prepare(Column& column, bool isFirst) const {
    if (isOfClass(column.field))
        column.byClass = query_.segment().classCodes(column.field, order_.keys());
    if (Segment::hasOrder(column.field) && (isFirst || column.byClass.empty()))
        column.index = &query_.segment().order(column.field, order_.keys());
    else if (column.byClass.empty() && column.field != UserField::kSeenAt &&
             column.field != UserField::kAlerts)
        prepareRuns(column);
}

void SegmentSelect::prepareRuns(Column& column) const {
    const auto& runs = query_.segment().runs();
    std::vector<std::string> keys;
    keys.reserve(runs.size());
    for (std::uint32_t run = 0; run < runs.size(); ++run) {
        Subject subject;
        subject.part = query_.partOf(run);
        subject.ordinal = query_.ordinalOf(run);
        keys.push_back(subject.part == nullptr ? std::string()
                                               : order_.keyOf(subject, column.field));
    }
    column.runKeys = keys;
    std::sort(column.runKeys.begin(), column.runKeys.end());
    column.runKeys.erase(std::unique(column.runKeys.begin(), column.runKeys.end()),
                         column.runKeys.end());
    for (const auto& key : keys)
        column.byRun.push_back(
            key.empty() ? kNoCode
                        : static_cast<std::uint32_t>(
                              std::lower_bound(column.runKeys.begin(), column.runKeys.end(), key) -
                              column.runKeys.begin()));
}

std::uint64_t SegmentSelect::numberOf(const Column& column, std::uint32_t row) const {
    std::uint32_t code = kNoCode;
    if (!column.byClass.empty())
        code = column.byClass[query_.segment().classNumberAt(row)];
    else if (column.index != nullptr)
        code = column.index->codeOf(row);
    else if (!column.byRun.empty())
        code = column.byRun[query_.segment().runOf(row)];
    else if (column.field == UserField::kSeenAt)
        return numberOfTime(query_.state().life->seenAt(row));
    else {
        const auto alerts = query_.subjectAt(row).alerts();
        return alerts == 0 ? kNone : numberOfAlerts(alerts);
    }
    return code == kNoCode ? kNone : code;
}

SegmentSelect::Bound SegmentSelect::boundOf(const Column& column, const std::string& key) const {
    if (key.empty()) return {0, false, true};
    const Segment& segment = query_.segment();
    if (!column.byClass.empty()) {
        Bound out{segment.classes().size(), false, false};
        for (std::size_t i = 0; i < column.byClass.size(); ++i) {
            if (column.byClass[i] == kNoCode || column.byClass[i] > out.number) continue;
            const auto own = keyOfClass(segment.classes()[i], column.field, order_.keys());
            if (own >= key) out = {column.byClass[i], own == key, false};
        }
        return out;
    }
    if (column.index != nullptr) {
        std::uint32_t low = 0, high = column.index->valued();
        const auto keyAt = [&](std::uint32_t position) {
            return order_.keyOf(query_.subjectAt(column.index->rowAt(position)), column.field);
        };
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (keyAt(middle) < key)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == column.index->valued()) return {kNone - 1, false, false};
        return {column.index->groupAt(low), keyAt(low) == key, false};
    }
    if (!column.byRun.empty()) {
        const auto at = std::lower_bound(column.runKeys.begin(), column.runKeys.end(), key);
        return {static_cast<std::uint64_t>(at - column.runKeys.begin()),
                at != column.runKeys.end() && *at == key, false};
    }
    if (column.field == UserField::kSeenAt) return {numberOfBytes(key), true, false};
    const auto at = std::lower_bound(alertKeys().begin(), alertKeys().end(), key);
    return {static_cast<std::uint64_t>(at - alertKeys().begin()),
            at != alertKeys().end() && *at == key, false};
}

SegmentSelect::Cursor SegmentSelect::cursorAt(const Place* place) const {
    Cursor out;
    if (place == nullptr) return out;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        out.bounds.push_back(boundOf(columns_[i], place->keys[i]));
    out.id = place->id;
    out.idBytes = idBytesOf(place->id);
    return out;
}

int SegmentSelect::compare(std::uint64_t number, const Bound& bound, bool descending) {
    if (number == kNone || bound.isNone)
        return static_cast<int>(number == kNone) - static_cast<int>(bound.isNone);
    if (number == bound.number && bound.isExact) return 0;
    const int order = number < bound.number ? -1 : 1;
    return descending ? -order : order;
}

bool SegmentSelect::hasLaterId(std::uint32_t row, const Cursor& cursor) const {
    const auto& id = query_.segment().idAt(row);
    return cursor.idBytes ? id > *cursor.idBytes : toText(id) > cursor.id;
}

bool SegmentSelect::isBehind(std::uint32_t row, const Cursor& cursor) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const int order =
            compare(numberOf(columns_[i], row), cursor.bounds[i], columns_[i].descending);
        if (order != 0) return order > 0;
    }
    return hasLaterId(row, cursor);
}

bool SegmentSelect::less(const Elem& a, const Elem& b) const {
    if (a.key != b.key) return a.key < b.key;
    for (std::size_t i = 1; i < columns_.size(); ++i) {
        const auto left = turned(numberOf(columns_[i], a.row), columns_[i].descending);
        const auto right = turned(numberOf(columns_[i], b.row), columns_[i].descending);
        if (left != right) return left < right;
    }
    if (columns_.front().index != nullptr) return a.tie < b.tie;
    return query_.segment().idAt(a.row) < query_.segment().idAt(b.row);
}

SegmentSelect::Elem SegmentSelect::elemOf(std::uint32_t row) const {
    const Column& first = columns_.front();
    Elem out;
    out.row = row;
    out.tie = first.index != nullptr ? first.index->positionOf(row) : 0;
    // Positions of an order alone are in order already, but for groups that are turned round.
    out.key = first.index != nullptr && columns_.size() == 1 && !first.descending
                  ? out.tie
                  : turned(numberOf(first, row), first.descending);
    return out;
}

void SegmentSelect::keep(std::vector<Elem>& elems, std::size_t skip, std::size_t take) const {
    const auto begin = std::min(skip, elems.size());
    const auto end = begin + std::min(take, elems.size() - begin);
    const auto lessThan = [this](const Elem& a, const Elem& b) { return less(a, b); };
    const auto at = [&elems](std::size_t i) {
        return elems.begin() + static_cast<std::ptrdiff_t>(i);
    };
    if (begin > 0 && begin < elems.size())
        std::nth_element(at(0), at(begin), at(elems.size()), lessThan);
    // Selecting what is kept first is cheaper than a heap of it, unless that is little.
    if (end < elems.size() && begin < end)
        std::nth_element(at(begin), at(end - 1), at(elems.size()), lessThan);
    std::sort(at(begin), at(end), lessThan);
    elems.erase(at(end), elems.end());
    elems.erase(elems.begin(), at(begin));
}

std::vector<std::uint32_t> SegmentSelect::gather(const Hits& hits, std::size_t skip,
                                                 std::size_t take, const Place* place) const {
    constexpr std::uint64_t kMuch = 4;
    const auto cursor = cursorAt(place);
    const std::uint64_t need = take > hits.count ? hits.count : skip + take;
    // Where little of much is wanted, what stands behind enough others is not even kept.
    const std::size_t room = need * kMuch < hits.count ? need * 2 + 64 : hits.count;
    std::vector<Elem> elems;
    elems.reserve(room);
    std::optional<Elem> last;
    Later later(columns_.front().index, [&](std::uint32_t row) {
        if (place != nullptr && !isBehind(row, cursor)) return;
        const Elem one = elemOf(row);
        if (last && !less(one, *last)) return;
        if (elems.size() == room) {
            const auto nth = elems.begin() + static_cast<std::ptrdiff_t>(need) - 1;
            std::nth_element(elems.begin(), nth, elems.end(),
                             [this](const Elem& a, const Elem& b) { return less(a, b); });
            last = *nth;
            elems.resize(need);
            if (!less(one, *last)) return;
        }
        elems.push_back(one);
    });
    query_.forEachUnordered(hits, [&later](std::uint32_t row) { later.take(row); });
    later.finish();
    keep(elems, skip, take);
    std::vector<std::uint32_t> out;
    out.reserve(elems.size());
    for (const auto& one : elems) out.push_back(one.row);
    return out;
}

std::size_t SegmentSelect::stepsToWalk(const Hits& hits, std::size_t wanted) const {
    constexpr double kFactor = 4;  // what hits may stand at the far end
    if (columns_.front().index == nullptr) return 0;
    if (tuning_.order != 1) return tuning_.order == 2 ? SIZE_MAX : 0;
    const double rows = query_.segment().rows(), count = static_cast<double>(hits.count);
    double steps = std::min(rows, static_cast<double>(wanted + 1) * rows / (count + 1)) * 2;
    if (columns_.size() > 1) steps += rows / 64;
    if (hits.form == Hits::Form::kList) steps += rows / 64 + count;
    double looks = count * (columns_.size() > 1 ? 24 : 12);
    if (hits.form == Hits::Form::kClasses && hits.count * 8 > hits.rangeRows)
        looks += static_cast<double>(hits.rangeRows);
    return steps < looks ? static_cast<std::size_t>(kFactor * steps) + 1024 : 0;
}

std::vector<std::uint32_t> SegmentSelect::select(const Hits& hits, std::size_t skip,
                                                 std::size_t take, const Place* place) const {
    if (hits.count == 0 || take == 0 || (place == nullptr && skip >= hits.count)) return {};
    if (place == nullptr && skip > 1024)
        if (auto order = whole(hits)) {
            std::vector<std::uint32_t> out;
            const auto end = skip + std::min<std::size_t>(take, hits.count - skip);
            for (auto n = skip; n < end; ++n)
                out.push_back(order->rowAt(static_cast<std::uint32_t>(n)));
            return out;
        }
    if (const auto steps = stepsToWalk(hits, skip + std::min<std::size_t>(take, hits.count)))
        if (auto found = walk(hits, {skip, take, place, steps})) return std::move(*found);
    return gather(hits, skip, take, place);
}

std::optional<WholeOrder> SegmentSelect::whole(const Hits& hits) const {
    const Column& first = columns_.front();
    const Segment& segment = query_.segment();
    const Life& life = *query_.state().life;
    const bool byClass = hits.form == Hits::Form::kClasses;
    if (columns_.size() > 1 || first.index == nullptr || hits.rangeRows != segment.rows() ||
        !(byClass || hits.form == Hits::Form::kWhole))
        return std::nullopt;
    auto positions =
        byClass
            ? classPositions(*first.index, life,
                             {segment.classSums(first.field), segment.classNumbers(), hits.classes})
            : livingPositions(*first.index, life);
    return WholeOrder(*first.index, std::move(positions), first.descending);
}

std::optional<std::vector<std::uint32_t>> SegmentSelect::walk(const Hits& hits,
                                                              const Walk& walk) const {
    const Segment& segment = query_.segment();
    if (hits.form == Hits::Form::kList || hits.form == Hits::Form::kBits) {
        Bits listed;
        if (hits.form == Hits::Form::kList) {
            listed = Bits(segment.rows());
            for (const auto row : hits.list) listed.set(row);
        }
        const Bits& bits = hits.form == Hits::Form::kList ? listed : hits.bits;
        return walkOver([&bits](std::uint32_t row) { return bits.test(row); }, walk);
    }
    Bits inside;
    if (hits.ranges.size() > 1) {
        inside = Bits(segment.rows());
        for (const auto& range : hits.ranges) inside.setRange(range.begin, range.end);
    }
    const RowRange range = hits.ranges.front();
    const bool all = hits.form == Hits::Form::kWhole;
    return walkOver(
        [&](std::uint32_t row) {
            if (inside.size() == 0 ? row - range.begin >= range.end - range.begin
                                   : !inside.test(row))
                return false;
            return (all || hits.classes[segment.classNumberAt(row)] != 0) && query_.isAlive(row);
        },
        walk);
}

std::uint32_t SegmentSelect::skipTo(std::uint32_t begin, std::uint32_t end,
                                    const Cursor& cursor) const {
    const SortIndex& index = *columns_.front().index;
    while (begin < end) {
        const std::uint32_t middle = begin + (end - begin) / 2;
        if (hasLaterId(index.rowAt(middle), cursor))
            end = middle;
        else
            begin = middle + 1;
    }
    return begin;
}

template <class F>
void SegmentSelect::forEachGroup(const Cursor& cursor, F&& each) const {
    const SortIndex& index = *columns_.front().index;
    const bool descending = columns_.front().descending, single = columns_.size() == 1;
    const std::uint32_t valued = index.valued();
    const Bound* bound = cursor.bounds.empty() ? nullptr : cursor.bounds.data();
    const bool fromNone = bound != nullptr && bound->isNone;
    const auto positionOf = [&](std::uint64_t group) {
        std::uint32_t low = 0, high = valued;
        while (low < high) {
            const std::uint32_t middle = low + (high - low) / 2;
            if (index.groupAt(middle) < group)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    };
    bool isEdge = bound != nullptr && bound->isExact;
    if (!fromNone && !descending) {
        std::uint32_t at = bound == nullptr ? 0 : positionOf(bound->number);
        while (at < valued) {
            // Without a second column the groups do not matter.
            const auto end = single && !isEdge ? valued : std::min(index.groupEnd(at), valued);
            if (!each(at, end, isEdge)) return;
            isEdge = false;
            at = end;
        }
    } else if (!fromNone) {
        std::uint32_t at =
            bound == nullptr ? valued : positionOf(bound->number + (bound->isExact ? 1 : 0));
        while (at > 0) {
            const auto begin = index.groupBegin(at - 1);
            if (!each(begin, at, isEdge)) return;
            isEdge = false;
            at = begin;
        }
    }
    if (valued < index.size()) each(valued, index.size(), fromNone);
}

template <class Contains>
std::optional<std::vector<std::uint32_t>> SegmentSelect::walkOver(const Contains& contains,
                                                                  const Walk& walk) const {
    const SortIndex& index = *columns_.front().index;
    const auto cursor = cursorAt(walk.place);
    const std::size_t take = walk.take;
    std::size_t skip = walk.skip, left = walk.steps;
    bool gaveUp = false;
    std::vector<std::uint32_t> out;
    out.reserve(std::min<std::size_t>(take, index.size()));
    std::vector<Elem> group;
    const auto visitOne = [&](std::uint32_t begin, std::uint32_t end, bool isEdge) {
        if (isEdge) begin = skipTo(begin, end, cursor);
        for (auto position = begin; position < end; ++position) {
            if (left-- == 0) return !(gaveUp = true);
            const auto row = index.rowAt(position);
            if (!contains(row)) continue;
            if (skip > 0)
                --skip;
            else
                out.push_back(row);
            if (out.size() == take) return false;
        }
        return true;
    };
    const auto visitSeveral = [&](std::uint32_t begin, std::uint32_t end, bool isEdge) {
        group.clear();
        if (left < end - begin) return !(gaveUp = true);
        left -= end - begin;
        for (auto position = begin; position < end; ++position) {
            const auto row = index.rowAt(position);
            if (contains(row) && (!isEdge || isBehind(row, cursor))) group.push_back(elemOf(row));
        }
        if (skip >= group.size()) {
            skip -= group.size();
            return true;
        }
        keep(group, skip, take - out.size());
        skip = 0;
        for (const auto& one : group) out.push_back(one.row);
        return out.size() < take;
    };
    if (columns_.size() == 1)
        forEachGroup(cursor, visitOne);
    else
        forEachGroup(cursor, visitSeveral);
    if (gaveUp) return std::nullopt;
    return out;
}

}  // namespace tenantry::view
