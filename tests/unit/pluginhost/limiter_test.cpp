// Turns, pauses, and how a wait ends.
#include "kernel/pluginhost/limiter.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;
using Turn = ConnectionLimits::Turn;

const auto kNobodyGone = [] { return false; };

auto now() {
    return std::chrono::steady_clock::now();
}

class LimiterTest : public ::testing::Test {
  protected:
    Turn take(CancelSignal& signal, std::string_view bucket = "slow",
              const std::function<bool()>& abandoned = kNobodyGone) {
        return limits_.take(bucket, 1, signal, abandoned).turn;
    }
    ConnectionLimits limits_{{{"slow", 0.1, 1}, {"fast", 1000, 1000}}};
};

TEST_F(LimiterTest, ACancelEndsAWaitAtOnceAndTheTurnIsGivenBack) {
    CancelSignal first(now() + 60s);
    ASSERT_EQ(take(first), Turn::kGranted);
    CancelSignal signal(now() + 60s);
    const auto began = now();
    {
        std::jthread canceller([&] {
            ::poll(nullptr, 0, 100);
            signal.cancel();
        });
        EXPECT_EQ(take(signal), Turn::kCancelled);
    }
    EXPECT_LT(now() - began, 1s);
    // Ten seconds are missing for one more, and not twenty.
    CancelSignal soon(now() + 11s);
    soon.cancel();
    EXPECT_EQ(take(soon), Turn::kCancelled) << "it would have come before the deadline";
}

TEST_F(LimiterTest, AWaitNobodyWaitsForEndsWithinASecond) {
    CancelSignal signal(now() + 60s);
    ASSERT_EQ(take(signal), Turn::kGranted);
    const auto began = now();
    EXPECT_EQ(take(signal, "slow", [] { return true; }), Turn::kCancelled);
    EXPECT_LT(now() - began, 1s);
}

TEST_F(LimiterTest, WhatCannotComeInTimeIsToldAtOnce) {
    CancelSignal signal(now() + 5s);
    ASSERT_EQ(take(signal), Turn::kGranted);
    const auto began = now();
    EXPECT_EQ(take(signal), Turn::kTooLate);
    EXPECT_LT(now() - began, 1s);
    EXPECT_EQ(take(signal, "none"), Turn::kNoSuchBucket);
}

TEST_F(LimiterTest, APauseHoldsItsBucketAndAShortOneIsWaitedFor) {
    CancelSignal signal(now() + 5s);
    limits_.pause("fast", 60s);
    const auto paused = limits_.take("fast", 1, signal, kNobodyGone);
    EXPECT_EQ(paused.turn, Turn::kPaused);
    EXPECT_GT(paused.pausedFor, 50s);
    EXPECT_EQ(take(signal), Turn::kGranted);

    ConnectionLimits other{{{"fast", 1000, 1000}}};
    other.pause("fast", 150ms);
    const auto began = now();
    EXPECT_EQ(other.take("fast", 1, signal, kNobodyGone).turn, Turn::kGranted);
    EXPECT_GE(now() - began, 140ms);
}

TEST_F(LimiterTest, APauseOfTheConnectionHoldsAlsoWhatNamesNoBucket) {
    CancelSignal signal(now() + 5s);
    EXPECT_EQ(take(signal, ""), Turn::kGranted);
    limits_.pause("", 60s);
    EXPECT_EQ(take(signal, ""), Turn::kPaused);
    EXPECT_EQ(take(signal, "fast"), Turn::kPaused);
    EXPECT_FALSE(limits_.idle());
}

TEST_F(LimiterTest, APauseThatBeginsDuringAWaitCounts) {
    ConnectionLimits limits{{{"b", 5, 1}}};
    CancelSignal signal(now() + 5s);
    ASSERT_EQ(limits.take("b", 1, signal, kNobodyGone).turn, Turn::kGranted);
    std::jthread pauser([&] {
        ::poll(nullptr, 0, 50);
        limits.pause("b", 60s);
    });
    EXPECT_EQ(limits.take("b", 1, signal, kNobodyGone).turn, Turn::kPaused);
}

TEST_F(LimiterTest, NoBackendMakesUsWaitForMoreThanAnHour) {
    limits_.pause("", std::chrono::hours(1000));
    EXPECT_LE(limits_.pausedFor(""), ConnectionLimits::kPauseMax);
}

TEST(LimitRegistry, GivesOneConnectionOneLimiterForAsLongAsItMatters) {
    LimitRegistry registry;
    const std::vector<domain::RateLimit> declared{{"api", 1, 1}};
    auto one = registry.of("a", declared);
    EXPECT_EQ(registry.of("a", declared), one);
    EXPECT_NE(registry.of("b", declared), one);
    one->pause("", std::chrono::seconds(60));
    const auto* paused = one.get();
    one.reset();
    for (int i = 0; i < 2000; ++i) static_cast<void>(registry.of(std::to_string(i), declared));
    EXPECT_EQ(registry.of("a", declared).get(), paused) << "a pause is not forgotten by closing";
}

}  // namespace
}  // namespace tenantry::pluginhost
