// The SDK's JSON reader and writer, against RFC 8259 and RFC 3629.
#include <gtest/gtest.h>

#include <string>
#include <tenantry/json.hpp>

namespace {

using tny::Json;

TEST(SdkJson, ReadsEveryKindOfValueAndWritesItBack) {
    const std::string text =
        R"({"a":[1,-2,2.5,true,false,null],"b":{"c":"x\"\\\n\u0001é😀"},"d":[],"e":{}})";
    const Json v = Json::parse(text);
    EXPECT_EQ(v["a"].items().size(), 6u);
    EXPECT_EQ(v["a"].items()[1].integer(), -2);
    EXPECT_DOUBLE_EQ(v["a"].items()[2].number(), 2.5);
    EXPECT_EQ(v.dump(), text);
}

TEST(SdkJson, MissingMembersReadAsNull) {
    const Json v = Json::parse(R"({"a":1})");
    EXPECT_TRUE(v["no"]["such"]["path"].isNull());
    EXPECT_EQ(v.str("a", "none"), "none");
    EXPECT_EQ(v.integer("a", 0), 1);
}

TEST(SdkJson, EscapesBecomeUtf8) {
    EXPECT_EQ(Json::parse(R"("\u00e9\u20ac\ud83d\ude00\/\b")").text(), "é€😀/\b");
}

TEST(SdkJson, KeepsTheLimitsOf64BitIntegers) {
    EXPECT_EQ(Json::parse("9223372036854775807").integer(), INT64_MAX);
    EXPECT_EQ(Json::parse("-9223372036854775808").integer(), INT64_MIN);
    EXPECT_FALSE(Json::parse("9223372036854775808").isInt());
}

struct Bad {
    const char* name;
    std::string text;
};
class SdkJsonBad : public testing::TestWithParam<Bad> {};
TEST_P(SdkJsonBad, IsRefused) {
    try {
        Json::parse(GetParam().text);
        FAIL() << "accepted";
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_DATA);
    }
}
INSTANTIATE_TEST_SUITE_P(
    All, SdkJsonBad,
    testing::Values(Bad{"Empty", ""}, Bad{"Tail", "1 2"}, Bad{"LeadingZero", "01"},
                    Bad{"PlusSign", "+1"}, Bad{"LoneDot", "1."}, Bad{"OpenString", "\"a"},
                    Bad{"Control", "\"\x01\""}, Bad{"OpenArray", "[1"}, Bad{"Comma", "[1,]"},
                    Bad{"Duplicate", R"({"a":1,"a":2})"}, Bad{"Overlong", "\"\xc0\xaf\""},
                    Bad{"Surrogate", "\"\xed\xa0\x80\""}, Bad{"HalfPair", R"("\ud800")"},
                    Bad{"LowHalf", R"("\udc00")"}, Bad{"BeyondUnicode", "\"\xf4\x90\x80\x80\""},
                    Bad{"CutSequence", "\"\xe2\x82\""}, Bad{"NaN", "NaN"}, Bad{"Huge", "1e999"},
                    Bad{"Deep", std::string(70, '[') + std::string(70, ']')}),
    [](const auto& row) { return row.param.name; });

TEST(SdkJson, SixtyFourLevelsAreStillAccepted) {
    EXPECT_NO_THROW(Json::parse(std::string(64, '[') + std::string(64, ']')));
}

TEST(SdkJson, TheWriterRepairsBytesThatAreNotUtf8) {
    const Json v(std::string_view("a\xff\xe2\x82z"));
    EXPECT_EQ(v.dump(), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
    EXPECT_TRUE(tny::isUtf8(v.dump()));
}

TEST(SdkJson, SetReplacesAndKeepsOrder) {
    Json v;
    v.set("b", 1).set("a", "x").set("b", true).set("list", Json::array().push(1).push("y"));
    EXPECT_EQ(v.dump(), R"({"b":true,"a":"x","list":[1,"y"]})");
}

TEST(SdkJson, NumbersThatJsonHasNotBecomeNull) {
    EXPECT_EQ(Json(1.0 / 0.0).dump(), "null");
    EXPECT_EQ(Json(2.0).dump(), "2.0");
}

}  // namespace
