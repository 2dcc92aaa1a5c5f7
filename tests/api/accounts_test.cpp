// Portal accounts over HTTP: the invitation, the second factor, recovery, and what others do not
// see.
#include <gtest/gtest.h>

#include "tenants/totp.h"
#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kUsers = "/api/v1/users";
constexpr const char* kStrong = "a password of some length";

std::string quoted(const std::string& text) {
    base::JsonWriter out;
    out.string(text);
    return std::move(out).take();
}

std::string wish(const std::string& username, const std::string& organization,
                 const std::string& more = "") {
    return R"({"organization":)" + quoted(organization) + R"(,"username":)" + quoted(username) +
           R"(,"email":)" + quoted(username + "@msp.example") +
           R"(,"first_name":"Grace","last_name":"Hopper")" + more + "}";
}

/// The token of the newest mail to that account.
std::string mailed(const std::string& username) {
    site().kit().outbox.sendAll(base::Deadline::after(std::chrono::seconds{10}));
    return FakeMailer::tokenIn(site().kit().mailer.lastTo(username + "@msp.example"));
}

Reply open(const std::string& path, const std::string& body) {
    return ApiClient(site().port()).post("/api/v1/" + path, body);
}

std::string tokenBody(const std::string& token, const std::string& more = "") {
    return R"({"token":)" + quoted(token) + more + "}";
}

TEST(Accounts, AnInvitationLeadsToASession) {
    const auto made = as("north").post(
        kUsers,
        wish("invited", "north", R"(,"roles":[{"role":"help_desk","organization":"north"}])"));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["status"].asString(), "PROVISIONED");
    EXPECT_EQ(made.json()["roles"].items().at(0).asString(), "Help Desk");
    EXPECT_EQ(made.json()["organization"]["slug"].asString(), "north");
    EXPECT_FALSE(made.header("etag").empty());
    const auto token = mailed("invited");
    ASSERT_FALSE(token.empty());
    const auto state = open("links/check", tokenBody(token)).json();
    EXPECT_TRUE(state["valid"].boolOr(false));
    EXPECT_EQ(state["link"]["username"].asString(), "invited");
    EXPECT_EQ(state["link"]["organization_name"].asString(), "North Partner");
    const auto weak = open("links/accept", tokenBody(token, R"(,"password":"short")"));
    EXPECT_EQ(weak.status, 400);
    EXPECT_EQ(weak.json()["pointer"].asString(), "/password");
    const auto accepted =
        open("links/accept", tokenBody(token, R"(,"password":)" + quoted(kStrong)));
    ASSERT_EQ(accepted.status, 201) << accepted.body;
    EXPECT_NE(accepted.header("set-cookie").find("HttpOnly"), std::string::npos);
    const auto again =
        open("links/accept", tokenBody(token, R"(,"password":"another password of mine")"));
    EXPECT_EQ(again.status, 403);
    EXPECT_FALSE(open("links/check", tokenBody(token)).json()["valid"].boolOr(true));
    EXPECT_EQ(userAs("north", "invited")["status"].asString(), "ACTIVE");
}

TEST(Accounts, ARequiredSecondFactorIsEnrolledAndAskedFor) {
    ASSERT_EQ(
        as("north").post(kUsers, wish("factored", "north", R"(,"mfa":{"required":true})")).status,
        201);
    const auto token = mailed("factored");
    const auto enrolment = open("links/totp", tokenBody(token));
    ASSERT_EQ(enrolment.status, 200) << enrolment.body;
    EXPECT_EQ(enrolment.json()["qr_svg"].stringOr("").rfind("<svg", 0), 0U);
    const base::SecretText secret(enrolment.json()["secret"].stringOr(""));
    const base::SystemClock clock;
    const auto code = tenants::totpCodeAt(secret, clock.now());
    const auto accepted =
        open("links/accept",
             tokenBody(token, R"(,"password":)" + quoted(kStrong) + R"(,"totp":)" + quoted(code)));
    ASSERT_EQ(accepted.status, 201) << accepted.body;
    EXPECT_EQ(accepted.json()["recovery_codes"].size(), tenants::kRecoveryCodes);
    const std::string body = R"({"username":"factored","password":)" + quoted(kStrong);
    const auto asked = open("session", body + "}");
    EXPECT_EQ(asked.status, 401);
    EXPECT_EQ(asked.json()["type"].asString(), "urn:tenantry:problem:second-factor-required");
    EXPECT_TRUE(asked.header("set-cookie").empty());
    const auto replayed = open("session", body + R"(,"totp":)" + quoted(code) + "}");
    EXPECT_EQ(replayed.status, 401) << "a code works once";
    EXPECT_EQ(replayed.json()["type"].asString(), "urn:tenantry:problem:unauthenticated");
    const auto recovery = accepted.json()["recovery_codes"].items().at(0).stringOr("");
    EXPECT_EQ(open("session", body + R"(,"totp":)" + quoted(recovery) + "}").status, 201);
}

TEST(Accounts, RecoveryTellsNobodyWhetherThereIsAnAccount) {
    ASSERT_EQ(as("north").post(kUsers, wish("forgetful", "north")).status, 201);
    ASSERT_EQ(
        open("links/accept", tokenBody(mailed("forgetful"), R"(,"password":)" + quoted(kStrong)))
            .status,
        201);
    const auto there = open("recovery", R"({"username":"forgetful"})");
    const auto nobody = open("recovery", R"({"username":"no such person"})");
    EXPECT_EQ(there.status, 202);
    EXPECT_EQ(nobody.status, 202);
    EXPECT_EQ(there.body, nobody.body);
    EXPECT_EQ(userAs("north", "forgetful")["status"].asString(), "RECOVERY");
    const auto accepted = open(
        "links/accept", tokenBody(mailed("forgetful"), R"(,"password":"a new one of length")"));
    EXPECT_EQ(accepted.status, 201) << accepted.body;
    EXPECT_EQ(userAs("north", "forgetful")["status"].asString(), "ACTIVE");
}

TEST(Accounts, AnExpiredPasswordIsReplacedDuringTheSignIn) {
    ASSERT_EQ(as("north").post(kUsers, wish("expired", "north")).status, 201);
    ASSERT_EQ(
        open("links/accept", tokenBody(mailed("expired"), R"(,"password":)" + quoted(kStrong)))
            .status,
        201);
    const auto acted =
        as("north").post(userPath("expired") + "/actions/force_password_change", "{}");
    EXPECT_EQ(acted.json()["outcome"].asString(), "done") << acted.body;
    const auto step =
        open("session", R"({"username":"expired","password":)" + quoted(kStrong) + "}");
    EXPECT_EQ(step.status, 401);
    EXPECT_EQ(step.json()["type"].asString(), "urn:tenantry:problem:new-password-required");
    const auto token = step.json()["link_token"].stringOr("");
    EXPECT_EQ(open("links/accept", tokenBody(token, R"(,"password":"a new one of length")")).status,
              201);
}

TEST(Accounts, AnOperatorOfAnotherBranchNeitherMakesNorSeesOne) {
    EXPECT_EQ(as("south").post(kUsers, wish("foreign", "north")).status, 404);
    ASSERT_EQ(as("north").post(kUsers, wish("ours", "north")).status, 201);
    EXPECT_TRUE(userAs("south", "ours").missing());
    EXPECT_EQ(as("south").get(userPath("ours")).status, 404);
    EXPECT_EQ(as("south").post(userPath("ours") + "/actions/suspend", "{}").status, 404);
    const auto granted = as("north").post(
        kUsers, wish("grasping", "north", R"(,"roles":[{"role":"user","organization":"south"}])"));
    EXPECT_EQ(granted.status, 404) << granted.body;
}

TEST(Accounts, OfTwoBranchesOnlyWhoSeesBothSees) {
    const auto made =
        as("admin").post(kUsers, wish("both", "north",
                                      R"(,"roles":[{"role":"help_desk","organization":"north"},)"
                                      R"({"role":"help_desk","organization":"south"}])"));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json()["organization"]["slug"].asString(), "north");
    EXPECT_FALSE(userAs("admin", "both").missing());
    EXPECT_TRUE(userAs("north", "both").missing());
    EXPECT_TRUE(userAs("south", "both").missing());
}

TEST(Accounts, RefusalsNameTheField) {
    const auto pointer = [](const Reply& reply) { return reply.json()["pointer"].stringOr(""); };
    auto& north = as("north");
    EXPECT_EQ(pointer(north.post(kUsers, R"({"organization":"north","email":"no address"})")),
              "/email");
    EXPECT_EQ(pointer(north.post(kUsers, wish("x1", "north",
                                              R"(,"roles":[{"role":"emperor",)"
                                              R"("organization":"north"}])"))),
              "/roles/0");
    EXPECT_EQ(pointer(north.post(kUsers, wish("x\\r\\nBcc: y", "north"))), "/email");
    ASSERT_EQ(north.post(kUsers, wish("taken", "north")).status, 201);
    const auto taken = north.post(kUsers, wish("TAKEN", "north"));
    EXPECT_EQ(taken.status, 409);
    EXPECT_EQ(pointer(taken), "/username");
    EXPECT_EQ(as("desk").post(kUsers, wish("x2", "north")).status, 403);
}

TEST(Accounts, TheBuiltInConnectionStaysAsItIs) {
    const auto connection = userAs("north", "north")["connection"].stringOr("");
    auto& north = as("north");
    const std::string path = "/api/v1/connections/" + connection;
    EXPECT_EQ(north.get(path).status, 200);
    EXPECT_EQ(north.remove(path).status, 403);
    EXPECT_EQ(north.patch(path, R"({"name":"x"})").status, 403);
    EXPECT_EQ(as("south").get(path).status, 404);
    const auto another = north.post(
        "/api/v1/connections",
        R"({"organization":"north","connector":"org.tenantry.portal","name":"x","config":{}})");
    EXPECT_EQ(another.status, 400);
}

}  // namespace
}  // namespace tenantry::testing
