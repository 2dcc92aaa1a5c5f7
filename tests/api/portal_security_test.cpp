// What attackers try on the running server, and what they get. tests/api/README.md lists which test
// holds what.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "kernel/base/limits.h"
#include "tenants/totp.h"
#include "tests/api/portal_site.h"

namespace tenantry::testing {
namespace {

using Clock = std::chrono::steady_clock;

class PortalSecurity : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = PortalSite::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
        site = std::make_unique<PortalSite>();
    }
    static std::string contentOf(const std::string& path) {
        std::ifstream in(path, std::ios::binary);
        std::stringstream out;
        out << in.rdbuf();
        return out.str();
    }
    std::unique_ptr<PortalSite> site;
};

TEST_F(PortalSecurity, ASessionOfBeforeTheSignInIsWorthNothingAfterIt) {
    site->member("grace");
    const auto body = bodyOf({{"username", "grace"}, {"password", PortalSite::kPassword}});
    const auto fixed = ApiClient(site->port())
                           .bare("POST", "/api/v1/session", body,
                                 {{"Cookie", "tenantry_session=chosen-by-somebody-else"}});
    ASSERT_EQ(fixed.status, 201);
    EXPECT_EQ(fixed.header("set-cookie").find("chosen-by"), std::string::npos);
    ApiClient hers(site->port(), "grace");
    const auto again =
        ApiClient(site->port()).bare("POST", "/api/v1/session", body, {{"Cookie", hers.cookie()}});
    ASSERT_EQ(again.status, 201);
    EXPECT_EQ(again.header("set-cookie").find(hers.token()), std::string::npos);
    EXPECT_EQ(hers.get("/api/v1/me").status, 401) << "the former one ended";
}

TEST_F(PortalSecurity, EveryChangeOfEverySortNeedsTheTokenOfItsSession) {
    auto& north = site->as("north");
    const auto path = site->path("north");
    const std::initializer_list<std::pair<const char*, std::string>> changes = {
        {"POST", "/api/v1/users"},          {"PATCH", path},
        {"POST", path + "/actions/unlock"}, {"POST", "/api/v1/tokens"},
        {"POST", "/api/v1/plans"},          {"PUT", "/api/v1/organizations/north/branding"},
        {"DELETE", "/api/v1/me/sessions"},  {"POST", "/api/v1/me/password"},
        {"DELETE", "/api/v1/session"}};
    for (const auto& [method, target] : changes) {
        const auto without = north.bare(method, target, "{}", {{"Cookie", north.cookie()}});
        EXPECT_EQ(without.status, 403) << method << " " << target << without.body;
        const auto others =
            north.bare(method, target, "{}",
                       {{"Cookie", north.cookie()}, {"X-CSRF-Token", site->as("south").csrf()}});
        EXPECT_EQ(others.status, 403) << method << " " << target;
        const auto elsewhere = north.bare(method, target, "{}",
                                          {{"Cookie", north.cookie()},
                                           {"X-CSRF-Token", north.csrf()},
                                           {"Origin", "https://evil.example"}});
        EXPECT_EQ(elsewhere.status, 403) << method << " " << target;
    }
    EXPECT_EQ(north.get("/api/v1/me").status, 200) << "nothing was changed";
}

TEST_F(PortalSecurity, NoSecretIsInTheLogTheTrailAnErrorOrTheDatabase) {
    ::testing::internal::CaptureStderr();
    ASSERT_EQ(site->invite("grace", R"(,"mfa":{"required":true})").status, 201);
    std::vector<std::string> secrets = {"canary-password-of-hers", "canary-wrong-password"};
    std::vector<Reply> errors;
    const auto token = site->mailedToken("grace");
    secrets.push_back(token);
    const auto enrolment = site->open("links/totp", bodyOf({{"token", token}}));
    const base::SecretText key(enrolment.json()["secret"].stringOr(""));
    secrets.push_back(key.reveal());
    errors.push_back(site->accept(token, secrets[0], "000000"));
    const auto code = tenants::totpCodeAt(key, site->now());
    const auto accepted = site->accept(token, secrets[0], code);
    ASSERT_EQ(accepted.status, 201) << accepted.body;
    for (const auto& one : accepted.json()["recovery_codes"].items())
        secrets.push_back(one.stringOr(""));
    const auto cookie = accepted.header("set-cookie");
    secrets.push_back(cookie.substr(cookie.find('=') + 1, 40));
    errors.push_back(site->accept(token, secrets[0]));
    errors.push_back(site->signIn("grace", secrets[1]));
    errors.push_back(site->signIn(secrets[1], secrets[1]));  // typed into the wrong field
    auto& north = site->as("north");
    secrets.push_back(north.token());
    secrets.push_back(PortalSite::kPassword);
    const auto made = north.post(
        "/api/v1/tokens",
        R"({"name":"t","organization":"north","permissions":["users.view"],"expires_at":")" +
            base::toRfc3339(site->now() + std::chrono::hours{1}) + "\"}");
    ASSERT_EQ(made.status, 201);
    secrets.push_back(made.json()["token"].stringOr(""));
    errors.push_back(north.bare("GET", "/api/v1/shoes?token=" + token, "",
                                {{"Authorization", "Bearer " + secrets.back()}}));
    const auto set = north.put("/api/v1/organizations/north/identity-provider",
                               R"({"issuer":"http://127.0.0.1:9","client_id":"x",)"
                               R"("client_secret":"canary-of-the-provider","domains":["x.y"]})");
    EXPECT_EQ(set.status, 503) << "nobody is there: " << set.body;
    secrets.push_back("canary-of-the-provider");
    errors.push_back(set);
    errors.push_back(site->open("session/oidc", R"({"login":"north"})"));
    EXPECT_EQ(site->open("recovery", bodyOf({{"username", "grace"}})).status, 202);
    secrets.push_back(site->mailedToken("grace"));
    std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(written.find("sign_in_refused"), std::string::npos) << "the log was looked at";
    for (const auto& one : errors) written += one.body;
    const auto trail = site->as("admin").get("/api/v1/activity/export?format=ndjson").body;
    EXPECT_NE(trail.find("grace"), std::string::npos);
    written += trail + site->as("admin").get("/api/v1/users/export?format=ndjson").body;
    for (const char* end : {"", "-wal"}) written += contentOf(site->database() + end);
    EXPECT_NE(written.find("grace@msp.example"), std::string::npos) << "the database was looked at";
    for (const auto& secret : secrets) {
        ASSERT_GT(secret.size(), 8U);
        EXPECT_EQ(written.find(secret), std::string::npos) << secret.substr(0, 8);
    }
}

TEST_F(PortalSecurity, TheTimeOfARefusalTellsNothingOfTheAccount) {
    site->member("there");
    ASSERT_EQ(site->invite("invited").status, 201);
    ASSERT_EQ(site->invite("federated", R"(,"federated_only":true)").status, 201);
    const std::vector<std::string> names = {"there", "invited", "federated", "nobody"};
    // Every refusal waits for the same moment, which is later than any of them is done: so none is
    // quicker, and each kind comes at that moment whenever the machine is not busy.
    constexpr double kFloorMs = 300, kBlurMs = 25;
    constexpr int kRoundsMax = 12;
    const auto check = [&](const char* what, const std::function<Reply(const std::string&)>& ask) {
        std::map<std::string, std::vector<double>> times;
        const auto arrived = [&](const std::string& name) {
            const auto& all = times[name];
            return !all.empty() && *std::min_element(all.begin(), all.end()) < kFloorMs + kBlurMs;
        };
        for (int i = 0; i < kRoundsMax && !std::all_of(names.begin(), names.end(), arrived); ++i)
            for (const auto& name : names) {
                const auto start = Clock::now();
                ask(name);
                const double ms =
                    std::chrono::duration<double, std::milli>(Clock::now() - start).count();
                EXPECT_GE(ms, kFloorMs - 1) << what << ", " << name;
                times[name].push_back(ms);
            }
        for (const auto& name : names) {
            const double best = *std::min_element(times[name].begin(), times[name].end());
            std::cout << what << ", " << name << ": " << best << " ms at best\n";
            EXPECT_TRUE(arrived(name)) << what << ", " << name << ": " << best;
        }
    };
    check("sign-in",
          [&](const std::string& name) { return site->signIn(name, "a wrong password"); });
    check("recovery", [&](const std::string& name) {
        return site->open("recovery", bodyOf({{"username", name}}));
    });
}

TEST_F(PortalSecurity, LinksEndByUseByReplacementAndByTime) {
    site->member("grace");
    const auto reset = [&] {
        EXPECT_EQ(site->open("recovery", bodyOf({{"username", "grace"}})).status, 202);
        return site->mailedToken("grace");
    };
    const auto replaced = reset();
    const auto used = reset();
    EXPECT_EQ(site->accept(replaced, "a new one of length").status, 403) << "replaced";
    EXPECT_EQ(site->accept(used, "a new one of length").status, 201);
    EXPECT_EQ(site->accept(used, "another one of length").status, 403) << "used";
    static_cast<void>(site->mailTo("grace"));  // that the password was changed
    const auto late = reset();
    site->advance(tenants::Accounts::kResetLife);
    EXPECT_EQ(site->accept(late, "another one of length").status, 403) << "too old";
    // The step of an expired password ends sooner.
    ASSERT_EQ(site->act("grace", "force_password_change").status, 200);
    const auto step =
        site->signIn("grace", "a new one of length").json()["link_token"].stringOr("");
    ASSERT_FALSE(step.empty());
    site->advance(tenants::Accounts::kStepLife);
    EXPECT_EQ(site->accept(step, "another one of length").status, 403);
}

TEST_F(PortalSecurity, ACodeAndARecoveryCodeWorkOnceAlsoForTwoAtOnce) {
    ASSERT_EQ(site->invite("grace", R"(,"mfa":{"required":true})").status, 201);
    const auto token = site->mailedToken("grace");
    const base::SecretText key(
        site->open("links/totp", bodyOf({{"token", token}})).json()["secret"].stringOr(""));
    const auto accepted =
        site->accept(token, PortalSite::kPassword, tenants::totpCodeAt(key, site->now()));
    ASSERT_EQ(accepted.status, 201);
    const auto recovery = accepted.json()["recovery_codes"].items().at(0).stringOr("");
    site->advance(std::chrono::seconds{61});
    for (const auto& code : {tenants::totpCodeAt(key, site->now()), recovery}) {
        std::vector<int> statuses(4);
        std::vector<std::jthread> at;
        for (auto& status : statuses)
            at.emplace_back(
                [&] { status = site->signIn("grace", PortalSite::kPassword, code).status; });
        for (auto& one : at) one.join();
        EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 201), 1) << "of four at once, one";
        EXPECT_EQ(site->signIn("grace", PortalSite::kPassword, code).status, 401) << "replayed";
        ASSERT_EQ(site->act("grace", "unlock").status, 200);
    }
}

long residentKilobytes() {
    struct rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TEST_F(PortalSecurity, JsonBombsAreRefusedInWordsQuicklyAndCostLittle) {
    const auto repeated = [](const std::string& text, std::size_t times) {
        std::string out;
        for (std::size_t i = 0; i < times; ++i) out += text;
        return out;
    };
    const std::size_t big = base::limits::kBodyBytesMax - 200;
    const std::string mine = R"("username":"x","password":"y")";
    const std::vector<std::pair<const char*, std::string>> bombs = {
        {"deep arrays", R"({"username":)" + repeated("[", big)},
        {"deep objects", repeated(R"({"a":)", big / 5)},
        {"deep and closed",
         R"({"username":)" + repeated("[", big / 2) + repeated("]", big / 2) + "}"},
        {"a huge array", R"({"username":[)" + repeated("0,", big / 2) + "0]}"},
        {"many members", "{" + repeated(R"("a":1,)", big / 6) + R"("b":1})"},
        {"a huge number", R"({"username":1e999999,"password":"y"})"},
        {"a long number", R"({"username":)" + repeated("9", big) + "}"},
        {"a long fraction", R"({"username":0.)" + repeated("3", big) + "}"},
        {"a key twice", "{" + mine + R"(,"password":"z"})"},
        {"no text at all", R"({"username":)" + std::string(1, '\0') + "}"},
        {"bytes that are no UTF-8", "{\"username\":\"\xff\xfe\",\"password\":\"y\"}"},
        {"half of a pair", R"({"username":"\ud800","password":"y"})"},
        {"cut off", R"({"username":"x")"},
        {"more behind", "{" + mine + "}{}"},
        {"an array", "[" + repeated("{},", big / 3) + "{}]"},
        {"nothing but spaces", repeated(" ", big)},
    };
    const auto before = residentKilobytes();
    for (const auto& [what, body] : bombs) {
        const auto start = Clock::now();
        const auto reply = site->open("session", body);
        EXPECT_EQ(reply.status, 400) << what << ": " << reply.body.substr(0, 300);
        EXPECT_FALSE(reply.json()["detail"].stringOr("").empty()) << what;
        EXPECT_LT(reply.body.size(), 1000U) << what << ": it is not sent back";
        EXPECT_LT(Clock::now() - start, std::chrono::seconds{3}) << what;
    }
    EXPECT_LT(residentKilobytes() - before, 128 * 1024);
    EXPECT_EQ(site->open("session", "{" + repeated(" ", base::limits::kBodyBytesMax) + "}").status,
              413);
    // Within what is nested, too: which of the two would count?
    const auto twice = site->as("north").post(
        "/api/v1/users",
        R"({"organization":"north","email":"x@msp.example","mfa":{"required":true,"required":false}})");
    EXPECT_EQ(twice.status, 400) << twice.body;
    EXPECT_EQ(twice.json()["pointer"].asString(), "/mfa/required");
    EXPECT_EQ(site->as("north").get("/api/v1/me").status, 200) << "it serves on";
}

TEST_F(PortalSecurity, NoFieldBecomesAHeaderOfAMail) {
    auto& north = site->as("north");
    const std::string evil = R"(Eve\r\nBcc: spy@evil.example\r\n\r\nBuy)";
    for (const char* field : {"first_name", "last_name", "username", "phone"}) {
        const auto refused =
            north.post("/api/v1/users", R"({"organization":"north","email":"eve@msp.example",")" +
                                            std::string(field) + R"(":")" + evil + "\"}");
        EXPECT_EQ(refused.status, 400) << field;
        EXPECT_EQ(refused.json()["pointer"].stringOr(""), std::string("/") + field);
    }
    for (const char* address :
         {R"(eve@msp.example\r\nBcc: spy@evil.example)", "eve@msp.example,spy@evil.example",
          "eve@msp.example spy@evil.example", "<eve@msp.example>", R"(\"a b\"@msp.example)"})
        EXPECT_EQ(
            north
                .post("/api/v1/users", R"({"organization":"north","username":"eve","email":")" +
                                           std::string(address) + "\"}")
                .status,
            400)
            << address;
    // The looks of an organization go into every mail.
    const auto branding =
        north.put("/api/v1/organizations/north/branding", R"({"name":")" + evil + "\"}");
    ASSERT_EQ(site->invite("grace").status, 201);
    ASSERT_FALSE(site->mailTo("grace").empty());
    const auto mail = site->smtp().mail(1);
    const auto head = mail.substr(0, mail.find("\r\n\r\n"));
    EXPECT_EQ(head.find("\nBcc:"), std::string::npos) << branding.status << head;
    EXPECT_NE(head.find("\nSubject:"), std::string::npos) << head;
    EXPECT_EQ(site->smtp().countTo("spy@evil.example"), 0);
}

TEST_F(PortalSecurity, NoCellOfAnExportIsAFormula) {
    for (const char* lead : {"=", "+", "-", "@"}) {
        const auto made = site->as("north").post(
            "/api/v1/users",
            R"({"organization":"north","username":"f)" + std::to_string(static_cast<int>(*lead)) +
                R"(","email":"f)" + std::to_string(static_cast<int>(*lead)) +
                R"(@msp.example","first_name":")" + lead + R"x(HYPERLINK(1)","last_name":"x"})x");
        ASSERT_EQ(made.status, 201) << made.body;
        const auto acted = site->as("north").post(
            "/api/v1/users/" + made.json()["id"].stringOr("") + "/actions/require_mfa",
            R"({"reason":")" + std::string(lead) + R"x(cmd|' /C calc'!A0"})x");
        ASSERT_EQ(acted.status, 200) << acted.body;
    }
    for (const char* target :
         {"/api/v1/users/export?format=csv", "/api/v1/activity/export?format=csv"}) {
        const auto csv = site->as("north").get(target).body;
        ASSERT_NE(csv.find(target[8] == 'u' ? "HYPERLINK" : "cmd|"), std::string::npos) << target;
        bool quoted = false, begins = true;
        for (const char c : csv) {
            if (begins && c == '"' && !quoted) {
                quoted = true;
                continue;
            }
            if (begins) {
                EXPECT_EQ(std::string("=+-@\t").find(c), std::string::npos)
                    << target << ": a cell begins with " << c;
            }
            if (c == '"') quoted = !quoted;
            begins = !quoted && (c == ',' || c == '\n');
        }
    }
}

}  // namespace
}  // namespace tenantry::testing
