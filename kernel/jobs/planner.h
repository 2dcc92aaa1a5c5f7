/// Makes plans: exact users, what would become of each and why not; drops rows; takes jobs back.
///
/// Ownership: kernel/main; the parts outlive it. Threads: any.
/// Errors: kNotFound for a plan that is not the asker's own, or expired; kInvalidArgument with a
/// pointer for a wrong selection or parameters; kTooMany for more than limits::kPlanItemsMax users;
/// kConflict when the plan was changed or confirmed meanwhile.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/jobs/action_runner.h"

namespace tenantry::jobs {

struct Selection {
    std::vector<base::UserId> ids;           ///< these, or
    std::optional<domain::UserQuery> query;  ///< all that match at this moment ...
    std::optional<domain::Scope> scope;      ///< ... within; nothing: all the asker may see
    std::string words;                       ///< how it was chosen: the filter, or empty
};

struct PlanRequest {
    std::string verb;
    std::string parametersJson = "{}";
    Selection selection;
    std::string reason, ticket;
};

/// What a plan means for one organization.
struct OrganizationCounts {
    base::OrganizationId organization;
    domain::PlanCounts counts;
};

/// A plan with what is worked out of its rows.
struct PlanView {
    domain::Plan plan;
    domain::BulkVerb verb;
    bool irreversible = false;
    std::vector<OrganizationCounts> organizations;  ///< most changes first
    std::chrono::seconds estimate{0};               ///< at least, under the directories' rates
};

class Planner {
  public:
    struct Parts {
        domain::JobStore& store;
        const ActionRunner& runner;
        const domain::UserView& view;
        domain::ConnectionRegistry& registry;
        const domain::ConnectorHost& host;
        const base::Clock& clock;
    };
    explicit Planner(Parts parts) : parts_(parts) {}

    base::Result<PlanView> make(const domain::Operator& asker, const PlanRequest& request,
                                base::Deadline deadline);
    base::Result<PlanView> get(const domain::Operator& asker, const domain::PlanId& id,
                               base::Deadline deadline);
    base::Result<domain::PlanItemPage> items(const domain::Operator& asker,
                                             const domain::PlanId& id,
                                             const domain::PlanItemQuery& query,
                                             base::Deadline deadline);
    /// The rows fall out of what would run; the hash moves.
    base::Result<PlanView> drop(const domain::Operator& asker, const domain::PlanId& id,
                                const std::vector<std::uint32_t>& numbers, base::Deadline deadline);
    /// A plan that takes back what `job` did: of one organization or one user where given. Users
    /// that changed since are not allowed in it. kInvalidArgument when nothing can be taken back.
    base::Result<PlanView> undo(const domain::Operator& asker, const domain::Job& job,
                                const std::optional<base::OrganizationId>& organization,
                                const std::optional<base::UserId>& user, base::Deadline deadline);

  private:
    using Items = std::vector<domain::PlanItem>;
    base::Result<domain::Plan> mine(const domain::Operator& asker, const domain::PlanId& id,
                                    base::Deadline deadline);
    base::Result<std::vector<domain::User>> select(const domain::Operator& asker,
                                                   const Selection& selection) const;
    domain::PlanItem judge(const domain::Operator& asker, const domain::BulkVerb& verb,
                           const domain::User& user);
    bool revealsSecret(const domain::User& user, const std::string& connectorVerb);
    base::Result<PlanView> keep(const domain::Operator& asker, domain::Plan plan, Items items,
                                base::Deadline deadline);
    PlanView viewOf(domain::Plan plan, const Items& items);

    const Parts parts_;
};

/// Counts and hash of a plan from its rows.
void settle(domain::Plan& plan, const std::vector<domain::PlanItem>& items);

}  // namespace tenantry::jobs
