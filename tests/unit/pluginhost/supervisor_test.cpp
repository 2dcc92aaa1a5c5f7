// When a connector is paused, and when only one connection of it: with a clock that is told.
#include "kernel/pluginhost/supervisor.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;

const base::ConnectionId kOne("11111111-1111-4111-8111-111111111111");
const base::ConnectionId kTwo("22222222-2222-4222-8222-222222222222");

DeathReport deathIn(std::vector<CallInFlight> calls) {
    DeathReport out;
    out.connector = "test.one";
    out.sha256 = "aa";
    out.death = {kCrashed, "ended with signal 11"};
    out.calls = std::move(calls);
    return out;
}

CallInFlight call(const base::ConnectionId& connection, bool suspect = true) {
    return {"list", connection, 5ms, suspect};
}

class SupervisorTest : public ::testing::Test {
  protected:
    SupervisorTest() { supervisor_.uses("aa"); }
    ::testing::AssertionResult serves(const base::ConnectionId& connection) {
        const auto why = supervisor_.refusal(connection);
        return why.empty() ? ::testing::AssertionSuccess() : ::testing::AssertionFailure() << why;
    }
    std::string lastConsequence() {
        const auto all = reports_->of("test.one");
        return all.empty() ? "" : all.front().json;
    }

    tenantry::testing::FakeClock clock_;
    std::shared_ptr<ReportFolder> reports_ = std::make_shared<ReportFolder>("");
    Supervisor supervisor_{"test.one", reports_, {}, clock_};
};

TEST_F(SupervisorTest, TheThirdDeathWithinFiveMinutesPauses) {
    supervisor_.died(deathIn({}));
    clock_.advance(4min);
    supervisor_.died(deathIn({}));
    EXPECT_TRUE(serves(kOne));
    clock_.advance(59s);
    supervisor_.died(deathIn({}));
    EXPECT_FALSE(serves(kOne));
    clock_.advance(std::chrono::hours(24 * 365));
    EXPECT_FALSE(serves(kOne)) << "time alone does not mend it";
    EXPECT_NE(lastConsequence().find("The connector is paused"), std::string::npos);
}

TEST_F(SupervisorTest, DeathsFurtherApartDoNotPause) {
    for (int i = 0; i < 10; ++i) {
        supervisor_.died(deathIn({}));
        clock_.advance(151s);
    }
    EXPECT_TRUE(serves(kOne));
}

TEST_F(SupervisorTest, AnotherFileEndsThePauseAndTheSameDoesNot) {
    for (int i = 0; i < 3; ++i) supervisor_.died(deathIn({}));
    supervisor_.uses("aa");
    EXPECT_FALSE(serves(kOne));
    supervisor_.uses("bb");
    EXPECT_TRUE(serves(kOne));
    EXPECT_FALSE(reports_->pause("test.one"));
}

TEST_F(SupervisorTest, PausesBetweenStartsDoubleAndEndAtThirtySeconds) {
    auto expected = 100ms;
    for (int i = 0; i < 12; ++i) {
        const auto now = clock_.steadyNow();
        supervisor_.starts();
        supervisor_.didNotStart();
        const auto wait = supervisor_.startableAt() - now;
        EXPECT_GE(wait, expected) << i;
        EXPECT_LE(wait, expected + expected / 4) << i;
        expected = std::min<std::chrono::milliseconds>(expected * 2, 30s);
    }
    supervisor_.starts();
    clock_.advance(61s);
    supervisor_.didNotStart();
    EXPECT_LE(supervisor_.startableAt() - clock_.steadyNow(), 125ms) << "after a good life";
}

TEST_F(SupervisorTest, TwoDeathsUnderTheSameCallQuarantineItsConnection) {
    supervisor_.died(deathIn({call(kOne), call(kTwo, /*suspect=*/false)}));
    clock_.advance(20min);
    supervisor_.died(deathIn({call(kOne), call(kTwo, /*suspect=*/false)}));
    EXPECT_FALSE(serves(kOne));
    EXPECT_TRUE(serves(kTwo));
    EXPECT_NE(lastConsequence().find("is quarantined"), std::string::npos);
}

TEST_F(SupervisorTest, ASuccessInBetweenProvesItInnocent) {
    for (int i = 0; i < 5; ++i) {
        supervisor_.died(deathIn({call(kOne)}));
        supervisor_.succeeded(kOne, "list");
        clock_.advance(10min);
    }
    EXPECT_TRUE(serves(kOne));
}

TEST_F(SupervisorTest, ThreeFailuresInsideWithinFiveMinutesQuarantineTheConnection) {
    supervisor_.failedInside(kOne, "get");
    supervisor_.failedInside(kTwo, "get");
    clock_.advance(4min);
    supervisor_.failedInside(kOne, "get");
    EXPECT_TRUE(serves(kOne));
    supervisor_.failedInside(kOne, "get");
    EXPECT_FALSE(serves(kOne));
    EXPECT_TRUE(serves(kTwo));
}

TEST_F(SupervisorTest, AnotherConfigurationEndsAQuarantine) {
    supervisor_.opens(kOne, R"({"a":1})");
    for (int i = 0; i < 3; ++i) supervisor_.failedInside(kOne, "get");
    supervisor_.opens(kOne, R"({"a":1})");
    EXPECT_FALSE(serves(kOne)) << "opened again as it was";
    supervisor_.opens(kOne, R"({"a":2})");
    EXPECT_TRUE(serves(kOne));
}

TEST_F(SupervisorTest, ReportsAreBounded) {
    for (int i = 0; i < 50; ++i) {
        clock_.advance(1h);
        auto report = deathIn({});
        report.at = clock_.now();
        supervisor_.died(report);
    }
    const auto kept = reports_->of("test.one");
    ASSERT_EQ(kept.size(), ReportFolder::kReportsMax);
    EXPECT_EQ(kept.front().at, clock_.now()) << "the newest first";
}

}  // namespace
}  // namespace tenantry::pluginhost
