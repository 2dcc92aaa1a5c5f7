#include "kernel/view/sort_index.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

#include "kernel/view/user_class.h"

namespace tenantry::view {

namespace {

constexpr std::uint32_t kRankBits = 512;

std::uint64_t prefixOf(std::string_view key) {
    std::uint64_t out = 0;
    for (std::size_t i = 0; i < 8; ++i)
        out = (out << 8U) | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
    return out;
}

/// Keys one behind the other, with the first bytes of each beside its place: most comparisons look
/// no further.
struct KeyPool {
    struct Ref {
        std::uint64_t prefix;
        std::uint64_t begin;
        std::uint32_t size;
        std::uint32_t number;
    };
    std::string bytes;
    std::vector<Ref> refs;

    void add(const std::string& key) {
        refs.push_back({prefixOf(key), bytes.size(), static_cast<std::uint32_t>(key.size()),
                        static_cast<std::uint32_t>(refs.size())});
        bytes += key;
    }
    [[nodiscard]] std::string_view at(const Ref& ref) const {
        return std::string_view(bytes).substr(ref.begin, ref.size);
    }
    [[nodiscard]] bool less(const Ref& a, const Ref& b) const {
        return a.prefix != b.prefix ? a.prefix < b.prefix : at(a) < at(b);
    }
};

}  // namespace

SortIndex::SortIndex(const std::vector<std::uint32_t>& codes,
                     const std::vector<std::uint32_t>& byId) {
    const auto n = codes.size();
    std::uint32_t most = 0;
    for (const auto code : codes)
        if (code != kNoCode) most = std::max(most, code + 1);
    // Counting sort: stable, so that ids decide between equals.
    std::vector<std::uint32_t> starts(static_cast<std::size_t>(most) + 2);
    const auto bucket = [most](std::uint32_t code) { return code == kNoCode ? most : code; };
    for (const auto code : codes) ++starts[bucket(code) + 1];
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    valued_ = starts[most];
    perm_.resize(n);
    position_.resize(n);
    for (const auto row : byId) {
        const auto position = starts[bucket(codes[row])]++;
        perm_[position] = row;
        position_[row] = position;
    }
    groups_ = Bits(n);
    for (std::uint32_t i = 0; i < n; ++i)
        if (i == 0 || codes[perm_[i]] != codes[perm_[i - 1]]) groups_.set(i);
    std::uint32_t before = 0;
    for (std::size_t w = 0; w < groups_.words().size(); ++w) {
        if (w % (kRankBits / 64) == 0) groupsBefore_.push_back(before);
        before += static_cast<std::uint32_t>(std::popcount(groups_.words()[w]));
    }
}

std::uint32_t SortIndex::groupAt(std::uint32_t position) const {
    const std::size_t block = position / kRankBits;
    std::uint32_t count = groupsBefore_[block];
    const std::size_t last = position >> 6U;
    for (std::size_t w = block * (kRankBits / 64); w < last; ++w)
        count += static_cast<std::uint32_t>(std::popcount(groups_.words()[w]));
    const std::uint64_t mask = ~std::uint64_t{0} >> (63 - (position & 63U));
    return count + static_cast<std::uint32_t>(std::popcount(groups_.words()[last] & mask)) - 1;
}

std::size_t SortIndex::bytes() const {
    return (perm_.capacity() + position_.capacity() + groupsBefore_.capacity()) * 4 +
           groups_.bytes();
}

std::vector<std::uint32_t> codesOfTimes(const std::vector<std::int64_t>& times) {
    std::vector<std::int64_t> values(times);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (!values.empty() && values.front() == kNoTime) values.erase(values.begin());
    std::vector<std::uint32_t> out;
    out.reserve(times.size());
    for (const auto time : times)
        out.push_back(time == kNoTime ? kNoCode
                                      : static_cast<std::uint32_t>(
                                            std::lower_bound(values.begin(), values.end(), time) -
                                            values.begin()));
    return out;
}

std::vector<std::uint32_t> codesOfTexts(const std::vector<std::string_view>& texts,
                                        std::string (*key)(const TextKeys&, std::string_view),
                                        const TextKeys& keys) {
    // Equal texts share a key, which is the dear part.
    std::unordered_map<std::string_view, std::uint32_t> numbers;
    numbers.reserve(texts.size() / 2);
    std::vector<std::uint32_t> out;
    out.reserve(texts.size());
    KeyPool pool;
    for (const auto text : texts) {
        if (text.empty()) {
            out.push_back(kNoCode);
            continue;
        }
        const auto [at, isNew] =
            numbers.try_emplace(text, static_cast<std::uint32_t>(numbers.size()));
        if (isNew) pool.add(key(keys, text));
        out.push_back(at->second);
    }
    std::sort(pool.refs.begin(), pool.refs.end(),
              [&pool](const auto& a, const auto& b) { return pool.less(a, b); });
    std::vector<std::uint32_t> ranks(pool.refs.size());
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < pool.refs.size(); ++i) {
        if (i > 0 && pool.less(pool.refs[i - 1], pool.refs[i])) ++rank;
        ranks[pool.refs[i].number] = pool.at(pool.refs[i]).empty() ? kNoCode : rank;
    }
    for (auto& code : out)
        if (code != kNoCode) code = ranks[code];
    return out;
}

}  // namespace tenantry::view
