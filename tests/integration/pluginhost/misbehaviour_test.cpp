// Connectors that hang, break the channel or say what they must not: bounded in time, in words, and
// without a trace of a secret.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "kernel/base/log.h"
#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::pluginhost {
namespace {

namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "tenantry-plugins-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        path_ = name;
    }
    ~Folder() { fs::remove_all(path_); }
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

std::string contentOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

TEST(PluginMisbehaviour, AHangingCallIsKilledAfterItsGraceAndTheNextWorks) {
    PluginHost host(hostOptions(/*isolated=*/true, /*grace=*/300ms));
    const auto connector = naughty(host, "hang");
    const auto began = std::chrono::steady_clock::now();
    Listed none;
    const auto end = list(*connector, none, soon(200ms));
    const auto took = std::chrono::steady_clock::now() - began;
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, base::ErrorCode::kUnavailable);
    EXPECT_NE(end.error().message.find("did not return"), std::string::npos) << end.error().message;
    EXPECT_GE(took, 490ms);
    EXPECT_LT(took, 5s);
    EXPECT_TRUE(connector->get("user", "a", soon()));
}

TEST(PluginMisbehaviour, AHangingWriteIsOfUnknownOutcome) {
    PluginHost host(hostOptions(/*isolated=*/true, /*grace=*/200ms));
    const auto end = act(*naughty(host, "hang"), "user.suspend", "u", soon(100ms));
    ASSERT_FALSE(end);
    EXPECT_TRUE(end.error().outcomeUnknown);
}

TEST(PluginMisbehaviour, AWorkerThatBreaksTheChannelIsStopped) {
    PluginHost host(hostOptions(/*isolated=*/true));
    const auto connector = naughty(host, "channel");
    Listed none;
    const auto end = list(*connector, none);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, base::ErrorCode::kUnavailable);
    EXPECT_TRUE(connector->get("user", "a", soon()));
}

TEST(PluginMisbehaviour, ASecretIsStruckOutOfTheLog) {
    const Folder folder;
    const auto file = folder.path() / "log";
    const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    base::setLogDescriptor(fd);
    for (const bool isolated : {false, true}) {
        PluginHost host(hostOptions(isolated));
        // The connector logs its password when it is "leak".
        EXPECT_TRUE(open(host, "test.memory", R"({"users":1,"password":{"$secret":"pw"}})", "leak")
                        ->check(soon()));
    }
    base::setLogDescriptor(2);
    ::close(fd);
    const std::string log = contentOf(file);
    EXPECT_NE(log.find("[secret]"), std::string::npos) << log;
    EXPECT_EQ(log.find("\"leak\\\""), std::string::npos) << log;
}

TEST(PluginMisbehaviour, FilesThatAreNoConnectorsAreRefusedWithTheReason) {
    const Folder folder;
    const auto copy = [&](const char* as) {
        const auto to = folder.path() / as;
        fs::copy_file(fs::path(TENANTRY_TEST_CONNECTORS) / "test_memory.so", to);
        ::chmod(to.c_str(), 0755);
        return to;
    };
    ::chmod(copy("writable.so").c_str(), 0777);
    std::ofstream(folder.path() / "text.so") << "hello";
    ::chmod((folder.path() / "text.so").c_str(), 0644);
    fs::resize_file(copy("cut.so"), 2000);
    copy("good.so");
    copy("good_again.so");

    PluginHostOptions options;
    options.folders = {folder.path().string()};
    options.worker.program = TENANTRY_TEST_WORKER;
    const PluginHost host(options);
    ASSERT_EQ(host.connectors().size(), 1u);
    std::map<std::string, std::string> reasons;
    for (const auto& one : host.refused()) reasons[fs::path(one.path).filename()] = one.reason;
    EXPECT_EQ(reasons.size(), 4u);
    EXPECT_NE(reasons["writable.so"].find("may write it"), std::string::npos);
    EXPECT_NE(reasons["text.so"].find("no ELF file"), std::string::npos);
    EXPECT_NE(reasons["cut.so"].find("outside of the file"), std::string::npos);
    EXPECT_NE(reasons["good_again.so"].find("Another file"), std::string::npos);
}

TEST(PluginMisbehaviour, AWorkerProgramThatIsNotThereIsSaidInWords) {
    PluginHostOptions options = hostOptions(/*isolated=*/true);
    options.worker.program = "/nonexistent/tenantry-connector-host";
    PluginHost host(options);
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = "test.memory";
    request.configJson = R"({"users":1})";
    const auto refused = host.open(request, soon(2s));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
    EXPECT_NE(refused.error().message.find("cannot be started"), std::string::npos)
        << refused.error().message;
}

}  // namespace
}  // namespace tenantry::pluginhost
