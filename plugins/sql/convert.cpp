#include "plugins/sql/convert.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>

namespace tenantry::sql {
namespace {

constexpr int kPhpDepthMax = 32;

bool allDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\0' || c == '\n'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

// Takes exactly `count` digits from the front of `text`.
bool takeNumber(std::string_view& text, std::size_t count, int& out) {
    if (text.size() < count || !allDigits(text.substr(0, count))) return false;
    std::from_chars(text.data(), text.data() + count, out);
    text.remove_prefix(count);
    return true;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

struct Fields {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0;
    int offsetMinutes = 0;
};

TimeReading fromFields(const Fields& f) {
    using namespace std::chrono;
    if (f.year == 0 && f.month == 0 && f.day == 0) return {};
    const year_month_day date{year{f.year}, month{static_cast<unsigned>(f.month)},
                              day{static_cast<unsigned>(f.day)}};
    if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) {
        return {TimeReading::Kind::kBad, {}};
    }
    const Moment moment = sys_days{date} + hours{f.hour} + minutes{f.minute} + seconds{f.second} +
                          milliseconds{f.milliseconds} - minutes{f.offsetMinutes};
    return {TimeReading::Kind::kMoment, moment};
}

bool takeFraction(std::string_view& text, Fields& f) {
    if (!take(text, '.')) return true;
    int scale = 100;
    std::size_t digits = 0;
    for (; !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0; ++digits) {
        f.milliseconds += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    return digits > 0;
}

// "Z", "+01", "+01:00", "+0100", " UTC"; nothing is UTC.
bool takeOffset(std::string_view& text, Fields& f) {
    text = trimmed(text);
    if (text.empty() || text == "Z" || text == "z" || text == "UTC") return text = {}, true;
    const int sign = text.front() == '-' ? -1 : 1;
    if (text.front() != '+' && text.front() != '-') return false;
    text.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!takeNumber(text, 2, hours)) return false;
    take(text, ':');
    if (!text.empty() && !takeNumber(text, 2, minutes)) return false;
    f.offsetMinutes = sign * (hours * 60 + minutes);
    return text.empty();
}

TimeReading readDateTime(std::string_view text) {
    const TimeReading bad{TimeReading::Kind::kBad, {}};
    Fields f;
    if (!takeNumber(text, 4, f.year) || !take(text, '-') || !takeNumber(text, 2, f.month) ||
        !take(text, '-') || !takeNumber(text, 2, f.day)) {
        return bad;
    }
    if (text.empty()) return fromFields(f);
    if (!take(text, ' ') && !take(text, 'T') && !take(text, 't')) return bad;
    if (!takeNumber(text, 2, f.hour) || !take(text, ':') || !takeNumber(text, 2, f.minute)) {
        return bad;
    }
    if (take(text, ':') && !takeNumber(text, 2, f.second)) return bad;
    if (!takeFraction(text, f) || !takeOffset(text, f)) return bad;
    return fromFields(f);
}

TimeReading readDigits(std::string_view text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; })) return {};
    Fields f;
    if (text.size() == 14) {
        takeNumber(text, 4, f.year);
        takeNumber(text, 2, f.month);
        takeNumber(text, 2, f.day);
        takeNumber(text, 2, f.hour);
        takeNumber(text, 2, f.minute);
        takeNumber(text, 2, f.second);
        return fromFields(f);
    }
    if (text.size() < 9 || text.size() > 13) return {TimeReading::Kind::kBad, {}};
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.size() <= 11) number *= 1000;
    return {TimeReading::Kind::kMoment, Moment{std::chrono::milliseconds{number}}};
}

/// Walks one serialized PHP value.
class PhpReader {
  public:
    explicit PhpReader(std::string_view text) : text_(text) {}

    std::optional<std::vector<std::string>> keys(bool onlyTrue) {
        std::size_t count = 0;
        if (!arrayHead(count)) return std::nullopt;
        std::vector<std::string> out;
        for (std::size_t i = 0; i < count; ++i) {
            std::string key;
            if (!scalar(key)) return std::nullopt;
            const auto before = text_;
            if (!skip(1)) return std::nullopt;
            const auto value = before.substr(0, before.size() - text_.size());
            if (!onlyTrue || isTrue(value)) out.push_back(std::move(key));
        }
        if (!take(text_, '}')) return std::nullopt;
        return out;
    }

  private:
    static bool isTrue(std::string_view value) {
        return value == "b:1;" || value == "i:1;" || value == "s:1:\"1\";";
    }

    bool number(char end, std::size_t& out) {
        const auto stop = text_.find(end);
        if (stop == std::string_view::npos || !allDigits(text_.substr(0, stop))) return false;
        const auto parsed = std::from_chars(text_.data(), text_.data() + stop, out);
        text_.remove_prefix(stop + 1);
        return parsed.ec == std::errc();
    }

    bool arrayHead(std::size_t& count) {
        return take(text_, 'a') && take(text_, ':') && number(':', count) && take(text_, '{');
    }

    // A key: an integer or a string.
    bool scalar(std::string& out) {
        if (text_.substr(0, 2) == "i:") {
            text_.remove_prefix(2);
            const auto stop = text_.find(';');
            if (stop == std::string_view::npos) return false;
            out = text_.substr(0, stop);
            text_.remove_prefix(stop + 1);
            return true;
        }
        std::size_t size = 0;
        if (text_.substr(0, 2) != "s:") return false;
        text_.remove_prefix(2);
        if (!number(':', size) || text_.size() < 3 || size > text_.size() - 3) return false;
        if (text_[0] != '"' || text_.substr(size + 1, 2) != "\";") return false;
        out = text_.substr(1, size);
        text_.remove_prefix(size + 3);
        return true;
    }

    bool skip(int depth) {
        if (depth > kPhpDepthMax || text_.size() < 2) return false;
        std::string ignored;
        if (text_.front() == 's' || text_.front() == 'i') return scalar(ignored);
        if (text_.front() == 'a') {
            std::size_t count = 0;
            if (!arrayHead(count)) return false;
            for (std::size_t i = 0; i < count; ++i) {
                if (!scalar(ignored) || !skip(depth + 1)) return false;
            }
            return take(text_, '}');
        }
        // b:1; d:0.5; N; - and an object (O:) is refused: no role is kept in one.
        if (text_.front() != 'b' && text_.front() != 'd' && text_.front() != 'N') return false;
        const auto stop = text_.find(';');
        if (stop == std::string_view::npos) return false;
        text_.remove_prefix(stop + 1);
        return true;
    }

    std::string_view text_;
};

}  // namespace

TimeReading readTime(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return {};
    if (text == "infinity" || text == "infinite" || text == "indefinite") {
        return {TimeReading::Kind::kForever, {}};
    }
    if (text == "-infinity") return {};
    if (allDigits(text)) return readDigits(text);
    return readDateTime(text);
}

std::string toRfc3339(Moment moment) {
    return writeTime(moment, TimeFormat::kRfc3339);
}

std::string writeTime(Moment moment, TimeFormat format) {
    using namespace std::chrono;
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const hh_mm_ss time{moment - day};
    const long long ms = moment.time_since_epoch().count();
    std::array<char, 64> out{};
    const auto print = [&](const char* pattern) {
        std::snprintf(
            out.data(), out.size(), pattern, static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
            static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
            static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
        return std::string(out.data());
    };
    switch (format) {
        case TimeFormat::kDateTime:
            return print("%04d-%02u-%02u %02d:%02d:%02d");
        case TimeFormat::kCompact:
            return print("%04d%02u%02u%02d%02d%02d");
        case TimeFormat::kEpochSeconds:
            return std::to_string(floor<seconds>(moment).time_since_epoch().count());
        case TimeFormat::kEpochMs:
            return std::to_string(ms);
        case TimeFormat::kRfc3339:
            break;
    }
    return time.subseconds().count() == 0 ? print("%04d-%02u-%02uT%02d:%02d:%02dZ")
                                          : print("%04d-%02u-%02uT%02d:%02d:%02d.%03dZ");
}

std::optional<bool> readBoolean(std::string_view text) {
    std::string lower(trimmed(text));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* yes : {"1", "true", "t", "yes", "y", "on"}) {
        if (lower == yes) return true;
    }
    for (const char* no : {"", "0", "false", "f", "no", "n", "off"}) {
        if (lower == no) return false;
    }
    return std::nullopt;
}

std::optional<std::vector<std::string>> phpArrayKeys(std::string_view text, bool onlyTrue) {
    return PhpReader(trimmed(text)).keys(onlyTrue);
}

std::vector<std::string> splitList(std::string_view text, char separator) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const auto end = text.find(separator);
        const auto part = trimmed(text.substr(0, end));
        if (!part.empty()) out.emplace_back(part);
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return out;
}

}  // namespace tenantry::sql
