/// Which rows of a segment hold which three bytes of folded text: finds any text in any row.
///
/// Each line counts with two line ends behind it, so that one or two bytes are the beginning of
/// some three. Lists are kept as gaps in bytes, or as bitmaps where that is shorter. Threads:
/// immutable once built.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "kernel/base/memory.h"
#include "kernel/view/bits.h"
#include "kernel/view/lazy.h"

namespace tenantry::view {

class Trigrams {
  public:
    /// `linesOf` gives the folded lines of a row, each ended by '\n'; it is asked twice for each.
    Trigrams(std::uint32_t rows, const std::function<std::string_view(std::uint32_t)>& linesOf);

    /// The rows that may hold `needle`, which has no line end.
    struct Candidates {
        bool isExact = false;  ///< all of them do
        bool isDense = false;
        std::vector<std::uint32_t> list;  ///< ascending, unless dense
        Bits bits;                        ///< if dense
        const Bits* shared = nullptr;     ///< instead of `bits`
        [[nodiscard]] std::uint64_t count() const {
            return isDense ? dense().count() : list.size();
        }
        [[nodiscard]] const Bits& dense() const { return shared != nullptr ? *shared : bits; }
    };
    [[nodiscard]] Candidates find(std::string_view needle) const;
    [[nodiscard]] std::size_t bytes() const;

    /// For a file (view_file.h).
    Trigrams() = default;
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.rows_, self.entries_, self.gaps_, self.maps_);
    }

  private:
    struct Entry {
        std::uint32_t gram = 0;
        std::uint32_t count = 0;
        std::uint64_t offset = 0;  ///< in gaps_, or in maps_ with the highest bit
    };
    static constexpr std::uint64_t kIsMap = std::uint64_t{1} << 63U;
    [[nodiscard]] const Entry* entry(std::uint32_t gram) const;
    [[nodiscard]] Candidates unite(std::uint32_t from, std::uint32_t to) const;
    void addTo(Bits& bits, const Entry& entry) const;
    template <class F>
    void forEach(const Entry& entry, F&& each) const;

    std::uint32_t rows_ = 0;
    std::vector<Entry> entries_;
    base::LargeVector<std::uint8_t> gaps_;
    std::vector<Bits> maps_;
    /// By first byte, as they are asked for.
    std::array<Lazy<Bits>, 256> single_;
};

}  // namespace tenantry::view
