/// Cuts connections whose time is up, so that a database that hangs holds nobody past a deadline.
///
/// Ownership: Database. Threads: any; its own thread is "store-watchdog", joined in the destructor.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "kernel/base/deadline.h"

namespace tenantry::store {

class Watchdog {
  public:
    Watchdog();
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// While it lives, the socket is shut down at the deadline: its reader gets an error at once.
    /// REQUIRES: the descriptor stays open until the guard is gone.
    class Guard {
      public:
        Guard(Watchdog* watchdog, int descriptor, base::Deadline deadline);
        ~Guard();
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

      private:
        Watchdog* watchdog_;
        std::uint64_t ticket_ = 0;
    };

  private:
    struct Watched {
        int descriptor;
        base::SteadyPoint until;
    };
    void watch(const std::stop_token& stopping);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::uint64_t, Watched> watched_;
    std::uint64_t tickets_ = 0;
    base::SteadyPoint wake_ = base::SteadyPoint::max();  ///< when the thread looks next
    std::jthread thread_;                                ///< last: it uses the others
};

}  // namespace tenantry::store
