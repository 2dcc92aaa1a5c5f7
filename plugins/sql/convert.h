#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenantry::sql {

/// A moment in UTC, milliseconds since 1970.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// What a time column said.
struct TimeReading {
    enum class Kind { kAbsent = 1, kMoment, kForever, kBad };
    Kind kind = Kind::kAbsent;
    Moment moment{};
};

/// Reads the forms databases keep times in: `2026-11-22 03:24:08[.123][+01:00]`, RFC 3339,
/// `20261122032408` (MediaWiki), a date alone, Unix seconds (9 to 11 digits) or milliseconds (12 or
/// 13). A time without an offset is UTC. Empty and zero dates are absent; "infinity" is forever.
TimeReading readTime(std::string_view text);

/// RFC 3339 in UTC, with milliseconds only when there are some.
std::string toRfc3339(Moment moment);

/// How a mapping's :now is written.
enum class TimeFormat { kDateTime = 1, kRfc3339, kCompact, kEpochSeconds, kEpochMs };
std::string writeTime(Moment moment, TimeFormat format);

/// 1/true/t/yes/y/on and 0/false/f/no/n/off/'' in any case; nothing for anything else.
std::optional<bool> readBoolean(std::string_view text);

/// The keys of a PHP-serialized array, in order; with `onlyTrue` those whose value is true (how
/// WordPress keeps roles: a:1:{s:10:"subscriber";b:1;}). Nothing when the text is not a serialized
/// array. Nested values are skipped, never interpreted; depth and size are bounded by the text.
std::optional<std::vector<std::string>> phpArrayKeys(std::string_view text, bool onlyTrue);

/// The parts between `separator`, trimmed, without empty ones.
std::vector<std::string> splitList(std::string_view text, char separator);

}  // namespace tenantry::sql
