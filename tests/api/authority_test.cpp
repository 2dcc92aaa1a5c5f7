// One's own account, roles, API tokens, reasons, and the activity as evidence.
#include <gtest/gtest.h>

#include "tenants/totp.h"
#include "tests/api/site_environment.h"

namespace tenantry::testing {
namespace {

constexpr const char* kMe = "/api/v1/me";

std::string bodyOf(std::initializer_list<std::pair<const char*, std::string>> members) {
    base::JsonWriter out;
    out.beginObject();
    for (const auto& [name, value] : members) out.key(name).string(value);
    out.endObject();
    return std::move(out).take();
}

/// An account of its own for a test, signed in by its own cookie.
struct Member {
    explicit Member(const std::string& username) {
        const auto made =
            as("north").post("/api/v1/users", bodyOf({{"organization", "north"},
                                                      {"username", username},
                                                      {"email", username + "@msp.example"}}));
        EXPECT_EQ(made.status, 201) << made.body;
        site().kit().outbox.sendAll(base::Deadline::after(std::chrono::seconds{10}));
        const auto token =
            FakeMailer::tokenIn(site().kit().mailer.lastTo(username + "@msp.example"));
        const auto accepted = ApiClient(site().port())
                                  .post("/api/v1/links/accept",
                                        bodyOf({{"token", token}, {"password", Site::kPassword}}));
        EXPECT_EQ(accepted.status, 201) << accepted.body;
        client = std::make_unique<ApiClient>(site().port(), username);
    }
    std::unique_ptr<ApiClient> client;
};

TEST(OwnAccount, PasswordSessionsAndProfile) {
    Member member("own1");
    ApiClient elsewhere(site().port(), "own1");
    const auto sessions = member.client->get(std::string(kMe) + "/sessions").json();
    EXPECT_EQ(sessions["total"].asInt(), 3);
    std::string other;
    for (const auto& one : sessions["items"].items())
        if (!one["current"].boolOr(true)) other = one["id"].stringOr("");
    EXPECT_EQ(member.client->remove(std::string(kMe) + "/sessions/" + other).status, 204);
    EXPECT_EQ(as("south").remove(std::string(kMe) + "/sessions/" + other).status, 404);
    EXPECT_EQ(member.client->remove(std::string(kMe) + "/sessions").status, 204);
    EXPECT_EQ(elsewhere.get(kMe).status, 401);
    EXPECT_EQ(member.client->get(kMe).status, 200);
    EXPECT_EQ(member.client->patch(kMe, bodyOf({{"phone", "+49 30 1"}})).status, 204);
    EXPECT_EQ(userAs("north", "own1")["phone"].asString(), "+49 30 1");
    const auto wrong = member.client->post(
        std::string(kMe) + "/password",
        bodyOf({{"current_password", "not it at all"}, {"password", "a new one of length"}}));
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(wrong.json()["pointer"].asString(), "/current_password");
    const auto changed = member.client->post(
        std::string(kMe) + "/password",
        bodyOf({{"current_password", Site::kPassword}, {"password", "a new one of length"}}));
    EXPECT_EQ(changed.status, 204) << changed.body;
}

TEST(OwnAccount, ASecondFactorIsEnrolledRenewedAndRemoved) {
    Member member("own2");
    auto& me = *member.client;
    const auto enrolment = me.post(std::string(kMe) + "/totp");
    ASSERT_EQ(enrolment.status, 200) << enrolment.body;
    const base::SecretText secret(enrolment.json()["secret"].stringOr(""));
    EXPECT_EQ(me.post(std::string(kMe) + "/totp/confirm", bodyOf({{"totp", "000000"}})).status,
              400);
    const auto code = tenants::totpCodeAt(secret, base::SystemClock().now());
    const auto codes = me.post(std::string(kMe) + "/totp/confirm", bodyOf({{"totp", code}}));
    ASSERT_EQ(codes.status, 200) << codes.body;
    const std::string proof = bodyOf({{"current_password", Site::kPassword}});
    const auto renewed = me.post(std::string(kMe) + "/recovery-codes", proof);
    EXPECT_EQ(renewed.json()["recovery_codes"].size(), tenants::kRecoveryCodes);
    EXPECT_EQ(userAs("north", "own2")["mfa"]["enrolled"].asBool(), true);
    EXPECT_EQ(me.post(std::string(kMe) + "/totp/remove", proof).status, 204);
    EXPECT_EQ(userAs("north", "own2")["mfa"]["enrolled"].asBool(), false);
}

TEST(OwnAccount, ASessionBeforeTheSignInIsNotTheSessionAfterIt) {
    Member member("own3");
    const auto before = member.client->cookie();
    const auto again = member.client->bare(
        "POST", "/api/v1/session", bodyOf({{"username", "own3"}, {"password", Site::kPassword}}),
        {{"Cookie", before}});
    ASSERT_EQ(again.status, 201);
    EXPECT_EQ(again.header("set-cookie").find(before), std::string::npos);
    EXPECT_EQ(member.client->get(kMe).status, 401) << "the former one ended";
    const auto fixed = ApiClient(site().port())
                           .bare("POST", "/api/v1/session",
                                 bodyOf({{"username", "own3"}, {"password", Site::kPassword}}),
                                 {{"Cookie", "tenantry_session=chosen-by-somebody-else"}});
    EXPECT_EQ(fixed.header("set-cookie").find("chosen-by"), std::string::npos);
}

TEST(RolesApi, AreMadeOfOnesOwnPermissionsAndUsed) {
    const std::string wish = R"({"organization":"north","name":"Clerk","permissions":)"
                             R"(["users.view","users.unlock"]})";
    const auto made = as("north").post("/api/v1/roles", wish);
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string path = "/api/v1/roles/" + made.json()["id"].stringOr("");
    EXPECT_EQ(as("north").patch(path, R"({"name":"Clerk 2"})").json()["name"].asString(),
              "Clerk 2");
    const auto list = as("south").get("/api/v1/roles");
    EXPECT_EQ(list.body.find("Clerk"), std::string::npos) << "another branch sees nothing";
    EXPECT_EQ(as("south").patch(path, R"({"name":"x"})").status, 404);
    EXPECT_EQ(as("south").remove(path).status, 404);
    EXPECT_EQ(as("desk").post("/api/v1/roles", wish).status, 403);
    EXPECT_EQ(as("north").patch("/api/v1/roles/help_desk", R"({"name":"x"})").status, 403);
    const auto made2 = as("north").post(
        "/api/v1/users",
        R"({"organization":"north","email":"clerk@msp.example","roles":[{"organization":"north","role":")" +
            made.json()["id"].stringOr("") + "\"}]}");
    ASSERT_EQ(made2.status, 201) << made2.body;
    EXPECT_EQ(made2.json()["roles"].items().at(0).asString(), "Clerk 2");
    EXPECT_EQ(as("north").remove(path).status, 409);
    const auto user = "/api/v1/users/" + made2.json()["id"].stringOr("");
    const auto taken =
        as("north").post(user + "/actions/assign_role",
                         R"({"parameters":{"role":")" + made.json()["id"].stringOr("") +
                             R"(","organization":"north","remove":true}})");
    EXPECT_EQ(taken.json()["outcome"].asString(), "done") << taken.body;
    EXPECT_EQ(as("north").remove(path).status, 204);
}

TEST(Tokens, AreShownOnceLimitedAndRevocable) {
    const auto ends = base::toRfc3339(base::SystemClock().now() + std::chrono::hours{24});
    const auto made = as("north").post(
        "/api/v1/tokens", R"({"name":"backup","organization":"north-tenant","permissions":)"
                          R"(["users.view"],"expires_at":")" +
                              ends + "\"}");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto token = made.json()["token"].stringOr("");
    const Fields bearer = {{"Authorization", "Bearer " + token}};
    auto& nobody = as("west");
    EXPECT_EQ(nobody.bare("GET", "/api/v1/users?limit=1", "", bearer).status, 200);
    const auto listed = nobody.bare("GET", "/api/v1/organizations", "", bearer).json();
    EXPECT_EQ(listed["total"].asInt(), 1);
    const auto acted = nobody.bare("POST", userPath("n5") + "/actions/suspend", "{}", bearer);
    EXPECT_EQ(acted.status, 403) << "it does not hold users.suspend";
    EXPECT_EQ(nobody.bare("GET", "/api/v1/me/sessions", "", bearer).status, 403);
    EXPECT_EQ(
        nobody.bare("GET", "/api/v1/me", "", {{"Cookie", "tenantry_session=" + token}}).status, 401)
        << "never by cookie";
    EXPECT_EQ(as("north").get("/api/v1/tokens").body.find(token), std::string::npos);
    EXPECT_EQ(as("south").get("/api/v1/tokens").json()["total"].asInt(), 0);
    const auto path = "/api/v1/tokens/" + made.json()["id"].stringOr("");
    EXPECT_EQ(as("south").remove(path).status, 404);
    EXPECT_EQ(as("north").remove(path).status, 204);
    EXPECT_EQ(nobody.bare("GET", "/api/v1/me", "", bearer).status, 401);
}

TEST(Why, ExplainsOneselfAndOthers) {
    const auto target = userAs("north", "n5")["id"].stringOr("");
    const auto desk = userAs("north", "desk")["id"].stringOr("");
    const auto ask = [&](const std::string& who, const std::string& more) {
        return as(who).get("/api/v1/why?user=" + target + "&action=suspend" + more);
    };
    const auto mine = ask("north", "").json();
    EXPECT_TRUE(mine["allowed"].boolOr(false));
    EXPECT_EQ(mine["because"].items().at(0)["role"].asString(), "partner_administrator");
    const auto theirs = ask("north", "&operator=" + desk).json();
    EXPECT_FALSE(theirs["allowed"].boolOr(true));
    EXPECT_EQ(theirs["reason"]["code"].asString(), "permission_missing");
    EXPECT_EQ(ask("desk", "&operator=" + userAs("north", "north")["id"].stringOr("")).status, 403);
    EXPECT_EQ(ask("south", "").status, 404);
}

TEST(Branding, IsInheritedAndChecked) {
    const std::string path = "/api/v1/organizations/north/branding";
    const Fields north = {{"Authorization", "Bearer " + as("north").token()}};
    const auto set = as("north").bare(
        "PUT", path, R"({"name":"North Portal","colour":"#aa0000","support":"Call 1"})", north);
    EXPECT_EQ(set.status, 200) << set.body;
    EXPECT_EQ(
        as("north").get("/api/v1/organizations/north-tenant/branding").json()["name"].asString(),
        "North Portal");
    EXPECT_EQ(as("south").get(path).status, 404);
    EXPECT_EQ(as("north").bare("PUT", path, R"({"name":"x","colour":"red   "})", north).status,
              400);
    EXPECT_EQ(as("north")
                  .bare("PUT", path, R"x({"name":"x","logo_url":"javascript:alert(1)"})x", north)
                  .status,
              400);
}

TEST(Audit, TheTrailIsCheckedAndGivenOut) {
    const auto report = as("north").get("/api/v1/activity/verify").json();
    EXPECT_TRUE(report["whole"].boolOr(false));
    EXPECT_EQ(as("desk").get("/api/v1/activity/verify").status, 403);
    EXPECT_EQ(as("south").get("/api/v1/activity/verify?scope=north").status, 404);
    static_cast<void>(as("north").post(
        "/api/v1/users",
        R"x({"organization":"north","email":"f@msp.example","username":"=HYPERLINK(1)"})x"));
    const auto csv = as("north").get("/api/v1/activity/export?format=csv");
    ASSERT_EQ(csv.status, 200);
    EXPECT_NE(csv.body.find("'=HYPERLINK(1)"), std::string::npos);
    EXPECT_EQ(csv.body.find(",=HYPERLINK"), std::string::npos);
    const auto lines = as("south").get("/api/v1/activity/export?format=ndjson");
    EXPECT_EQ(lines.body.find("HYPERLINK"), std::string::npos) << "another branch sees nothing";
    EXPECT_EQ(as("desk").get("/api/v1/activity/export").status, 403);
    EXPECT_EQ(as("north").get("/api/v1/activity/export?format=xml").status, 400);
}

TEST(Audit, TheUsersExportHasNamesPermissionsAndStatus) {
    const auto csv =
        as("north").get("/api/v1/users/export?format=csv&filter=username+eq+%22desk%22");
    const auto head = csv.body.substr(0, csv.body.find('\n'));
    for (const char* column : {"first_name", "last_name", "permissions", "status"})
        EXPECT_NE(head.find(column), std::string::npos) << column;
    EXPECT_NE(csv.body.find("users.view; users.unlock"), std::string::npos) << csv.body;
}

TEST(Grants, AreShownToWhoeverSeesTheAccountAndTheOrganization) {
    Member member("held1");
    const auto user = userAs("north", "held1")["id"].stringOr("");
    const auto given = as("north").post("/api/v1/users/" + user + "/actions/assign_role",
                                        R"({"parameters":{"role":"help_desk",)"
                                        R"("organization":"north-tenant",)"
                                        R"("expires_at":"2031-05-04T23:59:59Z"}})");
    EXPECT_EQ(given.json()["outcome"].asString(), "done") << given.body;
    const auto all = as("north").get("/api/v1/grants?q=HELD1").json();
    EXPECT_EQ(all["total"].asInt(), 2);
    const auto narrowed = as("north").get("/api/v1/grants?q=held1&role=help_desk").json();
    ASSERT_EQ(narrowed["items"].size(), 1U);
    const auto one = narrowed["items"].items().front();
    EXPECT_EQ(one["title"].asString(), "Help Desk");
    EXPECT_EQ(one["organization"]["slug"].asString(), "north-tenant");
    EXPECT_EQ(one["expires_at"].asString(), "2031-05-04T23:59:59Z");
    EXPECT_FALSE(one["ended"].boolOr(true));
    EXPECT_EQ(as("south").get("/api/v1/grants?q=held1").json()["total"].asInt(), 0);
    EXPECT_EQ(as("south").get("/api/v1/grants?scope=north").status, 404);
    EXPECT_EQ(as("north").get("/api/v1/grants?q=held1&limit=1").json()["items"].size(), 1U);
}

TEST(MailOfTheServer, IsTriedByThePlatformAndGoesToOneselfOnly) {
    const auto before = site().kit().mailer.sent().size();
    EXPECT_EQ(as("north").get("/api/v1/mail").status, 403);
    EXPECT_EQ(as("north").post("/api/v1/mail/test").status, 403);
    const auto state = as("admin").get("/api/v1/mail");
    EXPECT_EQ(state.status, 200) << state.body;
    EXPECT_TRUE(state.json()["trouble"].isNull());
    const auto sent = as("admin").post("/api/v1/mail/test");
    EXPECT_TRUE(sent.json()["sent"].boolOr(false)) << sent.body;
    const auto own = as("admin").get(kMe).json()["account"]["email"].stringOr("");
    EXPECT_EQ(sent.json()["to"].asString(), own);
    ASSERT_GT(site().kit().mailer.sent().size(), before);
    EXPECT_EQ(site().kit().mailer.lastTo(own).subject, "Mail from Tenantry works");
}

TEST(Permissions, AreToldOnOneOrganization) {
    const auto mine = as("north").get("/api/v1/organizations/north-tenant").json();
    EXPECT_GT(mine["permissions"].size(), 5U);
    const auto listed = as("north").get("/api/v1/organizations").json();
    EXPECT_TRUE(listed["items"].items().front()["permissions"].missing());
}

}  // namespace
}  // namespace tenantry::testing
