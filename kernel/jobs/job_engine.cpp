#include "kernel/jobs/job_engine.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/jobs/item_runner.h"
#include "kernel/jobs/journal.h"
#include "kernel/jobs/running_job.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::ErrorCode;
using domain::ItemChange;
using domain::ItemState;
using domain::JobId;
using domain::JobItem;
using domain::JobState;
using domain::Outcome;
using std::chrono::milliseconds;

namespace {

using Steady = std::chrono::steady_clock;

constexpr auto kHeldElsewherePause = std::chrono::seconds{30};
constexpr auto kTellEvery = milliseconds{500};
constexpr auto kLookEvery = std::chrono::seconds{1};

/// An item that is claimed, on its way to a worker.
struct Claimed {
    Work work;
    std::uint64_t fence = 0;
};

}  // namespace

LaneLimits laneLimitsOf(const domain::ConnectorDescriptor* descriptor) {
    LaneLimits out;
    out.atOnce = descriptor == nullptr ? 1 : std::max(1, descriptor->callsPerInstance);
    if (descriptor == nullptr) return out;
    for (const auto& limit : descriptor->limits) {
        if (limit.rate <= 0) continue;
        if (out.callsPerSecond > 0 && limit.rate >= out.callsPerSecond) continue;
        out.callsPerSecond = limit.rate;  // the narrowest bucket decides
        out.burst = limit.burst;
    }
    return out;
}

struct JobEngine::Impl {
    Impl(EngineParts p, EngineOptions o)
        : parts(p),
          options(std::move(o)),
          journal(p.store),
          items({p.runner, p.authority, journal}),
          lanes(options.workers) {}

    base::Status load(const domain::Job& job, Deadline deadline);
    void addToLanes(RunningJob& running, const std::vector<std::uint32_t>& numbers);
    void unload(const JobId& id);

    void dispatch(const std::stop_token& stop);
    void claim(std::vector<Work> works);
    void giveUpDead();
    void startScheduled();
    void work(const std::stop_token& stop);
    void runOne(const Claimed& claimed);
    void conclude(const Claimed& claimed, const JobItem& item, const ItemEnd& verdict,
                  milliseconds took);
    void endItems(const JobId& id, std::vector<std::uint32_t> numbers, const std::string& code,
                  const std::string& detail, Outcome outcome);
    void advance(const JobId& id);
    std::string reasonToPause(const RunningJob& running) const;
    void changeState(const JobId& id, domain::JobChange change);
    /// REQUIRES: the lock. The dispatcher looks again.
    void nudge() {
        ++moves;
        moved.notify_one();
    }
    void tell(RunningJob& running, const base::OrganizationId& organization, bool now);

    EngineParts parts;
    EngineOptions options;
    Journal journal;
    ItemRunner items;

    std::mutex mutex;                   ///< guards what follows; never held over I/O
    std::condition_variable_any moved;  ///< tells the dispatcher; `moves` counts it
    std::condition_variable_any came;   ///< tells the workers of the queue
    std::uint64_t moves = 0;
    Lanes lanes;
    std::map<JobId, std::shared_ptr<RunningJob>> running;
    std::map<JobId, base::TimePoint> scheduled;
    std::deque<Claimed> queue;
    std::size_t busy = 0;
    /// Claimed and not concluded: not begun a second time, whatever happens to their job.
    std::set<std::pair<JobId, std::uint32_t>> flying;

    std::vector<std::jthread> threads;
};

JobEngine::JobEngine(EngineParts parts, EngineOptions options)
    : impl_(std::make_unique<Impl>(parts, std::move(options))) {}
JobEngine::~JobEngine() {
    stop();
}

base::Status JobEngine::start(Deadline deadline) {
    TNY_TRY(const auto open, impl_->parts.store.openJobs(deadline));
    for (const auto& job : open) TNY_CHECKED(impl_->load(job, deadline));
    impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->dispatch(stop); });
    for (std::size_t i = 0; i < impl_->options.workers; ++i)
        impl_->threads.emplace_back([this](const std::stop_token& stop) { impl_->work(stop); });
    return base::ok();
}

void JobEngine::stop() {
    for (auto& thread : impl_->threads) thread.request_stop();
    impl_->threads.clear();
}

base::Status JobEngine::changed(const JobId& id, Deadline deadline) {
    TNY_TRY(const auto job, impl_->parts.store.job(id, deadline));
    impl_->unload(id);
    return impl_->load(job, deadline);
}

/// Takes a job up as the store has it.
base::Status JobEngine::Impl::load(const domain::Job& job, Deadline deadline) {
    if (job.state == JobState::kScheduled && job.startAt) {
        const std::lock_guard lock(mutex);
        scheduled[job.id] = *job.startAt;
        nudge();
        return base::ok();
    }
    if (job.state != JobState::kRunning) return base::ok();
    auto fresh = std::make_shared<RunningJob>(job);
    TNY_CHECKED(parts.store.eachJobItem(
        job.id, /*onlyOpen=*/false, [&](JobItem&& item) { fresh->load(std::move(item)); },
        deadline));
    {
        const std::lock_guard lock(mutex);
        fresh->begin();
        running[job.id] = fresh;
        // Somebody asks for it: what was given up is tried again.
        for (const auto& connection : fresh->connections())
            lanes.forgive(connection, Steady::now());
        addToLanes(*fresh, fresh->runnable());
        nudge();
    }
    advance(job.id);
    return base::ok();
}

void JobEngine::Impl::unload(const JobId& id) {
    const std::lock_guard lock(mutex);
    lanes.removeJob(id);
    running.erase(id);
    scheduled.erase(id);
}

/// REQUIRES: the lock.
void JobEngine::Impl::addToLanes(RunningJob& job, const std::vector<std::uint32_t>& numbers) {
    const auto now = Steady::now();
    const auto wall = parts.clock.now();
    for (const auto number : numbers) {
        const JobItem* item = job.find(number);
        if (item == nullptr || flying.count({job.job.id, number}) != 0) continue;
        if (!lanes.knows(item->connection)) {
            const auto known = parts.registry.find(item->connection);
            std::optional<domain::ConnectorDescriptor> descriptor;
            if (known)
                for (auto& one : parts.host.connectors())
                    if (one.id == known->connection.connector) descriptor = std::move(one);
            lanes.setLimits(item->connection, laneLimitsOf(descriptor ? &*descriptor : nullptr));
        }
        Work work{job.job.id, number, item->connection, now};
        if (item->notBefore && *item->notBefore > wall)
            work.notBefore = now + (*item->notBefore - wall);
        lanes.add(std::move(work), now);
    }
}

void JobEngine::Impl::dispatch(const std::stop_token& stop) {
    auto lookedAt = Steady::now();
    while (!stop.stop_requested()) {
        std::vector<Work> works;
        {
            std::unique_lock lock(mutex);
            const auto now = Steady::now();
            const std::size_t taken = busy + queue.size();
            if (taken < options.workers)
                works = lanes.take(now, std::min(options.workers - taken, limits::kJobClaimBatch));
            for (const auto& work : works) flying.emplace(work.job, work.number);
            if (works.empty()) {
                auto until = now + kLookEvery;
                if (const auto next = lanes.nextAt(); next && taken < options.workers)
                    until = std::min(until, std::max(*next, now + milliseconds{1}));
                const auto seen = moves;
                moved.wait_until(lock, stop, until, [&] { return moves != seen; });
            }
        }
        if (!works.empty()) claim(std::move(works));
        if (Steady::now() - lookedAt >= kLookEvery) {
            lookedAt = Steady::now();
            startScheduled();
            giveUpDead();
        }
    }
}

void JobEngine::Impl::claim(std::vector<Work> works) {
    std::vector<domain::JobStore::ItemKey> keys;
    keys.reserve(works.size());
    for (const auto& work : works) keys.push_back({work.job, work.number});
    const auto now = parts.clock.now();
    const auto fences = parts.store.claim(keys, options.node, now, now + limits::kJobLease,
                                          Deadline::after(limits::kStoreDeadline));
    if (!fences)
        base::logWarning("job_claim_failed",
                         {{"error", fences.error().text()}, {"items", works.size()}});
    const std::lock_guard lock(mutex);
    const auto steady = Steady::now();
    for (std::size_t i = 0; i < works.size(); ++i) {
        const std::uint64_t fence = fences ? (*fences)[i] : 0;
        if (fence != 0) {
            queue.push_back({std::move(works[i]), fence});
            came.notify_one();
            continue;
        }
        // The database is away, or another node has it: looked at again later.
        flying.erase({works[i].job, works[i].number});
        lanes.done(works[i].connection, Manner::kNotAsked, milliseconds{0}, milliseconds{-1},
                   steady);
        works[i].notBefore = steady + (fences ? milliseconds{kHeldElsewherePause}
                                              : milliseconds{limits::kJobRetryMin});
        if (running.count(works[i].job) != 0) lanes.add(std::move(works[i]), steady);
    }
}

void JobEngine::Impl::startScheduled() {
    std::vector<JobId> due;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [id, at] : scheduled)
            if (at <= parts.clock.now()) due.push_back(id);
        for (const auto& id : due) scheduled.erase(id);
    }
    for (const auto& id : due) {
        domain::JobChange change;
        change.state = JobState::kRunning;
        const auto deadline = Deadline::after(limits::kStoreDeadline);
        const std::array from{JobState::kScheduled};
        if (!parts.store.changeJob(id, from, change, deadline)) continue;
        const auto job = parts.store.job(id, deadline);
        const auto loaded =
            job ? load(*job, Deadline::after(limits::kCallDeadline)) : base::Status(job.error());
        if (!loaded)
            base::logError("job_not_started",
                           {{"job", id.text()}, {"error", loaded.error().text()}});
    }
}

/// Directories that have been away for too long: what waits for them fails, in words.
void JobEngine::Impl::giveUpDead() {
    std::map<JobId, std::vector<std::uint32_t>> lost;
    {
        const std::lock_guard lock(mutex);
        for (const auto& connection : lanes.openLongerThan(options.giveUpAfter, Steady::now()))
            for (auto& work : lanes.giveUp(connection)) lost[work.job].push_back(work.number);
    }
    for (auto& [id, numbers] : lost)
        endItems(id, std::move(numbers), "unreachable",
                 "The directory could not be reached for too long. Nothing was changed; retry when "
                 "it is back.",
                 Outcome::kFailed);
}

void JobEngine::Impl::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        Claimed claimed;
        {
            std::unique_lock lock(mutex);
            if (!came.wait(lock, stop, [&] { return !queue.empty(); })) return;
            claimed = std::move(queue.front());
            queue.pop_front();
            ++busy;
        }
        runOne(claimed);
        const std::lock_guard lock(mutex);
        --busy;
        nudge();
    }
}

void JobEngine::Impl::runOne(const Claimed& claimed) {
    std::shared_ptr<RunningJob> job;
    std::optional<JobItem> item;
    domain::Job head;
    {
        const std::lock_guard lock(mutex);
        if (const auto found = running.find(claimed.work.job); found != running.end())
            job = found->second;
        if (job) {
            if (const auto* open = job->find(claimed.work.number)) item = *open;
            head = job->job;
        }
    }
    if (!item) {
        // Paused or cancelled meanwhile: given back unasked.
        ItemChange change;
        change.job = claimed.work.job;
        change.number = claimed.work.number;
        change.fence = claimed.fence;
        change.state = ItemState::kWaiting;
        change.release = true;
        if (const auto given = journal.write(std::move(change)); !given)
            base::logWarning("job_item_not_given_back", {{"error", given.error().text()}});
        const std::lock_guard lock(mutex);
        flying.erase({claimed.work.job, claimed.work.number});
        lanes.done(claimed.work.connection, Manner::kNotAsked, milliseconds{0}, milliseconds{-1},
                   Steady::now());
        // Resumed meanwhile: it was passed over then.
        if (running.count(claimed.work.job) != 0) lanes.add(claimed.work, Steady::now());
        return;
    }
    const auto began = Steady::now();
    const ItemEnd verdict = items.run(head, *item, claimed.fence);
    const auto took = std::chrono::duration_cast<milliseconds>(Steady::now() - began);
    if (verdict.lost) {
        base::logWarning("job_item_lost",
                         {{"job", claimed.work.job.text()}, {"item", claimed.work.number}});
        const std::lock_guard lock(mutex);
        flying.erase({claimed.work.job, claimed.work.number});
        lanes.done(claimed.work.connection, Manner::kNotAsked, took, milliseconds{-1},
                   Steady::now());
        return;
    }
    conclude(claimed, *item, verdict, took);
}

void JobEngine::Impl::conclude(const Claimed& claimed, const JobItem& item, const ItemEnd& verdict,
                               milliseconds took) {
    const auto& result = verdict.result;
    const bool ended = verdict.state == ItemState::kEnded;
    ItemChange change;
    change.job = claimed.work.job;
    change.number = claimed.work.number;
    change.fence = claimed.fence;
    change.state = verdict.state;
    change.detail = result.detail;
    change.attempts = item.attempts + (verdict.countsAsAttempt ? 1 : 0);
    if (!ended) {
        change.notBefore = parts.clock.now() + verdict.wait;
        // Nobody knows how it ended: it is read before it is asked again.
        if (result.outcome == Outcome::kUnknown)
            change.beforeJson = result.beforeJson;
        else if (verdict.manner == Manner::kNotAsked)
            change.beforeJson = item.beforeJson;
    } else {
        change.outcome = result.outcome;
        if (result.reason) change.reasonCode = result.reason->code;
        change.afterJson = result.afterJson;
        if (result.user) change.afterVersion = domain::versionOf(*result.user);
        change.activity = result.activity;
        change.endedAt = parts.clock.now();
    }
    auto written = journal.write(change);
    for (int i = 0; !written && i < 20 && ended; ++i) {
        // What is known must not be lost while the database is away for a moment.
        std::this_thread::sleep_for(milliseconds{250});
        written = journal.write(change);
    }
    if (!written)
        base::logError("job_item_not_written", {{"job", claimed.work.job.text()},
                                                {"item", claimed.work.number},
                                                {"error", written.error().text()}});
    RunningJob::Next next;
    {
        const std::lock_guard lock(mutex);
        const auto now = Steady::now();
        flying.erase({claimed.work.job, claimed.work.number});
        lanes.done(claimed.work.connection, verdict.manner, took, result.retryAfter, now);
        const auto found = running.find(claimed.work.job);
        if (found == running.end()) return;
        RunningJob& job = *found->second;
        if (!written || !ended) {
            if (auto* open = job.find(claimed.work.number)) {
                open->attempts = change.attempts;
                // Not written: the mark of the call stands in the store.
                open->beforeJson = written ? change.beforeJson
                                           : (verdict.called ? result.beforeJson : item.beforeJson);
                if (written) open->fence = claimed.fence;
            }
            Work again = claimed.work;
            again.notBefore = now + std::max(verdict.wait, milliseconds{limits::kJobRetryMin} *
                                                               (written ? 0 : 1));
            lanes.add(std::move(again), now);
            return;
        }
        next = job.ended(claimed.work.number, result.outcome);
        addToLanes(job, next.ready);
        tell(job, item.organization, job.allEnded());
    }
    if (!next.lost.empty())
        endItems(claimed.work.job, std::move(next.lost), "prerequisite_failed",
                 "The step before it did not succeed: " + result.detail, Outcome::kSkipped);
    advance(claimed.work.job);
}

/// Items that end without their directory being asked.
void JobEngine::Impl::endItems(const JobId& id, std::vector<std::uint32_t> numbers,
                               const std::string& code, const std::string& detail,
                               Outcome outcome) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {  // grows: what needed these is lost too
        ItemChange change;
        change.job = id;
        change.number = numbers[i];
        change.state = ItemState::kEnded;
        change.outcome = outcome;
        change.reasonCode = code;
        change.detail = detail;
        change.endedAt = parts.clock.now();
        if (const auto written = journal.write(std::move(change)); !written) {
            base::logError("job_item_not_written",
                           {{"job", id.text()}, {"error", written.error().text()}});
            continue;
        }
        const std::lock_guard lock(mutex);
        const auto found = running.find(id);
        if (found == running.end()) continue;
        auto next = found->second->ended(numbers[i], outcome);
        numbers.insert(numbers.end(), next.lost.begin(), next.lost.end());
    }
    advance(id);
}

/// The next stage, the end, or a pause because too much fails.
void JobEngine::Impl::advance(const JobId& id) {
    domain::JobChange change;
    {
        const std::lock_guard lock(mutex);
        const auto found = running.find(id);
        if (found == running.end()) return;
        RunningJob& job = *found->second;
        const std::string pause = reasonToPause(job);
        if (job.allEnded()) {
            change.state = JobState::kFinished;
            change.stateDetail = "";
            change.finishedAt = parts.clock.now();
        } else if (!pause.empty()) {
            change.state = JobState::kPaused;
            change.stateDetail = pause;
        } else if (job.stageEnded() && job.job.stage < domain::kLastStage) {
            while (job.stageEnded() && job.job.stage < domain::kLastStage) ++job.job.stage;
            change.stage = job.job.stage;
            addToLanes(job, job.runnable());
            nudge();
        } else {
            return;
        }
        if (change.state) {
            lanes.removeJob(id);
            running.erase(found);
        }
    }
    changeState(id, std::move(change));
}

std::string JobEngine::Impl::reasonToPause(const RunningJob& running_) const {
    // Since it was begun or resumed: whoever resumes has seen what failed before.
    const auto bad = running_.badSinceBegun();
    const auto all = running_.endedSinceBegun();
    if (bad == 0 || running_.allEnded()) return {};
    const std::string count = std::to_string(bad) + " of " + std::to_string(all);
    if (running_.job.stage < domain::kLastStage && running_.stageEnded())
        return count + " failed in the first " +
               std::string(running_.job.stage == 1 ? "user" : "organization") +
               ". Look at why before the rest runs.";
    if (bad >= options.pauseAboveCount &&
        static_cast<double>(bad) > options.pauseAboveShare * static_cast<double>(all))
        return count + " failed. Look at why before the rest runs.";
    return {};
}

void JobEngine::Impl::changeState(const JobId& id, domain::JobChange change) {
    const std::array from{JobState::kRunning};
    const auto written =
        parts.store.changeJob(id, from, change, Deadline::after(limits::kStoreDeadline));
    if (!written && written.error().code != ErrorCode::kConflict)
        base::logError("job_state_not_written",
                       {{"job", id.text()}, {"error", written.error().text()}});
    if (change.state)
        base::logInfo("job_state", {{"job", id.text()}, {"state", domain::name(*change.state)}});
}

/// REQUIRES: the lock. Publishing does not block.
void JobEngine::Impl::tell(RunningJob& job, const base::OrganizationId& organization, bool now) {
    const auto at = Steady::now();
    if (!now && at - job.toldAt < kTellEvery) return;
    job.toldAt = at;
    parts.events.publish(
        {"job_progress", organization, R"({"job_id":")" + job.job.id.text() + "\"}"});
}

}  // namespace tenantry::jobs
