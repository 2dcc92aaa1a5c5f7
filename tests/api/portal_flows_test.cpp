// The life of an account as an admin and its owner live through it: over HTTP, with real mail. One
// test a flow.
#include <gtest/gtest.h>

#include "kernel/base/limits.h"
#include "tenants/totp.h"
#include "tests/api/portal_site.h"
#include "tests/support/oidc_provider.h"

namespace tenantry::testing {
namespace {

constexpr const char* kNew = "a new one of some length";

class PortalFlow : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = PortalSite::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
        site = std::make_unique<PortalSite>();
    }
    [[nodiscard]] std::string codeOf(const base::SecretText& secret) const {
        return tenants::totpCodeAt(secret, site->now());
    }
    static std::string problemOf(const Reply& reply) { return reply.json()["type"].stringOr(""); }
    static std::string outcomeOf(const Reply& reply) {
        return reply.status == 200 ? reply.json()["outcome"].stringOr("") : reply.body;
    }
    /// What the trail says last of that user.
    base::Json lastOf(const std::string& username, const std::string& action) {
        const auto all =
            site->as("admin").get(site->path(username) + "/activity?limit=100").json()["items"];
        for (const auto& one : all.items())
            if (one["action"].stringOr("") == action) return one;
        return {};
    }

    std::unique_ptr<PortalSite> site;
};

TEST_F(PortalFlow, AnInvitationArrivesAndItsLinkWithPasswordAndCodeMakesTheAccountActive) {
    ASSERT_EQ(site->invite("grace", R"(,"mfa":{"required":true})").status, 201);
    EXPECT_EQ(site->status("grace"), "PROVISIONED");
    const auto token = site->mailedToken("grace");
    const auto link = site->open("links/check", bodyOf({{"token", token}})).json();
    ASSERT_TRUE(link["valid"].boolOr(false)) << token;
    EXPECT_TRUE(link["link"]["must_enrol"].boolOr(false));
    EXPECT_EQ(site->accept(token, PortalSite::kPassword).status, 400) << "not without a code";
    const auto enrolment = site->open("links/totp", bodyOf({{"token", token}}));
    const base::SecretText secret(enrolment.json()["secret"].stringOr(""));
    const auto accepted = site->accept(token, PortalSite::kPassword, codeOf(secret));
    ASSERT_EQ(accepted.status, 201) << accepted.body;
    EXPECT_FALSE(accepted.header("set-cookie").empty());
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    EXPECT_EQ(site->user("grace")["mfa"]["enrolled"].asBool(), true);
    EXPECT_EQ(site->accept(token, kNew).status, 403) << "a link works once";
    EXPECT_EQ(problemOf(site->signIn("grace")), "urn:tenantry:problem:second-factor-required");
    site->advance(std::chrono::seconds{31});
    EXPECT_EQ(site->signIn("grace", PortalSite::kPassword, codeOf(secret)).status, 201);
}

TEST_F(PortalFlow, ResendingAnInvitationKillsTheOldLink) {
    ASSERT_EQ(site->invite("grace").status, 201);
    const auto first = site->mailedToken("grace");
    EXPECT_EQ(outcomeOf(site->act("grace", "resend_invite")), "done");
    const auto second = site->mailedToken("grace");
    EXPECT_NE(first, second);
    EXPECT_EQ(site->accept(first, PortalSite::kPassword).status, 403);
    EXPECT_FALSE(
        site->open("links/check", bodyOf({{"token", first}})).json()["valid"].boolOr(true));
    EXPECT_EQ(site->accept(second, PortalSite::kPassword).status, 201);
}

TEST_F(PortalFlow, RevokingAnInvitationKillsItsLinkAtOnce) {
    ASSERT_EQ(site->invite("grace").status, 201);
    const auto token = site->mailedToken("grace");
    EXPECT_EQ(outcomeOf(site->act("grace", "revoke_invite")), "done");
    EXPECT_EQ(site->status("grace"), "STAGED");
    EXPECT_EQ(site->accept(token, PortalSite::kPassword).status, 403);
    EXPECT_EQ(outcomeOf(site->act("grace", "activate")), "done");
    EXPECT_EQ(site->accept(site->mailedToken("grace"), PortalSite::kPassword).status, 201);
}

TEST_F(PortalFlow, AnInvitationEndsByItself) {
    ASSERT_EQ(site->invite("grace").status, 201);
    const auto token = site->mailedToken("grace");
    site->advance(tenants::Accounts::kInviteLife);
    EXPECT_EQ(site->accept(token, PortalSite::kPassword).status, 403);
}

TEST_F(PortalFlow, WrongPasswordsLockOutAndAnOperatorUnlocks) {
    site->member("grace");
    for (int i = 0; i < base::limits::kSignInFailuresMax; ++i)
        EXPECT_EQ(site->signIn("grace", "not it at all").status, 401);
    EXPECT_EQ(site->status("grace"), "LOCKED_OUT");
    EXPECT_NE(site->mailTo("grace").find("too many wrong passwords"), std::string::npos);
    EXPECT_EQ(site->signIn("grace").status, 401) << "not even with the right one";
    EXPECT_EQ(outcomeOf(site->act("grace", "unlock")), "done");
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    EXPECT_EQ(site->signIn("grace").status, 201);
}

TEST_F(PortalFlow, AnExpiredPasswordMustBeChangedAtTheNextSignIn) {
    site->member("grace");
    EXPECT_EQ(outcomeOf(site->act("grace", "force_password_change")), "done");
    EXPECT_EQ(site->status("grace"), "AWAITING_NEW_PASSWORD");
    EXPECT_NE(site->mailTo("grace").find("choose a new password"), std::string::npos);
    const auto step = site->signIn("grace");
    EXPECT_EQ(step.status, 401);
    EXPECT_TRUE(step.header("set-cookie").empty()) << "no session before the change";
    EXPECT_EQ(problemOf(step), "urn:tenantry:problem:new-password-required");
    const auto token = step.json()["link_token"].stringOr("");
    EXPECT_EQ(site->accept(token, PortalSite::kPassword).status, 400) << "not the old one again";
    EXPECT_EQ(site->accept(token, kNew).status, 201);
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    EXPECT_EQ(site->signIn("grace").status, 401);
    EXPECT_EQ(site->signIn("grace", kNew).status, 201);
}

TEST_F(PortalFlow, AnOperatorsResetLeadsOverRecoveryToANewPassword) {
    site->member("grace");
    ApiClient hers(site->port(), "grace");
    EXPECT_EQ(outcomeOf(site->act("grace", "reset_password")), "done");
    EXPECT_EQ(site->status("grace"), "RECOVERY");
    EXPECT_EQ(hers.get("/api/v1/me").status, 401) << "sessions end";
    EXPECT_EQ(site->signIn("grace").status, 401) << "the old password is void";
    EXPECT_EQ(site->accept(site->mailedToken("grace"), kNew).status, 201);
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    EXPECT_EQ(site->signIn("grace", kNew).status, 201);
}

TEST_F(PortalFlow, NinetyDaysWithoutASignInSuspendWithTheCause) {
    site->member("grace");
    site->advance(std::chrono::hours{24 * 89});
    site->tidy();
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    site->advance(std::chrono::hours{24 * 2});
    site->tidy();
    EXPECT_EQ(site->status("grace"), "SUSPENDED");
    EXPECT_EQ(site->user("grace")["status_cause"].asString(), "inactive");
    EXPECT_EQ(site->status("admin"), "ACTIVE") << "who signed in stays";
    EXPECT_NE(lastOf("grace", "suspend")["detail"].stringOr("").find("90 days"), std::string::npos);
    EXPECT_NE(site->mailTo("grace").find("was suspended"), std::string::npos);
    EXPECT_EQ(site->signIn("grace").status, 401);
    EXPECT_EQ(outcomeOf(site->act("grace", "unsuspend", "{}", "admin")), "done");
    site->tidy();
    EXPECT_EQ(site->status("grace"), "ACTIVE") << "the days are counted anew";
    EXPECT_EQ(site->signIn("grace").status, 201);
}

TEST_F(PortalFlow, DeletingNeedsTheTypedEmailStaysAsDeletedAndRestoringInvitesAgain) {
    site->member("grace");
    ApiClient hers(site->port(), "grace");
    const auto untyped = site->act("grace", "delete");
    EXPECT_EQ(untyped.status, 400);
    EXPECT_EQ(untyped.json()["pointer"].asString(), "/parameters/email");
    EXPECT_EQ(site->act("grace", "delete", R"({"parameters":{"email":"ada@msp.example"}})").status,
              400);
    EXPECT_EQ(site->status("grace"), "ACTIVE");
    const auto typed =
        site->act("grace", "delete", R"({"parameters":{"email":"grace@msp.example"}})");
    EXPECT_EQ(outcomeOf(typed), "done");
    EXPECT_EQ(site->status("grace"), "DELETED") << "it stays in the list";
    EXPECT_EQ(hers.get("/api/v1/me").status, 401);
    EXPECT_EQ(site->signIn("grace").status, 401);
    EXPECT_EQ(outcomeOf(site->act("grace", "restore")), "done");
    EXPECT_EQ(site->status("grace"), "PROVISIONED");
    EXPECT_EQ(site->accept(site->mailedToken("grace"), kNew).status, 201);
    EXPECT_EQ(site->status("grace"), "ACTIVE");
}

TEST_F(PortalFlow, FederatedOnlyRefusesThePasswordAndSignsInByTheRealProvider) {
    if (const auto why = OidcProvider::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
    const std::string callback = "/api/v1/session/oidc/callback";
    const OidcProvider provider(site->url() + callback);
    auto& north = site->as("north");
    const auto set = north.put("/api/v1/organizations/north/identity-provider",
                               R"({"issuer":")" + provider.issuer() + R"(","client_id":")" +
                                   OidcProvider::kClientId + R"(","client_secret":")" +
                                   OidcProvider::kClientSecret + R"(","domains":["msp.example"]})");
    ASSERT_EQ(set.status, 200) << set.body;
    site->member("grace");
    EXPECT_EQ(site->signIn("grace").status, 201);
    EXPECT_EQ(outcomeOf(site->act("grace", "force_federated")), "done");
    EXPECT_EQ(site->user("grace")["federated_only"].asBool(), true);
    EXPECT_EQ(site->signIn("grace").status, 401) << "the password opens nothing any more";
    EXPECT_EQ(site->open("recovery", bodyOf({{"username", "grace"}})).status, 202);
    const auto start = site->open("session/oidc", R"({"login":"grace"})");
    ASSERT_EQ(start.status, 200) << start.body;
    const auto cookie = start.header("set-cookie");
    const auto back = provider.signIn(start.json()["url"].stringOr(""), "grace");
    const auto done = ApiClient(site->port())
                          .bare("GET",
                                callback + "?code=" + OidcProvider::parameterOf(back, "code") +
                                    "&state=" + OidcProvider::parameterOf(back, "state"),
                                "", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    ASSERT_EQ(done.status, 200) << done.body;
    const auto session = done.header("set-cookie");
    const auto me =
        ApiClient(site->port())
            .bare("GET", "/api/v1/me", "", {{"Cookie", session.substr(0, session.find(';'))}});
    EXPECT_EQ(me.json()["account"]["username"].asString(), "grace");
    EXPECT_EQ(outcomeOf(site->act("grace", "allow_password")), "done");
    EXPECT_EQ(site->signIn("grace").status, 201);
}

TEST_F(PortalFlow, EveryColumnOfTheListIsThereAndSortsBothWays) {
    for (const char* one : {"ada", "bea", "cyd"}) {
        site->invite(one);
        site->advance(std::chrono::seconds{2});
    }
    ASSERT_EQ(site->accept(site->mailedToken("bea"), PortalSite::kPassword).status, 201);
    for (const auto& [field, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"first_name", "Anna"}, {"last_name", "Zuse"}}) {
        auto& admin = site->as("admin");
        const auto etag = admin.get(site->path("cyd")).header("etag");
        EXPECT_EQ(
            admin.patch(site->path("cyd"), bodyOf({{field, value}}), {{"If-Match", etag}}).status,
            200);
    }
    // First name, last name, username, status, role, primary e-mail, last signed in, added,
    // modified.
    for (const std::string column : {"first_name", "last_name", "username", "status", "roles",
                                     "email", "last_login_at", "created_at", "modified_at"}) {
        const auto ids = [&](const std::string& sort) {
            const auto page = site->as("admin").get("/api/v1/users?sort=" + sort);
            EXPECT_EQ(page.status, 200) << sort << ": " << page.body;
            std::vector<std::string> out;
            for (const auto& one : page.json()["items"].items()) {
                EXPECT_FALSE(one[column].missing()) << column;
                const auto value = one[column];
                out.push_back(value.isArray() ? value.items().at(0).stringOr("")
                                              : value.stringOr(""));
            }
            return out;
        };
        auto up = ids(column), down = ids("-" + column);
        ASSERT_EQ(up.size(), 7U) << column;
        for (auto* one : {&up, &down}) std::erase(*one, "");  // who has none comes last both ways
        std::reverse(down.begin(), down.end());
        EXPECT_EQ(up, down) << column;
        if (column == "status") continue;  // in the order of its life, not of its letters
        EXPECT_TRUE(std::is_sorted(up.begin(), up.end())) << column;
    }
}

TEST_F(PortalFlow, WhoIsAssignedToTwoBranchesIsSeenByWhoHoldsBothAndByNobodyOfOne) {
    const auto made = site->invite("grace",
                                   R"(,"roles":[{"role":"help_desk","organization":"north"},)"
                                   R"({"role":"help_desk","organization":"south-tenant"}])",
                                   "north", "both");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto path = site->path("grace");
    for (const char* who : {"north", "south"}) {
        auto& one = site->as(who);
        EXPECT_TRUE(site->user("grace", who).missing()) << who;
        EXPECT_EQ(one.get(path).status, 404) << who;
        EXPECT_EQ(one.get(path + "/actions").status, 404) << who;
        EXPECT_EQ(one.get(path + "/activity").status, 404) << who;
        EXPECT_EQ(one.post(path + "/actions/suspend", "{}").status, 404) << who;
        EXPECT_EQ(one.get("/api/v1/users/export").body.find("grace"), std::string::npos) << who;
        EXPECT_EQ(one.get("/api/v1/activity").body.find("grace"), std::string::npos) << who;
        const auto plan = one.post("/api/v1/plans", R"({"action":"suspend","selection":{"ids":[")" +
                                                        made.json()["id"].stringOr("") +
                                                        R"("]},"parameters":{}})");
        EXPECT_EQ(plan.status, 400) << plan.body;
        EXPECT_EQ(plan.body.find("grace"), std::string::npos) << who;
        const auto facets = one.get("/api/v1/users?facets=status").json();
        EXPECT_EQ(facets["total"].asInt(), 1) << who << ": counts tell nothing either";
    }
    for (const char* who : {"admin", "both"}) {
        EXPECT_EQ(site->user("grace", who)["username"].stringOr(""), "grace") << who;
        EXPECT_EQ(site->as(who).get(path).status, 200) << who;
        EXPECT_EQ(site->as(who).get("/api/v1/users?scope=north").body.find("\"grace\"") !=
                      std::string::npos,
                  true)
            << who << " chose a part";
    }
    // What is written about it is for who sees the organization above both.
    EXPECT_EQ(site->as("both").get(path + "/activity").status, 403);
    EXPECT_EQ(site->as("admin").get(path + "/activity").json()["total"].asInt(), 1);
    EXPECT_EQ(outcomeOf(site->act("grace", "suspend", "{}", "both")), "done");
    EXPECT_TRUE(site->user("grace", "north").missing()) << "also after an action read it back";
    site->read(base::ConnectionId(site->user("grace")["connection"].stringOr("")));
    EXPECT_TRUE(site->user("grace", "north").missing()) << "and after a reading";
    const auto taken = site->act("grace", "assign_role",
                                 R"({"parameters":{"role":"help_desk",)"
                                 R"("organization":"south-tenant","remove":true}})",
                                 "both");
    EXPECT_EQ(outcomeOf(taken), "done");
    EXPECT_FALSE(site->user("grace", "north").missing()) << "of one branch alone now";
    EXPECT_TRUE(site->user("grace", "south").missing());
}

TEST_F(PortalFlow, WhoMaySeeBothBranchesAndActInOneAloneDoesNotAct) {
    const std::string roles =
        R"(,"roles":[{"role":"partner_administrator","organization":"north"},)"
        R"({"role":"auditor","organization":"south"}])";
    const auto half = site->invite("half", roles, "north", "both");
    ASSERT_EQ(half.status, 201) << half.body;
    ASSERT_EQ(site->accept(site->mailedToken("half"), PortalSite::kPassword).status, 201);
    ASSERT_EQ(site->invite("grace",
                           R"(,"roles":[{"role":"user","organization":"north"},)"
                           R"({"role":"user","organization":"south"}])",
                           "north", "both")
                  .status,
              201);
    EXPECT_FALSE(site->user("grace", "half").missing());
    EXPECT_EQ(site->act("grace", "suspend", "{}", "half").status, 403);
    EXPECT_EQ(site->act("grace", "suspend", "{}", "both").json()["outcome"].asString(), "done");
}

TEST_F(PortalFlow, TheExportHasNamesPermissionsAndStatus) {
    ASSERT_EQ(
        site->invite("grace", R"(,"roles":[{"role":"help_desk","organization":"north"}])").status,
        201);
    const auto csv = site->as("north").get("/api/v1/users/export?format=csv").body;
    const auto cells = [](const std::string& line) {
        std::vector<std::string> out(1);
        for (const char c : line.substr(0, line.find('\r')))
            if (c == ',')
                out.emplace_back();
            else
                out.back() += c;
        return out;
    };
    const auto head = cells(csv);
    const auto at = csv.find("grace@msp.example");
    ASSERT_NE(at, std::string::npos);
    const auto row = cells(csv.substr(csv.rfind('\n', at) + 1));
    ASSERT_EQ(row.size(), head.size());
    std::map<std::string, std::string> by;
    for (std::size_t i = 0; i < head.size(); ++i) by[head[i]] = row[i];
    EXPECT_EQ(by["first_name"], "Grace");
    EXPECT_EQ(by["last_name"], "Hopper");
    EXPECT_EQ(by["status"], "PROVISIONED");
    EXPECT_NE(by["permissions"].find("users.unlock"), std::string::npos) << by["permissions"];
}

}  // namespace
}  // namespace tenantry::testing
