#include "kernel/view/life.h"

#include <algorithm>
#include <limits>

namespace tenantry::view {

LifeChunk::LifeChunk(const std::int64_t* seen, std::size_t count) {
    const auto [least, most] = std::minmax_element(seen, seen + count);
    base_ = *least;
    // As unsigned: the difference of any two fits.
    const auto above = [this](std::int64_t millis) {
        return static_cast<std::uint64_t>(millis) - static_cast<std::uint64_t>(base_);
    };
    if (above(*most) > std::numeric_limits<std::uint32_t>::max()) {
        wide_.assign(seen, seen + count);
        return;
    }
    offsets_.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        offsets_.push_back(static_cast<std::uint32_t>(above(seen[i])));
}

bool LifeChunk::kill(std::uint32_t i) {
    if (isDead(i)) return false;
    dead_[i >> 6U] |= std::uint64_t{1} << (i & 63U);
    ++deadCount_;
    return true;
}

void LifeChunk::see(std::uint32_t i, std::int64_t millis) {
    if (wide_.empty()) {
        if (millis >= base_ && static_cast<std::uint64_t>(millis - base_) <=
                                   std::numeric_limits<std::uint32_t>::max()) {
            offsets_[i] = static_cast<std::uint32_t>(millis - base_);
            return;
        }
        widen();
    }
    wide_[i] = millis;
    // Once all have been seen anew, the span is short again.
    const auto [least, most] = std::minmax_element(wide_.begin(), wide_.end());
    if (*least >= 0 && *most - *least < std::int64_t{1} << 31U)
        *this = [&] {
            LifeChunk narrow(wide_.data(), wide_.size());
            narrow.dead_ = dead_;
            narrow.deadCount_ = deadCount_;
            return narrow;
        }();
}

void LifeChunk::widen() {
    wide_.reserve(offsets_.size());
    for (const auto offset : offsets_) wide_.push_back(base_ + static_cast<std::int64_t>(offset));
    offsets_ = {};
}

std::size_t LifeChunk::bytes() const {
    return sizeof(LifeChunk) + offsets_.capacity() * 4 + wide_.capacity() * 8;
}

Life::Life(const std::vector<std::int64_t>& seen) {
    for (std::size_t begin = 0; begin < seen.size(); begin += kLifeChunkRows)
        chunks_.push_back(std::make_shared<const LifeChunk>(
            seen.data() + begin, std::min<std::size_t>(kLifeChunkRows, seen.size() - begin)));
}

std::uint32_t Life::deadIn(std::uint32_t begin, std::uint32_t end) const {
    if (dead_ == 0) return 0;
    std::uint32_t count = 0;
    for (std::uint32_t c = begin / kLifeChunkRows; c * kLifeChunkRows < end; ++c) {
        const std::uint32_t first = c * kLifeChunkRows;
        if (chunks_[c]->dead() == 0) continue;
        if (first >= begin && first + kLifeChunkRows <= end)
            count += chunks_[c]->dead();
        else
            forEachDead(std::max(begin, first), std::min(end, first + kLifeChunkRows),
                        [&count](std::uint32_t) { ++count; });
    }
    return count;
}

std::size_t Life::bytes() const {
    std::size_t out = chunks_.capacity() * sizeof(chunks_[0]);
    for (const auto& chunk : chunks_) out += chunk->bytes();
    return out;
}

bool Life::fits(std::uint32_t rows) const {
    if (chunks_.size() != (rows + kLifeChunkRows - 1) / kLifeChunkRows) return false;
    std::uint32_t dead = 0;
    for (std::size_t c = 0; c < chunks_.size(); ++c) {
        const auto end = std::min<std::size_t>(rows, (c + 1) * kLifeChunkRows);
        if (chunks_[c]->rows() != end - c * kLifeChunkRows) return false;
        dead += chunks_[c]->dead();
    }
    return dead == dead_;
}

LifeChunk& LifeEditor::chunkOf(std::uint32_t row) {
    if (!draft_) {
        draft_ = std::make_shared<Life>(*life_);
        owned_.resize(draft_->chunks_.size());
    }
    auto& mine = owned_[row / kLifeChunkRows];
    if (!mine) {
        mine = std::make_shared<LifeChunk>(*draft_->chunks_[row / kLifeChunkRows]);
        draft_->chunks_[row / kLifeChunkRows] = mine;
    }
    return *mine;
}

void LifeEditor::kill(std::uint32_t row) {
    if (chunkOf(row).kill(row % kLifeChunkRows)) ++draft_->dead_;
}

void LifeEditor::see(std::uint32_t row, std::int64_t millis) {
    chunkOf(row).see(row % kLifeChunkRows, millis);
}

LifePtr LifeEditor::take() {
    return draft_ ? std::move(draft_) : life_;
}

}  // namespace tenantry::view
