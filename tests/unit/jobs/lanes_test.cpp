// Lanes: fair, within each directory's rate, and a slow or dead directory delays only itself.
#include <gtest/gtest.h>

#include <set>

#include "kernel/base/limits.h"
#include "kernel/jobs/lanes.h"

namespace tenantry::jobs {
namespace {

using base::SteadyPoint;
using namespace std::chrono_literals;

const SteadyPoint kStart = SteadyPoint{} + 1h;

base::ConnectionId connection(int n) {
    return base::ConnectionId("c" + std::to_string(n));
}

struct LanesTest : ::testing::Test {
    Lanes lanes{8};
    SteadyPoint now = kStart;

    void fill(int of, const std::string& job, std::uint32_t count,
              LaneLimits limits = {0, 1, 100}) {
        if (!lanes.knows(connection(of))) lanes.setLimits(connection(of), limits);
        for (std::uint32_t i = 1; i <= count; ++i)
            lanes.add({domain::JobId(job), i, connection(of), now}, now);
    }
    void answer(int of) { lanes.done(connection(of), Manner::kAnswered, 1ms, -1ms, now); }
    /// A directory that is known to answer quickly.
    void trust(int of) {
        fill(of, "warm-up", 1);
        ASSERT_EQ(lanes.take(now, 1).size(), 1U);
        answer(of);
    }
    std::string jobsOf(const std::vector<Work>& works) {
        std::string out;
        for (const auto& work : works) out += work.job.text();
        return out;
    }
};

TEST_F(LanesTest, JobsOfOneDirectoryTakeTurns) {
    trust(1);
    fill(1, "A", 4);
    fill(1, "B", 2);
    EXPECT_EQ(jobsOf(lanes.take(now, 10)), "ABABAA");
}

TEST_F(LanesTest, DirectoriesTakeTurnsHoweverMuchOneHasToDo) {
    trust(1);
    trust(2);
    fill(1, "A", 100);
    fill(2, "B", 3);
    const auto first = lanes.take(now, 6);
    EXPECT_EQ(std::count_if(first.begin(), first.end(),
                            [](const Work& work) { return work.job.text() == "B"; }),
              3);
}

TEST_F(LanesTest, KeepsToTheRateOfADirectory) {
    lanes.setLimits(connection(1), {30, 3, 100});  // ten items a second
    fill(1, "A", 100);
    int began = 0;
    for (int ms = 0; ms < 2000; ++ms, now += 1ms) {
        for (const auto& work : lanes.take(now, 8)) {
            ++began;
            lanes.done(work.connection, Manner::kAnswered, 1ms, -1ms, now);
        }
    }
    EXPECT_GE(began, 19);
    EXPECT_LE(began, 21);
}

TEST_F(LanesTest, GivesBackTheCallsThatWereNotMade) {
    lanes.setLimits(connection(1), {30, 3, 100});  // ten items a second, or thirty polls
    fill(1, "A", 100);
    int began = 0;
    for (int ms = 0; ms < 2000; ++ms, now += 1ms) {
        for (const auto& work : lanes.take(now, 8)) {
            ++began;
            lanes.done(work.connection, Manner::kAnswered, 1ms, -1ms, now, /*calls=*/1);
        }
    }
    EXPECT_GE(began, 58);
    EXPECT_LE(began, 62);
}

TEST_F(LanesTest, SaysWhenTheNextMayRun) {
    lanes.setLimits(connection(1), {3, 3, 100});
    fill(1, "A", 2);
    ASSERT_EQ(lanes.take(now, 8).size(), 1U);
    ASSERT_TRUE(lanes.nextAt());
    EXPECT_GT(*lanes.nextAt(), now + 900ms);
    EXPECT_TRUE(lanes.take(now + 500ms, 8).empty());
    EXPECT_EQ(lanes.take(now + 1100ms, 8).size(), 1U);
}

TEST_F(LanesTest, ABusyDirectoryIsLeftAloneForAsLongAsItAsks) {
    trust(1);
    trust(2);
    fill(1, "A", 2);
    fill(2, "B", 2);
    ASSERT_FALSE(lanes.take(now, 1).empty());
    lanes.done(connection(1), Manner::kBusy, 1ms, 5s, now);
    for (const auto& work : lanes.take(now, 8)) EXPECT_EQ(work.connection, connection(2));
    EXPECT_TRUE(lanes.take(now + 4s, 8).empty());
    EXPECT_EQ(lanes.take(now + 5001ms, 8).size(), 1U);
}

TEST_F(LanesTest, ADeadDirectoryIsProbedOneAtATimeAndComesBack) {
    lanes.setLimits(connection(1), {0, 1, 4});
    fill(1, "A", 50);
    for (int i = 0; i < base::limits::kBreakerFailures; ++i) {
        ASSERT_FALSE(lanes.take(now, 1).empty());
        lanes.done(connection(1), Manner::kAway, 10ms, -1ms, now);
    }
    EXPECT_TRUE(lanes.take(now, 8).empty()) << "the breaker is open";
    EXPECT_EQ(lanes.openLongerThan(0ms, now).size(), 1U);
    now += base::limits::kBreakerMin + 1ms;
    EXPECT_EQ(lanes.take(now, 8).size(), 1U) << "one probe";
    lanes.done(connection(1), Manner::kAway, 10ms, -1ms, now);
    EXPECT_TRUE(lanes.take(now + base::limits::kBreakerMin, 8).empty()) << "waits longer each time";
    now += 2 * base::limits::kBreakerMin + 1ms;
    ASSERT_EQ(lanes.take(now, 8).size(), 1U);
    answer(1);
    EXPECT_TRUE(lanes.openLongerThan(0ms, now).empty());
    EXPECT_EQ(lanes.take(now, 8).size(), 4U) << "all its places again";
}

TEST_F(LanesTest, DirectoriesThatHaveNotAnsweredShareHalfOfTheWorkers) {
    trust(1);
    for (int i = 10; i < 30; ++i) fill(i, "slow", 5);
    fill(1, "quick", 20);
    std::size_t slow = 0;
    std::size_t quick = 0;
    for (const auto& work : lanes.take(now, 8)) (work.job.text() == "slow" ? slow : quick) += 1;
    EXPECT_EQ(slow, 4U);
    EXPECT_EQ(quick, 4U);
}

TEST_F(LanesTest, ARemovedJobLeavesNothingBehind) {
    trust(1);
    fill(1, "A", 3);
    lanes.add({domain::JobId("A"), 9, connection(1), now + 1min}, now);
    fill(1, "B", 1);
    lanes.removeJob(domain::JobId("A"));
    EXPECT_EQ(lanes.waiting(), 1U);
    EXPECT_EQ(jobsOf(lanes.take(now + 2min, 8)), "B");
}

TEST_F(LanesTest, WhatWaitsForADeadDirectoryCanBeGivenUp) {
    fill(1, "A", 3);
    fill(2, "A", 1);
    EXPECT_EQ(lanes.giveUp(connection(1)).size(), 3U);
    EXPECT_EQ(lanes.waiting(), 1U);
}

TEST_F(LanesTest, CallsBesideTheJobsCountAndMayBorrow) {
    fill(1, "A", 3, {10, 3, 4});
    EXPECT_EQ(lanes.take(now, 8).size(), 1U) << "three calls, and the budget is spent";
    const auto without = lanes.nextAt();
    ASSERT_TRUE(without);
    lanes.charge(connection(1), 5, now);
    const auto with = lanes.nextAt();
    ASSERT_TRUE(with);
    EXPECT_EQ(std::chrono::duration_cast<std::chrono::milliseconds>(*with - *without).count(), 500)
        << "five calls at ten a second";
    EXPECT_TRUE(lanes.take(*without, 8).empty());
    EXPECT_EQ(lanes.take(*with, 8).size(), 1U);
    lanes.charge(connection(1), 1e9, *with);
    EXPECT_LE(*lanes.nextAt() - *with, std::chrono::seconds{11}) << "no debt is for ever";
    lanes.charge(connection(9), 5, *with);  // no lane, no budget, no harm
}

}  // namespace
}  // namespace tenantry::jobs
