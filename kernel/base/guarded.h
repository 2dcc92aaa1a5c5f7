/// Shared state that cannot be reached without its lock, and an annotated mutex for the rest.
///
/// `clang++ -Wthread-safety` (preset `clang`) checks the annotations of Mutex.
#pragma once

#include <mutex>
#include <shared_mutex>
#include <utility>

#if defined(__clang__)
#define TNY_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define TNY_THREAD_ATTRIBUTE(x)
#endif
#define TNY_GUARDED_BY(m) TNY_THREAD_ATTRIBUTE(guarded_by(m))
#define TNY_REQUIRES(m) TNY_THREAD_ATTRIBUTE(requires_capability(m))
#define TNY_EXCLUDES(m) TNY_THREAD_ATTRIBUTE(locks_excluded(m))

namespace tenantry::base {

class TNY_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
  public:
    void lock() TNY_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
    void unlock() TNY_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
    bool try_lock() TNY_THREAD_ATTRIBUTE(try_acquire_capability(true)) { return mutex_.try_lock(); }

  private:
    std::mutex mutex_;
};

class TNY_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
  public:
    explicit MutexLock(Mutex& mutex) TNY_THREAD_ATTRIBUTE(acquire_capability(mutex))
        : mutex_(mutex) {
        mutex_.lock();
    }
    ~MutexLock() TNY_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

  private:
    Mutex& mutex_;
};

/// The data inside the lock. `guarded.with([](auto& data) { ... })` is the only way to it; keep the
/// body short, and never do I/O or call back in it.
template <class T>
class Guarded {
  public:
    Guarded() = default;
    template <class... Args>
    explicit Guarded(std::in_place_t, Args&&... args) : data_(std::forward<Args>(args)...) {}

    template <class F>
    decltype(auto) with(F&& body) {
        std::unique_lock lock(mutex_);
        return std::forward<F>(body)(data_);
    }
    template <class F>
    decltype(auto) withShared(F&& body) const {
        std::shared_lock lock(mutex_);
        return std::forward<F>(body)(std::as_const(data_));
    }

  private:
    mutable std::shared_mutex mutex_;
    T data_{};
};

}  // namespace tenantry::base
