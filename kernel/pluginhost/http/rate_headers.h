/// What an answer says about when to come again, whatever the style.
///
/// Threads: pure. Bounds: nothing beyond kPauseMax is believed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "kernel/base/clock.h"
#include "kernel/pluginhost/http/exchange.h"

namespace tenantry::pluginhost::http {

inline constexpr auto kPauseMax = std::chrono::hours(24);

struct Rate {
    /// When the same request may come again. Only for a 429 or 503.
    std::optional<std::chrono::milliseconds> retryAfter;
    std::optional<std::int64_t> remaining;           ///< requests left in the window
    std::optional<std::chrono::milliseconds> reset;  ///< until the window begins anew
};

/// Reads Retry-After (RFC 9110: seconds or a date), retry-after-ms, RateLimit (IETF drafts),
/// RateLimit-*, X-RateLimit-* and X-Rate-Limit-*, whose reset is a span, or a moment in seconds or
/// milliseconds: told apart by its size. `now` is ours; a Date header corrects for a backend whose
/// clock is wrong.
Rate readRate(int status, const Headers& headers, base::TimePoint now);

/// An HTTP date of any of RFC 9110's three forms.
std::optional<base::TimePoint> parseHttpDate(std::string_view text);

}  // namespace tenantry::pluginhost::http
