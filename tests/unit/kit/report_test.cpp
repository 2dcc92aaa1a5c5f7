#include "plugins/sdk/kit/report.h"

#include <gtest/gtest.h>

namespace tenantry::kit {
namespace {

Report sample() {
    Report report;
    report.connector = "com.acme.directory";
    report.version = "1.0.0";
    report.scenario = "Acme <&> friends";
    report.results.push_back({findCheck("S1"), Outcome::kPassed, "fine", "", {}});
    report.results.push_back({findCheck("R4"), Outcome::kFailed, "a < b & \"c\"",
                              std::string("line 1\nline\x01 2"), std::chrono::milliseconds(1234)});
    report.results.push_back({findCheck("D1"), Outcome::kNotApplicable, "No delta.", "", {}});
    return report;
}

TEST(Report, JunitCountsAndEscapes) {
    const std::string xml = junitOf(sample());
    EXPECT_NE(xml.find(R"(tests="3" failures="1" skipped="1" time="1.234")"), std::string::npos)
        << xml;
    EXPECT_NE(xml.find(R"(<failure message="a &lt; b &amp; &quot;c&quot;">)"), std::string::npos);
    EXPECT_NE(xml.find(R"(<skipped message="No delta."/>)"), std::string::npos);
    EXPECT_EQ(xml.find('\x01'), std::string::npos);
}

TEST(Report, ThePageStandsAloneAndEscapes) {
    const std::string page = htmlOf(sample());
    EXPECT_NE(page.find("Acme &lt;&amp;&gt; friends"), std::string::npos);
    EXPECT_NE(page.find("Hint:"), std::string::npos);
    EXPECT_EQ(page.find("http://"), std::string::npos);
    EXPECT_EQ(page.find("https://"), std::string::npos);
    EXPECT_EQ(page.find("<script"), std::string::npos);
}

TEST(Report, ABadgeNamesTheFileAndTheLevelAndThereIsNoneWithoutALevel) {
    Report report = sample();
    EXPECT_EQ(badgeOf(report, "2026-11-20T06:00:00Z"), "");
    report.sha256 = std::string(64, 'a');
    report.results.clear();
    for (const auto& one : catalogue())
        report.results.push_back({&one, Outcome::kPassed, "", "", {}});
    EXPECT_EQ(badgeOf(report, "2026-11-20T06:00:00Z"),
              R"({"connector":"com.acme.directory","version":"1.0.0","sha256":")" + report.sha256 +
                  R"(","level":"certified","proved_at":"2026-11-20T06:00:00Z","passed":)" +
                  std::to_string(catalogue().size()) + R"(,"failed":0,"not_applicable":0})" + "\n");
}

TEST(Report, TheSummaryNamesTheCheckItsReasonAndAHint) {
    const std::string text = summaryOf(sample());
    EXPECT_NE(text.find("R4  "), std::string::npos);
    EXPECT_NE(text.find("-> a < b"), std::string::npos);
    EXPECT_NE(text.find("Hint: "), std::string::npos);
    EXPECT_NE(text.find("1 passed, 1 failed, 1 do not apply."), std::string::npos);
    EXPECT_EQ(text.find("Level"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::kit
