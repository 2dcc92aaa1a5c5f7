#include <gtest/gtest.h>

#include "plugins/sdk/kit/verify.h"

namespace tenantry::kit {
namespace {

constexpr std::string_view kBefore = R"({
  "id": "com.acme.directory", "config_version": 2,
  "config": {"properties": {"url": {"type": "string"}, "mode": {"enum": ["a", "b"]}, "key": {"x-tny-secret": true}}, "required": ["url"]},
  "kinds": {"user": {"list": ["full", "delta"], "get": true, "filters": ["eq:login"],
                     "attributes": {"login": {"type": "string", "maps": "login"}, "tags": {"type": "string", "multi": true}}}},
  "actions": {"user.suspend": {"idempotent": true, "dry_run": true, "args": {"properties": {"why": {}}}}}
})";

std::vector<std::string> after(const std::string& from, const std::string& to) {
    std::string next(kBefore);
    const auto at = next.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    next.replace(at, from.size(), to);
    return breakingChanges(*base::Json::parse(kBefore), *base::Json::parse(next));
}

TEST(Compatibility, MoreIsNoBreak) {
    EXPECT_TRUE(breakingChanges(*base::Json::parse(kBefore), *base::Json::parse(kBefore)).empty());
    EXPECT_TRUE(after(R"("kinds": {)", R"("kinds": {"group": {"list": ["full"]}, )").empty());
    EXPECT_TRUE(after(R"("enum": ["a", "b"])", R"("enum": ["a", "b", "c"])").empty());
}

TEST(Compatibility, EachLossIsNamed) {
    const std::vector<std::pair<std::string, std::string>> losses = {
        {R"("id": "com.acme.directory")", R"("id": "com.acme.other")"},
        {R"("config_version": 2)", R"("config_version": 1)"},
        {R"("url": {"type": "string"})", R"("url": {"type": "integer"})"},
        {R"("enum": ["a", "b"])", R"("enum": ["a"])"},
        {R"("key": {"x-tny-secret": true})", R"("key": {})"},
        {R"("required": ["url"])", R"("required": ["url", "mode"])"},
        {R"("list": ["full", "delta"])", R"("list": ["full"])"},
        {R"("get": true)", R"("get": false)"},
        {R"("filters": ["eq:login"])", R"("filters": [])"},
        {R"("maps": "login")", R"("maps": "email")"},
        {R"("multi": true)", R"("multi": false)"},
        {R"("idempotent": true)", R"("idempotent": false)"},
        {R"("dry_run": true)", R"("dry_run": false)"},
        {R"("why": {})", R"("because": {})"},
        {R"("user.suspend")", R"("user.lock")"},
        {R"("user": {"list")", R"("person": {"list")"},
    };
    for (const auto& [from, to] : losses) EXPECT_EQ(after(from, to).size(), 1u) << to;
}

}  // namespace
}  // namespace tenantry::kit
