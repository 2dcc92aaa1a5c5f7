/// Where the same words stand in many rows: names, and the domains of e-mail addresses. A text that
/// is found in one of these words is known to be in all rows that have it, without a look at each.
///
/// Ownership: the segment; refers to its orders. Threads: immutable once built.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/view/bits.h"
#include "kernel/view/sort_index.h"

namespace tenantry::view {

/// The folded values of a sorted column of texts.
class WordGroups {
  public:
    /// `textOf` gives the text of a row.
    WordGroups(const SortIndex& index,
               const std::function<std::string_view(std::uint32_t)>& textOf);

    enum class Where : std::uint8_t { kAnywhere = 1, kBegins, kEnds };
    /// Marks the rows whose value holds `text`, which is folded and not empty.
    void mark(std::string_view text, Where where, Bits& rows) const;
    [[nodiscard]] std::size_t bytes() const {
        return pool_.capacity() + (starts_.capacity() + begins_.capacity()) * 4;
    }

  private:
    const SortIndex& index_;
    std::string pool_;                   ///< the values between line ends
    std::vector<std::uint32_t> starts_;  ///< of each value in the pool, at the line end before it
    std::vector<std::uint32_t> begins_;  ///< its positions in the order; one more at the end
};

/// The domains of e-mail addresses, run by run: few organizations have many.
class RunDomains {
  public:
    struct RowRun {
        std::uint32_t begin = 0, end = 0;
    };
    /// `emailOf` gives the address of a row. Domains beyond the 255th of a run are not kept.
    RunDomains(const std::vector<RowRun>& runs,
               const std::function<std::string_view(std::uint32_t)>& emailOf);
    /// Marks the rows whose domain ("@example.org", folded) holds `text`: anywhere, or at its
    /// beginning when it begins with '@'.
    void mark(std::string_view text, Bits& rows) const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    static constexpr std::uint8_t kNone = 255;
    /// Adds what is new; kNone where there is no room.
    static std::uint8_t numberOf(std::string domain, std::vector<std::string>& domains);
    struct Entry {
        std::uint32_t run = 0;
        std::uint8_t number = 0;  ///< among the domains of the run
    };
    struct Run {
        std::uint32_t begin = 0, end = 0;
        bool isMixed = false;  ///< has more than one, or rows without
    };
    std::vector<Run> runs_;
    std::vector<std::uint8_t> domainOf_;  ///< of a row among those of its run
    std::string pool_;                    ///< the domains between line ends
    std::vector<std::uint32_t> starts_;   ///< of each in the pool, at the line end before it
    std::vector<Entry> entries_;
};

}  // namespace tenantry::view
