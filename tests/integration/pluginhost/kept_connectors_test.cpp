// Goal: no release of the kernel breaks a connector that was built before it, or is built after it.
// Method: every library kept in tests/data/connectors, and connectors of an earlier and of a later
// header, behind the real host, in this process and in a worker.
#include <sys/stat.h>

#include "tests/integration/pluginhost/fixture.h"
#include "tests/support/child_process.h"

namespace tenantry::pluginhost {
namespace {

namespace fs = std::filesystem;

/// One library alone in a folder, writable by nobody else whatever the checkout's umask was.
class OneConnector {
  public:
    explicit OneConnector(const fs::path& library) {
        const fs::path mine = folder_.path() / library.filename();
        fs::copy_file(library, mine);
        ::chmod(mine.c_str(), 0644);
    }
    std::unique_ptr<PluginHost> host(bool isolated) const {
        auto options = hostOptions(isolated);
        options.folders = {folder_.path().string()};
        auto host = std::make_unique<PluginHost>(options);
        if (isolated || host->connectors().empty()) return host;
        options.inProcess = {host->connectors().front().id};
        return std::make_unique<PluginHost>(options);
    }

  private:
    testing::TempFolder folder_;
};

std::shared_ptr<domain::Connector> openOnly(PluginHost& host, const std::string& config,
                                            const std::string& password = "s3cret-s3cret") {
    if (host.connectors().size() != 1)
        throw std::runtime_error(host.refused().empty() ? "there is no connector"
                                                        : host.refused().front().reason);
    return open(host, host.connectors().front().id, config, password);
}

std::vector<std::string> idsOf(domain::Connector& connector, std::uint32_t budget) {
    Listed listed;
    domain::ReadRequest request;
    request.budgetRecords = budget;
    for (int segments = 0; segments < 1000; ++segments) {
        const auto end = connector.list(request, listed, soon());
        if (!end) throw std::runtime_error(end.error().text());
        if (*end == domain::ReadEnd::kComplete) break;
        request.cursor = listed.checkpoints.back();
    }
    std::vector<std::string> out;
    for (const auto& record : listed.records) out.push_back(record.id);
    return out;
}

std::vector<fs::path> keptLibraries() {
    std::vector<fs::path> out;
    for (const auto& file : fs::directory_iterator(fs::path(TENANTRY_TEST_DATA) / "connectors"))
        if (file.path().extension() == ".so") out.push_back(file.path());
    return out;
}

class KeptConnectors : public ::testing::TestWithParam<bool> {};

TEST_P(KeptConnectors, EveryOneIsOpenedReadAndActedOn) {
    const auto libraries = keptLibraries();
    ASSERT_GE(libraries.size(), 2u) << "one of each compiler of the first release";
    for (const auto& library : libraries) {
        SCOPED_TRACE(library.filename().string());
        const OneConnector one(library);
        const auto host = one.host(GetParam());
        const auto kept = openOnly(*host, R"({"users":25,"password":{"$secret":"pw"}})");

        EXPECT_EQ(idsOf(*kept, 0).size(), 25u);
        EXPECT_EQ(idsOf(*kept, 1).size(), 25u) << "by three segments";
        const auto user = kept->get("user", "u7", soon());
        ASSERT_TRUE(user) << user.error().text();
        EXPECT_EQ(user->body, R"({"login":"user7","status":"on"})");
        EXPECT_EQ(kept->get("user", "nobody", soon()).error().code, base::ErrorCode::kNotFound);

        const auto done = act(*kept, "user.suspend", "u7");
        ASSERT_TRUE(done) << done.error().text();
        ASSERT_EQ(done->records.size(), 1u);
        EXPECT_EQ(done->records[0].etag, "off");
        const auto can = kept->capabilities(soon());
        ASSERT_TRUE(can);
        EXPECT_TRUE(can->at("user.suspend").emulated);
    }
}

TEST_P(KeptConnectors, TheirErrorsArriveWhole) {
    for (const auto& library : keptLibraries()) {
        SCOPED_TRACE(library.filename().string());
        const OneConnector one(library);
        const auto host = one.host(GetParam());
        const auto kept =
            openOnly(*host, R"({"users":1,"password":{"$secret":"pw"}})", "an0ther-secret");
        const auto checked = kept->check(soon());
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().code, base::ErrorCode::kUnauthenticated);
        EXPECT_EQ(checked.error().message, "The password is wrong.");
        EXPECT_EQ(checked.error().backendCode, "49");
    }
}

TEST_P(KeptConnectors, OneOfAnEarlierHeaderIsNotReadBeyondItsEnd) {
    const OneConnector one(fs::path(TENANTRY_TEST_CONNECTORS) / "test_yesterday.so");
    const auto host = one.host(GetParam());
    const auto yesterday = openOnly(*host, "{}");
    EXPECT_EQ(idsOf(*yesterday, 0), (std::vector<std::string>{"u1", "u2", "u3"}));
    ASSERT_TRUE(yesterday->get("user", "u1", soon()));
    ASSERT_TRUE(act(*yesterday, "user.suspend", "u1"));
    EXPECT_EQ(yesterday->poll("op1", soon()).error().code, base::ErrorCode::kUnsupported)
        << "its table of actions has no poll";
    const auto can = yesterday->capabilities(soon());
    ASSERT_TRUE(can) << "its table of reading has no schema";
    EXPECT_TRUE(can->at("user.suspend").supported);
}

TEST_P(KeptConnectors, OneOfALaterHeaderRunsOnThisKernel) {
    const OneConnector one(fs::path(TENANTRY_TEST_CONNECTORS) / "test_tomorrow.so");
    const auto host = one.host(GetParam());
    const auto tomorrow = openOnly(*host, "{}");
    const auto said = tomorrow->check(soon());
    ASSERT_TRUE(said) << said.error().text();
    ASSERT_EQ(said->size(), 2u);
    EXPECT_EQ((*said)[0].message, "mine " + std::to_string(sizeof(tny_host) + 32));
    EXPECT_EQ((*said)[1].message, "the host's " + std::to_string(sizeof(tny_host)));
    EXPECT_EQ(idsOf(*tomorrow, 1), (std::vector<std::string>{"u1", "u3", "u2", "u4"}));
    EXPECT_EQ(tomorrow->get("user", "u1", soon())->body, R"({"login":"login of u1"})");
    EXPECT_TRUE(act(*tomorrow, "user.suspend", "u1"));
    const auto refused = act(*tomorrow, "user.suspend", "u2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().backendCode, "seven");
}

INSTANTIATE_TEST_SUITE_P(Loaders, KeptConnectors, ::testing::Values(false, true),
                         [](const auto& i) { return i.param ? "Isolated" : "InProcess"; });

}  // namespace
}  // namespace tenantry::pluginhost
