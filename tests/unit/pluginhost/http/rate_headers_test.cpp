// When to come again, as the known backends say it.
#include "kernel/pluginhost/http/rate_headers.h"

#include <gtest/gtest.h>

namespace tenantry::pluginhost::http {
namespace {

using namespace std::chrono_literals;

// 2026-11-22T10:00:00Z
const base::TimePoint kNow = base::fromMillis(1795341600000);

struct Case {
    const char* name;
    int status;
    Headers headers;
    std::int64_t retryAfterMs;  ///< -1 = none, as below
    std::int64_t remaining;
    std::int64_t resetMs;
};

class RateHeaders : public ::testing::TestWithParam<Case> {};

TEST_P(RateHeaders, AreReadOnce) {
    const auto& c = GetParam();
    const Rate rate = readRate(c.status, c.headers, kNow);
    EXPECT_EQ(rate.retryAfter ? rate.retryAfter->count() : -1, c.retryAfterMs);
    EXPECT_EQ(rate.remaining.value_or(-1), c.remaining);
    EXPECT_EQ(rate.reset ? rate.reset->count() : -1, c.resetMs);
}

INSTANTIATE_TEST_SUITE_P(
    Styles, RateHeaders,
    ::testing::Values(
        Case{"Seconds", 429, {{"Retry-After", "30"}}, 30000, -1, -1},
        Case{"Fraction", 429, {{"retry-after", "1.5"}}, 1500, -1, -1},
        Case{"Date", 503, {{"Retry-After", "Sun, 22 Nov 2026 10:00:45 GMT"}}, 45000, -1, -1},
        Case{"DatePast", 503, {{"Retry-After", "Sun, 22 Nov 2026 09:00:00 GMT"}}, 0, -1, -1},
        Case{"DateByTheirClock",
             429,
             {{"Date", "Sun, 22 Nov 2026 09:30:00 GMT"},
              {"Retry-After", "Sun, 22 Nov 2026 09:31:00 GMT"}},
             60000,
             -1,
             -1},
        Case{"Milliseconds", 429, {{"retry-after-ms", "250"}, {"Retry-After", "9"}}, 250, -1, -1},
        Case{"NotOn200", 200, {{"Retry-After", "30"}}, -1, -1, -1},
        Case{"Nonsense", 429, {{"Retry-After", "soon"}}, -1, -1, -1},
        Case{"Negative", 429, {{"Retry-After", "-5"}}, 0, -1, -1},
        Case{"ForEver", 429, {{"Retry-After", "99999999999"}}, 86400000, -1, -1},
        Case{"Okta",
             429,
             {{"X-Rate-Limit-Limit", "600"},
              {"X-Rate-Limit-Remaining", "0"},
              {"X-Rate-Limit-Reset", "1795341620"}},
             20000,
             0,
             20000},
        Case{"GitHub",
             200,
             {{"X-RateLimit-Remaining", "12"}, {"X-RateLimit-Reset", "1795341660"}},
             -1,
             12,
             60000},
        Case{"EpochMs",
             429,
             {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1795341601500"}},
             1500,
             0,
             1500},
        Case{"Delta", 429, {{"RateLimit-Remaining", "0"}, {"RateLimit-Reset", "7"}}, 7000, 0, 7000},
        Case{"ResetAfter", 429, {{"X-RateLimit-Reset-After", "0.5"}}, 500, -1, 500},
        Case{"OldDraft", 200, {{"RateLimit", "limit=100, remaining=50, reset=5"}}, -1, 50, 5000},
        Case{"NewDraft", 429, {{"RateLimit", "\"default\";r=0;t=30"}}, 30000, 0, 30000},
        Case{"WithPolicy", 200, {{"RateLimit-Remaining", "9;w=60"}}, -1, 9, -1},
        Case{"OtherReason",  // refused though requests are left: the window's end says nothing
             429,
             {{"X-RateLimit-Remaining", "5"}, {"X-RateLimit-Reset", "7"}},
             -1,
             5,
             7000}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(HttpDate, ReadsTheThreeFormsAndNothingElse) {
    const auto wanted = base::fromMillis(784111777000);  // RFC 9110's own example
    EXPECT_EQ(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), wanted);
    EXPECT_EQ(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), wanted);
    EXPECT_EQ(parseHttpDate("Sun Nov  6 08:49:37 1994"), wanted);
    for (const char* bad :
         {"", "now", "Sun, 31 Feb 2026 08:49:37 GMT", "Sun, 06 Xyz 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET"})
        EXPECT_FALSE(parseHttpDate(bad)) << bad;
}

}  // namespace
}  // namespace tenantry::pluginhost::http
