// Sign-in through an identity provider: the whole way, and every way that must be refused.
#include <gtest/gtest.h>

#include "tests/api/fake_provider.h"
#include "tests/api/site_environment.h"
#include "tests/fakes/world.h"

namespace tenantry::testing {
namespace {

constexpr const char* kProvider = "/api/v1/organizations/north/identity-provider";

FakeProvider& provider() {
    static FakeProvider one;
    return one;
}

std::string parameterOf(const std::string& url, const std::string& name) {
    const auto at = url.find(name + "=");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 1;
    return url.substr(from, url.find('&', from) - from);
}

class FederationTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto set =
            as("north").bare("PUT", kProvider,
                             R"({"issuer":")" + provider().issuer() +
                                 R"(","client_id":"tenantry","client_secret":")" +
                                 FakeProvider::kClientSecret + R"(","domains":["msp.example"]})",
                             {{"Authorization", "Bearer " + as("north").token()}});
        ASSERT_EQ(set.status, 200) << set.body;
        EXPECT_EQ(set.body.find(FakeProvider::kClientSecret), std::string::npos);
        static int number = 0;
        username_ = "federated" + std::to_string(++number);
        ASSERT_EQ(as("north")
                      .post("/api/v1/users", R"({"organization":"north","username":")" + username_ +
                                                 R"(","email":")" + username_ +
                                                 R"(@msp.example","federated_only":true})")
                      .status,
                  201);
        begin();
    }
    void begin() {
        const auto started =
            ApiClient(site().port()).post("/api/v1/session/oidc", R"({"login":"north"})");
        ASSERT_EQ(started.status, 200) << started.body;
        url_ = started.json()["url"].stringOr("");
        const auto cookie = started.header("set-cookie");
        EXPECT_NE(cookie.find("SameSite=Lax"), std::string::npos);
        binding_ = cookie.substr(0, cookie.find(';'));
    }
    [[nodiscard]] Saying honest() const {
        Saying out;
        out.subject = "subject of " + username_;
        out.email = username_ + "@msp.example";
        out.nonce = parameterOf(url_, "nonce");
        return out;
    }
    Reply back(const Saying& saying, const std::string& cookie) {
        provider().tell(saying);
        return ApiClient(site().port())
            .bare("GET",
                  "/api/v1/session/oidc/callback?code=abc&state=" + parameterOf(url_, "state"), "",
                  {{"Cookie", cookie}});
    }
    Reply back(const Saying& saying) { return back(saying, binding_); }

    std::string username_, url_, binding_;
};

TEST_F(FederationTest, SignsInByVerifiedEmailAndAfterwardsByWhoItIs) {
    EXPECT_NE(url_.find("code_challenge_method=S256"), std::string::npos);
    EXPECT_EQ(url_.find("response_type=code"), url_.find('?') + 1);
    const auto done = back(honest());
    ASSERT_EQ(done.status, 200) << done.body;
    const auto cookie = done.header("set-cookie");
    EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
    const auto me =
        ApiClient(site().port())
            .bare("GET", "/api/v1/me", "", {{"Cookie", cookie.substr(0, cookie.find(';'))}});
    EXPECT_EQ(me.json()["account"]["username"].asString(), username_);
    EXPECT_NE(provider().lastForm().find("code_verifier="), std::string::npos);
    EXPECT_EQ(provider().lastAuthorization().rfind("Basic ", 0), 0U);
    EXPECT_EQ(userAs("north", username_)["status"].asString(), "ACTIVE");
    // The address may change; the identity stays.
    begin();
    auto moved = honest();
    moved.email = "another@elsewhere.example";
    moved.emailVerified = false;
    EXPECT_EQ(back(moved).status, 200);
    const auto password = ApiClient(site().port())
                              .post("/api/v1/session", R"({"username":")" + username_ +
                                                           R"(","password":"whatever it may be"})");
    EXPECT_EQ(password.status, 401) << "federated only";
}

TEST_F(FederationTest, TheWrongTokenIsRefused) {
    struct Case {
        const char* what;
        std::function<void(Saying&)> spoil;
    };
    const Case cases[] = {
        {"nonce", [](Saying& s) { s.nonce = "another"; }},
        {"audience", [](Saying& s) { s.audience = "somebody-else"; }},
        {"issuer", [](Saying& s) { s.issuer = "https://evil.example"; }},
        {"no signature", [](Saying& s) { s.algorithm = "none"; }},
        {"a shared secret", [](Saying& s) { s.algorithm = "HS256"; }},
        {"a key of nobody", [](Saying& s) { s.key = 2; }},
        {"expired", [](Saying& s) { s.endsIn = -3600; }},
        {"address not verified", [](Saying& s) { s.emailVerified = false; }},
        {"domain not allowed", [](Saying& s) { s.email = "federated1@evil.example"; }},
        {"account of another organization", [](Saying& s) { s.email = "admin@msp.example"; }},
        {"nobody", [](Saying& s) { s.email = "no-such-person@msp.example"; }},
    };
    for (const auto& one : cases) {
        begin();
        auto saying = honest();
        one.spoil(saying);
        const auto refused = back(saying);
        EXPECT_EQ(refused.status, 401) << one.what;
        EXPECT_TRUE(refused.header("set-cookie").empty()) << one.what;
    }
}

TEST_F(FederationTest, AnotherBrowserAndASecondTimeAreRefused) {
    EXPECT_EQ(back(honest(), "tenantry_oidc=stolen").status, 401);
    EXPECT_EQ(back(honest(), "").status, 401);
    EXPECT_EQ(back(honest()).status, 200) << "the right one may still go on";
    EXPECT_EQ(back(honest()).status, 401) << "once";
}

TEST_F(FederationTest, KeysAreKeptAndNobodyMakesUsAskAllTheTime) {
    EXPECT_EQ(back(honest()).status, 200);
    const int before = provider().keysAsked();
    begin();
    EXPECT_EQ(back(honest()).status, 200);
    EXPECT_EQ(provider().keysAsked(), before) << "kept";
    begin();
    auto unknown = honest();
    unknown.key = 2;
    EXPECT_EQ(back(unknown).status, 401);
    EXPECT_EQ(provider().keysAsked(), before) << "nobody makes us ask all the time";
}

TEST_F(FederationTest, AnOperatorOfAnotherBranchNeitherSeesNorSetsIt) {
    const Fields south = {{"Authorization", "Bearer " + as("south").token()}};
    EXPECT_EQ(as("south").get(kProvider).status, 404);
    EXPECT_EQ(as("south").bare("PUT", kProvider, "{}", south).status, 404);
    EXPECT_EQ(as("desk").get(kProvider).status, 403);
    EXPECT_EQ(as("north").get(kProvider).json()["secret_set"].asBool(), true);
    const Fields north = {{"Authorization", "Bearer " + as("north").token()}};
    const auto elsewhere = as("north").bare(
        "PUT", kProvider,
        R"({"issuer":"http://127.0.0.1:1","client_id":"x","domains":["msp.example"]})", north);
    EXPECT_EQ(elsewhere.status, 400) << "a kept secret does not go to another issuer";
    EXPECT_EQ(as("north").remove(kProvider).status, 204);
    EXPECT_EQ(as("north").get(kProvider).status, 404);
    EXPECT_EQ(ApiClient(site().port()).post("/api/v1/session/oidc", R"({"login":"north"})").status,
              404);
}

TEST(FederationKeys, ANewKeyOfTheProviderIsFetchedWhenItIsFirstUsed) {
    World world;
    world.openPortal();
    world.clock.set(base::SystemClock().now());
    FakeProvider rotating;
    pluginhost::http::CurlExchange http(loopbackHttp());
    tenants::Federation federation({world.access, world.kit.accounts, world.store, world.store,
                                    world.organizations, http, world.clock, true});
    federation.setPublicUrl("http://127.0.0.1:1");
    const auto admin = world.administrator("north");
    const auto north = world.organizationId("north");
    ASSERT_TRUE(federation.put(
        admin, {north, rotating.issuer(), "tenantry", {}, {"msp.example"}, true}, false, soon()));
    const auto signIn = [&](int key) {
        const auto start = federation.begin("north", soon()).value();
        Saying saying;
        saying.email = admin.username() + "@msp.example";
        saying.nonce = parameterOf(start.url, "nonce");
        saying.key = key;
        rotating.tell(saying);
        return federation.finish(parameterOf(start.url, "state"), "code", start.binding, "", "",
                                 soon());
    };
    EXPECT_TRUE(signIn(0));
    rotating.rotate();
    EXPECT_FALSE(signIn(1)) << "not asked again within half a minute";
    world.clock.advance(std::chrono::seconds{31});
    EXPECT_TRUE(signIn(1));
    EXPECT_FALSE(signIn(0)) << "the former key is gone";
    EXPECT_EQ(rotating.keysAsked(), 2);
}

}  // namespace
}  // namespace tenantry::testing
