/// Time, injected: wall time for what people read, steady time for what waits.
///
/// Threads: every method may be called from any thread. std::chrono::system_clock::now is used in
/// clock.cpp only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tenantry::base {

/// A moment in UTC, in milliseconds.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyPoint = std::chrono::steady_clock::time_point;

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    [[nodiscard]] virtual SteadyPoint steadyNow() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] SteadyPoint steadyNow() const override;
};

/// RFC 3339 in UTC: "2026-11-22T03:01:13Z", with milliseconds only when there are some.
std::string toRfc3339(TimePoint time);

/// Parses RFC 3339 (any offset, up to nanoseconds, cut to milliseconds). Nothing when it is not a
/// real moment.
std::optional<TimePoint> parseRfc3339(std::string_view text);

inline std::int64_t toMillis(TimePoint time) {
    return time.time_since_epoch().count();
}
inline TimePoint fromMillis(std::int64_t ms) {
    return TimePoint{std::chrono::milliseconds{ms}};
}

}  // namespace tenantry::base
