#include "plugins/sdk/kit/scenario.h"

#include <gtest/gtest.h>

#include <set>

#include "plugins/sdk/kit/check.h"

namespace tenantry::kit {
namespace {

constexpr std::string_view kWhole = R"({
  "config": {"url": "http://127.0.0.1:${port}/", "port": "${port:number}", "token": {"$secret": "t"}, "deep": {"a": 1, "b": 2}},
  "secrets": {"t": "right"},
  "canaries": ["@one.example"],
  "wrong_credentials": {"secrets": {"t": "wrong"}},
  "unreachable": {"config": {"url": "http://127.0.0.1:9/"}},
  "bad_configs": [{"config": {"url": null}, "pointer": "/url"}],
  "second_tenant": {"config": {"deep": {"b": null, "c": 3}}, "canaries": ["@two.example"]},
  "expect": {"user": 25, "group": {"at_least": 2}},
  "actions": [{"action": "user.suspend", "id": "u1", "state": {"status": "off"}}],
  "backend": {"start": "serve", "change": "touch $id"}
})";

std::string pointerOf(const base::Result<Scenario>& result) {
    return result ? "" : result.error().pointer;
}

TEST(Scenario, AWholeOneIsReadWithItsVariables) {
    const auto read = readScenario(kWhole, {{"port", "4711"}});
    ASSERT_TRUE(read) << read.error().message;
    const auto config = base::Json::parse(read->tenant.configJson);
    EXPECT_EQ((*config)["url"].stringOr(""), "http://127.0.0.1:4711/");
    EXPECT_EQ((*config)["port"].intOr(0), 4711);
    EXPECT_EQ(read->wrongCredentials->secrets.at("t"), "wrong");
    EXPECT_EQ(read->wrongCredentials->configJson, read->tenant.configJson);
    EXPECT_EQ(read->unreachable->secrets.at("t"), "right");
    EXPECT_EQ(read->badConfigs.at(0).tenant.configJson.find("url"), std::string::npos);
    const auto second = base::Json::parse(read->second->tenant.configJson);
    EXPECT_EQ((*second)["deep"].text(), R"({"a":1,"c":3})");
    EXPECT_TRUE(read->expect.at("user").exact);
    EXPECT_FALSE(read->expect.at("group").exact);
    EXPECT_EQ(read->expect.at("group").count, 2u);
    EXPECT_EQ(read->actions.at(0).state["status"].stringOr(""), "off");
    EXPECT_EQ(read->backend.change, "touch $id");
}

TEST(Scenario, TheStartIsReadBeforeThereAreVariables) {
    const auto commands = readBackendCommands(kWhole);
    ASSERT_TRUE(commands);
    EXPECT_EQ(commands->start, "serve");
}

TEST(Scenario, EachMistakeNamesItsKey) {
    EXPECT_EQ(pointerOf(readScenario(kWhole)), "/config/url");  // nobody set the port
    EXPECT_EQ(pointerOf(readScenario(R"({})")), "/config");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"sekrets":{}})")), "/sekrets");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"secrets":{"t":1}})")), "/secrets/t");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"expect":{"user":-1}})")), "/expect/user");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"bad_configs":[{"config":{}}]})")),
              "/bad_configs/0/pointer");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"actions":[{"id":"u1"}]})")),
              "/actions/0/action");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"second_tenant":{"config":{}}})")),
              "/second_tenant/canaries");
    EXPECT_EQ(pointerOf(readScenario(R"({"config":{},"backend":{"begin":"x"}})")),
              "/backend/begin");
    const auto broken = readScenario("{");
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("not JSON"), std::string::npos);
}

TEST(Catalogue, NamesAreUniqueAndEveryCheckExplainsItself) {
    std::set<std::string_view> names;
    for (const auto& check : catalogue()) {
        EXPECT_TRUE(names.insert(check.name).second) << check.name;
        EXPECT_GT(check.meaning.size(), 20u) << check.name;
        EXPECT_GT(check.hint.size(), 20u) << check.name;
    }
    EXPECT_EQ(names.size(), 8u + 8 + 14 + 2 + 9 + 5 + 10 + 4 + 1);
}

TEST(Report, ALevelNeedsEveryCheckBelowIt) {
    Report report;
    for (const auto& check : catalogue())
        report.results.push_back({&check, Outcome::kPassed, "", "", {}});
    EXPECT_EQ(report.level(), "Certified");
    const auto set = [&](std::string_view name, Outcome outcome) {
        for (auto& one : report.results)
            if (one.check->name == name) one.outcome = outcome;
    };
    set("D2", Outcome::kNotApplicable);
    EXPECT_EQ(report.level(), "Certified");
    set("D2", Outcome::kFailed);
    EXPECT_EQ(report.level(), "Reads");
    set("S1", Outcome::kFailed);
    EXPECT_EQ(report.level(), "");
    report.results.erase(report.results.begin());
    EXPECT_EQ(report.level(), "");
}

}  // namespace
}  // namespace tenantry::kit
