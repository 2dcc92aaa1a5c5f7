#include "plugins/ldap/text.h"

#include <ldap.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

namespace tenantry::ldap {
namespace {

constexpr std::int64_t kMsPerDay = 86'400'000;

// Days since 1970-01-01 of a proleptic Gregorian date, and back (Hinnant's algorithm).
std::int64_t daysFromCivil(std::int64_t year, int month, int day) {
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t yearOfEra = year - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

struct Civil {
    std::int64_t year;
    int month, day;
};

Civil civilFromDays(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t dayOfEra = days - era * 146097;
    const std::int64_t yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t mp = (5 * dayOfYear + 2) / 153;
    const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            static_cast<int>(dayOfYear - (153 * mp + 2) / 5 + 1)};
}

int daysInMonth(int year, int month) {
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[month - 1];
}

// Takes digits off the front of a text.
class Digits {
  public:
    explicit Digits(std::string_view text) : text_(text) {}

    bool startsWithDigit() const {
        return !text_.empty() && std::isdigit(static_cast<unsigned char>(text_.front())) != 0;
    }
    // Exactly `count` digits; -1 when there are fewer.
    int take(std::size_t count) {
        if (text_.size() < count) return -1;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (!startsWithDigit()) return -1;
            value = value * 10 + (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return value;
    }
    bool accept(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool done() const { return text_.empty(); }

  private:
    std::string_view text_;
};

bool inRange(int value, int low, int high) {
    return value >= low && value <= high;
}

// "Z" or "+hhmm" or "-hh": milliseconds to subtract.
std::optional<std::int64_t> takeZone(Digits& in) {
    if (in.accept('Z')) return in.done() ? std::optional<std::int64_t>(0) : std::nullopt;
    const bool east = in.accept('+');
    if (!east && !in.accept('-')) return std::nullopt;
    const int hours = in.take(2);
    const int minutes = in.done() ? 0 : in.take(2);
    if (!inRange(hours, 0, 23) || !inRange(minutes, 0, 59) || !in.done()) return std::nullopt;
    return (east ? 1 : -1) * (hours * 60 + minutes) * std::int64_t{60'000};
}

}  // namespace

std::string escapeFilter(std::string_view value) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '*' || c == '(' || c == ')' || c == '\\' || byte < 0x20 || byte >= 0x7f) {
            out += {'\\', kHex[byte >> 4], kHex[byte & 15]};
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<std::int64_t> parseTime(std::string_view text) {
    Digits in(text);
    const int year = in.take(4), month = in.take(2), day = in.take(2), hour = in.take(2);
    if (!inRange(year, 1, 9999) || !inRange(month, 1, 12) || !inRange(hour, 0, 23) ||
        !inRange(day, 1, daysInMonth(year, month))) {
        return std::nullopt;
    }
    int minute = 0, second = 0;
    std::int64_t unit = 3'600'000;  // what a fraction is a fraction of
    if (in.startsWithDigit()) {
        minute = in.take(2);
        unit = 60'000;
        if (in.startsWithDigit()) {
            second = in.take(2);
            unit = 1000;
        }
    }
    if (!inRange(minute, 0, 59) || !inRange(second, 0, 60)) return std::nullopt;
    std::int64_t fraction = 0;
    if (in.accept('.') || in.accept(',')) {
        if (!in.startsWithDigit()) return std::nullopt;
        for (std::int64_t scale = unit; in.startsWithDigit(); scale /= 10) {
            fraction += in.take(1) * scale / 10;
        }
    }
    const auto zone = takeZone(in);
    if (!zone) return std::nullopt;
    return daysFromCivil(year, month, day) * kMsPerDay + hour * std::int64_t{3'600'000} +
           minute * std::int64_t{60'000} + second * std::int64_t{1000} + fraction - *zone;
}

std::int64_t currentTimeMs() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string isoTime(std::int64_t unixMs) {
    std::int64_t days = unixMs / kMsPerDay;
    std::int64_t rest = unixMs % kMsPerDay;
    if (rest < 0) {
        rest += kMsPerDay;
        --days;
    }
    const Civil date = civilFromDays(days);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02dT%02d:%02d:%02d",
                  static_cast<int>(date.year), date.month, date.day,
                  static_cast<int>(rest / 3'600'000), static_cast<int>(rest / 60'000 % 60),
                  static_cast<int>(rest / 1000 % 60));
    std::string out = buffer;
    if (rest % 1000 != 0) {
        std::snprintf(buffer, sizeof buffer, ".%03d", static_cast<int>(rest % 1000));
        out += buffer;
    }
    return out + "Z";
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string foldDn(std::string_view dn) {
    berval in{dn.size(), const_cast<char*>(dn.data())};
    LDAPDN parsed = nullptr;
    if (ldap_bv2dn(&in, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return lower(dn);
    berval written{0, nullptr};
    const int result = ldap_dn2bv(parsed, &written, LDAP_DN_FORMAT_LDAPV3);
    ldap_dnfree(parsed);
    if (result != LDAP_SUCCESS) return lower(dn);
    std::string out = lower(std::string_view(written.bv_val, written.bv_len));
    ldap_memfree(written.bv_val);
    return out;
}

namespace {

struct FreeDn {
    void operator()(LDAPRDN* dn) const { ldap_dnfree(dn); }
};
using Dn = std::unique_ptr<LDAPRDN, FreeDn>;

/// Nothing when it is no DN, or that of the root.
Dn parseDn(std::string_view dn) {
    berval in{dn.size(), const_cast<char*>(dn.data())};
    LDAPDN parsed = nullptr;
    if (ldap_bv2dn(&in, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return nullptr;
    return Dn(parsed);
}

std::string writeDn(LDAPDN dn) {
    berval written{0, nullptr};
    if (dn == nullptr || ldap_dn2bv(dn, &written, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return {};
    std::string out(written.bv_val, written.bv_len);
    ldap_memfree(written.bv_val);
    return out;
}

/// Each name from the entry up, folded.
std::vector<std::string> namesOf(std::string_view text) {
    std::vector<std::string> out;
    const Dn dn = parseDn(text);
    for (LDAPDN at = dn.get(); at != nullptr && *at != nullptr; ++at) {
        LDAPRDN one[2] = {*at, nullptr};
        out.push_back(lower(writeDn(one)));
    }
    return out;
}

}  // namespace

std::pair<std::string, std::string> splitDn(const std::string& text) {
    const Dn dn = parseDn(text);
    if (!dn || *dn.get() == nullptr) return {};
    LDAPRDN own[2] = {*dn.get(), nullptr};
    return {writeDn(own), writeDn(dn.get() + 1)};
}

bool isWithin(std::string_view dn, std::string_view base) {
    const auto names = namesOf(dn), above = namesOf(base);
    return !names.empty() && names.size() >= above.size() &&
           std::equal(above.rbegin(), above.rend(), names.rbegin());
}

bool isUuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
            return false;
        }
    }
    return true;
}

std::string digest(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    char buffer[17];
    std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(hash));
    return buffer;
}

}  // namespace tenantry::ldap
