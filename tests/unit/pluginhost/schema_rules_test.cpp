// Goal: no schema of a vendor, and no text of an administrator, stops the kernel. Method: schemas
// that would recurse, refer elsewhere or backtrack are refused at their place; what connectors need
// passes.
#include "kernel/pluginhost/schema_rules.h"

#include <gtest/gtest.h>

#include "kernel/pluginhost/descriptor_check.h"

namespace tenantry::pluginhost {
namespace {

base::Json json(const std::string& text) {
    return base::Json::parse(text).value();
}
std::string refusal(const std::string& schema) {
    const auto checked = checkSchemaRules(json(schema), "/config");
    return checked ? "" : checked.error().pointer;
}
std::string withPattern(const std::string& pattern) {
    base::JsonWriter out;
    out.beginObject().key("pattern").string(pattern).endObject();
    return std::move(out).take();
}
std::string descriptorWith(const std::string& schema) {
    return R"({"tny":1,"id":"a.b","name":"n","vendor":"v","version":"1","abi":{"major":1},)"
           R"("config_version":1,"kinds":{"user":{"list":["full"]}},"config":)" +
           schema + "}";
}

TEST(SchemaRules, AReferenceIsRefusedWhereverItStands) {
    EXPECT_EQ(refusal(R"({"$ref":"#"})"), "/config/$ref");
    EXPECT_EQ(refusal(R"({"properties":{"a":{"$ref":"#/properties/a"}}})"),
              "/config/properties/a/$ref");
    EXPECT_EQ(refusal(R"({"allOf":[{"not":{"$dynamicRef":"#x"}}]})"),
              "/config/allOf/not/$dynamicRef");
}

TEST(SchemaRules, AFieldMayBeCalledAsAKeywordIs) {
    EXPECT_EQ(refusal(R"({"properties":{"$ref":{"type":"string"},"pattern":{}}})"), "");
    EXPECT_EQ(refusal(R"({"enum":[{"$ref":"#"}],"default":{"pattern":"("}})"), "");
}

TEST(SchemaRules, WhatConnectorsNeedPasses) {
    for (const char* pattern :
         {"^https?://", "^ldaps?://", "^/", "^[A-Za-z0-9_]{0,32}$", "^https?://[^/ ]+(/.*)?$",
          "^[a-z]+\\.[a-z]+$", "^(a|b|c)$", "^\\d{4}-\\d{2}$", "[)(*+{]", "^\\(.*\\)$"})
        EXPECT_EQ(refusal(withPattern(pattern)), "") << pattern;
}

TEST(SchemaRules, WhatCouldTakeForEverIsRefused) {
    for (const char* pattern : {"(a*)*b", "(a|aa)+$", "((x+))+", "([a-z]+\\.){2,}", "(a)\\1",
                                ".*.*.*.*", "(", "a{100001}"})
        EXPECT_EQ(refusal(withPattern(pattern)), "/config/pattern") << pattern;
    EXPECT_EQ(refusal(withPattern(std::string(300, 'a'))), "/config/pattern");
    EXPECT_EQ(refusal(R"({"patternProperties":{"(a+)+":{}}})"), "/config/patternProperties/(a+)+");
}

TEST(SchemaRules, ALongTextMeetsNoPatternThatRepeats) {
    const auto config = json(R"({"a":[{"b":")" + std::string(2000, 'x') + R"("}]})");
    EXPECT_TRUE(checkTextLengths(json(withPattern("^https?://")), config));
    EXPECT_TRUE(checkTextLengths(json(withPattern("^[a-z]{0,32}$")), config));
    const auto refused = checkTextLengths(json(withPattern("^.*$")), config);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().pointer, "/a/0/b");
    EXPECT_FALSE(checkTextLengths(json(R"({"format":"date"})"), config));
    EXPECT_FALSE(checkTextLengths(json(withPattern("a{3,}")), config));
    EXPECT_FALSE(checkTextLengths(json(withPattern("a{3,100}")), config));
}

TEST(SchemaRules, ADescriptorWithSuchASchemaIsRefused) {
    const auto circle = checkDescriptor(descriptorWith(R"({"$ref":"#"})"));
    ASSERT_FALSE(circle);
    EXPECT_EQ(circle.error().pointer, "/config/$ref");
}

TEST(SchemaRules, ASchemaTheValidatorDoesNotKnowIsRefusedAndNothingMore) {
    for (const char* schema :
         {R"({"type":5})", R"({"minLength":"x"})", R"({"required":7})", R"({"properties":[]})"}) {
        const auto refused = checkDescriptor(descriptorWith(schema));
        ASSERT_FALSE(refused) << schema;
        EXPECT_EQ(refused.error().pointer.rfind("/config", 0), 0U) << schema;
    }
}

TEST(SchemaRules, AConfigurationThatNestsDeeplyIsRefused) {
    const auto descriptor = checkDescriptor(descriptorWith(R"({"type":"object"})"));
    ASSERT_TRUE(descriptor) << descriptor.error().text();
    const std::string deep = R"({"a":)" + std::string(30'000, '[') + std::string(30'000, ']') + "}";
    EXPECT_FALSE(checkConfig(*descriptor, deep));
}

}  // namespace
}  // namespace tenantry::pluginhost
