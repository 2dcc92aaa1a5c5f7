/// Jobs as operators see and steer them: confirm, pause, resume, cancel, retry, approve, settle.
///
/// A job is visible to whoever may see all of its organizations; whoever may run bulk actions there
/// may steer it. Approval is by another operator than who confirmed it.
///
/// Ownership: kernel/main; the parts outlive it. Threads: any.
/// Errors: kNotFound for a job outside the scope; kForbidden when the permission is missing;
/// kConflict when the plan or job is in another state by now; kTooMany above a limit.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/jobs/job_engine.h"

namespace tenantry::jobs {

/// Above what a second operator must agree, and what is refused.
struct JobPolicy {
    std::uint64_t approvalAbove = 500;         ///< users
    std::uint64_t approvalForDeleteAbove = 1;  ///< users that would be deleted
    std::uint64_t usersPerJob = base::limits::kPlanItemsMax;
    std::uint64_t usersPerOrganization = base::limits::kPlanItemsMax;  ///< that one job changes
    std::uint64_t itemsPerOperator = base::limits::kJobItemsPerOperatorMax;  ///< open at once
    std::uint64_t canaryFrom = 10;  ///< users from which one user and one organization go first
    bool reasonRequired = false;
    bool ticketRequired = false;
};

struct JobView {
    domain::Job job;
    domain::BulkVerb verb;
    domain::JobSums sums;
    std::vector<base::OrganizationId> organizations;
    bool maySteer = false;
    bool mayApprove = false;
};

class JobDesk {
  public:
    struct Parts {
        domain::JobStore& store;
        JobEngine& engine;
        domain::ActivityStore& activity;
        domain::EventSink& events;
        const base::Clock& clock;
        /// Whether nothing is done to the user of a row without a reason; empty: to none.
        std::function<bool(const domain::Operator&, const domain::PlanItem&)> reasonRequired = {};
    };
    JobDesk(Parts parts, JobPolicy policy) : parts_(parts), policy_(policy) {}

    struct Confirmation {
        domain::PlanId plan;
        std::string hash;  ///< what the operator saw
        std::optional<base::TimePoint> startAt = std::nullopt;
        bool inWindow = false;  ///< each organization in its maintenance window
    };
    /// Seals the plan and makes it a job. What runs is what `hash` stands for, or less.
    base::Result<JobView> confirm(const domain::Operator& asker, const Confirmation& what,
                                  base::Deadline deadline);

    base::Result<std::vector<JobView>> list(const domain::Operator& asker,
                                            const domain::JobQuery& query, base::Deadline deadline);
    base::Result<JobView> get(const domain::Operator& asker, const domain::JobId& id,
                              base::Deadline deadline);
    base::Result<domain::JobItemPage> items(const domain::Operator& asker, const domain::JobId& id,
                                            const domain::JobItemQuery& query,
                                            base::Deadline deadline);
    /// Every item, by number: for CSV.
    base::Status eachItem(const domain::Operator& asker, const domain::JobId& id,
                          const std::function<void(domain::JobItem&&)>& each,
                          base::Deadline deadline);

    base::Result<JobView> pause(const domain::Operator& asker, const domain::JobId& id,
                                base::Deadline deadline);
    base::Result<JobView> resume(const domain::Operator& asker, const domain::JobId& id,
                                 base::Deadline deadline);
    /// What is under way ends; what waits is cancelled.
    base::Result<JobView> cancel(const domain::Operator& asker, const domain::JobId& id,
                                 base::Deadline deadline);
    /// Runs the failed items again, and only those.
    base::Result<JobView> retry(const domain::Operator& asker, const domain::JobId& id,
                                base::Deadline deadline);
    base::Result<JobView> approve(const domain::Operator& asker, const domain::JobId& id,
                                  const std::string& hash, base::Deadline deadline);
    /// Lets it run without the approval, for a reason that somebody reviews later.
    base::Result<JobView> overrideApproval(const domain::Operator& asker, const domain::JobId& id,
                                           const std::string& reason, base::Deadline deadline);
    base::Result<JobView> review(const domain::Operator& asker, const domain::JobId& id,
                                 base::Deadline deadline);
    /// An item that nobody knows the end of: a person says how it ended.
    base::Result<JobView> settle(const domain::Operator& asker, const domain::JobId& id,
                                 std::uint32_t number, domain::Outcome outcome,
                                 const std::string& note, base::Deadline deadline);

    struct PendingItem {
        domain::Job job;
        domain::JobItem item;
    };
    /// What is still to be done to a user, whom the asker may see: beside what is observed. Of the
    /// jobs that the asker may see.
    base::Result<std::vector<PendingItem>> pendingOf(const domain::Operator& asker,
                                                     const base::UserId& user,
                                                     base::Deadline deadline);

    struct WindowView {
        std::optional<domain::MaintenanceWindow> window;  ///< which holds
        std::optional<base::OrganizationId> from;         ///< whose it is
        bool open = true;
        std::optional<base::TimePoint> opensAt;
    };
    /// REQUIRES: the asker may see the organization.
    base::Result<WindowView> window(const domain::Operator& asker,
                                    const base::OrganizationId& organization,
                                    base::Deadline deadline);
    /// Nothing: that of the organization above it holds. Needs orgs.manage.
    base::Result<WindowView> setWindow(const domain::Operator& asker,
                                       const base::OrganizationId& organization,
                                       const std::optional<domain::MaintenanceWindow>& window,
                                       base::Deadline deadline);

  private:
    base::Result<JobView> steered(const domain::Operator& asker, const domain::JobId& id,
                                  base::Deadline deadline);
    base::Result<JobView> viewOf(const domain::Operator& asker, domain::Job job,
                                 base::Deadline deadline);
    base::Result<JobView> after(const domain::Operator& asker, const JobView& before,
                                std::string_view deed, const std::string& detail,
                                base::Deadline deadline);
    base::Status checkLimits(const domain::Operator& asker, const domain::Plan& plan,
                             base::Deadline deadline);
    base::Status checkOrganizations(const domain::Operator& asker, const domain::Plan& plan,
                                    const std::vector<domain::PlanItem>& rows) const;
    bool needsApproval(const domain::Plan& plan, const domain::BulkVerb& verb) const;
    void record(const domain::Operator& asker, const JobView& job, std::string_view deed,
                const std::string& detail);

    const Parts parts_;
    const JobPolicy policy_;
};

}  // namespace tenantry::jobs
