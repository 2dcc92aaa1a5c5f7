/// Brings the users of a store into the view at a start: one thread reads, another lays them in
/// columns, and nothing is merged or made ready before all are there.
///
/// Ownership: who fills; the view outlives it. Threads: add() and finish() from one thread; one of
/// its own ("view-filler") until finish() or the end of the object. Bounds: kBatchesWaiting batches
/// wait, then add() does.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/domain/user.h"
#include "kernel/view/compactor.h"
#include "kernel/view/view_state.h"

namespace tenantry::view {

class Filling {
  public:
    Filling(ViewState& state, Compactor& compactor);
    ~Filling();
    Filling(const Filling&) = delete;
    Filling& operator=(const Filling&) = delete;

    /// REQUIRES: the view does not have the user, and nobody else writes meanwhile. A user of a
    /// connection that was never put is not taken.
    void add(domain::User&& user);
    /// All are in the view; in one segment, unless most users were there before. Gives how many
    /// were added.
    std::uint64_t finish();

  private:
    /// Goes round between the two threads: what a thread made it also takes apart, which is what
    /// the allocator does best.
    struct Batch {
        std::vector<domain::User> users;
        std::size_t count = 0;
    };
    /// Large enough that few segments are to be merged at the end.
    static constexpr std::size_t kBatch = 32'768;
    static constexpr std::size_t kBatchesWaiting = 2;

    void hand();
    void work(const std::stop_token& stop);
    /// Without users at the end. `used` is given back.
    Batch next(Batch used, const std::stop_token& stop);

    ViewState& state_;
    Compactor::Rest rest_;
    Compactor& compactor_;
    Batch batch_;
    std::uint64_t count_ = 0;
    std::mutex mutex_;
    std::condition_variable_any condition_;
    std::deque<Batch> waiting_;
    std::vector<Batch> spare_;
    bool isEnded_ = false;
    std::jthread thread_;  ///< last: ends first
};

}  // namespace tenantry::view
