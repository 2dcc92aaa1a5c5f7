/// When an organization may be worked on: a window that comes back every week, in UTC.
///
/// Threads: values and pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

struct MaintenanceWindow {
    /// The days on which it opens: 0 Sunday ... 6 Saturday.
    std::set<unsigned> days;
    std::chrono::minutes from{0};    ///< after midnight
    std::chrono::minutes length{0};  ///< at most a week; it may go past midnight
    bool operator==(const MaintenanceWindow&) const = default;

    [[nodiscard]] bool isOpen(base::TimePoint at) const;
    /// `at` when it is open then.
    [[nodiscard]] base::TimePoint nextOpening(base::TimePoint at) const;
    /// "sat,sun 22:00 for 360 min": what parse() takes.
    [[nodiscard]] std::string text() const;
    static base::Result<MaintenanceWindow> parse(std::string_view text);
    /// kInvalidArgument with a pointer. `days`: "mon", "tue" ...; `from`: "22:00"; `minutes`: 1 to
    /// 10,080.
    static base::Result<MaintenanceWindow> make(const std::set<std::string>& days,
                                                std::string_view from, std::int64_t minutes);
    [[nodiscard]] std::set<std::string> dayNames() const;
    [[nodiscard]] std::string fromText() const;
};

}  // namespace tenantry::domain
