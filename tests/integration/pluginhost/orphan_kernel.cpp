// Runs three connectors, one of them with a call that never ends, says which processes they are,
// and waits to be killed.  orphan_kernel CONNECTORS WORKER idle|deaf|loop
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "kernel/pluginhost/plugin_host.h"

namespace {

using namespace tenantry;

std::shared_ptr<domain::Connector> open(pluginhost::PluginHost& host, const std::string& connector,
                                        const std::string& config) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = connector;
    request.configJson = config;
    return host.open(std::move(request), base::Deadline::after(std::chrono::seconds(20))).value();
}

class Ignoring final : public domain::RecordSink {
    domain::Flow record(const domain::Record&) override { return domain::Flow::kMore; }
    void checkpoint(std::string_view) override {}
};

void sayWorkers() {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream in(task.path() / "children");
        for (pid_t pid = 0; in >> pid;) std::cout << "worker=" << pid << "\n";
    }
}

}  // namespace

int main(int, char** argv) {
    pluginhost::PluginHostOptions options;
    options.folders = {argv[1]};
    options.worker.program = argv[2];
    pluginhost::PluginHost host(options);
    const auto first = open(host, "test.memory", R"({"users":3})");
    const auto second = open(host, "test.naughty", R"({"mischief":"nothing"})");
    const auto third = open(host, "test.faulty", R"({"fault":")" + std::string(argv[3]) + "\"}");
    std::jthread call([&] {
        Ignoring sink;
        (void)third->list({}, sink, base::Deadline::after(std::chrono::minutes(1)));
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    sayWorkers();
    std::cout << "ready" << std::endl;
    for (;;) ::pause();
}
