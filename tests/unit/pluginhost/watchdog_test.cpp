// What a worker may use, and for how long; no process and no waiting.
#include "kernel/pluginhost/watchdog.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMb = 1024 * 1024;

class WatchdogTest : public testing::Test {
  protected:
    /// A look every 3 s, as the kernel looks.
    std::optional<Verdict> after3s(std::uint64_t memory, std::chrono::milliseconds cpuUsed,
                                   std::uint64_t progress) {
        now_ += 3s;
        cpu_ += cpuUsed;
        return dog_.look({memory, cpu_, 20}, progress, now_);
    }
    base::SteadyPoint now_ = base::SteadyPoint{} + 1h;
    std::chrono::milliseconds cpu_{0};
    Watchdog dog_{WatchdogLimits{}, now_};
};

TEST_F(WatchdogTest, AnOrdinaryWorkerIsLeftAlone) {
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(after3s(100 * kMb, 300ms, 0));
}

TEST_F(WatchdogTest, TooMuchMemoryIsSaidWithLimitAndValue) {
    EXPECT_FALSE(after3s(384 * kMb, 0ms, 0));
    const auto verdict = after3s(412 * kMb, 0ms, 0);
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->planned);
    EXPECT_EQ(verdict->words, "used 412 MB of at most 384 MB");
}

TEST_F(WatchdogTest, AWholeCoreForTwelveSecondsWithNothingToShowIsALoop) {
    EXPECT_FALSE(after3s(kMb, 0ms, 7));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(after3s(kMb, 3s, 7)) << i;
    const auto verdict = after3s(kMb, 3s, 7);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->words,
              "used 100 % of a core for 12 s with nothing to show, of at most 50 % for 12 s");
}

TEST_F(WatchdogTest, AWholeCoreThatHandsOutRecordsIsWork) {
    for (std::uint64_t i = 0; i < 100; ++i) EXPECT_FALSE(after3s(kMb, 6s, i));
}

TEST_F(WatchdogTest, APauseInBetweenIsNoLoop) {
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(after3s(kMb, i % 3 == 0 ? 100ms : 3000ms, 0)) << i;
}

TEST_F(WatchdogTest, ADayIsALife) {
    for (int i = 0; i < 24 * 1200; ++i) ASSERT_FALSE(after3s(kMb, 0ms, 0)) << i;
    const auto verdict = after3s(kMb, 0ms, 0);
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->planned);
    EXPECT_EQ(verdict->words, "ran for 86403 s, of at most 86400 s");
}

TEST_F(WatchdogTest, TwiceTheMemoryOfItsWarmUpIsALeak) {
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(after3s(50 * kMb, 0ms, 0));
    EXPECT_FALSE(after3s(99 * kMb, 0ms, 0));
    const auto verdict = after3s(101 * kMb, 0ms, 0);
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->planned);
    EXPECT_EQ(verdict->words, "grew from 50 MB when warm to 101 MB");
}

TEST_F(WatchdogTest, ASmallWorkerMayDouble) {
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(after3s(5 * kMb, 0ms, 0));
    EXPECT_FALSE(after3s(30 * kMb, 0ms, 0));
}

TEST_F(WatchdogTest, OpenFilesNearTheLimitAreALeak) {
    EXPECT_FALSE(dog_.look({kMb, 0ms, 3072}, 0, now_ + 3s));
    const auto verdict = dog_.look({kMb, 0ms, 3073}, 0, now_ + 6s);
    ASSERT_TRUE(verdict);
    EXPECT_TRUE(verdict->planned);
    EXPECT_EQ(verdict->words, "has 3073 open files, of at most 4096");
}

TEST(VitalsTest, TheSystemTellsThemOfAProcess) {
    const auto own = readVitals(::getpid());
    ASSERT_TRUE(own);
    EXPECT_GT(own->residentBytes, kMb);
    EXPECT_GE(own->files, 3u);
    EXPECT_FALSE(readVitals(0x7fffffff));
}

}  // namespace
}  // namespace tenantry::pluginhost
