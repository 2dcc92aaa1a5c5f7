// Replacing the version of a connector while it serves: RemotePlug::upgrade.
#include <algorithm>

#include "kernel/base/log.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/remote_plug.h"

namespace tenantry::pluginhost {

namespace {

using namespace std::chrono_literals;

constexpr auto kOpenWithin = 15s;

/// Whether a connection that the version cannot open speaks against the version: not when its
/// backend is away, or refuses its password.
bool isOfTheVersion(tny_status status) {
    switch (status) {
        case TNY_OK:
        case TNY_E_AUTH:
        case TNY_E_PERMISSION:
        case TNY_E_RATE_LIMITED:
        case TNY_E_UNAVAILABLE:
        case TNY_E_TIMEOUT:
        case TNY_E_CANCELLED:
            return false;
        default:
            return true;
    }
}

base::Error cannotOpen(const RemoteInstance& instance, const ConnectorPackage& package,
                       const std::string& why) {
    return base::unavailable("Version " + package.descriptor().version +
                             " cannot open the connection " + instance.tenant + ": " + why +
                             " The former version goes on.");
}

}  // namespace

base::Status RemotePlug::upgrade(std::shared_ptr<const ConnectorPackage> package,
                                 base::Deadline deadline) {
    const std::lock_guard one(upgrading_);
    TNY_TRY(const Worker trial, startTrial(package, deadline));
    TNY_TRY(const std::vector<Instance> opened, openAll(trial, *package, deadline));
    handOver(trial, std::move(package), opened);
    return base::ok();
}

base::Result<RemotePlug::Worker> RemotePlug::startTrial(
    const std::shared_ptr<const ConnectorPackage>& package, base::Deadline deadline) {
    std::uint64_t generation = 0;
    {
        const std::lock_guard lock(mutex_);
        generation = ++generation_;
    }
    // What happens to it before it serves is no fault of the version that does.
    auto trial =
        std::make_shared<WorkerProcess>(generation, package, options_, supervisor_->forTrial());
    TNY_CHECKED(trial->awaitReady(deadline.orAfter(options_.startWithin)));
    return trial;
}

std::vector<RemotePlug::Instance> RemotePlug::instances() {
    const std::lock_guard lock(mutex_);
    std::vector<Instance> out;
    for (const auto& [id, instance] : instances_) out.push_back(instance);
    return out;
}

base::Result<std::vector<RemotePlug::Instance>> RemotePlug::openAll(const Worker& trial,
                                                                    const ConnectorPackage& package,
                                                                    base::Deadline deadline) {
    std::vector<Instance> opened;
    for (const auto& instance : instances()) {
        if (const auto fits = checkConfig(package.descriptor(), instance->config); !fits)
            return cannotOpen(*instance, package, fits.error().message);
        if (deadline.passed()) continue;  // the next call on it opens it
        HostCall call(instance->services, deadline.orAfter(kOpenWithin));
        const FrameWriter fields = std::move(
            FrameWriter(FrameType::kHello, 0).bytes(instance->tenant).bytes(instance->config));
        const auto status = transact(trial, *instance, call, "open", FrameType::kOpen,
                                     FrameWriter(fields).take().substr(kFrameHeaderBytes));
        if (!status) return cannotOpen(*instance, package, "its process does not serve.");
        if (isOfTheVersion(*status))
            return cannotOpen(*instance, package,
                              call.failure.message.empty()
                                  ? "it failed with status " + std::to_string(*status) + "."
                                  : call.failure.message);
        if (*status == TNY_OK) opened.push_back(instance);
    }
    return opened;
}

void RemotePlug::handOver(const Worker& trial, std::shared_ptr<const ConnectorPackage> package,
                          const std::vector<Instance>& opened) {
    trial->answerTo(supervisor_);
    Worker former;
    std::vector<std::uint64_t> closed;
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !starting_; });  // bounded by startWithin
        former = std::exchange(worker_, trial);
        if (former) aside_.push_back(former);
        packages_.push_back(package);
        for (const auto& instance : opened) {
            if (instances_.count(instance->id) != 0) {
                instance->openIn = trial->generation();
            } else {
                closed.push_back(instance->id);
            }
        }
        changed_.notify_all();
    }
    supervisor_->uses(package->sha256());
    for (const auto id : closed)
        trial->send(FrameWriter(FrameType::kClose, 0).number(id).take(), Urgency::kNormal,
                    std::chrono::steady_clock::now() + 1s);
    base::logInfo("connector_upgraded", {{"connector", package->descriptor().id},
                                         {"version", package->descriptor().version},
                                         {"sha256", package->sha256()},
                                         {"connections", opened.size()}});
    if (former) former->retire("was replaced by version " + package->descriptor().version);
}

}  // namespace tenantry::pluginhost
