// Goal: RFC 3339 is read and written as the RFC says; what is no real moment is refused. Method: a
// table with the examples of RFC 3339 section 5.8, and a round trip over random moments.
#include "kernel/base/clock.h"

#include <gtest/gtest.h>

#include <random>

#include "kernel/base/deadline.h"

namespace tenantry::base {
namespace {

struct Moment {
    const char* text;
    const char* utc;
};
class Rfc3339Reads : public testing::TestWithParam<Moment> {};
TEST_P(Rfc3339Reads, AsUtc) {
    const auto time = parseRfc3339(GetParam().text);
    ASSERT_TRUE(time);
    EXPECT_EQ(toRfc3339(*time), GetParam().utc);
}
INSTANTIATE_TEST_SUITE_P(
    Examples, Rfc3339Reads,
    testing::Values(Moment{"1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"},
                    Moment{"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"},
                    Moment{"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"},
                    Moment{"1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"},
                    Moment{"2026-11-22t03:01:13z", "2026-11-22T03:01:13Z"},
                    Moment{"2026-11-22 03:01:13Z", "2026-11-22T03:01:13Z"},
                    Moment{"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
                    Moment{"2026-11-22T03:01:13.123456789Z", "2026-11-22T03:01:13.123Z"},
                    Moment{"2026-11-22T03:01:13+00:00", "2026-11-22T03:01:13Z"},
                    Moment{"2026-11-22T00:00:00+05:45", "2026-11-21T18:15:00Z"},
                    Moment{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
                    Moment{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"}));

class Rfc3339Refuses : public testing::TestWithParam<const char*> {};
TEST_P(Rfc3339Refuses, WhatIsNoMoment) {
    EXPECT_FALSE(parseRfc3339(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    Mistakes, Rfc3339Refuses,
    testing::Values("", "yesterday", "2026-11-22", "2026-11-22T03:01:13", "2026-11-22T03:01Z",
                    "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
                    "2026-11-31T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T03:60:00Z",
                    "2026-11-22T03:01:61Z", "2026-11-22T03:01:13.Z", "2026-11-22T03:01:13.5",
                    "2026-11-22T03:01:13+5:45", "2026-11-22T03:01:13+24:00",
                    "2026-11-22T03:01:13+00:60", "2026-11-22T03:01:13ZZ", "2026/11/22T03:01:13Z",
                    "2026-11-22X03:01:13Z", " 2026-11-22T03:01:13Z", "-026-11-22T03:01:13Z",
                    "2026-11-22T03:01:13,5Z"));

TEST(Rfc3339, WritesWhatItReads) {
    std::mt19937_64 random(20261122);
    std::uniform_int_distribution<std::int64_t> ms(-62'135'596'800'000, 253'402'300'799'999);
    for (int i = 0; i < 10'000; ++i) {
        const auto time = fromMillis(ms(random));
        ASSERT_EQ(parseRfc3339(toRfc3339(time)), time) << toRfc3339(time);
    }
}

TEST(Deadline, CountsDownAndIsNeverNegative) {
    using namespace std::chrono_literals;
    const auto past = Deadline::at(std::chrono::steady_clock::now() - 1s);
    EXPECT_TRUE(past.passed());
    EXPECT_EQ(past.left(), 0ms);
    const auto later = Deadline::after(1h);
    EXPECT_FALSE(later.passed());
    EXPECT_GT(later.left(), 59min);
    EXPECT_LE(later.orAfter(1s).left(), 1s);
    EXPECT_EQ(past.orAfter(1h).point(), past.point());
}

}  // namespace
}  // namespace tenantry::base
