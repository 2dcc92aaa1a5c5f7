#include "kernel/jobs/job_engine.h"

#include <algorithm>

#include "kernel/base/log.h"
#include "kernel/jobs/engine_core.h"
#include "kernel/jobs/verbs.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using domain::ItemChange;
using domain::ItemState;
using domain::JobId;
using domain::JobItem;
using domain::JobState;
using domain::Outcome;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

namespace {

constexpr auto kHeldElsewherePause = std::chrono::seconds{30};
constexpr auto kLookEvery = std::chrono::seconds{1};

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

JobEngine::JobEngine(EngineParts parts, EngineOptions options)
    : impl_(std::make_unique<Impl>(parts, std::move(options))) {
    if (parts.meter == nullptr) return;
    parts.meter->attach([impl = impl_.get()](const base::ConnectionId& connection, double calls) {
        const std::lock_guard lock(impl->mutex);
        impl->lanes.charge(connection, calls, Steady::now());
    });
}
JobEngine::~JobEngine() {
    if (impl_->parts.meter != nullptr) impl_->parts.meter->attach(nullptr);
    stop();
}

base::Status JobEngine::start(Deadline deadline) {
    TNY_TRY(const auto open, impl_->parts.store.openJobs(deadline));
    for (const auto& job : open) {
        if (job.state == JobState::kCancelled)
            impl_->sweep(job.id, impl_->options.node);
        else
            TNY_CHECKED(impl_->load(job, deadline));
    }
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

std::optional<domain::BulkVerb> JobEngine::verb(const std::string& name) const {
    return verbOf(impl_->parts.host, name);
}

/// Takes a job up as the store has it.
base::Status JobEngine::Impl::load(const domain::Job& job, Deadline deadline) {
    if (job.state == JobState::kScheduled && job.startAt) {
        const std::lock_guard lock(mutex);
        scheduled[job.id] = *job.startAt;
        nudge();
        return base::ok();
    }
    if (job.state == JobState::kAwaitingApproval && job.approvalUntil) {
        const std::lock_guard lock(mutex);
        approvals[job.id] = *job.approvalUntil;
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
    approvals.erase(id);
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
    auto lookedAt = Steady::now(), adoptedAt = lookedAt;
    while (!stop.stop_requested()) {
        std::vector<Work> works;
        {
            std::unique_lock lock(mutex);
            const auto now = Steady::now();
            // Some more than there are workers, and many at once: a claim is a commit.
            const std::size_t taken = busy + queue.size();
            const std::size_t room = options.workers + options.workers / 2;
            const bool low = queue.size() <= options.workers / 4 && taken < room;
            if (low) works = lanes.take(now, std::min(room - taken, limits::kJobClaimBatch));
            for (const auto& work : works) flying.emplace(work.job, work.number);
            if (works.empty()) {
                auto until = now + kLookEvery;
                if (const auto next = lanes.nextAt(); next && low)
                    until = std::min(until, std::max(*next, now + milliseconds{1}));
                const auto seen = moves;
                moved.wait_until(lock, stop, until, [&] { return moves != seen; });
            }
        }
        if (!works.empty()) claim(std::move(works));
        if (Steady::now() - lookedAt >= kLookEvery) {
            lookedAt = Steady::now();
            startScheduled();
            expireApprovals();
            giveUpDead();
        }
        if (Steady::now() - adoptedAt >= options.adoptEvery) {
            adoptedAt = Steady::now();
            adoptAbandoned();
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
    std::vector<Work> elsewhere;
    std::unique_lock lock(mutex);
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
        const auto job = running.find(works[i].job);
        if (job == running.end() || job->second->find(works[i].number) == nullptr) continue;
        if (fences) elsewhere.push_back(works[i]);
        lanes.add(std::move(works[i]), steady);
    }
    lock.unlock();
    endedElsewhere(elsewhere);
}

/// Another node may have paused the job, or ended what could not be claimed: then it is no longer
/// waited for.
void JobEngine::Impl::endedElsewhere(const std::vector<Work>& works) {
    std::set<JobId> jobs;
    for (const auto& work : works) jobs.insert(work.job);
    for (const auto& id : jobs) {
        const auto job = parts.store.job(id, Deadline::after(limits::kStoreDeadline));
        if (job && job->state != JobState::kRunning) unload(id);
    }
    for (const auto& work : works) {
        const auto item =
            parts.store.jobItem(work.job, work.number, Deadline::after(limits::kStoreDeadline));
        if (!item || item->state != ItemState::kEnded || !item->outcome) continue;
        RunningJob::Next next;
        {
            const std::lock_guard lock(mutex);
            const auto found = running.find(work.job);
            if (found == running.end()) continue;
            next = found->second->ended(work.number, *item->outcome);
            addToLanes(*found->second, next.ready);
        }
        if (!next.lost.empty())
            endItems(work.job, std::move(next.lost), "prerequisite_failed",
                     "The step before it did not succeed: " + item->detail, Outcome::kSkipped);
        advance(work.job);
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

/// An approval that did not come in time: the job will not run.
void JobEngine::Impl::expireApprovals() {
    std::vector<JobId> late;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [id, until] : approvals)
            if (until <= parts.clock.now()) late.push_back(id);
        for (const auto& id : late) approvals.erase(id);
    }
    for (const auto& id : late) {
        domain::JobChange change;
        change.state = JobState::kCancelled;
        change.stateDetail = "Nobody approved it in time. Plan it anew.";
        change.finishedAt = parts.clock.now();
        const std::array from{JobState::kAwaitingApproval};
        // Of several nodes one does it.
        if (!parts.store.changeJob(id, from, change, Deadline::after(limits::kStoreDeadline)))
            continue;
        sweep(id, "");
        recordExpiry(id);
    }
}

/// An entry in each of the job's organizations: nobody approved it.
void JobEngine::Impl::recordExpiry(const JobId& id) {
    const auto deadline = Deadline::after(limits::kStoreDeadline);
    const auto job = parts.store.job(id, deadline);
    const auto organizations = parts.store.organizationsOf(id, deadline);
    if (!job || !organizations) return;
    std::vector<domain::OutcomeRecord> records;
    for (const auto& organization : *organizations) {
        domain::Activity entry;
        entry.id = base::ActivityId(base::newUuid());
        entry.at = parts.clock.now();
        entry.organization = organization;
        entry.action = "job.approval_expired";
        entry.targetKind = "job";
        entry.targetId = id.text();
        entry.targetName = job->verb;
        entry.outcome = "done";
        entry.detail = "Confirmed by " + job->creatorName + ". " + job->stateDetail;
        entry.reason = job->reason;
        entry.ticket = job->ticket;
        records.emplace_back().entry = std::move(entry);
    }
    std::vector<const domain::OutcomeRecord*> all;
    for (const auto& record : records) all.push_back(&record);
    if (const auto written = parts.runner.writeDown(all); !written)
        base::logError("activity_not_written",
                       {{"action", "job.approval_expired"}, {"error", written.error().text()}});
    for (const auto& record : records) parts.runner.show(record);
}

/// Takes up what ran, or was to start or expire, on a node that is no more. Who holds an item is
/// told by its lease: of two nodes that take up the same job each claims its own items.
void JobEngine::Impl::adoptAbandoned() {
    const auto deadline = Deadline::after(limits::kStoreDeadline);
    const auto now = parts.clock.now();
    const auto quiet = now - options.adoptAfter;
    const auto open = parts.store.openJobs(deadline);
    if (!open) return;
    std::set<JobId> mine;
    {
        const std::lock_guard lock(mutex);
        for (const auto& [id, job] : running) mine.insert(id);
        for (const auto& [id, at] : scheduled) mine.insert(id);
        for (const auto& [id, until] : approvals) mine.insert(id);
    }
    std::optional<std::set<JobId>> abandoned;
    for (const auto& job : *open) {
        if (mine.count(job.id) != 0 || job.createdAt > quiet) continue;
        bool take = (job.state == JobState::kScheduled && job.startAt && *job.startAt < quiet) ||
                    (job.state == JobState::kAwaitingApproval && job.approvalUntil &&
                     *job.approvalUntil < quiet);
        if (job.state == JobState::kRunning) {
            if (!abandoned) {
                auto found = parts.store.abandonedJobs(now, quiet, deadline);
                if (!found) return;
                abandoned.emplace(found->begin(), found->end());
            }
            take = abandoned->count(job.id) != 0;
        }
        if (!take) continue;
        base::logWarning("job_adopted",
                         {{"job", job.id.text()}, {"state", domain::name(job.state)}});
        if (const auto loaded = load(job, Deadline::after(limits::kCallDeadline)); !loaded)
            base::logWarning("job_not_adopted",
                             {{"job", job.id.text()}, {"error", loaded.error().text()}});
    }
}

/// What waits of a cancelled job ends: also what was given back after it was cancelled, or was
/// under way when Tenantry died.
void JobEngine::Impl::sweep(const JobId& id, const std::string& interrupted) {
    const auto deadline = Deadline::after(limits::kStoreDeadline);
    const auto job = parts.store.job(id, deadline);
    if (!job || job->state != JobState::kCancelled) return;
    const auto swept = parts.store.cancelWaiting(id, "Cancelled before it began.", interrupted,
                                                 parts.clock.now(), deadline);
    if (!swept)
        base::logError("job_not_swept", {{"job", id.text()}, {"error", swept.error().text()}});
}

/// Directories that have been away for too long: what waits for them fails, in words.
void JobEngine::Impl::giveUpDead() {
    std::map<JobId, std::vector<std::uint32_t>> lost, doubtful, accepted;
    {
        const std::lock_guard lock(mutex);
        for (const auto& connection : lanes.openLongerThan(options.giveUpAfter, Steady::now()))
            for (auto& work : lanes.giveUp(connection)) {
                const auto job = running.find(work.job);
                const auto* item = job == running.end() ? nullptr : job->second->find(work.number);
                const bool called = item != nullptr && !item->beforeJson.empty();
                const bool later = item != nullptr && item->operation;
                (later ? accepted : called ? doubtful : lost)[work.job].push_back(work.number);
            }
    }
    for (auto& [id, numbers] : accepted)
        endItems(id, std::move(numbers), "unreachable",
                 "The directory had accepted it to finish it later, and could not be reached again "
                 "for too long. Look at the user in the directory, then settle this item.",
                 Outcome::kUnknown);
    for (auto& [id, numbers] : doubtful)
        endItems(id, std::move(numbers), "unreachable",
                 "Tenantry lost the answer of the directory, and could not reach it again for too "
                 "long. It may or may not have happened.",
                 Outcome::kUnknown);
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
        bool resumed = false;
        {
            const std::lock_guard lock(mutex);
            flying.erase({claimed.work.job, claimed.work.number});
            lanes.done(claimed.work.connection, Manner::kNotAsked, milliseconds{0},
                       milliseconds{-1}, Steady::now());
            // Resumed meanwhile: it was passed over then.
            resumed = running.count(claimed.work.job) != 0;
            if (resumed) lanes.add(claimed.work, Steady::now());
        }
        if (!resumed) sweep(claimed.work.job, "");
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
        // Looked at again when the other's lease has run out, or it has ended.
        if (running.count(claimed.work.job) == 0) return;
        Work again = claimed.work;
        again.notBefore = Steady::now() + kHeldElsewherePause;
        lanes.add(std::move(again), Steady::now());
        return;
    }
    conclude(claimed, *item, verdict, took);
}

}  // namespace tenantry::jobs
