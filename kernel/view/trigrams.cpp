#include "kernel/view/trigrams.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace tenantry::view {

namespace {

constexpr std::size_t kGrams = std::size_t{1} << 24U;

/// A table of all three bytes there can be, of which only what is touched takes memory.
class SparseTable {
  public:
    SparseTable() : slots_(static_cast<Slot*>(std::calloc(kGrams, sizeof(Slot)))) {
        if (slots_ == nullptr) throw std::bad_alloc();
    }
    ~SparseTable() { std::free(slots_); }
    SparseTable(const SparseTable&) = delete;
    SparseTable& operator=(const SparseTable&) = delete;
    struct Slot {
        std::uint32_t last;   ///< the row that holds it last, from 1
        std::uint32_t count;  ///< while counting; then the number of its entry
        std::uint64_t bytes;
    };
    Slot& operator[](std::uint32_t gram) { return slots_[gram]; }

  private:
    Slot* slots_;
};

std::uint32_t gramOf(unsigned char a, unsigned char b, unsigned char c) {
    return (static_cast<std::uint32_t>(a) << 16U) | (static_cast<std::uint32_t>(b) << 8U) | c;
}

template <class F>
void forEachGram(std::string_view lines, F&& each) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(lines[i]); };
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i] == '\n') continue;
        // Behind the end of a line there is nothing but line ends.
        const unsigned char second = at(i + 1);
        each(gramOf(at(i), second, second == '\n' ? '\n' : at(i + 2)));
    }
}

std::size_t sizeOf(std::uint32_t gap) {
    return gap < 0x80 ? 1 : gap < 0x4000 ? 2 : gap < 0x200000 ? 3 : gap < 0x10000000 ? 4 : 5;
}

void put(std::uint8_t*& at, std::uint32_t gap) {
    for (; gap >= 0x80; gap >>= 7U) *at++ = static_cast<std::uint8_t>((gap & 0x7FU) | 0x80U);
    *at++ = static_cast<std::uint8_t>(gap);
}

}  // namespace

Trigrams::Trigrams(std::uint32_t rows,
                   const std::function<std::string_view(std::uint32_t)>& linesOf)
    : rows_(rows) {
    SparseTable table;
    std::vector<std::uint32_t> grams;
    for (std::uint32_t row = 0; row < rows; ++row)
        forEachGram(linesOf(row), [&](std::uint32_t gram) {
            auto& slot = table[gram];
            if (slot.last == row + 1) return;
            if (slot.count++ == 0) grams.push_back(gram);
            slot.bytes += sizeOf(row + 1 - slot.last);
            slot.last = row + 1;
        });
    std::sort(grams.begin(), grams.end());
    entries_.reserve(grams.size());
    std::vector<std::uint8_t*> cursors(grams.size());
    std::uint64_t total = 0;
    const std::size_t mapBytes = rows / 8 + 8;
    for (const auto gram : grams) {
        auto& slot = table[gram];
        Entry one{gram, slot.count, total};
        if (slot.bytes > mapBytes) {
            one.offset = kIsMap | maps_.size();
            maps_.emplace_back(rows);
        } else {
            total += slot.bytes;
        }
        slot.last = 0;
        slot.count = static_cast<std::uint32_t>(entries_.size());
        entries_.push_back(one);
    }
    gaps_.resize(total);
    for (std::size_t i = 0; i < entries_.size(); ++i)
        if ((entries_[i].offset & kIsMap) == 0) cursors[i] = gaps_.data() + entries_[i].offset;
    for (std::uint32_t row = 0; row < rows; ++row)
        forEachGram(linesOf(row), [&](std::uint32_t gram) {
            auto& slot = table[gram];
            if (slot.last == row + 1) return;
            const Entry& one = entries_[slot.count];
            if ((one.offset & kIsMap) != 0)
                maps_[one.offset & ~kIsMap].set(row);
            else
                put(cursors[slot.count], row + 1 - slot.last);
            slot.last = row + 1;
        });
}

const Trigrams::Entry* Trigrams::entry(std::uint32_t gram) const {
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), gram,
                         [](const Entry& one, std::uint32_t wanted) { return one.gram < wanted; });
    return at != entries_.end() && at->gram == gram ? &*at : nullptr;
}

template <class F>
void Trigrams::forEach(const Entry& entry, F&& each) const {
    if ((entry.offset & kIsMap) != 0) {
        maps_[entry.offset & ~kIsMap].forEach(
            0, rows_, [&each](std::size_t row) { each(static_cast<std::uint32_t>(row)); });
        return;
    }
    const std::uint8_t* at = gaps_.data() + entry.offset;
    std::uint32_t row = 0;  // from 1
    for (std::uint32_t i = 0; i < entry.count; ++i) {
        std::uint32_t gap = *at++;
        if (gap >= 0x80) {
            gap &= 0x7FU;
            for (unsigned shift = 7;; shift += 7) {
                const std::uint32_t byte = *at++;
                gap |= (byte & 0x7FU) << shift;
                if (byte < 0x80) break;
            }
        }
        row += gap;
        each(row - 1);
    }
}

void Trigrams::addTo(Bits& bits, const Entry& entry) const {
    if ((entry.offset & kIsMap) != 0) {
        const auto& words = maps_[entry.offset & ~kIsMap].words();
        for (std::size_t w = 0; w < words.size(); ++w) bits.words()[w] |= words[w];
        return;
    }
    forEach(entry, [&bits](std::uint32_t row) { bits.set(row); });
}

Trigrams::Candidates Trigrams::unite(std::uint32_t from, std::uint32_t to) const {
    Candidates out;
    out.isExact = true;
    const auto less = [](const Entry& one, std::uint32_t wanted) { return one.gram < wanted; };
    const auto begin = std::lower_bound(entries_.begin(), entries_.end(), from, less);
    const auto end = std::lower_bound(begin, entries_.end(), to, less);
    if (begin == end) return out;
    if (end - begin == 1 && begin->count < rows_ / 32) {
        out.list.reserve(begin->count);
        forEach(*begin, [&out](std::uint32_t row) { out.list.push_back(row); });
        return out;
    }
    out.isDense = true;
    out.bits = Bits(rows_);
    for (auto at = begin; at != end; ++at) addTo(out.bits, *at);
    return out;
}

Trigrams::Candidates Trigrams::find(std::string_view needle) const {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(needle[i]); };
    if (needle.size() == 1) {
        Candidates out;
        out.isExact = out.isDense = true;
        out.shared = &single_[byte(0)].get([&] {
            auto all = unite(gramOf(byte(0), 0, 0), gramOf(byte(0), 255, 255) + 1);
            if (!all.isDense) {
                all.bits = Bits(rows_);
                for (const auto row : all.list) all.bits.set(row);
            }
            return std::make_unique<const Bits>(std::move(all.bits));
        });
        return out;
    }
    if (needle.size() == 2)
        return unite(gramOf(byte(0), byte(1), 0), gramOf(byte(0), byte(1), 255) + 1);
    std::vector<const Entry*> parts;
    for (std::size_t i = 0; i + 2 < needle.size(); ++i) {
        const Entry* one = entry(gramOf(byte(i), byte(i + 1), byte(i + 2)));
        if (one == nullptr) return {true, false, {}, {}, nullptr};
        parts.push_back(one);
    }
    if (parts.size() == 1) return unite(parts[0]->gram, parts[0]->gram + 1);
    std::sort(parts.begin(), parts.end(),
              [](const Entry* a, const Entry* b) { return a->count < b->count; });
    auto out = unite(parts[0]->gram, parts[0]->gram + 1);
    out.isExact = false;
    // Looking into a row costs as much as some sixty steps through a list.
    constexpr std::size_t kLookCost = 60;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i] == parts[i - 1]) continue;
        const std::size_t left = out.isDense ? parts[0]->count : out.list.size();
        if ((parts[i]->offset & kIsMap) == 0 && parts[i]->count > left * kLookCost / 2) break;
        if (out.isDense) {
            Bits other(rows_);
            addTo(other, *parts[i]);
            for (std::size_t w = 0; w < other.words().size(); ++w)
                out.bits.words()[w] &= other.words()[w];
        } else if ((parts[i]->offset & kIsMap) != 0) {
            const auto& map = maps_[parts[i]->offset & ~kIsMap];
            std::erase_if(out.list, [&map](std::uint32_t row) { return !map.test(row); });
        } else {
            std::size_t kept = 0, at = 0;
            forEach(*parts[i], [&](std::uint32_t row) {
                while (at < out.list.size() && out.list[at] < row) ++at;
                if (at < out.list.size() && out.list[at] == row) out.list[kept++] = row;
            });
            out.list.resize(kept);
        }
    }
    return out;
}

std::size_t Trigrams::bytes() const {
    std::size_t out = entries_.capacity() * sizeof(Entry) + gaps_.capacity();
    for (const auto& map : maps_) out += map.bytes() + sizeof(Bits);
    for (const auto& one : single_)
        if (const auto* bits = one.peek()) out += bits->bytes();
    return out;
}

}  // namespace tenantry::view
