/// Puts the hits of one segment in order, as far as they are wanted.
///
/// Two ways, whichever costs less: walk the segment's order of the first column and take what hits,
/// or gather the hits with numbers that stand for their keys and select among those. Threads: one
/// query's own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "kernel/view/order.h"
#include "kernel/view/segment_query.h"

namespace tenantry::view {

class SegmentSelect {
  public:
    SegmentSelect(const SegmentQuery& query, const Order& order, const Tuning& tuning);

    /// Rows [skip, skip + take) of the hits in order; of those behind `place`, if it is given.
    [[nodiscard]] std::vector<std::uint32_t> select(const Hits& hits, std::size_t skip,
                                                    std::size_t take, const Place* place) const;
    /// Any row of the hits by its number in the order, without building it; nothing where that
    /// cannot be. Refers to `hits`.
    [[nodiscard]] std::optional<WholeOrder> whole(const Hits& hits) const;

  private:
    static constexpr std::uint64_t kNone = UINT64_MAX;

    /// Numbers of a column: they ascend with the keys.
    struct Column {
        domain::UserField field{};
        bool descending = false;
        const SortIndex* index = nullptr;
        std::vector<std::uint32_t> byClass;
        std::vector<std::uint32_t> byRun;
        std::vector<std::string> runKeys;  ///< of the numbers in byRun
    };
    /// Where a key of a cursor would stand among the numbers of a column.
    struct Bound {
        std::uint64_t number = 0;  ///< the first that is not before the key
        bool isExact = false;      ///< and that is the key's own
        bool isNone = false;
    };
    /// A hit on its way into order.
    struct Elem {
        std::uint64_t key = 0;  ///< decides most comparisons
        std::uint32_t tie = 0;  ///< decides the last: ascends with the id among equals
        std::uint32_t row = 0;
    };

    void prepare(Column& column, bool isFirst) const;
    void prepareRuns(Column& column) const;
    [[nodiscard]] std::uint64_t numberOf(const Column& column, std::uint32_t row) const;
    static std::uint64_t turned(std::uint64_t number, bool descending) {
        return number == kNone || !descending ? number : kNone - 1 - number;
    }
    [[nodiscard]] Bound boundOf(const Column& column, const std::string& key) const;
    /// A cursor in the numbers of this segment.
    struct Cursor {
        std::vector<Bound> bounds;  ///< of each column; empty without a cursor
        std::string id;
        std::optional<IdBytes> idBytes;
    };
    [[nodiscard]] Cursor cursorAt(const Place* place) const;
    /// Negative: the row stands before.
    static int compare(std::uint64_t number, const Bound& bound, bool descending);
    [[nodiscard]] bool hasLaterId(std::uint32_t row, const Cursor& cursor) const;
    [[nodiscard]] bool isBehind(std::uint32_t row, const Cursor& cursor) const;
    [[nodiscard]] bool less(const Elem& a, const Elem& b) const;
    /// Keeps [skip, skip + take) in order.
    void keep(std::vector<Elem>& elems, std::size_t skip, std::size_t take) const;

    /// How far to walk the order before gathering is the better way after all; 0: not at all.
    [[nodiscard]] std::size_t stepsToWalk(const Hits& hits, std::size_t wanted) const;
    [[nodiscard]] std::vector<std::uint32_t> gather(const Hits& hits, std::size_t skip,
                                                    std::size_t take, const Place* place) const;
    struct Walk {
        std::size_t skip, take;
        const Place* place;
        std::size_t steps;
    };
    /// Nothing when it would take more than the steps.
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> walk(const Hits& hits,
                                                                 const Walk& walk) const;
    /// Calls each(begin, end, isEdge) for groups of positions in order, from the cursor on, until
    /// it returns false. `isEdge`: not all of them are behind the cursor.
    template <class F>
    void forEachGroup(const Cursor& cursor, F&& each) const;
    /// Of one column: the first position of [begin, end), a group, that is behind the cursor.
    [[nodiscard]] std::uint32_t skipTo(std::uint32_t begin, std::uint32_t end,
                                       const Cursor& cursor) const;
    template <class Contains>
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> walkOver(const Contains& contains,
                                                                     const Walk& walk) const;
    [[nodiscard]] Elem elemOf(std::uint32_t row) const;

    const SegmentQuery& query_;
    const Order& order_;
    const Tuning& tuning_;
    std::vector<Column> columns_;
};

}  // namespace tenantry::view
