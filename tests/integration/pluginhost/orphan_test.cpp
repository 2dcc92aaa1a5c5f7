// A kernel that is killed leaves no worker: shown on a small kernel of its own, orphan_kernel.
#include <signal.h>

#include <fstream>
#include <thread>

#include "tests/integration/pluginhost/fixture.h"
#include "tests/support/child_process.h"

namespace tenantry::pluginhost {
namespace {

namespace fs = std::filesystem;

/// The worker's own parent died: it is gone, or it is a corpse that nobody reaps.
bool alive(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(in, line)) return false;
    return line.find(") Z ") == std::string::npos;
}

/// The workers of the kernel that writes into `log`, once it says that they all run.
std::vector<pid_t> workersIn(const fs::path& log) {
    for (int i = 0; i < 1000; ++i) {
        std::ifstream in(log);
        std::vector<pid_t> pids;
        for (std::string word; in >> word;) {
            if (word == "ready") return pids;
            if (word.rfind("worker=", 0) == 0) pids.push_back(std::stoi(word.substr(7)));
        }
        std::this_thread::sleep_for(10ms);
    }
    return {};
}

class Orphan : public ::testing::TestWithParam<const char*> {};

TEST_P(Orphan, NoWorkerIsLeftTwoSecondsAfterTheKernelWasKilled) {
    const tenantry::testing::TempFolder folder;
    const fs::path log = folder.path() / "log";
    tenantry::testing::ChildProcess kernel(
        {{TENANTRY_TEST_ORPHAN_KERNEL, TENANTRY_TEST_CONNECTORS, TENANTRY_TEST_WORKER, GetParam()},
         "",
         log,
         folder.path()});
    const auto workers = workersIn(log);
    ASSERT_EQ(workers.size(), 3u) << tenantry::testing::tailOf(log);
    ::kill(kernel.pid(), SIGKILL);
    std::size_t left = workers.size();
    for (int i = 0; i < 100 && left > 0; ++i) {
        std::this_thread::sleep_for(20ms);
        left = static_cast<std::size_t>(std::count_if(workers.begin(), workers.end(), alive));
    }
    EXPECT_EQ(left, 0u);
    for (const pid_t worker : workers) ::kill(worker, SIGKILL);  // if the test has failed
}

INSTANTIATE_TEST_SUITE_P(While, Orphan, ::testing::Values("idle", "deaf", "loop"),
                         [](const auto& of) { return std::string(of.param); });

}  // namespace
}  // namespace tenantry::pluginhost
