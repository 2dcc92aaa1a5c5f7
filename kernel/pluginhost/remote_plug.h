/// A connector in a worker process: the same table, whose functions write frames.
///
/// The worker starts with the first call and again, with growing pauses, after a death; instances
/// are opened again by the next call on them. A worker that aged, or whose file was replaced, takes
/// no new calls and ends when those it has are done, while another one serves.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/worker_process.h"

namespace tenantry::pluginhost {

class RemotePlug;

/// What a tny_instance* of a remote plug points to.
struct RemoteInstance {
    RemoteInstance(std::shared_ptr<RemotePlug> of, std::uint64_t number, std::string_view forTenant,
                   std::string_view json, std::shared_ptr<ConnectionServices> served)
        : plug(std::move(of)),
          id(number),
          tenant(forTenant),
          config(json),
          services(std::move(served)) {}
    const std::shared_ptr<RemotePlug> plug;
    const std::uint64_t id;
    const std::string tenant, config;
    const std::shared_ptr<ConnectionServices> services;
    // Guarded by the plug.
    std::uint64_t openIn = 0;  ///< generation of the worker that knows it; 0 = none
    bool opening = false;
};

/// Threads: any.
class RemotePlug final : public Plug, public std::enable_shared_from_this<RemotePlug> {
  public:
    RemotePlug(std::shared_ptr<const ConnectorPackage> package, WorkerOptions options,
               std::shared_ptr<Supervisor> supervisor);

    [[nodiscard]] const tny_plugin* table() const override { return &table_; }
    [[nodiscard]] bool isolated() const override { return true; }
    [[nodiscard]] std::shared_ptr<const ConnectorPackage> package() const override;
    [[nodiscard]] PlugLife life() const override;
    base::Status upgrade(std::shared_ptr<const ConnectorPackage> package,
                         base::Deadline deadline) override;

    /// Lives until close().
    RemoteInstance& makeInstance(std::string_view tenant, std::string_view config, HostCall& call);
    /// Opens it in the running worker, if it is not.
    tny_status openNow(RemoteInstance& instance, HostCall& call);
    /// Runs one function in the worker and serves it until it ends.
    tny_status call(RemoteInstance& instance, HostCall& call, const std::string& operation,
                    FrameType type, std::string_view fields);
    void close(RemoteInstance& instance);

  private:
    using Point = WorkerProcess::Point;
    using Worker = std::shared_ptr<WorkerProcess>;
    using Instance = std::shared_ptr<RemoteInstance>;
    /// Nothing: the worker takes no more calls, so this one goes to the next.
    using Outcome = std::optional<tny_status>;

    Worker acquire(HostCall& call);
    Worker startAnother(HostCall& call, std::unique_lock<std::mutex>& lock);
    /// Sets aside a worker that takes no new calls; REQUIRES mutex_. Gives those that are dead, to
    /// be let go of without it.
    std::vector<Worker> setAside();
    Outcome ensureOpen(RemoteInstance& instance, const Worker& worker, HostCall& call);
    Outcome transact(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                     const std::string& operation, FrameType type, std::string_view fields);
    tny_status serve(const Worker& worker, HostCall& call, const std::string& operation,
                     WorkerProcess::Inbox& inbox, std::uint64_t id);
    tny_status onDeath(const Worker& worker, HostCall& call);
    base::Result<Worker> startTrial(const std::shared_ptr<const ConnectorPackage>& package,
                                    base::Deadline deadline);
    base::Result<std::vector<Instance>> openAll(const Worker& trial,
                                                const ConnectorPackage& package,
                                                base::Deadline deadline);
    void handOver(const Worker& trial, std::shared_ptr<const ConnectorPackage> package,
                  const std::vector<Instance>& opened);
    std::vector<Instance> instances();

    static const tny_plugin table_;
    const WorkerOptions options_;
    const std::shared_ptr<Supervisor> supervisor_;
    std::mutex upgrading_;  ///< one at a time; held over I/O, and before mutex_

    mutable std::mutex mutex_;  ///< guards what follows and the instances; never held over I/O
    std::condition_variable changed_;
    std::vector<std::shared_ptr<const ConnectorPackage>> packages_;  ///< the last one serves
    Worker worker_;
    std::vector<Worker> aside_;  ///< finishing their calls
    bool starting_ = false;
    std::uint64_t generation_ = 0;
    std::uint64_t lastInstance_ = 0;
    std::map<std::uint64_t, Instance> instances_;
};

}  // namespace tenantry::pluginhost
