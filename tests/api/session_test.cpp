// Who may ask at all: sign-in, sessions, set-up, and changes from other sites.
#include <gtest/gtest.h>

#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kSession = "/api/v1/session";

std::string signInBody(const std::string& username, const std::string& password) {
    return R"({"username":")" + username + R"(","password":")" + password + "\"}";
}

TEST(Session, TheCookieIsOutOfReachOfScriptsAndOtherSites) {
    ApiClient anyone(site().port());
    const auto reply = anyone.post(kSession, signInBody("admin", Site::kPassword));
    ASSERT_EQ(reply.status, 201);
    const auto cookie = reply.header("set-cookie");
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos);
    EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos);
    EXPECT_EQ(reply.body.find(cookie.substr(17, 20)), std::string::npos);
}

TEST(Session, ARefusedSignInDoesNotTellWhy) {
    ApiClient anyone(site().port());
    const auto wrong = anyone.post(kSession, signInBody("south", "not the password"));
    const auto unknown = anyone.post(kSession, signInBody("nobody", "not the password"));
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(wrong.json()["detail"].asString(), unknown.json()["detail"].asString());
    EXPECT_FALSE(wrong.header("www-authenticate").empty());
}

TEST(Session, WithoutOneNothingIsShown) {
    ApiClient anyone(site().port());
    for (const char* target : {"/api/v1/users", "/api/v1/me", "/api/v1/organizations",
                               "/api/v1/activity", "/api/v1/events", "/api/v1/connectors"}) {
        EXPECT_EQ(anyone.get(target).status, 401) << target;
    }
}

TEST(Session, MeTellsWhoAndWhere) {
    const auto me = as("north").get("/api/v1/me").json();
    EXPECT_EQ(me["account"]["username"].asString(), "north");
    EXPECT_EQ(me["roles"].items().at(0)["role"].asString(), "partner_administrator");
    EXPECT_EQ(me["scope"]["slug"].asString(), "north");
    EXPECT_EQ(me["scopes"].size(), 1U);
    EXPECT_EQ(me["csrf_token"].asString(), as("north").csrf());
}

TEST(Session, SigningOutEndsIt) {
    ApiClient leaver(site().port(), "admin");
    EXPECT_EQ(leaver.get("/api/v1/me").status, 200);
    const auto out = leaver.remove(kSession);
    EXPECT_EQ(out.status, 204);
    EXPECT_NE(out.header("set-cookie").find("Max-Age=0"), std::string::npos);
    EXPECT_EQ(leaver.get("/api/v1/me").status, 401);
}

TEST(Session, AChangeNeedsTheTokenOfTheSession) {
    auto& north = as("north");
    const std::string body = R"({"name":"X","kind":"tenant","parent":"north"})";
    const auto without =
        north.bare("POST", "/api/v1/organizations", body, {{"Cookie", north.cookie()}});
    EXPECT_EQ(without.status, 403);
    EXPECT_NE(without.json()["detail"].stringOr("").find("X-CSRF-Token"), std::string::npos);
    const auto wrong = north.bare("POST", "/api/v1/organizations", body,
                                  {{"Cookie", north.cookie()}, {"X-CSRF-Token", "guess"}});
    EXPECT_EQ(wrong.status, 403);
}

TEST(Session, APageOfAnotherSiteChangesNothing) {
    auto& north = as("north");
    const std::string body = R"({"name":"X","kind":"tenant","parent":"north"})";
    EXPECT_EQ(north.post("/api/v1/organizations", body, {{"Origin", "http://evil.example"}}).status,
              403);
    EXPECT_EQ(north.post("/api/v1/organizations", body, {{"Sec-Fetch-Site", "cross-site"}}).status,
              403);
    ApiClient anyone(site().port());
    EXPECT_EQ(anyone
                  .post(kSession, signInBody("admin", Site::kPassword),
                        {{"Origin", "http://evil.example"}})
                  .status,
              403);
}

TEST(Session, ATokenInAHeaderNeedsNoOther) {
    auto& north = as("north");
    const Fields bearer = {{"Authorization", "Bearer " + north.token()}};
    EXPECT_EQ(north.bare("GET", "/api/v1/me", "", bearer).status, 200);
    const auto changed =
        north.bare("PATCH", "/api/v1/organizations/north-tenant", R"({"tags":["legal"]})", bearer);
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(north.bare("GET", "/api/v1/me", "", {{"Authorization", "Basic eA=="}}).status, 401);
}

TEST(Session, ASetUpLinkWorksOnce) {
    Site fresh(/*empty=*/true);
    const std::string token = fresh.setupToken();
    ApiClient first(fresh.port());
    EXPECT_TRUE(first.get("/api/v1/setup?token=" + token).json()["valid"].boolOr(false));
    EXPECT_FALSE(first.get("/api/v1/setup?token=guess").json()["valid"].boolOr(true));
    const std::string body = R"({"token":")" + token +
                             R"(","username":"ada","email":"ada@msp.example",)" +
                             R"("password":"correct horse battery","platform_name":"Nordwind"})";
    const auto made = first.post("/api/v1/setup", body);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_FALSE(made.header("set-cookie").empty());
    const auto again = first.post("/api/v1/setup", body);
    EXPECT_TRUE(again.status == 403 || again.status == 409) << again.body;
    EXPECT_EQ(ApiClient(fresh.port(), "ada").get("/api/v1/me").json()["scope"]["slug"].asString(),
              "nordwind");
}

TEST(Session, ASetUpIsRefusedByField) {
    Site fresh(/*empty=*/true);
    const auto reply =
        ApiClient(fresh.port())
            .post("/api/v1/setup",
                  R"({"token":")" + fresh.setupToken() +
                      R"(","username":"ada","email":"ada@msp.example","password":"short"})");
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.json()["pointer"].asString(), "/password");
}

}  // namespace
}  // namespace tenantry::testing
