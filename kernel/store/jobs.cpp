#include <algorithm>
#include <set>

#include "kernel/base/limits.h"
#include "kernel/store/database.h"
#include "kernel/store/insert_rows.h"
#include "kernel/store/job_row.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

base::Error noJob() {
    return base::notFound("There is no such job.");
}

std::vector<domain::Job> jobsWhere(Session& session, const std::string& condition) {
    std::vector<domain::Job> out;
    JobRow row;
    select(session.sql(), "SELECT " + std::string(kJobColumns) + " FROM jobs" + condition, row,
           [&] { out.push_back(row.value()); });
    return out;
}

std::optional<domain::Job> findJob(Session& session, const std::string& id, bool forUpdate) {
    std::optional<domain::Job> out;
    JobRow row;
    select(
        session.sql(),
        "SELECT " + std::string(kJobColumns) + " FROM jobs WHERE id = :c0" +
            (forUpdate ? session.forUpdate() : ""),
        row, [&] { out = row.value(); }, id);
    return out;
}

struct OrganizationRow {
    std::string job, organization;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(job);
        visit(organization);
    }
};

void apply(domain::Job& job, const domain::JobChange& change) {
    if (change.state) job.state = *change.state;
    if (change.stateDetail) job.stateDetail = *change.stateDetail;
    if (change.finishedAt) job.finishedAt = change.finishedAt;
    if (change.stage) job.stage = *change.stage;
    if (change.approverName) job.approverName = *change.approverName;
    if (change.overrideReason) job.overrideReason = *change.overrideReason;
    if (change.reviewerName) job.reviewerName = *change.reviewerName;
}

}  // namespace

Status Store::addJob(const domain::Job& job, const std::vector<domain::JobItem>& items,
                     Deadline deadline) {
    std::set<std::string> organizations;
    for (const auto& item : items) organizations.insert(item.organization.text());
    const std::vector<std::string> each(organizations.begin(), organizations.end());
    const std::string id = job.id.text();
    const std::string plan = job.plan.text();
    return database_->write(
        [&](Session& session) -> Status {
            const auto marked = execute(session.sql(),
                                        "UPDATE plans SET job_id = :c0 WHERE id = :c1 AND hash = "
                                        ":c2 AND job_id IS NULL",
                                        id, plan, job.planHash);
            if (marked != 1)
                return base::conflict(
                    "The plan was changed, confirmed or removed meanwhile. Look at it again.");
            insertRows<JobRow>(session, "jobs", kJobColumns, kJobColumnCount, 1,
                               [&](std::size_t) { return JobRow(job); });
            insertRows<OrganizationRow>(session, "job_organizations", "job_id, organization_id", 2,
                                        each.size(), [&](std::size_t i) {
                                            return OrganizationRow{id, each[i]};
                                        });
            insertRows<JobItemRow>(session, "job_items", kJobItemColumns, kJobItemColumnCount,
                                   items.size(),
                                   [&](std::size_t i) { return JobItemRow(items[i]); });
            return base::ok();
        },
        deadline);
}

Result<domain::Job> Store::job(const domain::JobId& id, Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<domain::Job> {
            auto found = findJob(session, id.text(), /*forUpdate=*/false);
            if (!found) return noJob();
            return std::move(*found);
        },
        deadline);
}

Result<std::vector<domain::Job>> Store::jobs(const domain::JobQuery& query, Deadline deadline) {
    std::string condition = " WHERE 1 = 1";
    // Words of ours, not of the request.
    if (query.state) condition += " AND state = '" + std::string(domain::name(*query.state)) + "'";
    if (query.awaitingReview) condition += " AND override_reason <> '' AND reviewer_name = ''";
    condition += " ORDER BY number DESC LIMIT " +
                 std::to_string(std::min(query.limit, base::limits::kJobsPageMax)) + " OFFSET " +
                 std::to_string(query.offset);
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::Job>> {
            return jobsWhere(session, condition);
        },
        deadline);
}

Result<std::vector<domain::Job>> Store::openJobs(Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::Job>> {
            return jobsWhere(
                session,
                " WHERE state NOT IN ('finished', 'cancelled') OR (state = 'cancelled' "
                "AND EXISTS (SELECT 1 FROM job_items WHERE job_id = jobs.id AND "
                "job_items.state <> 4)) ORDER BY number");
        },
        deadline);
}

Result<std::vector<domain::JobId>> Store::abandonedJobs(base::TimePoint now,
                                                        base::TimePoint quietSince,
                                                        Deadline deadline) {
    const long long until = millis(now), since = millis(quietSince);
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::JobId>> {
            std::vector<domain::JobId> out;
            struct {
                std::string id;
                void each(Fetch fetch) { fetch(id); }
            } row;
            select(
                session.sql(),
                "SELECT id FROM jobs WHERE state = 'running' AND created_at_ms < :c0 AND NOT "
                "EXISTS (SELECT 1 FROM job_items WHERE job_id = jobs.id AND (job_items.state IN "
                "(2, 3) OR (job_items.state = 1 AND after_json <> '')) AND lease_until_ms >= "
                ":c1) AND NOT EXISTS (SELECT 1 FROM job_items WHERE "
                "job_id = jobs.id AND job_items.state = 4 AND ended_at_ms >= :c2)",
                row, [&] { out.emplace_back(row.id); }, since, until, since);
            return out;
        },
        deadline);
}

Result<domain::JobSums> Store::sums(const domain::JobId& id, Deadline deadline) {
    struct {
        std::string outcome;
        int state = 0;
        long long count = 0;
        void each(Fetch fetch) {
            fetch(outcome);
            fetch(state);
            fetch(count);
        }
    } row;
    const std::string job = id.text();
    return database_->read(
        [&](Session& session) -> Result<domain::JobSums> {
            domain::JobSums out;
            select(
                session.sql(),
                "SELECT outcome, state, COUNT(*) FROM job_items WHERE job_id = :c0 GROUP BY "
                "outcome, state",
                row,
                [&] {
                    const auto count = static_cast<std::uint64_t>(row.count);
                    const auto outcome = domain::outcome(row.outcome);
                    if (row.state != static_cast<int>(domain::ItemState::kEnded) || !outcome)
                        out.pending += count;
                    else
                        out.ended.at(static_cast<std::size_t>(*outcome)) += count;
                },
                job);
            return out;
        },
        deadline);
}

Result<std::vector<base::OrganizationId>> Store::organizationsOf(const domain::JobId& id,
                                                                 Deadline deadline) {
    const std::string job = id.text();
    return database_->read(
        [&](Session& session) -> Result<std::vector<base::OrganizationId>> {
            std::vector<base::OrganizationId> out;
            struct {
                std::string id;
                void each(Fetch fetch) { fetch(id); }
            } row;
            select(
                session.sql(), "SELECT organization_id FROM job_organizations WHERE job_id = :c0",
                row, [&] { out.emplace_back(row.id); }, job);
            return out;
        },
        deadline);
}

Status Store::changeJob(const domain::JobId& id, std::span<const domain::JobState> from,
                        const domain::JobChange& change, Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            auto job = findJob(session, id.text(), /*forUpdate=*/true);
            if (!job) return noJob();
            if (std::find(from.begin(), from.end(), job->state) == from.end())
                return base::conflict("The job is " + std::string(domain::name(job->state)) +
                                      " by now.");
            apply(*job, change);
            const JobRow row(*job);
            execute(
                session.sql(),
                "UPDATE jobs SET state = :c0, state_detail = :c1, finished_at_ms = :c2, stage = "
                ":c3, approver_name = :c4, override_reason = :c5, reviewer_name = :c6 WHERE id "
                "= :c7",
                row.state, row.stateDetail, row.finishedAt, row.stage, row.approverName,
                row.overrideReason, row.reviewerName, row.id);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
