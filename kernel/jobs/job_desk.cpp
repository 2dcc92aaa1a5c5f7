#include "kernel/jobs/job_desk.h"

#include <algorithm>
#include <array>
#include <map>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/jobs/item_runner.h"
#include "kernel/jobs/planner.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using domain::Job;
using domain::JobId;
using domain::JobItem;
using domain::JobState;
using domain::Permission;
using domain::PlanItem;

namespace {

bool mayOnAll(const domain::Operator& asker, Permission permission,
              const std::vector<base::OrganizationId>& organizations) {
    return std::all_of(organizations.begin(), organizations.end(),
                       [&](const auto& id) { return asker.may(permission, id); });
}

/// First one user, then the rest of its organization, then all others.
std::uint32_t stageOf(const PlanItem& item, const PlanItem& first, bool canary) {
    if (!canary) return 1;
    if (item.number == first.number) return 1;
    return item.organization == first.organization ? 2 : domain::kLastStage;
}

std::vector<JobItem> itemsOf(const Job& job, const domain::BulkVerb& verb,
                             const std::vector<PlanItem>& rows, bool canary) {
    std::vector<JobItem> out;
    for (const auto& row : rows) {
        std::uint32_t first = 0;
        for (const auto action : verb.steps) {
            JobItem item;
            item.job = job.id;
            item.number = static_cast<std::uint32_t>(out.size() + 1);
            item.needs = first;
            if (first == 0) first = item.number;
            item.stage = stageOf(row, rows.front(), canary);
            item.user = row.user;
            item.organization = row.organization;
            item.connection = row.connection;
            item.username = row.username;
            item.action = action;
            if (action == domain::Action::kVendor) item.vendor = verb.name;
            item.parametersJson = row.parametersJson;
            item.version = row.version;
            if (item.needs == 0) item.expectStatus = row.before;
            out.push_back(std::move(item));
        }
    }
    return out;
}

base::Error noRight(std::string_view what) {
    return base::forbidden("You may not " + std::string(what) +
                           " in all organizations of this job.");
}

}  // namespace

base::Status JobDesk::checkLimits(const domain::Operator& asker, const domain::Plan& plan,
                                  Deadline deadline) {
    if (plan.counts.change == 0)
        return base::invalidArgument("Nothing of this plan would change anything.");
    if (policy_.reasonRequired && plan.reason.empty())
        return base::invalidArgument("A reason is required. Make the plan again with one.",
                                     "/reason");
    if (policy_.ticketRequired && plan.ticket.empty())
        return base::invalidArgument("A ticket is required. Make the plan again with one.",
                                     "/ticket");
    if (plan.counts.change > policy_.usersPerJob)
        return base::tooMany("This plan would change " + std::to_string(plan.counts.change) +
                             " users; " + std::to_string(policy_.usersPerJob) +
                             " are allowed in one job. Make smaller plans.");
    std::uint64_t open = plan.counts.change;
    TNY_TRY(const auto jobs, parts_.store.openJobs(deadline));
    for (const auto& job : jobs)
        if (job.creator == asker.account()) open += job.total;
    if (open > policy_.itemsPerOperator)
        return base::tooMany("With this job you would have " + std::to_string(open) +
                             " changes under way; " + std::to_string(policy_.itemsPerOperator) +
                             " are allowed. Wait until another job has ended.");
    return base::ok();
}

base::Status JobDesk::checkOrganizations(const domain::Operator& asker, const domain::Plan& plan,
                                         const std::vector<PlanItem>& rows) const {
    std::map<base::OrganizationId, std::uint64_t> counts;
    for (const auto& row : rows) {
        const auto count = ++counts[row.organization];
        if (plan.reason.empty() && parts_.reasonRequired && parts_.reasonRequired(asker, row))
            return base::invalidArgument(
                "The policy of an organization in this plan requires a reason. Make the plan again "
                "with one.",
                "/reason");
        if (count <= policy_.usersPerOrganization) continue;
        const auto ordinal = asker.tree()->find(row.organization);
        return base::tooMany("This plan would change more than " +
                             std::to_string(policy_.usersPerOrganization) + " users of " +
                             (ordinal ? asker.tree()->at(*ordinal).name : "one organization") +
                             ", which is the limit of one job. Make smaller plans.");
    }
    return base::ok();
}

bool JobDesk::needsApproval(const domain::Plan& plan, const domain::BulkVerb& verb) const {
    if (plan.counts.change > policy_.approvalAbove) return true;
    const bool deletes = verb.risky || std::find(verb.steps.begin(), verb.steps.end(),
                                                 domain::Action::kDelete) != verb.steps.end();
    return deletes && plan.counts.change > policy_.approvalForDeleteAbove;
}

base::Result<JobView> JobDesk::confirm(const domain::Operator& asker, const Confirmation& what,
                                       Deadline deadline) {
    TNY_TRY(auto plan, parts_.store.plan(what.plan, deadline));
    if (plan.creator != asker.account())
        return base::notFound("There is no such plan, or it has expired.");
    if (plan.job) return base::conflict("The plan was confirmed already.");
    if (plan.expiresAt <= parts_.clock.now())
        return base::conflict("The plan has expired. Make it again and look at it.");
    if (plan.hash != what.hash)
        return base::conflict("The plan is not the one that you saw. Look at it again.");
    TNY_CHECKED(checkLimits(asker, plan, deadline));
    std::vector<PlanItem> rows;
    std::vector<PlanItem> running;
    TNY_CHECKED(parts_.store.eachPlanItem(
        plan.id, [&](PlanItem&& item) { rows.push_back(std::move(item)); }, deadline));
    domain::Plan again = plan;
    jobs::settle(again, rows);
    if (again.hash != plan.hash)
        return base::conflict(
            "The rows of this plan are not those that were sealed. It does not run; make it "
            "again.");
    for (auto& row : rows)
        if (!row.dropped && row.verdict == domain::Verdict::kChange)
            running.push_back(std::move(row));
    TNY_CHECKED(checkOrganizations(asker, plan, running));
    const auto verb = parts_.engine.verb(plan.verb);
    if (!verb) return base::unsupported("This Tenantry knows no action \"" + plan.verb + "\".");
    Job job;
    job.id = JobId(base::newUuid());
    job.plan = plan.id;
    job.planHash = plan.hash;
    job.creator = asker.account();
    job.creatorName = asker.username();
    job.verb = plan.verb;
    job.parametersJson = plan.parametersJson;
    job.reason = plan.reason;
    job.ticket = plan.ticket;
    job.createdAt = parts_.clock.now();
    job.startAt = what.startAt;
    job.inWindow = what.inWindow;
    job.undoes = plan.undoes;
    job.approvalNeeded = needsApproval(plan, *verb);
    if (job.approvalNeeded) {
        job.state = JobState::kAwaitingApproval;
        job.approvalUntil = job.createdAt + limits::kApprovalLife;
    } else if (job.startAt && *job.startAt > job.createdAt) {
        job.state = JobState::kScheduled;
    }
    const auto items = itemsOf(job, *verb, running, running.size() >= policy_.canaryFrom);
    job.total = items.size();
    TNY_CHECKED(parts_.store.addJob(job, items, deadline));
    TNY_CHECKED(parts_.engine.changed(job.id, deadline));
    TNY_TRY(auto made, viewOf(asker, job, deadline));
    record(asker, made, "job.confirm",
           std::to_string(running.size()) + (running.size() == 1 ? " user" : " users"));
    return made;
}

base::Result<JobView> JobDesk::viewOf(const domain::Operator& asker, Job job, Deadline deadline) {
    JobView out;
    TNY_TRY(out.organizations, parts_.store.organizationsOf(job.id, deadline));
    // Outside the scope and not there are the same.
    if (!asker.visible().containsAll(out.organizations))
        return base::notFound("There is no such job.");
    TNY_TRY(out.sums, parts_.store.sums(job.id, deadline));
    out.maySteer = mayOnAll(asker, Permission::kJobsBulk, out.organizations);
    out.mayApprove = job.creator != asker.account() &&
                     mayOnAll(asker, Permission::kJobsApprove, out.organizations);
    out.verb = parts_.engine.verb(job.verb).value_or(domain::BulkVerb{job.verb, job.verb, {}});
    out.job = std::move(job);
    return out;
}

base::Result<std::vector<JobView>> JobDesk::list(const domain::Operator& asker,
                                                 const domain::JobQuery& query, Deadline deadline) {
    // Pages of what the asker may see: the store's pages are walked until one is full.
    std::vector<JobView> out;
    domain::JobQuery page = query;
    page.limit = limits::kJobsPageMax;
    std::size_t skip = query.offset;
    for (page.offset = 0; out.size() < query.limit; page.offset += page.limit) {
        TNY_TRY(auto jobs, parts_.store.jobs(page, deadline));
        for (auto& job : jobs) {
            auto one = viewOf(asker, std::move(job), deadline);
            if (!one && one.error().code != base::ErrorCode::kNotFound) return one.error();
            if (!one) continue;
            if (skip > 0) {
                --skip;
                continue;
            }
            out.push_back(std::move(*one));
            if (out.size() == query.limit) break;
        }
        if (jobs.size() < page.limit) break;
    }
    return out;
}

base::Result<JobView> JobDesk::get(const domain::Operator& asker, const JobId& id,
                                   Deadline deadline) {
    TNY_TRY(auto job, parts_.store.job(id, deadline));
    return viewOf(asker, std::move(job), deadline);
}

base::Result<domain::JobItemPage> JobDesk::items(const domain::Operator& asker, const JobId& id,
                                                 const domain::JobItemQuery& query,
                                                 Deadline deadline) {
    TNY_CHECKED(get(asker, id, deadline));
    return parts_.store.jobItems(id, query, deadline);
}

base::Status JobDesk::eachItem(const domain::Operator& asker, const JobId& id,
                               const std::function<void(JobItem&&)>& each, Deadline deadline) {
    TNY_CHECKED(get(asker, id, deadline));
    return parts_.store.eachJobItem(id, /*onlyOpen=*/false, each, deadline);
}

base::Result<JobView> JobDesk::steered(const domain::Operator& asker, const JobId& id,
                                       Deadline deadline) {
    TNY_TRY(auto job, get(asker, id, deadline));
    if (!job.maySteer) return noRight("run actions on many users");
    return job;
}

/// Tells the engine and the trail, and gives the job as it is now.
base::Result<JobView> JobDesk::after(const domain::Operator& asker, const JobView& before,
                                     std::string_view deed, const std::string& detail,
                                     Deadline deadline) {
    TNY_CHECKED(parts_.engine.changed(before.job.id, deadline));
    record(asker, before, deed, detail);
    return get(asker, before.job.id, deadline);
}

base::Result<JobView> JobDesk::pause(const domain::Operator& asker, const JobId& id,
                                     Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    domain::JobChange change;
    change.state = JobState::kPaused;
    change.stateDetail = "Paused by " + asker.username() + ".";
    const std::array from{JobState::kRunning, JobState::kScheduled};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    return after(asker, job, "job.pause", "", deadline);
}

base::Result<JobView> JobDesk::resume(const domain::Operator& asker, const JobId& id,
                                      Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    domain::JobChange change;
    change.state = job.job.startAt && *job.job.startAt > parts_.clock.now() ? JobState::kScheduled
                                                                            : JobState::kRunning;
    change.stateDetail = "";
    const std::array from{JobState::kPaused};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    return after(asker, job, "job.resume", "", deadline);
}

base::Result<JobView> JobDesk::cancel(const domain::Operator& asker, const JobId& id,
                                      Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    domain::JobChange change;
    change.state = JobState::kCancelled;
    change.stateDetail = "Cancelled by " + asker.username() + ".";
    change.finishedAt = parts_.clock.now();
    const std::array from{JobState::kRunning, JobState::kPaused, JobState::kScheduled,
                          JobState::kAwaitingApproval};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    TNY_CHECKED(parts_.engine.changed(id, deadline));
    TNY_TRY(const auto cancelled, parts_.store.cancelWaiting(id, "Cancelled before it began.", "",
                                                             parts_.clock.now(), deadline));
    return after(asker, job, "job.cancel", std::to_string(cancelled) + " had not begun", deadline);
}

base::Result<JobView> JobDesk::retry(const domain::Operator& asker, const JobId& id,
                                     Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    std::vector<std::uint32_t> failed;
    const auto collect = [&](JobItem&& item) {
        const bool lost =
            item.outcome == domain::Outcome::kSkipped && item.reasonCode == "prerequisite_failed";
        if (item.outcome == domain::Outcome::kFailed || lost) failed.push_back(item.number);
    };
    TNY_CHECKED(parts_.store.eachJobItem(id, /*onlyOpen=*/false, collect, deadline));
    if (failed.empty()) return base::conflict("Nothing of this job has failed.");
    domain::JobChange change;
    change.state = JobState::kRunning;
    change.stateDetail = "";
    const std::array from{JobState::kFinished, JobState::kPaused, JobState::kCancelled,
                          JobState::kRunning};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    TNY_TRY(const auto again, parts_.store.reopenItems(id, failed, deadline));
    return after(asker, job, "job.retry", std::to_string(again) + " items", deadline);
}

base::Result<JobView> JobDesk::approve(const domain::Operator& asker, const JobId& id,
                                       const std::string& hash, Deadline deadline) {
    TNY_TRY(const auto job, get(asker, id, deadline));
    if (job.job.creator == asker.account())
        return base::forbidden("Another operator than who confirmed the job must approve it.");
    if (!job.mayApprove) return noRight("approve jobs");
    if (job.job.planHash != hash)
        return base::conflict("This is not the plan that you saw. Look at it again.");
    if (job.job.approvalUntil && *job.job.approvalUntil <= parts_.clock.now())
        return base::conflict("The time to approve this job has passed. It must be planned anew.");
    domain::JobChange change;
    change.state = job.job.startAt && *job.job.startAt > parts_.clock.now() ? JobState::kScheduled
                                                                            : JobState::kRunning;
    change.approverName = asker.username();
    const std::array from{JobState::kAwaitingApproval};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    return after(asker, job, "job.approve", "", deadline);
}

base::Result<JobView> JobDesk::overrideApproval(const domain::Operator& asker, const JobId& id,
                                                const std::string& reason, Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    if (reason.empty())
        return base::invalidArgument("Say why this cannot wait for an approval.", "/reason");
    if (!mayOnAll(asker, Permission::kJobsApprove, job.organizations))
        return noRight("approve jobs, nor override an approval,");
    domain::JobChange change;
    change.state = JobState::kRunning;
    change.overrideReason = asker.username() + ": " + reason;
    const std::array from{JobState::kAwaitingApproval};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    return after(asker, job, "job.override", reason, deadline);
}

base::Result<JobView> JobDesk::review(const domain::Operator& asker, const JobId& id,
                                      Deadline deadline) {
    TNY_TRY(const auto job, get(asker, id, deadline));
    if (!job.mayApprove) return noRight("review jobs");
    if (job.job.overrideReason.empty() || !job.job.reviewerName.empty())
        return base::conflict("There is nothing to review.");
    domain::JobChange change;
    change.reviewerName = asker.username();
    const std::array from{JobState::kRunning, JobState::kPaused, JobState::kFinished,
                          JobState::kCancelled};
    TNY_CHECKED(parts_.store.changeJob(id, from, change, deadline));
    record(asker, job, "job.review", "");
    return get(asker, id, deadline);
}

base::Result<JobView> JobDesk::settle(const domain::Operator& asker, const JobId& id,
                                      std::uint32_t number, domain::Outcome outcome,
                                      const std::string& note, Deadline deadline) {
    TNY_TRY(const auto job, steered(asker, id, deadline));
    if (outcome != domain::Outcome::kDone && outcome != domain::Outcome::kFailed)
        return base::invalidArgument("Say \"done\" or \"failed\".", "/outcome");
    TNY_TRY(const auto item, parts_.store.jobItem(id, number, deadline));
    if (item.outcome != domain::Outcome::kUnknown)
        return base::conflict("How this item ended is known already.");
    domain::ItemChange change;
    change.job = id;
    change.number = number;
    change.state = domain::ItemState::kEnded;
    change.outcome = outcome;
    change.detail = "Settled by " + asker.username() + (note.empty() ? "." : ": " + note);
    change.reasonCode = "settled";
    change.afterJson = item.afterJson;
    change.afterVersion = item.afterVersion;
    change.activity = item.activity;
    change.endedAt = parts_.clock.now();
    TNY_TRY(const auto taken, parts_.store.changeItems({&change, 1}, deadline));
    if (!taken.front()) return base::conflict("How this item ended is known already.");
    record(asker, job, "job.settle",
           "item " + std::to_string(number) + ": " + std::string(domain::name(outcome)));
    return get(asker, id, deadline);
}

base::Result<std::vector<JobDesk::PendingItem>> JobDesk::pendingOf(const domain::Operator& asker,
                                                                   const base::UserId& user,
                                                                   Deadline deadline) {
    std::vector<PendingItem> out;
    TNY_TRY(auto items, parts_.store.pendingOf(user, deadline));
    for (auto& item : items) {
        auto job = get(asker, item.job, deadline);
        if (!job && job.error().code != base::ErrorCode::kNotFound) return job.error();
        if (job) out.push_back({std::move(job->job), std::move(item)});
    }
    return out;
}

base::Result<JobDesk::WindowView> JobDesk::window(const domain::Operator& asker,
                                                  const base::OrganizationId& organization,
                                                  Deadline deadline) {
    TNY_TRY(const auto windows, parts_.store.maintenanceWindows(deadline));
    WindowView out;
    const auto found = windowOf(*asker.tree(), organization, windows);
    if (!found) return out;
    out.window = found->second;
    out.from = asker.tree()->at(found->first).id;
    const auto now = parts_.clock.now();
    const auto opens = found->second.nextOpening(now);
    out.open = opens <= now;
    if (!out.open) out.opensAt = opens;
    return out;
}

base::Result<JobDesk::WindowView> JobDesk::setWindow(
    const domain::Operator& asker, const base::OrganizationId& organization,
    const std::optional<domain::MaintenanceWindow>& wanted, Deadline deadline) {
    if (!asker.may(Permission::kOrgsManage, organization))
        return base::forbidden("You may not manage this organization.");
    TNY_CHECKED(parts_.store.putMaintenanceWindow(organization, wanted, deadline));
    domain::Activity entry;
    entry.id = base::ActivityId(base::newUuid());
    entry.at = parts_.clock.now();
    entry.organization = organization;
    entry.actor = asker.account();
    entry.actorName = asker.username();
    entry.remoteAddress = asker.remoteAddress();
    entry.action = "organization.maintenance_window";
    entry.targetKind = "organization";
    entry.targetId = organization.text();
    entry.outcome = "done";
    entry.detail = wanted ? wanted->text() : "none of its own";
    if (const auto written = parts_.activity.append(entry, deadline); !written)
        base::logError("activity_not_written",
                       {{"action", entry.action}, {"error", written.error().text()}});
    return window(asker, organization, deadline);
}

void JobDesk::record(const domain::Operator& asker, const JobView& job, std::string_view deed,
                     const std::string& detail) {
    for (const auto& organization : job.organizations) {
        domain::Activity entry;
        entry.id = base::ActivityId(base::newUuid());
        entry.at = parts_.clock.now();
        entry.organization = organization;
        entry.actor = asker.account();
        entry.actorName = asker.username();
        entry.remoteAddress = asker.remoteAddress();
        entry.action = std::string(deed);
        entry.targetKind = "job";
        entry.targetId = job.job.id.text();
        entry.targetName = job.job.verb;
        entry.outcome = "done";
        entry.detail = detail;
        entry.reason = job.job.reason;
        entry.ticket = job.job.ticket;
        if (const auto written =
                parts_.activity.append(entry, Deadline::after(limits::kStoreDeadline));
            !written)
            base::logError("activity_not_written",
                           {{"action", entry.action}, {"error", written.error().text()}});
        parts_.events.publish(
            {"job_progress", organization, R"({"job_id":")" + job.job.id.text() + "\"}"});
    }
}

}  // namespace tenantry::jobs
