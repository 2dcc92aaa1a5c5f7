/// The port of durable plans and jobs. kernel/store implements it; tests/fakes in memory.
///
/// Ownership, threads, errors: as domain/ports/stores.h says. A method is one transaction.
///
/// Claims: a worker owns an item by a committed row with a lease and a fence, never by a lock that
/// lives in one process or one database node. Whoever claims moves the fence; a word about an item
/// counts only with the fence that the claim gave.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/domain/job.h"
#include "kernel/domain/maintenance.h"
#include "kernel/domain/scope.h"

namespace tenantry::domain {

struct PlanItemQuery {
    std::optional<Verdict> verdict;
    bool dropped = false;  ///< only those that were dropped; else only those that were not
    std::optional<base::OrganizationId> organization;
    std::size_t offset = 0;
    std::size_t limit = 100;
};
struct PlanItemPage {
    std::vector<PlanItem> items;
    std::uint64_t total = 0;
};

struct JobQuery {
    std::optional<JobState> state;
    bool awaitingReview = false;  ///< overridden, and not yet reviewed
    std::size_t offset = 0;
    std::size_t limit = 100;
};

struct JobItemQuery {
    std::optional<Outcome> outcome;
    bool pending = false;  ///< only those that have not ended
    std::optional<base::UserId> user;
    std::optional<base::OrganizationId> organization;
    std::size_t offset = 0;
    std::size_t limit = 100;
};
struct JobItemPage {
    std::vector<JobItem> items;
    std::uint64_t total = 0;
};

/// What becomes of an item. Only the fields that the state uses are written.
struct ItemChange {
    JobId job;
    std::uint32_t number = 0;
    std::uint64_t fence = 0;  ///< 0: whoever holds it (an operator settles, a job is cancelled)
    ItemState state{};
    /// kWaiting: given back as it was claimed; nothing else is written.
    bool release = false;
    /// kCalling: the image before the call. kWaiting: empty when the directory was certainly not
    /// called, or did nothing; else the image before the call whose end nobody knows.
    std::string beforeJson;
    /// kCalling, kWaiting: what the directory has accepted; nothing: no operation is under way.
    std::optional<PendingOperation> operation;
    // kWaiting
    std::uint32_t attempts = 0;
    std::optional<base::TimePoint> notBefore;
    // kEnded
    std::optional<Outcome> outcome;
    std::string detail;
    std::string reasonCode;
    std::string afterJson;
    std::string afterVersion;
    base::ActivityId activity;
    std::optional<base::TimePoint> endedAt;
};

struct JobChange {
    std::optional<JobState> state;
    std::optional<std::string> stateDetail;
    std::optional<base::TimePoint> finishedAt;
    std::optional<std::uint32_t> stage;
    std::optional<std::string> approverName;
    std::optional<std::string> overrideReason;
    std::optional<std::string> reviewerName;
};

class JobStore {
  public:
    virtual ~JobStore() = default;

    virtual base::Status addPlan(const Plan& plan, const std::vector<PlanItem>& items,
                                 base::Deadline deadline) = 0;
    virtual base::Result<Plan> plan(const PlanId& id, base::Deadline deadline) = 0;
    virtual base::Result<PlanItemPage> planItems(const PlanId& id, const PlanItemQuery& query,
                                                 base::Deadline deadline) = 0;
    /// Every row, by number. `each` is called on this thread.
    virtual base::Status eachPlanItem(const PlanId& id, const std::function<void(PlanItem&&)>& each,
                                      base::Deadline deadline) = 0;
    /// Marks rows as dropped and writes counts and hash of `plan`. kConflict when the stored hash
    /// is not `oldHash`, or the plan was confirmed.
    virtual base::Status dropPlanItems(const Plan& plan, const std::string& oldHash,
                                       std::span<const std::uint32_t> numbers,
                                       base::Deadline deadline) = 0;
    /// Plans that expired before `now` and became no job.
    virtual base::Status removeExpiredPlans(base::TimePoint now, base::Deadline deadline) = 0;

    /// The job, its items, and the mark on its plan, all or nothing. kConflict when the plan is
    /// confirmed already or its hash is not `job.planHash`.
    virtual base::Status addJob(const Job& job, const std::vector<JobItem>& items,
                                base::Deadline deadline) = 0;
    virtual base::Result<Job> job(const JobId& id, base::Deadline deadline) = 0;
    /// Newest first.
    virtual base::Result<std::vector<Job>> jobs(const JobQuery& query, base::Deadline deadline) = 0;
    /// Those that are not over, and cancelled ones of which an item has not ended.
    virtual base::Result<std::vector<Job>> openJobs(base::Deadline deadline) = 0;
    /// Those that run, of which no item is held by a lease that lasts beyond `now`, and nothing
    /// was begun or has ended since `quietSince`.
    virtual base::Result<std::vector<JobId>> abandonedJobs(base::TimePoint now,
                                                           base::TimePoint quietSince,
                                                           base::Deadline deadline) = 0;
    virtual base::Result<JobSums> sums(const JobId& id, base::Deadline deadline) = 0;
    /// The organizations of its items, each once.
    virtual base::Result<std::vector<base::OrganizationId>> organizationsOf(
        const JobId& id, base::Deadline deadline) = 0;
    /// By number.
    virtual base::Result<JobItemPage> jobItems(const JobId& id, const JobItemQuery& query,
                                               base::Deadline deadline) = 0;
    virtual base::Result<JobItem> jobItem(const JobId& id, std::uint32_t number,
                                          base::Deadline deadline) = 0;
    /// Every item, or those that have not ended, by number.
    virtual base::Status eachJobItem(const JobId& id, bool onlyOpen,
                                     const std::function<void(JobItem&&)>& each,
                                     base::Deadline deadline) = 0;
    /// kConflict when the stored state is none of `from`.
    virtual base::Status changeJob(const JobId& id, std::span<const JobState> from,
                                   const JobChange& change, base::Deadline deadline) = 0;
    /// Ended items go back to waiting, as if their directory had never been called. Gives how many.
    virtual base::Result<std::uint64_t> reopenItems(const JobId& id,
                                                    std::span<const std::uint32_t> numbers,
                                                    base::Deadline deadline) = 0;
    /// Every item that waits ends as kCancelled, and so does what `interrupted` (a worker that is
    /// no more) had claimed; where the directory may have been called, or has accepted it to finish
    /// it later, as kUnknown. Gives how many ended. `interrupted` empty: only what waits.
    virtual base::Result<std::uint64_t> cancelWaiting(const JobId& id, const std::string& detail,
                                                      const std::string& interrupted,
                                                      base::TimePoint at,
                                                      base::Deadline deadline) = 0;

    /// What has not ended of one user, of every job, oldest job first.
    virtual base::Result<std::vector<JobItem>> pendingOf(const base::UserId& user,
                                                         base::Deadline deadline) = 0;

    virtual base::Result<std::map<base::OrganizationId, MaintenanceWindow>> maintenanceWindows(
        base::Deadline deadline) = 0;
    /// Nothing: it has none of its own. kConflict when there is no such organization.
    virtual base::Status putMaintenanceWindow(const base::OrganizationId& organization,
                                              const std::optional<MaintenanceWindow>& window,
                                              base::Deadline deadline) = 0;

    struct ItemKey {
        JobId job;
        std::uint32_t number = 0;
    };
    /// Of jobs that run, claims those of `wanted` that wait, whose lease ran out, or that `owner`
    /// itself held (before it was interrupted). Gives the fence of each, 0 for one that another
    /// holds or that ended.
    virtual base::Result<std::vector<std::uint64_t>> claim(std::span<const ItemKey> wanted,
                                                           const std::string& owner,
                                                           base::TimePoint now,
                                                           base::TimePoint leaseUntil,
                                                           base::Deadline deadline) = 0;
    /// All changes together. Gives for each whether it was taken: not, when the fence moved or the
    /// item has ended.
    virtual base::Result<std::vector<bool>> changeItems(std::span<const ItemChange> changes,
                                                        base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
