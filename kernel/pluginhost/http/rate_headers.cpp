#include "kernel/pluginhost/http/rate_headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace tenantry::pluginhost::http {

namespace {

using std::chrono::milliseconds;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\"");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\"") - first + 1);
}

/// A number at the start: "30", "1.5", "30;w=60", "5, 10;window=1".
std::optional<double> numberOf(std::string_view text) {
    text = trimmed(text);
    double n = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
    const std::string_view rest(r.ptr, static_cast<std::size_t>(text.data() + text.size() - r.ptr));
    if (r.ec != std::errc() || !std::isfinite(n)) return std::nullopt;
    if (!rest.empty() && rest.find_first_of(";, \"") != 0) return std::nullopt;
    return n;
}

milliseconds span(double ms) {
    const auto most = std::chrono::duration_cast<milliseconds>(kPauseMax);
    return milliseconds(
        static_cast<std::int64_t>(std::clamp(ms, 0.0, static_cast<double>(most.count()))));
}

/// How far a moment lies ahead, by the backend's own clock where it tells it.
milliseconds ahead(base::TimePoint moment, const Headers& headers, base::TimePoint now) {
    if (const auto* date = find(headers, "Date"))
        if (const auto theirs = parseHttpDate(*date)) now = *theirs;
    return span(static_cast<double>((moment - now).count()));
}

std::optional<milliseconds> resetOf(double value, const Headers& headers, base::TimePoint now) {
    constexpr double kEpochMs = 1e11;
    constexpr double kEpochSeconds = 1e9;
    if (value < 0) return std::nullopt;
    if (value < kEpochSeconds) return span(value * 1000);
    const double ms = value < kEpochMs ? value * 1000 : value;
    if (ms > 1e15) return std::nullopt;
    return ahead(base::fromMillis(static_cast<std::int64_t>(ms)), headers, now);
}

/// Of the structured form: `"default";r=50;t=30` or `limit=100, remaining=50, reset=30`.
std::optional<double> parameter(std::string_view text, std::string_view shortName,
                                std::string_view longName) {
    while (!text.empty()) {
        const auto end = text.find_first_of(";,");
        const std::string_view one = trimmed(text.substr(0, end));
        const auto equals = one.find('=');
        if (equals != std::string_view::npos &&
            (one.substr(0, equals) == shortName || one.substr(0, equals) == longName))
            return numberOf(one.substr(equals + 1));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::optional<double> firstNumber(const Headers& headers,
                                  std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const auto* value = find(headers, name))
            if (const auto n = numberOf(*value)) return n;
    return std::nullopt;
}

std::optional<milliseconds> retryAfter(const Headers& headers, base::TimePoint now) {
    if (const auto ms = firstNumber(headers, {"retry-after-ms", "x-ms-retry-after-ms"}))
        return span(*ms);
    const auto* text = find(headers, "Retry-After");
    if (text == nullptr) return std::nullopt;
    if (const auto seconds = numberOf(*text)) return span(*seconds * 1000);
    if (const auto moment = parseHttpDate(*text)) return ahead(*moment, headers, now);
    return std::nullopt;
}

void readWindow(const Headers& headers, base::TimePoint now, Rate& out) {
    std::optional<double> remaining;
    std::optional<double> reset;
    if (const auto* text = find(headers, "RateLimit")) {
        remaining = parameter(*text, "r", "remaining");
        reset = parameter(*text, "t", "reset");
    }
    if (!remaining)
        remaining = firstNumber(
            headers, {"RateLimit-Remaining", "X-RateLimit-Remaining", "X-Rate-Limit-Remaining"});
    if (const auto after = firstNumber(headers, {"X-RateLimit-Reset-After"})) {
        out.reset = span(*after * 1000);
    } else {
        if (!reset)
            reset = firstNumber(headers,
                                {"RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset"});
        if (reset) out.reset = resetOf(*reset, headers, now);
    }
    if (remaining && *remaining >= 0 && *remaining < 1e15)
        out.remaining = static_cast<std::int64_t>(*remaining);
}

struct DateFields {
    int day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0;
};

int monthOf(std::string_view name) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const auto at = kMonths.find(name);
    return name.size() != 3 || at == std::string_view::npos || at % 3 != 0
               ? 0
               : static_cast<int>(at / 3) + 1;
}

bool number(std::string_view text, int& out) {
    text = trimmed(text);
    const auto r = std::from_chars(text.data(), text.data() + text.size(), out);
    return r.ec == std::errc() && r.ptr == text.data() + text.size() && out >= 0;
}

bool time(std::string_view text, DateFields& f) {
    return text.size() == 8 && text[2] == ':' && text[5] == ':' &&
           number(text.substr(0, 2), f.hour) && number(text.substr(3, 2), f.minute) &&
           number(text.substr(6, 2), f.second);
}

bool fieldsOf(std::string_view t, DateFields& f) {
    const auto comma = t.find(", ");
    if (comma == 3 && t.size() == 29) {  // Sun, 06 Nov 1994 08:49:37 GMT
        f.month = monthOf(t.substr(8, 3));
        return number(t.substr(5, 2), f.day) && number(t.substr(12, 4), f.year) &&
               time(t.substr(17, 8), f) && t.substr(25) == " GMT";
    }
    if (comma != std::string_view::npos && t.size() == comma + 24) {  // Sunday, 06-Nov-94 08:49:37
        t.remove_prefix(comma + 2);
        f.month = monthOf(t.substr(3, 3));
        const bool good = number(t.substr(0, 2), f.day) && number(t.substr(7, 2), f.year) &&
                          time(t.substr(10, 8), f) && t.substr(18) == " GMT";
        f.year += f.year < 70 ? 2000 : 1900;
        return good;
    }
    if (t.size() == 24) {  // Sun Nov  6 08:49:37 1994
        f.month = monthOf(t.substr(4, 3));
        return number(t.substr(8, 2), f.day) && time(t.substr(11, 8), f) &&
               number(t.substr(20, 4), f.year);
    }
    return false;
}

}  // namespace

std::optional<base::TimePoint> parseHttpDate(std::string_view text) {
    namespace chrono = std::chrono;
    DateFields f;
    if (!fieldsOf(trimmed(text), f) || f.month == 0) return std::nullopt;
    const chrono::year_month_day date{chrono::year(f.year),
                                      chrono::month(static_cast<unsigned>(f.month)),
                                      chrono::day(static_cast<unsigned>(f.day))};
    if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
    return chrono::sys_days(date) + chrono::hours(f.hour) + chrono::minutes(f.minute) +
           chrono::seconds(f.second);
}

Rate readRate(int status, const Headers& headers, base::TimePoint now) {
    Rate out;
    readWindow(headers, now, out);
    if (status != 429 && status != 503) return out;
    out.retryAfter = retryAfter(headers, now);
    // A 429 without Retry-After: the window's end is what it means.
    if (!out.retryAfter && status == 429 && out.remaining.value_or(0) == 0)
        out.retryAfter = out.reset;
    return out;
}

}  // namespace tenantry::pluginhost::http
