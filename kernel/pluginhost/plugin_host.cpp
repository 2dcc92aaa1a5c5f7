#include "kernel/pluginhost/plugin_host.h"

#include <algorithm>
#include <filesystem>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/pluginhost/descriptor_check.h"

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

}  // namespace

PluginHost::PluginHost(PluginHostOptions options) : options_(std::move(options)) {
    shared_.http =
        options_.exchange ? options_.exchange : std::make_shared<http::CurlExchange>(options_.http);
    if (options_.clock) shared_.clock = options_.clock;
    for (const auto& folder : options_.folders) scan(folder);
}

void PluginHost::scan(const std::string& folder) {
    for (const auto& path : librariesIn(folder)) {
        auto package = ConnectorPackage::open(path);
        if (!package) {
            refused_.push_back({path, package.error().message});
            base::logError("connector_refused",
                           {{"path", path}, {"reason", package.error().text()}});
            continue;
        }
        const auto& descriptor = (*package)->descriptor();
        if (packages_.count(descriptor.id) != 0) {
            refused_.push_back({path, "Another file has the connector " + descriptor.id + "."});
            continue;
        }
        base::logInfo("connector_found", {{"connector", descriptor.id},
                                          {"version", descriptor.version},
                                          {"sha256", (*package)->sha256()}});
        packages_.emplace(descriptor.id, std::move(package).value());
    }
}

std::vector<domain::ConnectorDescriptor> PluginHost::connectors() const {
    std::vector<domain::ConnectorDescriptor> out;
    for (const auto& [id, package] : packages_) out.push_back(package->descriptor());
    return out;
}

base::Result<LoadedConnector> PluginHost::loaded(const std::string& id) {
    const auto package = packages_.find(id);
    if (package == packages_.end())
        return base::notFound("No connector \"" + id + "\" is installed.");
    const std::lock_guard lock(mutex_);
    if (const auto found = loaded_.find(id); found != loaded_.end()) return found->second;
    LoadedConnector made;
    made.package = package->second;
    const bool inside =
        options_.inProcess.count(id) != 0 && made.package->descriptor().mayRunInProcess;
    if (inside) {
        TNY_TRY(made.plug, loadLocalPlug(made.package));
    } else {
        made.plug = makeRemotePlug(made.package, options_.worker);
    }
    made.slots = std::make_shared<Slots>(
        made.package->oneCallAtATime() ? 1 : base::limits::kWorkerCallThreads);
    made.metrics = metrics_;
    made.shared = shared_;
    loaded_.emplace(id, made);
    return made;
}

base::Result<std::shared_ptr<domain::Connector>> PluginHost::open(domain::OpenRequest request,
                                                                  base::Deadline deadline) {
    TNY_TRY(const LoadedConnector connector, loaded(request.connector));
    TNY_CHECKED(checkConfig(connector.package->descriptor(), request.configJson));
    return PluginConnector::open(connector, request, deadline);
}

}  // namespace tenantry::pluginhost
