/// All rows of a segment that live, or those of some classes, in the order of one column: any of
/// them by its number, without walking there.
///
/// Ownership: refers to the segment's index, sums and life. Threads: one query's own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/view/life.h"
#include "kernel/view/sort_index.h"

namespace tenantry::view {

/// How many rows of each class stand before each block of an order. Immutable.
class ClassSums {
  public:
    ClassSums(const SortIndex& index, std::span<const std::uint32_t> classOf, std::size_t classes);

    [[nodiscard]] std::uint32_t blockRows() const { return blockRows_; }
    [[nodiscard]] std::size_t blocks() const { return blocks_; }
    /// Of one class, by block; one more at the end for all of them.
    [[nodiscard]] const std::uint32_t* of(std::size_t number) const {
        return sums_.data() + number * (blocks_ + 1);
    }
    [[nodiscard]] std::size_t bytes() const { return sums_.capacity() * 4; }

  private:
    std::uint32_t blockRows_;
    std::size_t blocks_;
    std::vector<std::uint32_t> sums_;
};

/// Which positions of an order count.
class Positions {
  public:
    virtual ~Positions() = default;
    /// How many count before `position`.
    [[nodiscard]] virtual std::uint32_t before(std::uint32_t position) = 0;
    /// The position of the n-th that counts, from 0. REQUIRES: there is one.
    [[nodiscard]] virtual std::uint32_t at(std::uint32_t n) = 0;
};
/// All that live.
std::unique_ptr<Positions> livingPositions(const SortIndex& index, const Life& life);
/// Those of the classes marked with 1 that live.
struct ClassChoice {
    const ClassSums& sums;
    std::span<const std::uint32_t> classOf;
    std::span<const std::uint8_t> classes;
};
std::unique_ptr<Positions> classPositions(const SortIndex& index, const Life& life,
                                          const ClassChoice& choice);

class WholeOrder {
  public:
    WholeOrder(const SortIndex& index, std::unique_ptr<Positions> positions, bool descending);
    /// Quick for numbers that ascend by one.
    [[nodiscard]] std::uint32_t rowAt(std::uint32_t n);

  private:
    /// The rows of one value: in descending order its groups are turned round, they are not.
    struct Group {
        std::uint32_t begin = 0, end = 0;  ///< in the numbers asked for
        std::uint32_t first = 0;           ///< the number of its first row in ascending order
    };
    const SortIndex* index_;
    std::unique_ptr<Positions> positions_;
    std::uint32_t turned_ = 0;  ///< so many rows come in turned groups
    Group group_;
};

}  // namespace tenantry::view
