/// The rows of a segment in the order of one column.
///
/// Threads: immutable once built.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "kernel/base/memory.h"
#include "kernel/view/bits.h"

namespace tenantry::view {

class TextKeys;

inline constexpr std::uint32_t kNoCode = 0xFFFFFFFF;

/// Positions ascend by value, then by id; rows without a value come last. Rows of one value are a
/// group: of descending order only the groups are turned round.
class SortIndex {
  public:
    /// `codes`: of each row, ascending with the value; kNoCode without one. `byId`: all rows by id.
    SortIndex(const std::vector<std::uint32_t>& codes, const std::vector<std::uint32_t>& byId);

    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(perm_.size()); }
    /// How many rows have a value.
    [[nodiscard]] std::uint32_t valued() const { return valued_; }
    [[nodiscard]] std::uint32_t rowAt(std::uint32_t position) const { return perm_[position]; }
    [[nodiscard]] std::uint32_t positionOf(std::uint32_t row) const { return position_[row]; }
    /// Brings it into the cache while others are looked at.
    void prefetchPosition(std::uint32_t row) const { __builtin_prefetch(&position_[row]); }
    /// The number of the group at a position, counted from 0.
    [[nodiscard]] std::uint32_t groupAt(std::uint32_t position) const;
    [[nodiscard]] std::uint32_t groupBegin(std::uint32_t position) const {
        return static_cast<std::uint32_t>(groups_.previous(position));
    }
    [[nodiscard]] std::uint32_t groupEnd(std::uint32_t position) const {
        return static_cast<std::uint32_t>(groups_.next(position + 1));
    }
    /// kNoCode without a value, else the number of its group.
    [[nodiscard]] std::uint32_t codeOf(std::uint32_t row) const {
        const auto position = position_[row];
        return position < valued_ ? groupAt(position) : kNoCode;
    }
    [[nodiscard]] std::size_t bytes() const;

    /// For a file (view_file.h).
    SortIndex() = default;
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.perm_, self.position_, self.groups_, self.groupsBefore_, self.valued_);
    }

  private:
    base::LargeVector<std::uint32_t> perm_;
    base::LargeVector<std::uint32_t> position_;
    Bits groups_;  ///< a bit where a group begins
    std::vector<std::uint32_t> groupsBefore_;
    std::uint32_t valued_ = 0;
};

/// Codes of times in milliseconds; kNoTime has none.
std::vector<std::uint32_t> codesOfTimes(const std::vector<std::int64_t>& times);
/// Codes of texts by `key`, which gives bytes to compare; empty texts have none.
std::vector<std::uint32_t> codesOfTexts(const std::vector<std::string_view>& texts,
                                        std::string (*key)(const TextKeys&, std::string_view),
                                        const TextKeys& keys);

}  // namespace tenantry::view
