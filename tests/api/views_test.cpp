// Saved views: kept for their author, shared down the tree, and no access of their own.
#include <gtest/gtest.h>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kViews = "/api/v1/views";

std::vector<std::string> namesAs(const std::string& who) {
    std::vector<std::string> out;
    const auto shown = as(who).get(kViews);
    EXPECT_EQ(shown.status, 200) << shown.body;
    for (const auto& one : shown.json()["items"].items()) out.push_back(one["name"].stringOr(""));
    return out;
}

bool shows(const std::string& who, const std::string& name) {
    const auto names = namesAs(who);
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string pathOf(const Reply& made) {
    return std::string(kViews) + "/" + made.json()["id"].stringOr("");
}

TEST(Views, OnesOwnAreKeptForOneselfAlone) {
    const auto made = as("north").post(
        kViews, R"({"name":"Locked","filter":"status eq \"LOCKED_OUT\"","sort":"-last_login_at",)"
                R"("search":"müller","columns":"username,status"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["search"].stringOr(""), "müller");
    EXPECT_TRUE(made.json()["organization"].isNull());
    EXPECT_TRUE(shows("north", "Locked"));
    for (const char* other : {"admin", "south", "desk"}) {
        EXPECT_FALSE(shows(other, "Locked")) << other;
        EXPECT_EQ(as(other).put(pathOf(made), R"({"name":"x"})").status, 404) << other;
        EXPECT_EQ(as(other).remove(pathOf(made)).status, 404) << other;
    }
    EXPECT_EQ(as("north").post(kViews, R"({"name":"Locked"})").status, 409);
    const auto renamed = as("north").put(pathOf(made), R"({"name":"Locked out"})");
    ASSERT_EQ(renamed.status, 200) << renamed.body;
    EXPECT_EQ(renamed.json()["filter"].stringOr("?"), "") << "replaced as a whole";
    EXPECT_EQ(as("north").remove(pathOf(made)).status, 204);
    EXPECT_FALSE(shows("north", "Locked out"));
}

TEST(Views, AreSharedWithWhoWorksThereOrBelowAndWithNobodyBeside) {
    const auto made = as("north").post(
        kViews, R"({"name":"North's","filter":"alerts eq \"no_mfa\"","organization":"north"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["organization"]["slug"].stringOr(""), "north");
    EXPECT_TRUE(shows("admin", "North's")) << "who sees the organization";
    EXPECT_TRUE(shows("desk", "North's")) << "who works in it";
    EXPECT_FALSE(shows("south", "North's")) << "an operator of another branch";
    EXPECT_EQ(as("south").remove(pathOf(made)).status, 404);
    EXPECT_EQ(as("desk").put(pathOf(made), R"({"name":"x"})").status, 403);
    EXPECT_EQ(as("desk").post(kViews, R"({"name":"x","organization":"north"})").status, 403);
    EXPECT_EQ(as("south").post(kViews, R"({"name":"x","organization":"north"})").status, 404);
    const auto platform =
        as("admin").post(kViews, R"({"name":"Everyone's","organization":"nordwind"})");
    ASSERT_EQ(platform.status, 201) << platform.body;
    EXPECT_TRUE(shows("south", "Everyone's"));
    EXPECT_TRUE(shows("desk", "Everyone's"));
    EXPECT_EQ(as("south").remove(pathOf(platform)).status, 403);
    // What others see is in the trail.
    const auto trail =
        as("north").get("/api/v1/activity?filter=action+eq+%22view.create%22").json()["items"];
    ASSERT_GT(trail.size(), 0U);
    EXPECT_NE(trail.items().at(0)["detail"].stringOr("").find("North's"), std::string::npos);
    EXPECT_EQ(as("admin").put(pathOf(made), R"({"name":"North's own"})").status, 200);
    EXPECT_TRUE(shows("desk", "North's own"));
    EXPECT_EQ(as("north").remove(pathOf(made)).status, 204);
    EXPECT_EQ(as("admin").remove(pathOf(platform)).status, 204);
}

TEST(Views, WhatCouldNotBeShownIsRefusedAtItsField) {
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"name":""})", "/name"},
        {R"({"name":"x","filter":"status eq"})", "/filter"},
        {R"({"name":"x","sort":"shoe_size"})", "/sort"},
        {R"({"name":"x","columns":7})", "/columns"},
        {R"({"name":"x","organization":"nowhere"})", "/organization"}};
    for (const auto& [body, pointer] : wrong) {
        const auto refused = as("north").post(kViews, body);
        EXPECT_TRUE(refused.status == 400 || refused.status == 404) << refused.body;
        EXPECT_EQ(refused.json()["pointer"].stringOr(""), pointer) << refused.body;
    }
    EXPECT_EQ(as("north").post(kViews, R"({"name":"x","colour":"red"})").status, 400);
    EXPECT_EQ(as("north").remove(std::string(kViews) + "/nobody").status, 404);
}

TEST(Views, ThereAreAtMostAHundredOfOnesOwn) {
    std::vector<std::string> made;
    for (int i = 0; i < 100; ++i) {
        const auto one = as("south").post(kViews, R"({"name":"v)" + std::to_string(i) + R"("})");
        ASSERT_EQ(one.status, 201) << one.body;
        made.push_back(pathOf(one));
    }
    EXPECT_EQ(as("south").post(kViews, R"({"name":"one more"})").status, 409);
    EXPECT_EQ(as("south").put(made.front(), R"({"name":"still"})").status, 200);
    for (const auto& path : made) EXPECT_EQ(as("south").remove(path).status, 204);
}

}  // namespace
}  // namespace tenantry::testing
