// Times, booleans and lists in the forms that databases and applications keep them in.
#include "plugins/sql/convert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenantry::sql {
namespace {

using ::testing::ElementsAre;
using Kind = TimeReading::Kind;

struct TimeCase {
    const char* name;
    const char* text;
    const char* expected;  ///< RFC 3339, "absent", "forever" or "bad"
};

class ReadTime : public ::testing::TestWithParam<TimeCase> {};

TEST_P(ReadTime, GivesUtc) {
    const TimeReading time = readTime(GetParam().text);
    const std::string got = time.kind == Kind::kMoment    ? toRfc3339(time.moment)
                            : time.kind == Kind::kAbsent  ? "absent"
                            : time.kind == Kind::kForever ? "forever"
                                                          : "bad";
    EXPECT_EQ(got, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ReadTime,
    ::testing::Values(
        TimeCase{"MysqlDatetime", "2026-11-22 03:24:08", "2026-11-22T03:24:08Z"},
        TimeCase{"Microseconds", "2026-11-22 03:24:08.123456", "2026-11-22T03:24:08.123Z"},
        TimeCase{"PostgresTimestamptz", "2026-11-22 03:24:08.5+05:30", "2026-11-21T21:54:08.500Z"},
        TimeCase{"PostgresShortOffset", "2026-11-22 03:24:08+00", "2026-11-22T03:24:08Z"},
        TimeCase{"NegativeOffset", "2026-11-21T23:00:00-0130", "2026-11-22T00:30:00Z"},
        TimeCase{"Rfc3339", "2026-11-22T03:24:08Z", "2026-11-22T03:24:08Z"},
        TimeCase{"DateAlone", "2026-11-22", "2026-11-22T00:00:00Z"},
        TimeCase{"MediaWiki", "20261122032408", "2026-11-22T03:24:08Z"},
        TimeCase{"Before1970", "1969-12-31 23:59:59", "1969-12-31T23:59:59Z"},
        TimeCase{"LeapDay", "2028-02-29 00:00:00", "2028-02-29T00:00:00Z"},
        TimeCase{"EpochSeconds", "1795317848", "2026-11-22T03:24:08Z"},
        TimeCase{"EpochMilliseconds", "1795317848123", "2026-11-22T03:24:08.123Z"},
        TimeCase{"ZeroDatetime", "0000-00-00 00:00:00", "absent"},
        TimeCase{"ZeroDate", "0000-00-00", "absent"},
        TimeCase{"ZeroMediaWiki", "00000000000000", "absent"},
        TimeCase{"ZeroNumber", "0", "absent"}, TimeCase{"Empty", "", "absent"},
        TimeCase{"Blanks", "   ", "absent"}, TimeCase{"Infinity", "infinity", "forever"},
        TimeCase{"NotADay", "2026-02-30 00:00:00", "bad"},
        TimeCase{"ZeroMonth", "2026-00-10 00:00:00", "bad"},
        TimeCase{"NotAnHour", "2026-02-03 25:00:00", "bad"}, TimeCase{"Words", "yesterday", "bad"},
        TimeCase{"Tail", "2026-11-22 03:24:08 x", "bad"}, TimeCase{"ShortNumber", "12345", "bad"}),
    [](const auto& row) { return row.param.name; });

TEST(WriteTime, GivesTheFormOfTheMapping) {
    const Moment moment = readTime("2026-11-22T03:24:08.120Z").moment;
    EXPECT_EQ(writeTime(moment, TimeFormat::kDateTime), "2026-11-22 03:24:08");
    EXPECT_EQ(writeTime(moment, TimeFormat::kRfc3339), "2026-11-22T03:24:08.120Z");
    EXPECT_EQ(writeTime(moment, TimeFormat::kCompact), "20261122032408");
    EXPECT_EQ(writeTime(moment, TimeFormat::kEpochSeconds), "1795317848");
    EXPECT_EQ(writeTime(moment, TimeFormat::kEpochMs), "1795317848120");
}

TEST(ReadBoolean, KnowsTheWordsOfTheEngines) {
    for (const char* yes : {"1", "true", "t", "TRUE", "Yes", "on"}) {
        EXPECT_EQ(readBoolean(yes), std::optional<bool>(true)) << yes;
    }
    for (const char* no : {"0", "false", "f", "", "No"}) {
        EXPECT_EQ(readBoolean(no), std::optional<bool>(false)) << no;
    }
    EXPECT_EQ(readBoolean("2"), std::nullopt);
    EXPECT_EQ(readBoolean("maybe"), std::nullopt);
}

// The texts are what PHP 8.2's serialize() gives.
TEST(PhpArrayKeys, ReadsWordPressRoles) {
    EXPECT_THAT(phpArrayKeys(R"(a:1:{s:10:"subscriber";b:1;})", true).value(),
                ElementsAre("subscriber"));
    EXPECT_THAT(phpArrayKeys(R"(a:2:{s:6:"author";b:1;s:6:"editor";b:0;})", true).value(),
                ElementsAre("author"));
    EXPECT_THAT(phpArrayKeys(R"(a:2:{s:6:"author";b:1;s:6:"editor";b:0;})", false).value(),
                ElementsAre("author", "editor"));
    EXPECT_THAT(phpArrayKeys("a:0:{}", true).value(), ElementsAre());
    EXPECT_THAT(phpArrayKeys("a:1:{s:5:\"a\";}b\";b:1;}", true).value(), ElementsAre("a\";}b"));
    EXPECT_THAT(phpArrayKeys("a:1:{s:4:\"Zoë\";b:1;}", true).value(), ElementsAre("Zoë"));
}

TEST(PhpArrayKeys, SkipsNestedValues) {
    const char* roles =
        R"(a:2:{s:6:"editor";a:2:{s:4:"name";s:6:"Editor";s:12:"capabilities";a:1:{s:4:"read";b:1;}}s:1:"x";d:0.5;})";
    EXPECT_THAT(phpArrayKeys(roles, false).value(), ElementsAre("editor", "x"));
    EXPECT_THAT(phpArrayKeys(R"(a:2:{i:0;N;i:-7;i:5;})", false).value(), ElementsAre("0", "-7"));
}

TEST(PhpArrayKeys, RefusesWhatIsBroken) {
    for (const char* bad :
         {"", "subscriber", "s:1:\"a\";", "a:1:{s:10:\"subscriber\";b:1;", "a:2:{s:1:\"a\";b:1;}",
          "a:1:{s:99:\"a\";b:1;}", "a:99999999999999999999:{}",
          "a:1:{s:1:\"a\";O:8:\"stdClass\":0:{}}", "a:-1:{}", "a:1:{", "a:1:{i:1;",
          "a:1:{s:18446744073709551615:\"\";b:1;}"}) {
        EXPECT_EQ(phpArrayKeys(bad, true), std::nullopt) << bad;
    }
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "a:1:{i:0;";
    EXPECT_EQ(phpArrayKeys(deep, true), std::nullopt);
}

TEST(SplitList, TrimsAndDropsEmptyParts) {
    EXPECT_THAT(splitList(" a, b ,,c", ','), ElementsAre("a", "b", "c"));
    EXPECT_THAT(splitList("", '|'), ElementsAre());
}

}  // namespace
}  // namespace tenantry::sql
