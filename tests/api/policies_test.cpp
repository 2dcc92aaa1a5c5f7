// What organizations demand: inherited, only ever stricter, and held where accounts sign in and
// where users are acted on.
#include <gtest/gtest.h>

#include "tests/api/portal_site.h"

namespace tenantry::testing {
namespace {

class PolicyTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = PortalSite::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
        site = std::make_unique<PortalSite>();
    }
    static std::string pathOf(const std::string& organization) {
        return "/api/v1/organizations/" + organization + "/policies";
    }
    Reply demand(const std::string& organization, const std::string& rules,
                 const std::string& by = "north") {
        return site->as(by).put(pathOf(organization), rules);
    }
    base::Json effective(const std::string& organization) {
        return site->as("admin").get(pathOf(organization)).json()["effective"];
    }
    std::unique_ptr<PortalSite> site;
};

TEST_F(PolicyTest, IsInheritedAndMayOnlyBeStricter) {
    EXPECT_EQ(effective("north-tenant")["password_length_min"].asInt(), 12);
    const auto set = demand("north", R"({"password_length_min":20,"activity_days":0})");
    ASSERT_EQ(set.status, 200) << set.body;
    EXPECT_EQ(set.json()["own"]["password_length_min"].asInt(), 20);
    EXPECT_TRUE(set.json()["own"]["mfa_required"].isNull());
    EXPECT_EQ(effective("north-tenant")["password_length_min"].asInt(), 20);
    EXPECT_EQ(effective("south")["password_length_min"].asInt(), 12) << "beside it nothing changes";
    const std::pair<const char*, const char*> laxer[] = {{"password_length_min", "16"},
                                                         {"session_idle_minutes", "121"},
                                                         {"session_absolute_minutes", "721"},
                                                         {"inactive_days", "91"},
                                                         {"activity_days", "30"}};
    for (const auto& [name, value] : laxer) {
        const auto refused =
            demand("north-tenant", "{\"" + std::string(name) + "\":" + value + "}");
        EXPECT_EQ(refused.status, 400) << name;
        EXPECT_EQ(refused.json()["pointer"].stringOr(""), "/" + std::string(name));
    }
    EXPECT_EQ(demand("north-tenant", R"({"password_length_min":24})").status, 200);
    EXPECT_EQ(effective("north-tenant")["password_length_min"].asInt(), 24);
    // What is above grows stricter than what is below: then that holds.
    EXPECT_EQ(demand("north", R"({"password_length_min":30,"mfa_required":true})").status, 200);
    EXPECT_EQ(effective("north-tenant")["password_length_min"].asInt(), 30);
    EXPECT_EQ(demand("north-tenant", R"({"mfa_required":false})").status, 400);
    EXPECT_EQ(demand("north", R"({"password_length_min":null})").status, 200);
    EXPECT_EQ(effective("north-tenant")["password_length_min"].asInt(), 24);
}

TEST_F(PolicyTest, IsSetByWhoMayAndWrittenDown) {
    EXPECT_EQ(demand("north", R"({"inactive_days":30})", "south").status, 404);
    EXPECT_EQ(site->as("south").get(pathOf("north")).status, 404);
    site->member("grace", R"(,"roles":[{"role":"help_desk","organization":"north"}])");
    ApiClient desk(site->port(), "grace");
    EXPECT_EQ(desk.get(pathOf("north")).status, 200);
    EXPECT_EQ(desk.put(pathOf("north"), R"({"inactive_days":30})").status, 403);
    EXPECT_EQ(demand("north", R"({"inactive_days":0})").status, 400) << "out of bounds";
    EXPECT_EQ(demand("north", R"({"inactive_weeks":3})").status, 400) << "no such rule";
    EXPECT_EQ(demand("north", R"({"inactive_days":"30"})").status, 400) << "no number";
    ASSERT_EQ(demand("north", R"({"inactive_days":30})").status, 200);
    const auto trail = site->as("north").get("/api/v1/activity").json()["items"];
    ASSERT_GT(trail.size(), 0U);
    EXPECT_EQ(trail.items().at(0)["action"].stringOr(""), "organization.change_policies");
    EXPECT_NE(trail.items().at(0)["detail"].stringOr("").find("\"inactive_days\":30"),
              std::string::npos);
}

TEST_F(PolicyTest, HoldsForPasswordsSecondFactorsSessionsAndIdleAccounts) {
    site->member("before");
    ASSERT_EQ(
        demand("north", R"({"password_length_min":26,"mfa_required":true,"session_idle_minutes":5,)"
                        R"("inactive_days":10})")
            .status,
        200);
    ASSERT_EQ(site->invite("grace").status, 201);
    EXPECT_EQ(site->user("grace")["mfa"]["required"].asBool(), true);
    EXPECT_EQ(site->user("before")["mfa"]["required"].asBool(), true) << "of who was there, too";
    const auto token = site->mailedToken("grace");
    const auto weak = site->accept(token, "of twenty characters");
    EXPECT_EQ(weak.status, 400);
    EXPECT_EQ(weak.json()["pointer"].stringOr(""), "/password");
    EXPECT_NE(weak.json()["detail"].stringOr("").find("26"), std::string::npos) << weak.body;
    const auto unenrolled = site->accept(token, "of more than twenty-six characters");
    EXPECT_EQ(unenrolled.status, 400);
    EXPECT_EQ(unenrolled.json()["pointer"].stringOr(""), "/totp");
    EXPECT_EQ(site->signIn("before").json()["type"].stringOr(""),
              "urn:tenantry:problem:enrolment-required");
    const auto waived = site->act("before", "waive_mfa", "{}", "admin");
    EXPECT_EQ(waived.json()["outcome"].stringOr(""), "failed") << waived.body;
    // The operators of other organizations are not meant.
    ApiClient south(site->port(), "south");
    ASSERT_EQ(demand("north", R"({"session_idle_minutes":5,"inactive_days":10})").status, 200);
    ApiClient before(site->port(), "before");
    site->advance(std::chrono::minutes{6});
    EXPECT_EQ(before.get("/api/v1/me").status, 401);
    EXPECT_EQ(south.get("/api/v1/me").status, 200);
    site->advance(std::chrono::hours{24 * 11});
    site->tidy();
    EXPECT_EQ(site->status("before"), "SUSPENDED");
    EXPECT_EQ(site->status("south"), "ACTIVE");
}

TEST_F(PolicyTest, AReasonIsAskedForWhereItIsRequired) {
    ASSERT_EQ(site->invite("grace").status, 201);
    ASSERT_EQ(demand("north", R"({"reason_required":true})").status, 200);
    const auto without = site->act("grace", "suspend");
    EXPECT_EQ(without.status, 400);
    EXPECT_EQ(without.json()["pointer"].stringOr(""), "/reason");
    EXPECT_EQ(site->invite("ada").status, 400);
    EXPECT_EQ(site->invite("ada", R"(,"reason":"hired")").status, 201);
    const auto plan = [&](const std::string& reason) {
        const auto made = site->as("admin").post(
            "/api/v1/plans", R"({"action":"suspend","reason":")" + reason +
                                 R"(","selection":{"ids":[")" +
                                 site->user("grace")["id"].stringOr("") + R"("]}})");
        EXPECT_EQ(made.status, 201) << made.body;
        return site->as("admin").post(
            "/api/v1/plans/" + made.json()["id"].stringOr("") + "/confirm",
            R"({"hash":")" + made.json()["hash"].stringOr("") + "\"}");
    };
    EXPECT_EQ(plan("").status, 400);
    EXPECT_EQ(plan("left").status, 202);
    EXPECT_EQ(site->act("south", "require_mfa", "{}", "admin").status, 200) << "elsewhere none";
}

TEST_F(PolicyTest, AJobAsksForAReasonWhereverAnAccountIsAssigned) {
    // "both" belongs to north and to south, and only one of the two asks.
    ASSERT_EQ(demand("south", R"({"reason_required":true})", "south").status, 200);
    const auto confirm = [&](const std::string& username, const std::string& reason) {
        const auto made = site->as("admin").post(
            "/api/v1/plans", R"({"action":"require_mfa","reason":")" + reason +
                                 R"(","selection":{"ids":[")" +
                                 site->user(username)["id"].stringOr("") + R"("]}})");
        EXPECT_EQ(made.status, 201) << made.body;
        return site->as("admin").post(
            "/api/v1/plans/" + made.json()["id"].stringOr("") + "/confirm",
            R"({"hash":")" + made.json()["hash"].stringOr("") + "\"}");
    };
    EXPECT_EQ(site->act("both", "require_mfa", "{}", "admin").status, 400);
    const auto refused = confirm("both", "");
    EXPECT_EQ(refused.status, 400) << refused.body;
    EXPECT_EQ(refused.json()["pointer"].stringOr(""), "/reason");
    EXPECT_EQ(confirm("both", "asked for").status, 202);
    EXPECT_EQ(confirm("north", "").status, 202) << "elsewhere none";
}

}  // namespace
}  // namespace tenantry::testing
