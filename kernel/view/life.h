/// What changes about the rows of a segment while the segment stays: which are gone, and when each
/// was last seen.
///
/// Ownership: a Life is immutable and shared; a change copies the chunks it touches. Threads: a
/// Life from any thread, an editor is one writer's own.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/base/clock.h"

namespace tenantry::view {

inline constexpr std::uint32_t kLifeChunkRows = 4096;

class LifeChunk {
  public:
    LifeChunk() = default;
    /// Seen at these times, in milliseconds; all alive.
    LifeChunk(const std::int64_t* seen, std::size_t count);

    [[nodiscard]] bool isDead(std::uint32_t i) const {
        return ((dead_[i >> 6U] >> (i & 63U)) & 1U) != 0;
    }
    [[nodiscard]] std::uint32_t dead() const { return deadCount_; }
    [[nodiscard]] const std::array<std::uint64_t, kLifeChunkRows / 64>& deadWords() const {
        return dead_;
    }
    [[nodiscard]] std::int64_t seenAt(std::uint32_t i) const {
        return wide_.empty() ? base_ + static_cast<std::int64_t>(offsets_[i]) : wide_[i];
    }
    void prefetch(std::uint32_t i) const {
        __builtin_prefetch(wide_.empty() ? static_cast<const void*>(&offsets_[i]) : &wide_[i]);
    }
    /// False when it was dead before.
    bool kill(std::uint32_t i);
    void see(std::uint32_t i, std::int64_t millis);
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] std::size_t rows() const {
        return wide_.empty() ? offsets_.size() : wide_.size();
    }
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.dead_, self.deadCount_, self.base_, self.offsets_, self.wide_);
    }

  private:
    void widen();

    std::array<std::uint64_t, kLifeChunkRows / 64> dead_{};
    std::uint32_t deadCount_ = 0;
    std::int64_t base_ = 0;
    std::vector<std::uint32_t> offsets_;  ///< above base_
    std::vector<std::int64_t> wide_;      ///< instead, when the times are far apart
};

class Life {
  public:
    Life() = default;
    explicit Life(const std::vector<std::int64_t>& seen);

    [[nodiscard]] bool isDead(std::uint32_t row) const {
        return chunks_[row / kLifeChunkRows]->isDead(row % kLifeChunkRows);
    }
    [[nodiscard]] std::int64_t seenAt(std::uint32_t row) const {
        return chunks_[row / kLifeChunkRows]->seenAt(row % kLifeChunkRows);
    }
    /// As Segment::prefetchColumns().
    void prefetch(std::uint32_t row) const {
        chunks_[row / kLifeChunkRows]->prefetch(row % kLifeChunkRows);
    }
    [[nodiscard]] std::uint32_t dead() const { return dead_; }
    [[nodiscard]] const std::vector<std::shared_ptr<const LifeChunk>>& chunks() const {
        return chunks_;
    }
    /// Calls each(row) for every dead row of [begin, end), ascending.
    template <class F>
    void forEachDead(std::uint32_t begin, std::uint32_t end, F&& each) const {
        if (dead_ == 0) return;
        for (std::uint32_t c = begin / kLifeChunkRows; c * kLifeChunkRows < end; ++c) {
            if (chunks_[c]->dead() == 0) continue;
            const auto& words = chunks_[c]->deadWords();
            for (std::uint32_t w = 0; w < words.size(); ++w)
                for (auto word = words[w]; word != 0; word &= word - 1) {
                    const std::uint32_t row = c * kLifeChunkRows + w * 64 +
                                              static_cast<std::uint32_t>(__builtin_ctzll(word));
                    if (row >= begin && row < end) each(row);
                }
        }
    }
    [[nodiscard]] std::uint32_t deadIn(std::uint32_t begin, std::uint32_t end) const;
    [[nodiscard]] std::size_t bytes() const;
    /// Whether it is one of so many rows; false only for what was read from a bad file.
    [[nodiscard]] bool fits(std::uint32_t rows) const;
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.chunks_, self.dead_);
    }

  private:
    friend class LifeEditor;
    std::vector<std::shared_ptr<const LifeChunk>> chunks_;
    std::uint32_t dead_ = 0;
};
using LifePtr = std::shared_ptr<const Life>;

class LifeEditor {
  public:
    explicit LifeEditor(LifePtr life) : life_(std::move(life)) {}
    [[nodiscard]] const Life& life() const { return draft_ ? *draft_ : *life_; }
    void kill(std::uint32_t row);
    void see(std::uint32_t row, std::int64_t millis);
    /// The one it began with, if nothing changed.
    [[nodiscard]] LifePtr take();

  private:
    LifeChunk& chunkOf(std::uint32_t row);

    LifePtr life_;
    std::shared_ptr<Life> draft_;
    std::vector<std::shared_ptr<LifeChunk>> owned_;
};

}  // namespace tenantry::view
