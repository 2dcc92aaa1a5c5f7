// Descriptors and configurations that are wrong are refused with the place and a sentence.
#include "kernel/pluginhost/descriptor_check.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenantry::pluginhost {
namespace {

std::string contentOf(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}
std::string goodDescriptor() {
    return contentOf("tests/fakes/plugins/memory.json");
}

std::string with(const std::string& what, const std::string& instead) {
    std::string text = goodDescriptor();
    const auto at = text.find(what);
    if (at == std::string::npos) throw std::runtime_error("the descriptor has no " + what);
    return text.replace(at, what.size(), instead);
}

TEST(DescriptorCheck, AGoodOneIsReadWhole) {
    const auto descriptor = checkDescriptor(goodDescriptor());
    ASSERT_TRUE(descriptor) << descriptor.error().text();
    EXPECT_EQ(descriptor->id, "test.memory");
    EXPECT_EQ(descriptor->secretFields, std::vector<std::string>{"password"});
    EXPECT_EQ(descriptor->limits.at(0).burst, 2);
}

TEST(DescriptorCheck, OurOwnConnectorsPass) {
    int found = 0;
    for (const auto& folder : std::filesystem::directory_iterator("plugins")) {
        const auto path = folder.path() / "descriptor.json";
        if (!std::filesystem::exists(path)) continue;
        ++found;
        const auto descriptor = checkDescriptor(contentOf(path.string()));
        EXPECT_TRUE(descriptor) << path << ": " << descriptor.error().text();
    }
    EXPECT_GE(found, 2);
}

TEST(DescriptorCheck, WhatThisHostOffersMayBeRequired) {
    const auto descriptor = checkDescriptor(
        with("\"major\": 1",
             "\"major\": 1, \"requires\": [\"tny.http/1\", \"tny.kv/1\", \"tny.clock/1\"]"));
    EXPECT_TRUE(descriptor) << descriptor.error().text();
}

struct Wrong {
    const char* name;
    const char* what;
    const char* instead;
    const char* pointer;
};
class DescriptorWrong : public testing::TestWithParam<Wrong> {};
TEST_P(DescriptorWrong, IsRefusedAtItsPlace) {
    const auto& row = GetParam();
    const auto refused = checkDescriptor(with(row.what, row.instead));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().pointer, row.pointer);
    EXPECT_EQ(refused.error().message.back(), '.');
}
INSTANTIATE_TEST_SUITE_P(
    All, DescriptorWrong,
    testing::Values(
        Wrong{"Version", "\"tny\": 1", "\"tny\": 2", "/tny"},
        Wrong{"Major", "\"major\": 1", "\"major\": 2", "/abi/major"},
        Wrong{"Requires", "\"major\": 1", "\"major\": 1, \"requires\": [\"tny.dial/1\"]",
              "/abi/requires"},
        Wrong{"Hosts", "\"inproc\": true",
              "\"inproc\": true, \"hosts\": [\"a.example\", \"*.com\"]", "/isolation/hosts/1"},
        Wrong{"Id", "\"id\": \"test.memory\"", "\"id\": \"Memory Stick\"", "/id"},
        Wrong{"Rate", "\"rate\": 100", "\"rate\": 0", "/limits"},
        Wrong{"Maps", "\"maps\": \"login\"", "\"maps\": \"shoe_size\"",
              "/kinds/user/attributes/login/maps"},
        Wrong{"Type", "\"login\": { \"type\": \"string\"", "\"login\": { \"type\": \"text\"",
              "/kinds/user/attributes/login/type"},
        Wrong{"Cursor", "\"cursor\": \"durable\"", "\"cursor\": \"magic\"", "/kinds/user/cursor"},
        Wrong{"List", "\"list\": [\"full\"]", "\"list\": []", "/kinds/user/list"},
        Wrong{"Risk", "\"risk\": \"medium\"", "\"risk\": \"huge\"", "/actions/user.suspend/risk"},
        Wrong{"ActionName", "\"user.suspend\": { \"kind\"", "\"suspend\": { \"kind\"",
              "/actions/suspend"},
        Wrong{"ActionKind", "\"user.suspend\": { \"kind\": \"user\"",
              "\"user.suspend\": { \"kind\": \"robot\"", "/actions/user.suspend/kind"},
        Wrong{"OwnTitle", "\"actions\": {",
              "\"actions\": { \"x.test.tag\": { \"kind\": \"user\" },",
              "/actions/x.test.tag/title"},
        Wrong{"OwnArguments", "\"actions\": {",
              "\"actions\": { \"x.test.tag\": { \"kind\": \"user\", \"title\": \"Tag\", "
              "\"args\": { \"$ref\": \"#\" } },",
              "/actions/x.test.tag/args/$ref"},
        Wrong{"Threads", "\"per_instance\": 4", "\"per_instance\": 400",
              "/concurrency/per_instance"}),
    [](const auto& row) { return row.param.name; });

TEST(DescriptorCheck, TextThatIsNoJsonIsRefused) {
    EXPECT_FALSE(checkDescriptor("{"));
    EXPECT_FALSE(checkDescriptor(std::string(1024 * 1024, ' ')));
}

TEST(ConfigCheck, ASecretMayBeAReferenceOrAbsent) {
    const auto descriptor = checkDescriptor(goodDescriptor());
    ASSERT_TRUE(descriptor);
    EXPECT_TRUE(checkConfig(*descriptor, R"({"users":1})"));
    EXPECT_TRUE(checkConfig(*descriptor, R"({"users":1,"password":{"$secret":"r"}})"));
}

TEST(ConfigCheck, NamesTheFieldThatDoesNotFit) {
    const auto descriptor = checkDescriptor(goodDescriptor());
    ASSERT_TRUE(descriptor);
    const auto text = checkConfig(*descriptor, R"({"users":"x"})");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().pointer, "/users");
    const auto below = checkConfig(*descriptor, R"({"users":-1})");
    ASSERT_FALSE(below);
    EXPECT_EQ(below.error().pointer, "/users");
    for (const char* bad : {R"({})", R"({"users":1,"colour":"red"})", "[]", "{", ""})
        EXPECT_FALSE(checkConfig(*descriptor, bad)) << bad;
    const auto missing = checkConfig(*descriptor, "{}");
    EXPECT_NE(missing.error().message.find("users"), std::string::npos) << missing.error().message;
}

TEST(ArgumentsCheck, NamesTheArgumentThatDoesNotFit) {
    domain::ActionDescriptor tag;
    tag.name = "x.test.tag";
    tag.argsJson = R"({"type":"object","required":["tag"],"additionalProperties":false,
                       "properties":{"tag":{"type":"string","minLength":2}}})";
    EXPECT_TRUE(checkArguments(tag, R"({"tag":"vip"})"));
    const auto kind = checkArguments(tag, R"({"tag":7})");
    ASSERT_FALSE(kind);
    EXPECT_EQ(kind.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(kind.error().pointer, "/tag");
    for (const char* bad : {R"({})", R"({"tag":"v"})", R"({"tag":"vip","more":1})", "[]", "{", ""})
        EXPECT_FALSE(checkArguments(tag, bad)) << bad;
    tag.argsJson.clear();
    EXPECT_TRUE(checkArguments(tag, "{}"));
    EXPECT_FALSE(checkArguments(tag, R"({"tag":"vip"})")) << "it declares none";
}

}  // namespace
}  // namespace tenantry::pluginhost
