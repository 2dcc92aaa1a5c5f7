#include "kernel/view/whole_order.h"

#include <algorithm>
#include <bit>

namespace tenantry::view {

namespace {

constexpr std::uint32_t kRankBits = 512;
constexpr std::uint32_t kBlockRowsMin = 1024;

class LivingPositions final : public Positions {
  public:
    LivingPositions(const SortIndex& index, const Life& life) {
        if (life.dead() == 0) return;
        dead_ = Bits(index.size());
        life.forEachDead(0, index.size(),
                         [&](std::uint32_t row) { dead_.set(index.positionOf(row)); });
        std::uint32_t before = 0;
        for (std::size_t w = 0; w < dead_.words().size(); ++w) {
            if (w % (kRankBits / 64) == 0) liveBefore_.push_back(before);
            before += 64 - static_cast<std::uint32_t>(std::popcount(dead_.words()[w]));
        }
    }

    std::uint32_t before(std::uint32_t position) override {
        if (dead_.size() == 0) return position;
        if (position == dead_.size()) {
            if (position == 0) return 0;
            return before(position - 1) + (dead_.test(position - 1) ? 0 : 1);
        }
        const std::size_t last = position >> 6U;
        std::uint32_t count = liveBefore_[position / kRankBits];
        for (std::size_t w = position / kRankBits * (kRankBits / 64); w < last; ++w)
            count += 64 - static_cast<std::uint32_t>(std::popcount(dead_.words()[w]));
        const std::uint64_t below = (std::uint64_t{1} << (position & 63U)) - 1;
        return count + static_cast<std::uint32_t>(std::popcount(~dead_.words()[last] & below));
    }

    std::uint32_t at(std::uint32_t n) override {
        if (dead_.size() == 0) return n;
        const auto after = std::upper_bound(liveBefore_.begin(), liveBefore_.end(), n);
        const auto block = static_cast<std::size_t>(after - liveBefore_.begin()) - 1;
        n -= liveBefore_[block];
        std::size_t w = block * (kRankBits / 64);
        for (;; ++w) {
            const auto living = 64 - static_cast<std::uint32_t>(std::popcount(dead_.words()[w]));
            if (n < living) break;
            n -= living;
        }
        std::uint64_t word = ~dead_.words()[w];
        for (; n > 0; --n) word &= word - 1;
        return static_cast<std::uint32_t>((w << 6U) +
                                          static_cast<std::size_t>(std::countr_zero(word)));
    }

  private:
    Bits dead_;                              ///< by position; empty when all live
    std::vector<std::uint32_t> liveBefore_;  ///< by block
};

class ClassPositions final : public Positions {
  public:
    ClassPositions(const SortIndex& index, const Life& life, const ClassChoice& choice)
        : index_(index), life_(life), choice_(choice), before_(choice.sums.blocks() + 1) {
        for (std::size_t number = 0; number < choice.classes.size(); ++number) {
            if (choice.classes[number] == 0) continue;
            const std::uint32_t* sums = choice.sums.of(number);
            for (std::size_t i = 0; i < before_.size(); ++i) before_[i] += sums[i];
        }
        if (life.dead() == 0) return;
        std::vector<std::uint32_t> dead(before_.size());
        life.forEachDead(0, index.size(), [&](std::uint32_t row) {
            if (choice.classes[choice.classOf[row]] != 0)
                ++dead[index.positionOf(row) / choice.sums.blockRows() + 1];
        });
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < before_.size(); ++i) before_[i] -= sum += dead[i];
    }

    std::uint32_t before(std::uint32_t position) override {
        const std::uint32_t block = position / choice_.sums.blockRows();
        std::uint32_t count = before_[block];
        for (auto at = block * choice_.sums.blockRows(); at < position; ++at)
            count += counts(at) ? 1 : 0;
        return count;
    }

    std::uint32_t at(std::uint32_t n) override {
        const auto after = std::upper_bound(before_.begin(), before_.end(), n);
        const auto block = static_cast<std::uint32_t>(after - before_.begin()) - 1;
        std::uint32_t position = block * choice_.sums.blockRows(), left = n - before_[block];
        if (n >= last_ && lastPosition_ >= position) {
            position = lastPosition_;
            left = n - last_;
        }
        for (;; ++position)
            if (counts(position) && left-- == 0) break;
        last_ = n;
        lastPosition_ = position;
        return position;
    }

  private:
    [[nodiscard]] bool counts(std::uint32_t position) const {
        const auto row = index_.rowAt(position);
        return choice_.classes[choice_.classOf[row]] != 0 &&
               (life_.dead() == 0 || !life_.isDead(row));
    }

    const SortIndex& index_;
    const Life& life_;
    ClassChoice choice_;
    std::vector<std::uint32_t> before_;  ///< by block
    std::uint32_t last_ = 0, lastPosition_ = 0;
};

}  // namespace

ClassSums::ClassSums(const SortIndex& index, std::span<const std::uint32_t> classOf,
                     std::size_t classes)
    // The sums may take a byte a row, whatever the number of classes.
    : blockRows_(std::max(kBlockRowsMin, std::bit_ceil(static_cast<std::uint32_t>(classes) * 4))),
      blocks_((index.size() + blockRows_ - 1) / blockRows_),
      sums_(classes * (blocks_ + 1)) {
    for (std::uint32_t position = 0; position < index.size(); ++position)
        ++sums_[classOf[index.rowAt(position)] * (blocks_ + 1) + position / blockRows_ + 1];
    for (std::size_t number = 0; number < classes; ++number) {
        std::uint32_t* sums = sums_.data() + number * (blocks_ + 1);
        for (std::size_t i = 1; i <= blocks_; ++i) sums[i] += sums[i - 1];
    }
}

std::unique_ptr<Positions> livingPositions(const SortIndex& index, const Life& life) {
    return std::make_unique<LivingPositions>(index, life);
}

std::unique_ptr<Positions> classPositions(const SortIndex& index, const Life& life,
                                          const ClassChoice& choice) {
    return std::make_unique<ClassPositions>(index, life, choice);
}

WholeOrder::WholeOrder(const SortIndex& index, std::unique_ptr<Positions> positions,
                       bool descending)
    : index_(&index), positions_(std::move(positions)) {
    if (descending) turned_ = positions_->before(index.valued());
}

std::uint32_t WholeOrder::rowAt(std::uint32_t n) {
    if (n >= turned_) return index_->rowAt(positions_->at(n));
    if (n < group_.begin || n >= group_.end) {
        const auto mirrored = positions_->at(turned_ - 1 - n);
        group_.first = positions_->before(index_->groupBegin(mirrored));
        group_.begin = turned_ - positions_->before(index_->groupEnd(mirrored));
        group_.end = turned_ - group_.first;
    }
    return index_->rowAt(positions_->at(group_.first + n - group_.begin));
}

}  // namespace tenantry::view
