/// The end of one call: its deadline, and whether somebody ended it before. Pollable without a
/// thread that watches, by a timer descriptor that is made when first asked for.
///
/// Threads: any. No dependency: kernel and worker use it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace tenantry::pluginhost {

class CancelSignal {
  public:
    using Point = std::chrono::steady_clock::time_point;

    explicit CancelSignal(Point deadline) : deadline_(deadline) {}
    ~CancelSignal();
    CancelSignal(const CancelSignal&) = delete;
    CancelSignal& operator=(const CancelSignal&) = delete;

    void cancel();
    [[nodiscard]] bool cancelled() const {
        return cancelled_.load(std::memory_order_acquire) ||
               std::chrono::steady_clock::now() >= deadline_;
    }
    /// Readable once cancelled() holds. -1 when the process has no descriptor left.
    int fd();
    [[nodiscard]] std::int64_t leftMs() const {
        return std::chrono::floor<std::chrono::milliseconds>(deadline_ -
                                                             std::chrono::steady_clock::now())
            .count();
    }
    [[nodiscard]] Point deadline() const { return deadline_; }

  private:
    void arm(Point when) const;

    const Point deadline_;
    std::atomic<bool> cancelled_{false};
    std::mutex mutex_;
    int fd_ = -1;
};

}  // namespace tenantry::pluginhost
