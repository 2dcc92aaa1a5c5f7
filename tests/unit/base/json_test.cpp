// Goal: the JSON reader takes RFC 8259 and nothing else, and what the writer wrote reads back the
// same.
#include "kernel/base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace tenantry::base {
namespace {

TEST(JsonWriter, WritesADocument) {
    JsonWriter json;
    json.beginObject().key("text").string("a\"b\\\n\u00fc").key("n").number(std::int64_t{-5});
    json.key("list").beginArray().boolean(true).null().number(1.5).endArray();
    json.key("raw").raw("{\"x\":1}").key("none").stringOrNull(std::nullopt).endObject();
    EXPECT_EQ(std::move(json).take(),
              "{\"text\":\"a\\\"b\\\\\\n\u00fc\",\"n\":-5,\"list\":[true,null,1.5],"
              "\"raw\":{\"x\":1},\"none\":null}");
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
    JsonWriter json;
    json.string("a\xff\xc3(");
    const auto text = std::move(json).take();
    EXPECT_TRUE(isValidUtf8(text));
    EXPECT_NE(text.find("\xEF\xBF\xBD"), std::string::npos);
    EXPECT_TRUE(Json::parse(text));
}

TEST(JsonWriter, DrainGivesWhatIsWrittenSoFar) {
    JsonWriter json;
    json.beginArray().number(std::int64_t{1});
    std::string all = json.drain();
    json.number(std::int64_t{2}).endArray();
    all += json.drain();
    EXPECT_EQ(all, "[1,2]");
}

TEST(JsonReader, ReadsEveryKind) {
    const auto json = Json::parse(
        R"({"s":"ü😀","i":9223372036854775807,"d":0.5,"t":true,"z":null,"a":[1,[2]],"o":{"k":"v"}})");
    ASSERT_TRUE(json);
    EXPECT_EQ((*json)["s"].asString(), "ü😀");
    EXPECT_EQ((*json)["i"].asInt(), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ((*json)["d"].asDouble(), 0.5);
    EXPECT_EQ((*json)["d"].asInt(), std::nullopt);
    EXPECT_EQ((*json)["t"].asBool(), true);
    EXPECT_TRUE((*json)["z"].isNull());
    EXPECT_EQ((*json)["a"].items().size(), 2U);
    EXPECT_EQ((*json)["o"]["k"].stringOr("?"), "v");
    EXPECT_TRUE((*json)["nothing"]["deeper"].missing());
    EXPECT_EQ((*json)["s"].intOr(7), 7);
    EXPECT_EQ((*json)["a"].text(), "[1,[2]]");
    EXPECT_EQ(json->members().front().first, "s");
}

TEST(JsonReader, AValueKeepsItsDocumentAlive) {
    Json inner;
    {
        const auto json = Json::parse(R"({"deep":{"text":"still here"}})");
        inner = (*json)["deep"]["text"];
    }
    EXPECT_EQ(inner.asString(), "still here");
    EXPECT_TRUE(Json().missing());
}

class JsonRefuses : public testing::TestWithParam<std::string> {};
TEST_P(JsonRefuses, WhatIsNoJson) {
    const auto json = Json::parse(GetParam());
    ASSERT_FALSE(json);
    EXPECT_EQ(json.error().code, ErrorCode::kInvalidArgument);
}
INSTANTIATE_TEST_SUITE_P(Mistakes, JsonRefuses,
                         testing::Values("", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "'a'", "01",
                                         "1 2", "tru", "NaN", "Infinity", "\"a\nb\"", "\"\\x\"",
                                         "\"\\ud800\"", "\"\xff\"", "[1]//c", "{\"a\" 1}",
                                         std::string(65, '[') + std::string(65, ']')));

TEST(JsonReader, NestsAsDeepAsAllowed) {
    EXPECT_TRUE(Json::parse(std::string(64, '[') + std::string(64, ']')));
    EXPECT_FALSE(Json::parse(std::string(1'000'000, '[')));
}

TEST(Utf8, IsCheckedAndMended) {
    EXPECT_TRUE(isValidUtf8("aü李😀"));
    for (const char* bad :
         {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"}) {
        EXPECT_FALSE(isValidUtf8(bad));
        EXPECT_TRUE(isValidUtf8(toValidUtf8(bad)));
    }
    EXPECT_EQ(toValidUtf8("aü"), "aü");
}

}  // namespace
}  // namespace tenantry::base
