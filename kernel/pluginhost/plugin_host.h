/// The connectors that are installed: found in folders, verified, opened on demand.
///
/// A file that changed is taken up by rescan(): put the new one beside the old and rename it over
/// it; a running connector must not be written over.
///
/// Ownership: kernel/main owns it; opened connectors may outlive it. Threads: any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/connector_supervision.h"
#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/plugin_connector.h"
#include "kernel/pluginhost/report_folder.h"
#include "kernel/pluginhost/supervisor.h"

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
    /// Where reports of deaths and pauses are kept over a restart; empty = in memory only.
    std::string reportFolder;
};

/// A file that is no usable connector, and why.
struct RefusedFile {
    std::string path;
    std::string reason;
};

class PluginHost final : public domain::ConnectorHost, public domain::ConnectorSupervision {
  public:
    /// Verifies what lies in the folders; nothing of it runs. What is refused is logged and kept in
    /// refused().
    explicit PluginHost(PluginHostOptions options);

    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const override;
    base::Result<std::shared_ptr<domain::Connector>> open(domain::OpenRequest request,
                                                          base::Deadline deadline) override;

    [[nodiscard]] base::Status checkArguments(const domain::ActionDescriptor& action,
                                              std::string_view argsJson) const override;

    // domain::ConnectorSupervision
    [[nodiscard]] std::vector<domain::ConnectorHealth> health() const override;
    [[nodiscard]] base::Result<std::vector<domain::ConnectorReport>> reports(
        const std::string& connector) const override;
    base::Status resume(const std::string& connector,
                        const std::optional<base::ConnectionId>& only) override;
    std::vector<domain::RescanFinding> rescan(base::Deadline deadline) override;

    [[nodiscard]] std::vector<RefusedFile> refused() const;
    /// What connectors counted, by "connector/name".
    [[nodiscard]] std::map<std::string, double> metrics() const { return metrics_->snapshot(); }

  private:
    using Package = std::shared_ptr<const ConnectorPackage>;
    /// One installed connector.
    struct Installed {
        Package package;
        std::shared_ptr<Supervisor> supervisor;
        std::optional<LoadedConnector> loaded;  ///< once a connection was opened
    };
    struct Found {
        std::string path;
        base::Result<Package> package;
    };
    [[nodiscard]] std::vector<Found> look() const;
    void install(const Package& package);
    base::Result<LoadedConnector> loaded(const std::string& id);
    domain::RescanFinding take(const Found& found, std::set<std::string>& seen,
                               base::Deadline deadline);
    base::Status replace(const Package& package, base::Deadline deadline);
    [[nodiscard]] domain::ConnectorHealth healthOf(const std::string& id,
                                                   const Installed& one) const;

    const PluginHostOptions options_;
    const std::shared_ptr<ReportFolder> reports_;
    const std::shared_ptr<MetricCounters> metrics_ = std::make_shared<MetricCounters>();
    SharedServices shared_;     ///< set in the constructor
    std::mutex rescanning_;     ///< one at a time; held over I/O, and before mutex_
    mutable std::mutex mutex_;  ///< guards what follows
    std::map<std::string, Installed> installed_;
    std::vector<RefusedFile> refused_;
};

}  // namespace tenantry::pluginhost
