#include "kernel/sync/engine.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/sync/reading.h"

namespace tenantry::sync {

namespace limits = base::limits;
using base::ConnectionId;
using base::SteadyPoint;

std::string_view name(Trigger trigger) {
    switch (trigger) {
        case Trigger::kFirst:
            return "first";
        case Trigger::kSchedule:
            return "schedule";
        case Trigger::kManual:
            return "manual";
    }
    return "manual";
}

std::string_view name(RunState state) {
    switch (state) {
        case RunState::kQueued:
            return "queued";
        case RunState::kRunning:
            return "running";
        case RunState::kSucceeded:
            return "succeeded";
        case RunState::kFailed:
            return "failed";
        case RunState::kHeld:
            return "held";
    }
    return "failed";
}

namespace {

/// Where one connection stands in the schedule.
struct Slot {
    std::deque<Run> runs;              ///< newest first
    std::optional<SteadyPoint> dueAt;  ///< in `due`; nothing while running or waiting for a person
    bool running = false;
    bool again = false;      ///< asked for while running, with a changed configuration
    bool forgotten = false;  ///< removed while running
    int failures = 0;
    std::vector<base::UserId> held;
    base::TimePoint heldAt{};
};

/// Grows from kSyncRetryMin to kSyncRetryMax.
std::chrono::milliseconds retryAfter(int failures) {
    auto span = std::chrono::milliseconds(limits::kSyncRetryMin);
    for (int i = 1; i < failures && span < limits::kSyncRetryMax; ++i) span *= 2;
    return std::min<std::chrono::milliseconds>(span, limits::kSyncRetryMax);
}

std::string progressJson(const Run& run) {
    base::JsonWriter json;
    json.beginObject().key("id").string(run.id).key("connection").string(run.connection.text());
    json.key("state")
        .string(name(run.state))
        .key("read")
        .number(static_cast<std::int64_t>(run.read));
    json.key("expected");
    if (run.expected)
        json.number(static_cast<std::int64_t>(*run.expected));
    else
        json.null();
    json.endObject();
    return std::move(json).take();
}

}  // namespace

struct Engine::Impl {
    explicit Impl(EngineParts p) : parts(p) {}

    void work(const std::stop_token& stop);
    void readOne(const ConnectionId& id, const std::stop_token& stop);
    void conclude(const ConnectionId& id, const domain::KnownConnection& known, const Run& run,
                  Verdict verdict);
    void tellChange(const domain::KnownConnection& before, const domain::ConnectionHealth& after);
    void remember(const ConnectionId& id, const Run& run);
    void setDue(const ConnectionId& id, Slot& slot,
                std::optional<SteadyPoint> at);                          // REQUIRES: mutex held
    Run& queueRun(const ConnectionId& id, Slot& slot, Trigger trigger);  // REQUIRES: mutex held

    EngineParts parts;
    mutable std::mutex mutex;  ///< guards what follows; never held over I/O
    std::condition_variable_any wake;
    std::unordered_map<ConnectionId, Slot> slots;
    std::set<std::pair<SteadyPoint, ConnectionId>> due;
    std::vector<std::jthread> workers;  // last: joined before the rest goes
};

Engine::Engine(EngineParts parts) : impl_(std::make_unique<Impl>(parts)) {}

Engine::~Engine() {
    for (auto& worker : impl_->workers) worker.request_stop();
    impl_->wake.notify_all();
    impl_->workers.clear();
}

void Engine::Impl::setDue(const ConnectionId& id, Slot& slot, std::optional<SteadyPoint> at) {
    if (slot.dueAt) due.erase({*slot.dueAt, id});
    slot.dueAt = at;
    if (at) due.insert({*at, id});
}

Run& Engine::Impl::queueRun(const ConnectionId& id, Slot& slot, Trigger trigger) {
    Run run;
    run.id = base::newUuid();
    run.connection = id;
    run.trigger = trigger;
    run.queuedAt = parts.clock.now();
    slot.runs.push_front(std::move(run));
    if (slot.runs.size() > kRunsKept) slot.runs.pop_back();
    return slot.runs.front();
}

void Engine::start() {
    const auto now = impl_->parts.clock.steadyNow();
    const auto wall = impl_->parts.clock.now();
    {
        const std::lock_guard lock(impl_->mutex);
        for (const auto& known : impl_->parts.registry.all()) {
            if (!known.connection.enabled) continue;
            auto& slot = impl_->slots[known.connection.id];
            // Never read first; the others when they are due, spread so that a restart is no
            // stampede.
            std::chrono::milliseconds wait{0};
            if (known.health.lastCompleteAt) {
                const auto next = *known.health.lastCompleteAt + known.connection.syncInterval;
                const auto spread = std::chrono::milliseconds(
                    std::hash<ConnectionId>{}(known.connection.id) % 5000);
                wait =
                    std::max(std::chrono::milliseconds{0},
                             std::chrono::duration_cast<std::chrono::milliseconds>(next - wall)) +
                    spread;
            }
            impl_->setDue(known.connection.id, slot, now + wait);
        }
    }
    for (std::size_t i = 0; i < limits::kSyncWorkers; ++i)
        impl_->workers.emplace_back([this](const std::stop_token& stop) { impl_->work(stop); });
}

void Engine::Impl::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        ConnectionId id;
        {
            std::unique_lock lock(mutex);
            const auto now = parts.clock.steadyNow();
            if (due.empty()) {
                wake.wait_for(lock, stop, std::chrono::seconds{1}, [&] { return !due.empty(); });
                continue;
            }
            if (due.begin()->first > now) {
                const auto first = due.begin()->first;
                wake.wait_for(
                    lock, stop,
                    std::min<std::chrono::nanoseconds>(first - now, std::chrono::seconds{1}),
                    [&] { return !due.empty() && due.begin()->first < first; });
                continue;
            }
            id = due.begin()->second;
            auto& slot = slots[id];
            setDue(id, slot, std::nullopt);
            slot.running = true;
            if (slot.runs.empty() || slot.runs.front().state != RunState::kQueued)
                queueRun(id, slot, Trigger::kSchedule);
            slot.runs.front().state = RunState::kRunning;
            slot.runs.front().startedAt = parts.clock.now();
        }
        readOne(id, stop);
    }
}

void Engine::Impl::remember(const ConnectionId& id, const Run& run) {
    const std::lock_guard lock(mutex);
    const auto found = slots.find(id);
    if (found == slots.end()) return;
    for (auto& kept : found->second.runs)
        if (kept.id == run.id) kept = run;
}

void Engine::Impl::readOne(const ConnectionId& id, const std::stop_token& stop) {
    Run run;
    {
        const std::lock_guard lock(mutex);
        run = slots[id].runs.front();
    }
    const auto known = parts.registry.find(id);
    if (!known) {
        const std::lock_guard lock(mutex);
        slots.erase(id);
        return;
    }
    const auto progress = [&](const Run& now) {
        remember(id, now);
        parts.events.publish({"run_progress", known->connection.organization, progressJson(now)});
    };
    const auto wanted = [&] {
        if (stop.stop_requested()) return false;
        const std::lock_guard lock(mutex);
        const auto slot = slots.find(id);
        return slot != slots.end() && !slot->second.forgotten;
    };
    Reading reading(parts, *known, run, progress, wanted);
    auto verdict = reading.execute();
    conclude(id, *known, reading.run(), std::move(verdict));
}

void Engine::Impl::conclude(const ConnectionId& id, const domain::KnownConnection& known,
                            const Run& read, Verdict verdict) {
    Run run = read;
    run.state = verdict.state;
    run.finishedAt = parts.clock.now();
    bool gone = false;
    {
        const std::lock_guard lock(mutex);
        gone = slots[id].forgotten;
        if (gone) slots.erase(id);
    }
    if (gone) return;
    // The state is durable before it is shown; when the store is down the old one stays and the
    // reading is repeated.
    const auto saved = parts.connections.putHealth(id, verdict.health,
                                                   base::Deadline::after(limits::kStoreDeadline));
    if (saved) {
        parts.registry.setHealth(id, verdict.health);
        parts.view.apply(id, {.seenAt = run.queuedAt, .health = verdict.health}, 0);
        tellChange(known, verdict.health);
    } else {
        base::logError("health_not_saved",
                       {{"connection", id.text()}, {"error", saved.error().text()}});
        run.state = RunState::kFailed;
        run.error = saved.error().message;
    }
    const bool failed = run.state == RunState::kFailed;
    {
        const std::lock_guard lock(mutex);
        auto& slot = slots[id];
        slot.running = false;
        slot.failures = failed ? slot.failures + 1 : 0;
        if (!failed) {
            slot.held = std::move(verdict.held);
            slot.heldAt = run.startedAt.value_or(run.queuedAt);
        }
        for (auto& kept : slot.runs)
            if (kept.id == run.id) kept = run;
        const auto now = parts.clock.steadyNow();
        if (slot.again) {
            slot.again = false;
            queueRun(id, slot, Trigger::kManual);
            setDue(id, slot, now);
        } else if (failed && verdict.waitForPerson) {
            setDue(id, slot, std::nullopt);
        } else {
            setDue(id, slot,
                   now + (failed ? retryAfter(slot.failures)
                                 : std::chrono::milliseconds(known.connection.syncInterval)));
        }
    }
    wake.notify_one();
    parts.events.publish({"run_progress", known.connection.organization, progressJson(run)});
    // A state is shown with the list: its line of completeness changes although no row did.
    if (run.added + run.changed + run.removed > 0 || known.health.state != verdict.health.state)
        parts.events.publish(
            {"users_changed", known.connection.organization,
             R"({"organizations":[")" + known.connection.organization.text() + "\"]}"});
    base::logInfo("sync_finished", {{"connection", id.text()},
                                    {"state", name(run.state)},
                                    {"read", run.read},
                                    {"added", run.added},
                                    {"changed", run.changed},
                                    {"removed", run.removed},
                                    {"held", run.held}});
}

/// A change of state is an entry of the trail, by Tenantry itself.
void Engine::Impl::tellChange(const domain::KnownConnection& before,
                              const domain::ConnectionHealth& after) {
    if (before.health.state == after.state) return;
    domain::Activity entry;
    entry.id = base::ActivityId(base::newUuid());
    entry.at = parts.clock.now();
    entry.organization = before.connection.organization;
    entry.actorName = "Tenantry";
    entry.action = after.heldDeletions > 0 ? "sync.held" : "connection.state";
    entry.targetKind = "connection";
    entry.targetId = before.connection.id.text();
    entry.targetName = before.connection.name;
    entry.outcome = after.state == domain::ConnectionState::kCurrent ? "done" : "failed";
    entry.detail = after.error.empty() ? "The directory is read again." : after.error;
    entry.beforeJson = R"({"state":")" + std::string(domain::name(before.health.state)) + "\"}";
    entry.afterJson = R"({"state":")" + std::string(domain::name(after.state)) + "\"}";
    if (const auto written =
            parts.activity.append(entry, base::Deadline::after(limits::kStoreDeadline));
        !written)
        base::logError("activity_not_written", {{"error", written.error().text()}});
}

void Engine::schedule(const ConnectionId& id, Trigger trigger) {
    {
        const std::lock_guard lock(impl_->mutex);
        auto& slot = impl_->slots[id];
        slot.failures = 0;
        if (slot.running) {
            slot.again = true;
        } else {
            if (!(slot.runs.size() > 0 && slot.runs.front().state == RunState::kQueued))
                impl_->queueRun(id, slot, trigger);
            impl_->setDue(id, slot, impl_->parts.clock.steadyNow());
        }
    }
    impl_->wake.notify_all();
}

void Engine::forget(const ConnectionId& id) {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->slots.find(id);
    if (found == impl_->slots.end()) return;
    impl_->setDue(id, found->second, std::nullopt);
    if (found->second.running)
        found->second.forgotten = true;  // its worker erases it
    else
        impl_->slots.erase(found);
}

base::Result<Run> Engine::request(const ConnectionId& id) {
    const auto known = impl_->parts.registry.find(id);
    if (!known) return base::notFound("There is no such connection in your scope.");
    if (!known->connection.enabled)
        return base::conflict("The connection is switched off. Switch it on first.");
    Run run;
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->slots.size() >= limits::kSyncQueueMax)
            return base::tooMany("Too many readings are waiting.");
        auto& slot = impl_->slots[id];
        const bool waiting =
            slot.running || (!slot.runs.empty() && slot.runs.front().state == RunState::kQueued);
        if (waiting && !slot.runs.empty()) {
            // One that waits for its time need not: somebody asks for it now.
            if (!slot.running) impl_->setDue(id, slot, impl_->parts.clock.steadyNow());
            impl_->wake.notify_all();
            return slot.runs.front();
        }
        run = impl_->queueRun(id, slot, Trigger::kManual);
        impl_->setDue(id, slot, impl_->parts.clock.steadyNow());
    }
    impl_->wake.notify_all();
    return run;
}

std::vector<Run> Engine::runs(const ConnectionId& id) const {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->slots.find(id);
    if (found == impl_->slots.end()) return {};
    return {found->second.runs.begin(), found->second.runs.end()};
}

std::optional<base::TimePoint> Engine::nextAt(const ConnectionId& id) const {
    std::optional<SteadyPoint> at;
    {
        const std::lock_guard lock(impl_->mutex);
        const auto found = impl_->slots.find(id);
        if (found != impl_->slots.end()) at = found->second.dueAt;
    }
    if (!at) return std::nullopt;
    const auto& clock = impl_->parts.clock;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(*at - clock.steadyNow());
    return clock.now() + std::max(left, std::chrono::milliseconds{0});
}

base::Result<domain::ConnectionHealth> Engine::decide(const ConnectionId& id, HeldDecision decision,
                                                      base::Deadline deadline) {
    const auto known = impl_->parts.registry.find(id);
    if (!known) return base::notFound("There is no such connection in your scope.");
    if (known->health.heldDeletions == 0)
        return base::conflict("Nothing is held for this connection.");
    std::vector<base::UserId> held;
    base::TimePoint heldAt{};
    {
        const std::lock_guard lock(impl_->mutex);
        auto& slot = impl_->slots[id];
        if (slot.running)
            return base::conflict("A reading is under way. Decide when it has ended.");
        held.swap(slot.held);
        heldAt = slot.heldAt;
    }
    auto health = known->health;
    const auto now = impl_->parts.clock.now();
    domain::UserChanges changes;
    changes.seenAt = heldAt;
    if (decision == HeldDecision::kAccept) {
        if (held.empty())
            return base::conflict(
                "The server was restarted since these deletions were held. Sync first, then "
                "decide.");
        changes.tombstones = held;
        health.users -= std::min<std::uint64_t>(health.users, held.size());
        health.state = domain::ConnectionState::kCurrent;
        health.lastCompleteAt = heldAt;
        health.since = now;
    }
    health.heldDeletions = 0;
    health.error = decision == HeldDecision::kAccept
                       ? ""
                       : "A reading that missed many users was rejected. They are kept.";
    changes.health = health;
    auto written = impl_->parts.users.applyUsers(id, changes, deadline);
    if (!written) {
        const std::lock_guard lock(impl_->mutex);
        impl_->slots[id].held = std::move(held);
        return std::move(written).error();
    }
    impl_->parts.view.apply(id, changes, *written);
    impl_->parts.registry.setHealth(id, health);
    const auto& organization = known->connection.organization;
    impl_->parts.events.publish(
        {"users_changed", organization, R"({"organizations":[")" + organization.text() + "\"]}"});
    return health;
}

}  // namespace tenantry::sync
