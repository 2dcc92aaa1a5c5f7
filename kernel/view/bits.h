/// A plain bitmap over the rows of one segment.
///
/// Threads: a value; const methods from any thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tenantry::view {

class Bits {
  public:
    Bits() = default;
    explicit Bits(std::size_t size) : size_(size), words_((size + 63) / 64) {}

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool test(std::size_t i) const {
        return ((words_[i >> 6U] >> (i & 63U)) & 1U) != 0;
    }
    void set(std::size_t i) { words_[i >> 6U] |= std::uint64_t{1} << (i & 63U); }
    void reset(std::size_t i) { words_[i >> 6U] &= ~(std::uint64_t{1} << (i & 63U)); }
    [[nodiscard]] std::vector<std::uint64_t>& words() { return words_; }
    [[nodiscard]] const std::vector<std::uint64_t>& words() const { return words_; }
    [[nodiscard]] std::size_t bytes() const { return words_.capacity() * sizeof(std::uint64_t); }

    void setRange(std::size_t begin, std::size_t end) {
        for (; begin < end && (begin & 63U) != 0; ++begin) set(begin);
        for (; begin + 64 <= end; begin += 64) words_[begin >> 6U] = ~std::uint64_t{0};
        for (; begin < end; ++begin) set(begin);
    }
    /// Takes over the bits [begin, end) of `other`, of the same size.
    void copyRange(const Bits& other, std::size_t begin, std::size_t end) {
        for (; begin < end && (begin & 63U) != 0; ++begin)
            if (other.test(begin)) set(begin);
        for (; begin + 64 <= end; begin += 64) words_[begin >> 6U] = other.words_[begin >> 6U];
        for (; begin < end; ++begin)
            if (other.test(begin)) set(begin);
    }
    [[nodiscard]] std::size_t count() const {
        std::size_t out = 0;
        for (const auto word : words_) out += static_cast<std::size_t>(std::popcount(word));
        return out;
    }
    /// Calls each(i) for every set bit of [begin, end), ascending.
    template <class F>
    void forEach(std::size_t begin, std::size_t end, F&& each) const {
        if (begin >= end) return;
        const std::size_t last = (end - 1) >> 6U;
        for (std::size_t w = begin >> 6U; w <= last; ++w) {
            std::uint64_t word = words_[w];
            if (w == begin >> 6U) word &= ~std::uint64_t{0} << (begin & 63U);
            if (w == last && (end & 63U) != 0) word &= ~std::uint64_t{0} >> (64 - (end & 63U));
            for (; word != 0; word &= word - 1)
                each((w << 6U) + static_cast<std::size_t>(std::countr_zero(word)));
        }
    }
    /// The nearest set bit at or before `i`. REQUIRES: there is one.
    [[nodiscard]] std::size_t previous(std::size_t i) const {
        std::size_t w = i >> 6U;
        std::uint64_t word = words_[w] & (~std::uint64_t{0} >> (63 - (i & 63U)));
        while (word == 0) word = words_[--w];
        return (w << 6U) + 63 - static_cast<std::size_t>(std::countl_zero(word));
    }
    /// The nearest set bit at or after `i`; size() when there is none.
    [[nodiscard]] std::size_t next(std::size_t i) const {
        if (i >= size_) return size_;
        std::size_t w = i >> 6U;
        std::uint64_t word = words_[w] & (~std::uint64_t{0} << (i & 63U));
        while (word == 0)
            if (++w == words_.size())
                return size_;
            else
                word = words_[w];
        return (w << 6U) + static_cast<std::size_t>(std::countr_zero(word));
    }

    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.size_, self.words_);
    }

  private:
    std::size_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

}  // namespace tenantry::view
