#include <algorithm>
#include <array>

#include "kernel/base/log.h"
#include "kernel/jobs/engine_core.h"

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
using Steady = std::chrono::steady_clock;

namespace {

constexpr auto kTellEvery = milliseconds{500};

}  // namespace

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
        else if (verdict.manner == Manner::kNotAsked || result.unread)
            change.beforeJson = item.beforeJson;
        // Whatever keeps it waiting, what the directory has accepted it has.
        change.operation = result.operation ? result.operation : item.operation;
        if (item.operation) change.beforeJson = item.beforeJson;
    } else {
        change.outcome = result.outcome;
        if (result.reason) change.reasonCode = result.reason->code;
        change.afterJson = result.afterJson;
        if (result.user) change.afterVersion = domain::versionOf(*result.user);
        change.activity = result.activity;
        change.endedAt = parts.clock.now();
    }
    auto written = journal.write(change, &verdict.left);
    for (int i = 0; !written && i < 20 && (ended || change.operation); ++i) {
        // What is known must not be lost while the database is away for a moment.
        std::this_thread::sleep_for(milliseconds{250});
        written = journal.write(change, &verdict.left);
    }
    if (written) parts.runner.show(verdict.left);
    if (!written)
        base::logError("job_item_not_written", {{"job", claimed.work.job.text()},
                                                {"item", claimed.work.number},
                                                {"error", written.error().text()}});
    RunningJob::Next next;
    bool stopped = false;
    {
        const std::lock_guard lock(mutex);
        const auto now = Steady::now();
        flying.erase({claimed.work.job, claimed.work.number});
        lanes.done(claimed.work.connection, verdict.manner, took, result.retryAfter, now,
                   verdict.calls);
        const auto found = running.find(claimed.work.job);
        stopped = found == running.end();
    }
    if (stopped) {
        if (!ended) sweep(claimed.work.job, "");
        return;
    }
    {
        const std::lock_guard lock(mutex);
        const auto now = Steady::now();
        const auto found = running.find(claimed.work.job);
        if (found == running.end()) return;
        RunningJob& job = *found->second;
        if (!written || !ended) {
            if (auto* open = job.find(claimed.work.number)) {
                open->attempts = change.attempts;
                // Not written: the mark of the call stands in the store.
                open->operation = change.operation;
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
