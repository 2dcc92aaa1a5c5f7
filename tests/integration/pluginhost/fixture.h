/// The test connectors behind the real host: in this process, or in a worker.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "kernel/pluginhost/plugin_host.h"

namespace tenantry::pluginhost {

using namespace std::chrono_literals;

struct Listed final : domain::RecordSink {
    std::vector<domain::OwnedRecord> records;
    std::vector<std::string> checkpoints;
    std::size_t stopAt = 0;  ///< 0 = never
    domain::Flow record(const domain::Record& r) override {
        records.emplace_back(r);
        return stopAt != 0 && records.size() >= stopAt ? domain::Flow::kStop : domain::Flow::kMore;
    }
    void checkpoint(std::string_view cursor) override { checkpoints.emplace_back(cursor); }
};

inline base::Deadline soon(std::chrono::milliseconds span = 20s) {
    return base::Deadline::after(span);
}

inline PluginHostOptions hostOptions(bool isolated, std::chrono::milliseconds grace = 5s) {
    PluginHostOptions options;
    options.folders = {TENANTRY_TEST_CONNECTORS};
    options.worker.program = TENANTRY_TEST_WORKER;
    options.worker.cancelGrace = grace;
    options.worker.restartMin = 10ms;
    if (!isolated) options.inProcess = {"test.memory", "test.naughty", "test.throwing"};
    return options;
}

/// Opens a connection; the test ends when that fails.
inline std::shared_ptr<domain::Connector> open(PluginHost& host, const std::string& connector,
                                               const std::string& config,
                                               const std::string& password = "hunter2-hunter2") {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = connector;
    request.configJson = config;
    request.secret = [password](std::string_view ref) -> base::Result<base::SecretText> {
        if (ref != "pw") return base::notFound("No such secret.");
        return base::SecretText(password);
    };
    auto opened = host.open(std::move(request), soon());
    if (!opened) throw std::runtime_error(opened.error().text());
    return *opened;
}

inline std::shared_ptr<domain::Connector> naughty(PluginHost& host, const std::string& mischief) {
    return open(host, "test.naughty", R"({"mischief":")" + mischief + "\"}");
}
inline std::shared_ptr<domain::Connector> memory(PluginHost& host, int users) {
    return open(host, "test.memory", R"({"users":)" + std::to_string(users) + "}");
}

inline base::Result<domain::ReadEnd> list(domain::Connector& connector, Listed& into,
                                          base::Deadline deadline = soon()) {
    return connector.list(domain::ReadRequest{}, into, deadline);
}
inline base::Result<domain::ActReply> act(domain::Connector& connector,
                                          const std::string& action = "user.suspend",
                                          const std::string& id = "u0",
                                          base::Deadline deadline = soon()) {
    domain::ActRequest request;
    request.action = action;
    request.id = id;
    return connector.perform(request, deadline);
}

/// Of all its threads: a worker is the child of the thread that started it.
inline std::vector<pid_t> childrenOfThisProcess() {
    std::vector<pid_t> out;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream in(task.path() / "children");
        for (pid_t pid = 0; in >> pid;) out.push_back(pid);
    }
    return out;
}

}  // namespace tenantry::pluginhost
