/// A connector in a worker process: the same table, whose functions write frames.
///
/// The worker starts with the first call and again, with growing pauses, after a death; instances
/// are opened again by the next call on them. Three crashes within five minutes and the connector
/// is paused; a connection whose same operation ended the worker twice in a row is paused alone.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "kernel/pluginhost/plug.h"
#include "kernel/pluginhost/worker_process.h"

namespace tenantry::pluginhost {

class RemotePlug;

/// What a tny_instance* of a remote plug points to.
struct RemoteInstance {
    RemoteInstance(std::shared_ptr<RemotePlug> of, std::uint64_t number, std::string_view forTenant,
                   std::string_view json)
        : plug(std::move(of)), id(number), tenant(forTenant), config(json) {}
    const std::shared_ptr<RemotePlug> plug;
    const std::uint64_t id;
    const std::string tenant, config;
    // Guarded by the plug.
    std::uint64_t openIn = 0;  ///< generation of the worker that knows it; 0 = none
    bool opening = false;
};

/// Threads: any.
class RemotePlug final : public Plug, public std::enable_shared_from_this<RemotePlug> {
  public:
    RemotePlug(std::shared_ptr<const ConnectorPackage> package, WorkerOptions options)
        : package_(std::move(package)), options_(std::move(options)) {}

    [[nodiscard]] const tny_plugin* table() const override { return &table_; }
    [[nodiscard]] bool isolated() const override { return true; }

    std::unique_ptr<RemoteInstance> makeInstance(std::string_view tenant, std::string_view config);
    /// Opens it in the running worker, if it is not.
    tny_status openNow(RemoteInstance& instance, HostCall& call);
    /// Runs one function in the worker and serves it until it ends.
    tny_status call(RemoteInstance& instance, HostCall& call, const std::string& operation,
                    FrameType type, std::string_view fields);
    void close(RemoteInstance& instance);

  private:
    using Point = WorkerProcess::Point;
    using Worker = std::shared_ptr<WorkerProcess>;
    struct Blame {
        int deaths = 0;
        Point last{};
    };

    Worker acquire(HostCall& call);
    /// How long a start must wait, from now; REQUIRES mutex_.
    Point startableAt() const;
    void noteDeath(const Worker& worker);
    bool refused(const RemoteInstance& instance, HostCall& call);
    void blame(const RemoteInstance& instance, const std::string& operation);
    void praise(const RemoteInstance& instance, const std::string& operation);
    tny_status ensureOpen(RemoteInstance& instance, const Worker& worker, HostCall& call);
    tny_status transact(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                        const std::string& operation, FrameType type, std::string_view fields);
    tny_status serve(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                     const std::string& operation, WorkerProcess::Inbox& inbox, std::uint64_t id);
    tny_status onDeath(const Worker& worker, const RemoteInstance& instance, HostCall& call,
                       const std::string& operation, bool culprit);

    static const tny_plugin table_;
    const std::shared_ptr<const ConnectorPackage> package_;
    const WorkerOptions options_;

    std::mutex mutex_;  ///< guards what follows and the instances; never held over I/O
    std::condition_variable changed_;
    Worker worker_;
    bool starting_ = false;
    std::uint64_t generation_ = 0;
    std::uint64_t lastInstance_ = 0;
    std::uint64_t notedDeath_ = 0;  ///< generation whose death is in the books
    Point startedAt_{}, diedAt_{};
    int deathsInARow_ = 0;
    std::deque<Point> crashes_;
    std::map<std::pair<std::uint64_t, std::string>, Blame> blames_;
};

}  // namespace tenantry::pluginhost
