#include "kernel/domain/maintenance.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tenantry::domain {

namespace {

constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::int64_t kWeekMinutes = 7 * 24 * 60;
using Day = std::chrono::days;
using std::chrono::minutes;

/// 1970-01-01 was a Thursday.
unsigned weekdayOf(std::chrono::sys_days day) {
    return static_cast<unsigned>((day.time_since_epoch().count() % 7 + 7 + 4) % 7);
}

std::optional<int> twoDigits(std::string_view text) {
    int value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.size() != 2 || parsed.ec != std::errc() || parsed.ptr != text.data() + 2)
        return std::nullopt;
    return value;
}

std::string padded(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

bool MaintenanceWindow::isOpen(base::TimePoint at) const {
    return nextOpening(at) == at;
}

base::TimePoint MaintenanceWindow::nextOpening(base::TimePoint at) const {
    const auto today = std::chrono::floor<Day>(at);
    // One that opened up to a week ago may still be open.
    for (int offset = -7; offset <= 7; ++offset) {
        const auto day = today + Day{offset};
        if (days.count(weekdayOf(day)) == 0) continue;
        const base::TimePoint opens = day + from;
        if (at < opens) return opens;
        if (at < opens + length) return at;
    }
    return at;  // no day: there is no window to wait for
}

std::set<std::string> MaintenanceWindow::dayNames() const {
    std::set<std::string> out;
    for (const auto day : days) out.insert(std::string(kDays.at(day)));
    return out;
}

std::string MaintenanceWindow::fromText() const {
    return padded(from.count() / 60) + ":" + padded(from.count() % 60);
}

std::string MaintenanceWindow::text() const {
    std::string out;
    for (const auto day : days) out += (out.empty() ? "" : ",") + std::string(kDays.at(day));
    return out + " " + fromText() + " for " + std::to_string(length.count()) + " min";
}

base::Result<MaintenanceWindow> MaintenanceWindow::make(const std::set<std::string>& names,
                                                        std::string_view from,
                                                        std::int64_t minutesLong) {
    MaintenanceWindow out;
    for (const auto& name : names) {
        const auto found = std::find(kDays.begin(), kDays.end(), name);
        if (found == kDays.end())
            return base::invalidArgument("A day is one of mon, tue, wed, thu, fri, sat, sun.",
                                         "/days");
        out.days.insert(static_cast<unsigned>(found - kDays.begin()));
    }
    if (out.days.empty()) return base::invalidArgument("A window opens on some day.", "/days");
    const auto hour = from.size() == 5 ? twoDigits(from.substr(0, 2)) : std::nullopt;
    const auto minute = from.size() == 5 ? twoDigits(from.substr(3)) : std::nullopt;
    if (!hour || !minute || from[2] != ':' || *hour > 23 || *minute > 59)
        return base::invalidArgument("A window opens at a time such as 22:00, in UTC.", "/from");
    if (minutesLong < 1 || minutesLong > kWeekMinutes)
        return base::invalidArgument("A window is open for 1 to 10080 minutes.", "/minutes");
    out.from = minutes{*hour * 60 + *minute};
    out.length = minutes{minutesLong};
    return out;
}

base::Result<MaintenanceWindow> MaintenanceWindow::parse(std::string_view text) {
    std::set<std::string> names;
    const auto space = text.find(' ');
    std::string_view list = text.substr(0, space);
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        names.emplace(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    const std::string_view rest = space == text.npos ? std::string_view() : text.substr(space + 1);
    const auto gap = rest.find(" for ");
    std::int64_t length = 0;
    if (gap != rest.npos) {
        const auto number = rest.substr(gap + 5);
        std::from_chars(number.data(), number.data() + number.size(), length);
    }
    return make(names, rest.substr(0, gap), length);
}

}  // namespace tenantry::domain
