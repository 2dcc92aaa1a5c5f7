/// Keeps the segments of the view few and ready: merges small ones into larger ones, drops the
/// dead, and builds the orders and postings that queries will ask for. In the background: readers
/// go on with the segments they have until the new one takes their place.
///
/// Ownership: MemoryView. Threads: one of its own ("view-compactor"), which ends with the object;
/// wake() and settle() from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/view/view_state.h"

namespace tenantry::view {

class Compactor {
  public:
    Compactor(ViewState& state, const TextKeys& keys, const Tuning& tuning);
    ~Compactor();
    Compactor(const Compactor&) = delete;
    Compactor& operator=(const Compactor&) = delete;

    /// Something was written.
    void wake();
    /// Does all there is to do, here and now.
    void settle();
    /// Merges all into one segment, here and now; makes nothing ready.
    void join();
    /// Nothing is done in the background while one of these lives.
    class Rest {
      public:
        explicit Rest(Compactor& compactor) : compactor_(compactor) { ++compactor_.resting_; }
        ~Rest() {
            --compactor_.resting_;
            compactor_.wake();
        }
        Rest(const Rest&) = delete;
        Rest& operator=(const Rest&) = delete;

      private:
        Compactor& compactor_;
    };

  private:
    using Segments = std::vector<SegmentState>;

    void work(const std::stop_token& stop);
    /// How much is being written: the less, the more is worth joining.
    enum class Pace { kBusy = 1, kCalm, kStill };
    /// Waits for a write, for a while.
    Pace wait(const std::stop_token& stop);
    /// One step; false when there is nothing to do.
    bool step(Pace pace);
    /// Merges what should be one segment; leaves out `busy`. False when there is none such.
    bool merge(Pace pace, const Segments& busy);
    [[nodiscard]] Segments choose(Pace pace, const Segments& busy) const;
    bool warm();

    ViewState& state_;
    const TextKeys& keys_;
    const Tuning& tuning_;
    std::mutex working_;  ///< one compaction at a time
    std::mutex mutex_;
    std::condition_variable_any condition_;
    bool isWoken_ = false;
    std::atomic<int> resting_ = 0;
    std::chrono::steady_clock::time_point wokenAt_{};
    std::chrono::steady_clock::time_point wholeAgainAt_{};  ///< not joined to one before
    std::jthread thread_;                                   ///< last: ends first
};

}  // namespace tenantry::view
