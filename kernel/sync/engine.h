/// The sync engine: reads every directory, on a schedule and on demand, into the store and from
/// there into the view.
///
/// One reading at a time per connection, at most limits::kSyncWorkers at once. A reading runs in
/// segments; rows are upserted by id as they come; what is missing is tombstoned only after a
/// complete reading that the deletion guard lets pass. A failed reading changes the connection's
/// state and error in words, and nothing else.
///
/// Ownership: kernel/main; everything given to the constructor outlives it. Threads: every method
/// from any thread. Its own threads: "sync-scheduler" and "sync-worker-N", joined in the
/// destructor. Bounds: kSyncQueueMax connections, kUsersPerConnectionMax users each, the last
/// kRunsKept runs each.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/call_meter.h"
#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"

namespace tenantry::sync {

enum class Trigger : std::uint8_t { kFirst = 1, kSchedule, kManual };
std::string_view name(Trigger trigger);

enum class RunState : std::uint8_t { kQueued = 1, kRunning, kSucceeded, kFailed, kHeld };
std::string_view name(RunState state);

/// One reading of one directory.
struct Run {
    std::string id;
    base::ConnectionId connection;
    Trigger trigger = Trigger::kSchedule;
    RunState state = RunState::kQueued;
    base::TimePoint queuedAt{};
    std::optional<base::TimePoint> startedAt, finishedAt;
    std::uint64_t read = 0, added = 0, changed = 0, removed = 0, held = 0;
    std::optional<std::uint64_t> expected;  ///< how many the last complete reading showed
    std::string error;                      ///< in words
};

struct EngineParts {
    domain::Directories& directories;
    domain::ConnectionRegistry& registry;
    domain::UserStore& users;
    domain::ConnectionStore& connections;
    domain::ActivityStore& activity;
    domain::UserViewWriter& view;
    domain::EventSink& events;
    const base::Clock& clock;
    /// Told of the calls of readings; may be null.
    const base::CallMeter* meter = nullptr;
};

enum class HeldDecision : std::uint8_t { kAccept = 1, kReject };

class Engine {
  public:
    static constexpr std::size_t kRunsKept = 20;

    explicit Engine(EngineParts parts);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Starts the threads. Connections known to the registry are scheduled; those never read come
    /// first.
    void start();

    /// A connection was added or its configuration changed: it is read soon.
    void schedule(const base::ConnectionId& id, Trigger trigger);
    /// It was removed: a reading that is under way ends without effect.
    void forget(const base::ConnectionId& id);

    /// Reads it now. When a reading is queued or running, that one is answered. kNotFound when it
    /// is not known; kConflict when it is disabled; kTooMany when the queue is full.
    base::Result<Run> request(const base::ConnectionId& id);
    /// Newest first.
    [[nodiscard]] std::vector<Run> runs(const base::ConnectionId& id) const;
    /// When the next scheduled reading is due. Nothing when none is (disabled, or waiting for a
    /// person).
    [[nodiscard]] std::optional<base::TimePoint> nextAt(const base::ConnectionId& id) const;

    /// Settles a held mass deletion: accept tombstones exactly the users held, if no later reading
    /// has shown them; reject keeps them. kConflict when nothing is held. The caller has checked
    /// the permission and writes activity.
    base::Result<domain::ConnectionHealth> decide(const base::ConnectionId& id,
                                                  HeldDecision decision, base::Deadline deadline);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::sync
