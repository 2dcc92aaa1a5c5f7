/// Ordered rows of several segments as one sequence.
///
/// Only keys that decide something are made: a run of rows from one source is taken over after one
/// comparison at its end. Threads: one query's own.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "kernel/view/order.h"
#include "kernel/view/segment_query.h"
#include "kernel/view/whole_order.h"

namespace tenantry::view {

/// Rows in order: listed, all of a segment by number, or users beside the segments.
struct Source {
    const SegmentQuery* query = nullptr;
    std::size_t size = 0;
    std::vector<std::uint32_t> rows;
    mutable std::optional<WholeOrder> whole;  ///< remembers where it was asked last
    std::vector<Subject> subjects;            ///< without a segment

    [[nodiscard]] Subject at(std::size_t n) const {
        if (query == nullptr) return subjects[n];
        return query->subjectAt(whole ? whole->rowAt(static_cast<std::uint32_t>(n)) : rows[n]);
    }
    /// Brings what next() will look at into the cache, if the n-th row is listed.
    void prefetch(std::size_t n) const {
        if (n >= rows.size()) return;
        query->segment().prefetchColumns(rows[n]);
        query->state().life->prefetch(rows[n]);
    }
};

class Merge {
  public:
    Merge(std::vector<Source> sources, const Order& order);
    /// Goes on at the n-th row of all, from the beginning.
    void seek(std::size_t n);
    /// Nothing at the end.
    std::optional<Subject> next();

  private:
    struct Head {
        std::size_t at = 0;
        std::optional<Place> place;
        mutable LastKeys last;
    };
    const Place& placeAt(std::size_t source);
    [[nodiscard]] Place placeOf(std::size_t source, std::size_t n) const {
        return order_.placeOf(sources_[source].at(n), heads_[source].last);
    }
    /// How many rows of the source, from `begin` to `end`, stand before `place`.
    [[nodiscard]] std::size_t countBefore(std::size_t source, std::size_t begin, std::size_t end,
                                          const Place& place) const;
    /// Chooses the source that goes on, and for how many rows.
    bool choose();

    std::vector<Source> sources_;
    std::vector<Head> heads_;
    const Order& order_;
    std::size_t current_ = 0;
    std::size_t left_ = 0;  ///< of current_, before another source goes on
};

}  // namespace tenantry::view
