/// Runs jobs: claims items by committed rows, calls the directories within their limits, and writes
/// how each ended. What it does survives kill -9 anywhere: an item is marked before its directory
/// is called, and after an interruption the directory is read first.
///
/// Ownership: kernel/main; the parts outlive it. Threads: every method from any thread. Its own: a
/// dispatcher ("job-dispatcher"), workers ("job-worker"), and the journal's; stopped and joined by
/// stop() and the destructor. A stopped engine's claimed items are taken up by the next one; the
/// jobs of a node that died, by any other once its leases have run out.
/// Bounds: limits::kJobWorkers calls at once; open items of running jobs stand in memory.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/authority.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/jobs/action_runner.h"
#include "kernel/jobs/lanes.h"

namespace tenantry::jobs {

struct EngineParts {
    domain::JobStore& store;
    ActionRunner& runner;
    domain::Authority& authority;
    domain::ConnectionRegistry& registry;
    const domain::ConnectorHost& host;
    domain::EventSink& events;
    const base::Clock& clock;
    /// What is told there counts against the directories' rates; may be null. Attached while the
    /// engine lives.
    base::CallMeter* meter = nullptr;
};

struct EngineOptions {
    std::size_t workers = base::limits::kJobWorkers;
    /// Whose claims these are. Another process on the same database must have another name.
    std::string node = "tenantry";
    /// A directory that has been away for so long is given up: what waits for it fails.
    std::chrono::milliseconds giveUpAfter = std::chrono::minutes{15};
    /// What another node ran, and nobody has held or ended anything of for so long, is taken up
    /// here: looked for this often.
    std::chrono::milliseconds adoptAfter = std::chrono::minutes{2};
    std::chrono::milliseconds adoptEvery = std::chrono::seconds{15};
    /// Failures among those that ended above which a job pauses by itself.
    double pauseAboveShare = 0.20;
    std::uint64_t pauseAboveCount = 5;
    /// One item: its read, its call and its read-back.
    std::chrono::milliseconds itemDeadline = std::chrono::seconds{75};
    /// What a directory accepts and finishes later: asked for first after so long, then ever less
    /// often, and for so long in all. Then it is unknown.
    std::chrono::milliseconds operationPollMin = base::limits::kOperationPollMin;
    std::chrono::milliseconds operationLife = base::limits::kOperationLife;
};

class JobEngine {
  public:
    JobEngine(EngineParts parts, EngineOptions options);
    ~JobEngine();
    JobEngine(const JobEngine&) = delete;
    JobEngine& operator=(const JobEngine&) = delete;

    /// Takes up what is open in the store, and begins.
    base::Status start(base::Deadline deadline);
    /// No new items; those under way are waited for. Idempotent.
    void stop();
    /// The job is new, or its state was changed in the store: looks at it again. After it returns,
    /// no further item of a job that may not run is begun.
    base::Status changed(const domain::JobId& id, base::Deadline deadline);
    /// A verb as the installed connectors know it.
    [[nodiscard]] std::optional<domain::BulkVerb> verb(const std::string& name) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What a connection's directory allows, from its connector's descriptor.
LaneLimits laneLimitsOf(const domain::ConnectorDescriptor* descriptor);

}  // namespace tenantry::jobs
