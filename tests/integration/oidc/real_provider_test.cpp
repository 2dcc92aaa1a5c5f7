// Sign-in against a real identity provider: discovery, code with PKCE, nonce, keys, linking.
#include <gtest/gtest.h>

#include "tenants/oidc/federation.h"
#include "tests/fakes/loopback_http.h"
#include "tests/fakes/world.h"
#include "tests/support/oidc_provider.h"

namespace tenantry::tenants {
namespace {

using testing::soon;
using testing::World;
using Provider = testing::OidcProvider;

constexpr const char* kPublicUrl = "http://127.0.0.1:9";

class OidcSignIn : public ::testing::Test {
  protected:
    void SetUp() override {
        if (const auto why = Provider::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
        world.openPortal();
        world.clock.set(base::SystemClock().now());
        provider =
            std::make_unique<Provider>(std::string(kPublicUrl) + "/api/v1/session/oidc/callback");
        federation.setPublicUrl(kPublicUrl);
        const auto set = federation.put(admin,
                                        {world.organizationId("north"),
                                         provider->issuer(),
                                         Provider::kClientId,
                                         base::SecretText(Provider::kClientSecret),
                                         {"msp.example"},
                                         true},
                                        false, soon());
        ASSERT_TRUE(set) << set.error().text();
    }
    void invite(const std::string& username) {
        NewAccount wish;
        wish.organization = "north";
        wish.username = username;
        wish.email = username + "@msp.example";
        wish.federatedOnly = true;
        ASSERT_TRUE(world.kit.accounts.create(admin, wish, soon()));
    }
    /// The whole way, as a person goes it.
    base::Result<SignedIn> signIn(const std::string& name) {
        const auto start = federation.begin("north", soon());
        if (!start) return start.error();
        const auto back = provider->signIn(start->url, name);
        state = Provider::parameterOf(back, "state");
        code = Provider::parameterOf(back, "code");
        binding = start->binding;
        return federation.finish(state, code, binding, "", "", soon());
    }

    World world;
    domain::Operator admin = world.administrator("north");
    pluginhost::http::CurlExchange http{testing::loopbackHttp()};
    Federation federation{{world.access, world.kit.accounts, world.store, world.store,
                           world.organizations, http, world.clock, true}};
    std::unique_ptr<Provider> provider;
    std::string state, code;
    base::SecretText binding;
};

TEST_F(OidcSignIn, AnInvitedAccountSignsInAndIsActive) {
    invite("grace");
    const auto session = signIn("grace");
    ASSERT_TRUE(session) << session.error().text();
    EXPECT_TRUE(world.access.authenticate(session->token, "", soon()));
    EXPECT_EQ(world.user(admin, "grace").status, domain::UserStatus::kActive);
    EXPECT_FALSE(world.access.signIn({"grace", base::SecretText("any password"), "", ""}, soon()));
    EXPECT_FALSE(federation.finish(state, code, binding, "", "", soon())) << "once";
    EXPECT_TRUE(signIn("grace")) << "by who it is";
}

TEST_F(OidcSignIn, WhoIsNotVerifiedOrNotThereIsRefused) {
    invite("unverified-ada");
    EXPECT_FALSE(signIn("unverified-ada"));
    EXPECT_FALSE(signIn("stranger"));
}

}  // namespace
}  // namespace tenantry::tenants
