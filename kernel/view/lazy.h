/// A value that is made when it is first asked for, once, by whoever asks first.
///
/// Threads: every method from any thread; who asks while it is being made waits for it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

namespace tenantry::view {

template <class T>
class Lazy {
  public:
    Lazy() = default;
    Lazy(const Lazy&) = delete;
    Lazy& operator=(const Lazy&) = delete;

    /// `make` returns a unique_ptr<const T>.
    template <class F>
    const T& get(F&& make) const {
        if (const T* made = ready_.load(std::memory_order_acquire)) return *made;
        std::lock_guard lock(mutex_);
        if (!value_) {
            value_ = make();
            ready_.store(value_.get(), std::memory_order_release);
        }
        return *value_;
    }
    /// What was made elsewhere. REQUIRES: nobody else knows of this object yet.
    void set(std::unique_ptr<const T> made) {
        value_ = std::move(made);
        ready_.store(value_.get(), std::memory_order_release);
    }
    /// Nothing when it was not made yet.
    [[nodiscard]] const T* peek() const { return ready_.load(std::memory_order_acquire); }

  private:
    mutable std::mutex mutex_;
    mutable std::unique_ptr<const T> value_;
    mutable std::atomic<const T*> ready_ = nullptr;
};

}  // namespace tenantry::view
