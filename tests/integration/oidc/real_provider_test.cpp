// Sign-in against a real identity provider: discovery, code with PKCE, nonce, keys, linking.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tenants/oidc/federation.h"
#include "tests/fakes/loopback_http.h"
#include "tests/fakes/world.h"
#include "tests/support/child_process.h"

namespace tenantry::tenants {
namespace {

namespace fs = std::filesystem;
using testing::ChildProcess;
using testing::soon;
using testing::World;

constexpr const char* kPublicUrl = "http://127.0.0.1:9";

class RealProvider {
  public:
    RealProvider() {
        ChildProcess::Options options;
        options.command = {
            "/usr/bin/env", "node", fs::absolute("tests/support/oidc/server.mjs").string(),
            folder_.path().string(), std::string(kPublicUrl) + "/api/v1/session/oidc/callback"};
        options.log = folder_.path() / "log";
        process_ = std::make_unique<ChildProcess>(options);
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!fs::exists(folder_.path() / "port")) {
            if (!process_->running() || std::chrono::steady_clock::now() > until)
                throw std::runtime_error("no provider: " + testing::tailOf(options.log));
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        std::ifstream(folder_.path() / "port") >> port_;
    }
    static bool isInstalled() {
        return fs::exists("tests/support/oidc/node_modules/oidc-provider");
    }
    [[nodiscard]] std::string issuer() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    testing::TempFolder folder_;
    int port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

std::string parameterOf(const std::string& url, const std::string& name) {
    const auto at = url.find(name + "=");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 1;
    return url.substr(from, url.find_first_of("&\n", from) - from);
}

class OidcProvider : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!RealProvider::isInstalled())
            GTEST_SKIP() << "SKIPPED: run npm ci in tests/support/oidc: oidc-provider is missing";
        world.openPortal();
        world.clock.set(base::SystemClock().now());
        provider = std::make_unique<RealProvider>();
        federation.setPublicUrl(kPublicUrl);
        const auto set = federation.put(admin,
                                        {world.organizationId("north"),
                                         provider->issuer(),
                                         "tenantry",
                                         base::SecretText("canary-client-secret"),
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
        ChildProcess::Options options;
        options.command = {
            "/usr/bin/env", "python3", fs::absolute("tests/support/oidc/browser.py").string(),
            start->url,     name,      std::string(kPublicUrl) + "/api/v1/session/oidc/callback"};
        const auto back = testing::runCommand(options);
        if (back.exitCode != 0) throw std::runtime_error(back.output);
        state = parameterOf(back.output, "state");
        code = parameterOf(back.output, "code");
        binding = start->binding;
        return federation.finish(state, code, binding, "", "", soon());
    }

    World world;
    domain::Operator admin = world.administrator("north");
    pluginhost::http::CurlExchange http{testing::loopbackHttp()};
    Federation federation{{world.access, world.kit.accounts, world.store, world.store,
                           world.organizations, http, world.clock, true}};
    std::unique_ptr<RealProvider> provider;
    std::string state, code;
    base::SecretText binding;
};

TEST_F(OidcProvider, AnInvitedAccountSignsInAndIsActive) {
    invite("grace");
    const auto session = signIn("grace");
    ASSERT_TRUE(session) << session.error().text();
    EXPECT_TRUE(world.access.authenticate(session->token, "", soon()));
    EXPECT_EQ(world.user(admin, "grace").status, domain::UserStatus::kActive);
    EXPECT_FALSE(world.access.signIn({"grace", base::SecretText("any password"), "", ""}, soon()));
    EXPECT_FALSE(federation.finish(state, code, binding, "", "", soon())) << "once";
    EXPECT_TRUE(signIn("grace")) << "by who it is";
}

TEST_F(OidcProvider, WhoIsNotVerifiedOrNotThereIsRefused) {
    invite("unverified-ada");
    EXPECT_FALSE(signIn("unverified-ada"));
    EXPECT_FALSE(signIn("stranger"));
}

}  // namespace
}  // namespace tenantry::tenants
