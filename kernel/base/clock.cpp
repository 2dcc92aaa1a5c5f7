#include "kernel/base/clock.h"

#include <array>
#include <cstdio>

namespace tenantry::base {

using namespace std::chrono;

TimePoint SystemClock::now() const {
    return floor<milliseconds>(system_clock::now());
}
SteadyPoint SystemClock::steadyNow() const {
    return steady_clock::now();
}

namespace {

/// Writes `value` in `count` digits.
char* putDigits(char* at, unsigned value, std::size_t count) {
    for (std::size_t i = count; i > 0; --i, value /= 10)
        at[i - 1] = static_cast<char>('0' + value % 10);
    return at + count;
}

}  // namespace

std::string toRfc3339(TimePoint time) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss<milliseconds> clock{time - day};
    const int year = static_cast<int>(date.year());
    std::array<char, 32> out{};
    char* at = out.data();
    if (year < 0) *at++ = '-';
    // A year of more than four digits is no RFC 3339, but still says which.
    const auto years = static_cast<unsigned>(year < 0 ? -year : year);
    at = putDigits(at, years, years > 9999 ? 5 : 4);
    *at++ = '-';
    at = putDigits(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = putDigits(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = putDigits(at, static_cast<unsigned>(clock.hours().count()), 2);
    *at++ = ':';
    at = putDigits(at, static_cast<unsigned>(clock.minutes().count()), 2);
    *at++ = ':';
    at = putDigits(at, static_cast<unsigned>(clock.seconds().count()), 2);
    if (const auto ms = static_cast<unsigned>(clock.subseconds().count()); ms != 0) {
        *at++ = '.';
        at = putDigits(at, ms, 3);
    }
    *at++ = 'Z';
    return {out.data(), static_cast<std::size_t>(at - out.data())};
}

namespace {

/// Reads exactly `count` digits at `at`; negative when they are not digits.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// Reads ".123456" at `at`, moves `at` behind it; negative when malformed.
int fraction(std::string_view text, std::size_t& at) {
    if (at >= text.size() || text[at] != '.') return 0;
    int ms = 0;
    std::size_t seen = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++seen)
        if (seen < 3) ms = ms * 10 + (text[at] - '0');
    if (seen == 0) return -1;
    for (; seen < 3; ++seen) ms *= 10;
    return ms;
}

/// Reads "Z" or "+hh:mm" as the whole rest.
std::optional<minutes> offset(std::string_view text) {
    if (text == "Z" || text == "z") return minutes{0};
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':')
        return std::nullopt;
    const int h = digits(text, 1, 2);
    const int m = digits(text, 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59) return std::nullopt;
    return minutes{(text[0] == '-' ? -1 : 1) * (h * 60 + m)};
}

}  // namespace

std::optional<TimePoint> parseRfc3339(std::string_view text) {
    if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
        (text[10] != 'T' && text[10] != 't' && text[10] != ' ') || text[13] != ':' ||
        text[16] != ':')
        return std::nullopt;
    const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    const int h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60)
        return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    std::size_t at = 19;
    const int ms = fraction(text, at);
    const auto zone = offset(text.substr(at));
    if (ms < 0 || !zone) return std::nullopt;
    return TimePoint{sys_days{date}.time_since_epoch() + hours{h} + minutes{mi} + seconds{s} +
                     milliseconds{ms} - *zone};
}

}  // namespace tenantry::base
