#include "kernel/pluginhost/plugin_host.h"

#include <algorithm>
#include <filesystem>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/temp_folder.h"

namespace tenantry::pluginhost {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> librariesIn(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->path().extension() == ".so") out.push_back(it->path().string());
    if (error)
        base::logError("connector_folder_unreadable",
                       {{"folder", folder}, {"error", error.message()}});
    std::sort(out.begin(), out.end());
    return out;
}

SupervisorPolicy policyOf(const WorkerOptions& worker) {
    SupervisorPolicy out;
    out.restartMin = worker.restartMin;
    out.restartMax = worker.restartMax;
    return out;
}

const base::Clock& clock() {
    static const base::SystemClock clock;
    return clock;
}

base::Error notInstalled(const std::string& id) {
    return base::notFound("No connector \"" + id + "\" is installed.");
}

}  // namespace

PluginHost::PluginHost(PluginHostOptions options)
    : options_(std::move(options)),
      reports_(std::make_shared<ReportFolder>(options_.reportFolder)) {
    shared_.http =
        options_.exchange ? options_.exchange : std::make_shared<http::CurlExchange>(options_.http);
    if (options_.clock) shared_.clock = options_.clock;
    TempFolder::removeAbandoned();
    for (const auto& found : look()) {
        if (!found.package) {
            refused_.push_back({found.path, found.package.error().message});
            base::logError("connector_refused",
                           {{"path", found.path}, {"reason", found.package.error().text()}});
        } else if (installed_.count((*found.package)->descriptor().id) != 0) {
            refused_.push_back({found.path, "Another file has the connector " +
                                                (*found.package)->descriptor().id + "."});
        } else {
            install(*found.package);
        }
    }
}

std::vector<PluginHost::Found> PluginHost::look() const {
    std::vector<Found> out;
    for (const auto& folder : options_.folders)
        for (const auto& path : librariesIn(folder))
            out.push_back({path, ConnectorPackage::open(path)});
    return out;
}

void PluginHost::install(const Package& package) {
    const auto& descriptor = package->descriptor();
    base::logInfo("connector_found", {{"connector", descriptor.id},
                                      {"version", descriptor.version},
                                      {"sha256", package->sha256()}});
    Installed one;
    one.package = package;
    one.supervisor =
        std::make_shared<Supervisor>(descriptor.id, reports_, policyOf(options_.worker), clock());
    one.supervisor->uses(package->sha256());
    const std::lock_guard lock(mutex_);
    installed_.emplace(descriptor.id, std::move(one));
}

std::vector<domain::ConnectorDescriptor> PluginHost::connectors() const {
    const std::lock_guard lock(mutex_);
    std::vector<domain::ConnectorDescriptor> out;
    for (const auto& [id, one] : installed_) out.push_back(one.package->descriptor());
    return out;
}

std::vector<RefusedFile> PluginHost::refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
}

base::Result<LoadedConnector> PluginHost::loaded(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto found = installed_.find(id);
    if (found == installed_.end()) return notInstalled(id);
    Installed& one = found->second;
    if (one.loaded) return *one.loaded;
    LoadedConnector made;
    made.package = one.package;
    made.supervisor = one.supervisor;
    const bool inside =
        options_.inProcess.count(id) != 0 && made.package->descriptor().mayRunInProcess;
    if (inside) {
        TNY_TRY(made.plug, loadLocalPlug(made.package));
    } else {
        made.plug = makeRemotePlug(made.package, options_.worker, one.supervisor);
    }
    made.slots = std::make_shared<Slots>(
        made.package->oneCallAtATime() ? 1 : base::limits::kWorkerCallThreads);
    made.metrics = metrics_;
    made.shared = shared_;
    one.loaded = made;
    return made;
}

base::Result<std::shared_ptr<domain::Connector>> PluginHost::open(domain::OpenRequest request,
                                                                  base::Deadline deadline) {
    TNY_TRY(const LoadedConnector connector, loaded(request.connector));
    TNY_CHECKED(checkConfig(connector.plug->package()->descriptor(), request.configJson));
    return PluginConnector::open(connector, request, deadline);
}

base::Status PluginHost::checkArguments(const domain::ActionDescriptor& action,
                                        std::string_view argsJson) const {
    return pluginhost::checkArguments(action, argsJson);
}

domain::ConnectorHealth PluginHost::healthOf(const std::string& id, const Installed& one) const {
    domain::ConnectorHealth out;
    out.connector = id;
    out.version = one.package->descriptor().version;
    out.sha256 = one.package->sha256();
    out.path = one.package->path();
    out.isolated = options_.inProcess.count(id) == 0 || !one.package->descriptor().mayRunInProcess;
    out.reports = reports_->count(id);
    out.quarantined = one.supervisor->quarantined();
    const PlugLife life = one.loaded ? one.loaded->plug->life() : PlugLife{};
    out.memoryBytes = life.memoryBytes;
    if (const auto pause = one.supervisor->pause()) {
        out.state = domain::ConnectorState::kPaused;
        out.reason = pause->reason;
        out.since = pause->since;
    } else if (life.running) {
        out.state = domain::ConnectorState::kRunning;
        out.since = life.since;
    } else if (one.supervisor->startableAt() > clock().steadyNow()) {
        out.state = domain::ConnectorState::kRestarting;
    }
    return out;
}

std::vector<domain::ConnectorHealth> PluginHost::health() const {
    std::vector<domain::ConnectorHealth> out;
    std::vector<std::shared_ptr<const ConnectorPackage>> packages;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [id, one] : installed_) {
            out.push_back(healthOf(id, one));
            packages.push_back(one.package);
        }
    }
    for (std::size_t i = 0; i < out.size(); ++i) out[i].conformance = packages[i]->conformance();
    return out;
}

base::Result<std::vector<domain::ConnectorReport>> PluginHost::reports(
    const std::string& connector) const {
    {
        const std::lock_guard lock(mutex_);
        if (installed_.count(connector) == 0) return notInstalled(connector);
    }
    return reports_->of(connector);
}

base::Status PluginHost::resume(const std::string& connector,
                                const std::optional<base::ConnectionId>& only) {
    std::shared_ptr<Supervisor> supervisor;
    {
        const std::lock_guard lock(mutex_);
        const auto found = installed_.find(connector);
        if (found == installed_.end()) return notInstalled(connector);
        supervisor = found->second.supervisor;
    }
    return supervisor->resume(only);
}

std::vector<domain::RescanFinding> PluginHost::rescan(base::Deadline deadline) {
    const std::lock_guard one(rescanning_);
    std::vector<domain::RescanFinding> out;
    std::set<std::string> seen;
    std::vector<RefusedFile> refused;
    for (const auto& found : look()) {
        out.push_back(take(found, seen, deadline));
        if (out.back().outcome == domain::RescanFinding::Outcome::kRefused)
            refused.push_back({found.path, out.back().detail});
    }
    const std::lock_guard lock(mutex_);
    refused_ = std::move(refused);
    return out;
}

domain::RescanFinding PluginHost::take(const Found& found, std::set<std::string>& seen,
                                       base::Deadline deadline) {
    using Outcome = domain::RescanFinding::Outcome;
    domain::RescanFinding out;
    out.path = found.path;
    const auto refuse = [&](const std::string& why) {
        out.outcome = Outcome::kRefused;
        out.detail = why;
        base::logError("connector_refused", {{"path", found.path}, {"reason", why}});
        return out;
    };
    if (!found.package) return refuse(found.package.error().message);
    const Package& package = *found.package;
    out.connector = package->descriptor().id;
    out.to = package->descriptor().version;
    if (!seen.insert(out.connector).second)
        return refuse("Another file has the connector " + out.connector + ".");
    Package former;
    {
        const std::lock_guard lock(mutex_);
        const auto known = installed_.find(out.connector);
        if (known != installed_.end()) former = known->second.package;
    }
    if (!former) {
        install(package);
        out.outcome = Outcome::kAdded;
        return out;
    }
    out.from = former->descriptor().version;
    if (former->sha256() == package->sha256()) return out;
    if (const auto replaced = replace(package, deadline); !replaced)
        return refuse(replaced.error().message);
    out.outcome = Outcome::kUpgraded;
    return out;
}

base::Status PluginHost::replace(const Package& package, base::Deadline deadline) {
    const auto& id = package->descriptor().id;
    std::shared_ptr<Plug> plug;
    {
        const std::lock_guard lock(mutex_);
        Installed& one = installed_.at(id);
        if (one.loaded) {
            plug = one.loaded->plug;
        } else {
            one.package = package;
            one.supervisor->uses(package->sha256());
        }
    }
    if (!plug) return base::ok();
    TNY_CHECKED(plug->upgrade(package, deadline));
    const std::lock_guard lock(mutex_);
    installed_.at(id).package = package;
    return base::ok();
}

}  // namespace tenantry::pluginhost
