// Maintenance windows: open and closed around their edges, past midnight and past the week's end.
#include "kernel/domain/maintenance.h"

#include <gtest/gtest.h>

namespace tenantry::domain {
namespace {

base::TimePoint at(const char* text) {
    return base::parseRfc3339(text).value();
}

TEST(MaintenanceWindow, OpensAndClosesAtItsTimes) {
    // 2026-11-21 is a Saturday.
    const auto window = MaintenanceWindow::make({"sat"}, "22:00", 360).value();
    EXPECT_FALSE(window.isOpen(at("2026-11-21T21:59:59Z")));
    EXPECT_TRUE(window.isOpen(at("2026-11-21T22:00:00Z")));
    EXPECT_TRUE(window.isOpen(at("2026-11-22T03:59:59Z"))) << "past midnight";
    EXPECT_FALSE(window.isOpen(at("2026-11-22T04:00:00Z")));
    EXPECT_EQ(window.nextOpening(at("2026-11-22T04:00:00Z")), at("2026-11-28T22:00:00Z"));
    EXPECT_EQ(window.nextOpening(at("2026-11-21T23:00:00Z")), at("2026-11-21T23:00:00Z"));
}

TEST(MaintenanceWindow, OfSeveralDaysTheNextCounts) {
    const auto window = MaintenanceWindow::make({"mon", "thu"}, "01:30", 30).value();
    EXPECT_EQ(window.nextOpening(at("2026-11-22T12:00:00Z")), at("2026-11-23T01:30:00Z"));
    EXPECT_EQ(window.nextOpening(at("2026-11-23T02:00:00Z")), at("2026-11-26T01:30:00Z"));
}

TEST(MaintenanceWindow, OfAWholeWeekIsAlwaysOpen) {
    const auto window = MaintenanceWindow::make({"wed"}, "00:00", 10'080).value();
    for (int hour = 0; hour < 200; ++hour)
        EXPECT_TRUE(window.isOpen(at("2026-11-22T00:00:00Z") + std::chrono::hours{hour})) << hour;
}

TEST(MaintenanceWindow, ItsTextIsReadBack) {
    const auto window = MaintenanceWindow::make({"sat", "sun"}, "22:05", 90).value();
    EXPECT_EQ(window.text(), "sun,sat 22:05 for 90 min");
    EXPECT_EQ(MaintenanceWindow::parse(window.text()).value(), window);
    for (const auto* wrong : {"", "sat", "sat 22:00", "day 22:00 for 5 min", "sat 25:00 for 5 min",
                              "sat 22:00 for 0 min"})
        EXPECT_FALSE(MaintenanceWindow::parse(wrong)) << wrong;
}

}  // namespace
}  // namespace tenantry::domain
