// What a worker is kept from, tried by a connector: as root, as CI and the demo run, and as an
// ordinary user alike.
#include <unistd.h>

#include <filesystem>

#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::pluginhost {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// What came of each attempt, by its name.
std::map<std::string, std::string> attempts(domain::Connector& prober) {
    const auto found = prober.check(soon());
    if (!found) throw std::runtime_error(found.error().text());
    std::map<std::string, std::string> out;
    for (const auto& one : *found) {
        const auto colon = one.message.find(": ");
        out[one.message.substr(0, colon)] = one.message.substr(colon + 2);
    }
    return out;
}

class Confinement : public testing::TestWithParam<const char*> {
  protected:
    std::unique_ptr<PluginHost> host_ =
        std::make_unique<PluginHost>(hostOptions(/*isolated=*/true));
    std::shared_ptr<domain::Connector> prober_ =
        open(*host_, std::string("test.prober_") + GetParam(),
             R"({"foreign":"/etc/tenantry-test-of-confinement"})");
    std::map<std::string, std::string> tried_ = attempts(*prober_);
};

TEST_P(Confinement, ItHasNothingOfTheKernelsEnvironmentAndFiles) {
    EXPECT_EQ(tried_["environment"], "TMPDIR ");
    // In, out, errors; socket, connector, last words; the pipe that counts what it prints.
    EXPECT_LE(std::count(tried_["files"].begin(), tried_["files"].end(), ' '), 7)
        << tried_["files"];
    EXPECT_EQ(tried_["no_new_privs"], "set");
    EXPECT_EQ(tried_["capabilities"], "0000000000000000");
}

TEST_P(Confinement, ItStartsAndSignalsNoOtherProcess) {
    if (!kSanitized) {
        EXPECT_EQ(tried_["fork"], "refused: Permission denied");
        EXPECT_EQ(tried_["exec"], "refused: Permission denied");
    }
    EXPECT_EQ(tried_["kill_parent"], "refused: Permission denied");
    EXPECT_EQ(tried_["ptrace"], "refused: Permission denied");
    EXPECT_EQ(tried_["signal_self"], "allowed");
    EXPECT_EQ(tried_["thread"], "allowed");
}

TEST_P(Confinement, ItsLimitsAreSet) {
    EXPECT_EQ(tried_["core"], "0");
    EXPECT_LE(std::stoul(tried_["nofile"]), 4096u);
    if (!kSanitized) {
        EXPECT_NE(tried_["data"], "none");
    }
}

TEST_P(Confinement, ItsFolderIsItsOwnAndGoesWithIt) {
    const std::string folder = tried_["folder"];
    EXPECT_EQ(tried_["tmpdir"], folder);
    EXPECT_EQ(tried_["own_file"], "allowed");
    EXPECT_TRUE(fs::exists(folder + "/file"));
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
    prober_.reset();
    host_.reset();
    EXPECT_FALSE(fs::exists(folder));
}

INSTANTIATE_TEST_SUITE_P(Egress, Confinement, testing::Values("hosted", "networked"),
                         [](const auto& of) { return std::string(of.param); });

TEST(ConfinementOfHosted, AConnectorThatSpeaksThroughTheHostHasNoNetwork) {
    PluginHost host(hostOptions(/*isolated=*/true));
    auto tried = attempts(*open(host, "test.prober_hosted", R"({"foreign":"/etc/x"})"));
    for (const char* kind : {"inet", "inet6", "unix", "netlink"})
        EXPECT_EQ(tried[kind], "refused: Permission denied") << kind;
    EXPECT_EQ(tried["socketpair"], "allowed") << "within itself it may do what it likes";
    EXPECT_EQ(tried["fsize"], std::to_string(64 << 20));
    EXPECT_EQ(tried["foreign_file"], "refused: Permission denied");
    if (::geteuid() == 0) {
        EXPECT_EQ(tried["user"], "65534") << "nobody, when root started it";
    }
}

TEST(ConfinementOfNetworked, AConnectorThatDeclaresItsProtocolsHasSockets) {
    PluginHost host(hostOptions(/*isolated=*/true));
    auto tried = attempts(*open(host, "test.prober_networked", R"({"foreign":"/etc/x"})"));
    EXPECT_EQ(tried["inet"], "allowed");
    EXPECT_EQ(tried["unix"], "allowed");
    EXPECT_EQ(tried["user"], std::to_string(::geteuid())) << "its database may be the kernel's";
}

}  // namespace
}  // namespace tenantry::pluginhost
