/// The connectors that are installed: found in folders, verified, opened on demand.
///
/// Ownership: kernel/main owns it; opened connectors may outlive it. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kernel/domain/ports/connector.h"
#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/plugin_connector.h"

namespace tenantry::pluginhost {

struct PluginHostOptions {
    /// Folders with connectors (*.so). The first of two with the same id counts.
    std::vector<std::string> folders;
    WorkerOptions worker;
    /// Ids of connectors that may run inside this process, if their descriptor agrees. All others
    /// run isolated.
    std::set<std::string> inProcess;
    /// What connectors' HTTP goes through. `exchange`, when it is set, stands in for the real
    /// client: a recorder, a replayer.
    http::CurlOptions http;
    std::shared_ptr<http::Exchange> exchange;
    /// The time connectors see; null = the system's.
    std::shared_ptr<const base::Clock> clock;
};

/// A file that is no usable connector, and why.
struct RefusedFile {
    std::string path;
    std::string reason;
};

class PluginHost final : public domain::ConnectorHost {
  public:
    /// Verifies what lies in the folders; nothing of it runs. What is refused is logged and kept in
    /// refused().
    explicit PluginHost(PluginHostOptions options);

    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const override;
    base::Result<std::shared_ptr<domain::Connector>> open(domain::OpenRequest request,
                                                          base::Deadline deadline) override;

    [[nodiscard]] const std::vector<RefusedFile>& refused() const { return refused_; }
    /// What connectors counted, by "connector/name".
    [[nodiscard]] std::map<std::string, double> metrics() const { return metrics_->snapshot(); }

  private:
    void scan(const std::string& folder);
    base::Result<LoadedConnector> loaded(const std::string& id);

    const PluginHostOptions options_;
    std::map<std::string, std::shared_ptr<const ConnectorPackage>> packages_;
    std::vector<RefusedFile> refused_;
    const std::shared_ptr<MetricCounters> metrics_ = std::make_shared<MetricCounters>();
    SharedServices shared_;  ///< set in the constructor
    std::mutex mutex_;
    std::map<std::string, LoadedConnector> loaded_;
};

}  // namespace tenantry::pluginhost
