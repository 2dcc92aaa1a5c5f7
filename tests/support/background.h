/// A call that runs beside the test, on a thread that is joined: what std::async does, with an
/// owner that can be seen.
///
/// Threads: made, waited for and destroyed on one thread; the body runs on another.
#pragma once

#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

namespace tenantry::testing {

template <class Body>
class Background {
  public:
    using Value = std::invoke_result_t<Body>;
    explicit Background(Body body)
        : thread_([this, run = std::move(body)]() mutable { result_.emplace(run()); }) {}
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    void wait() {
        if (thread_.joinable()) thread_.join();
    }
    Value get() {
        wait();
        return std::move(*result_);
    }

  private:
    std::optional<Value> result_;
    std::jthread thread_;  // last: it is joined before the result goes
};

}  // namespace tenantry::testing
