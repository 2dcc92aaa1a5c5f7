/// One item of a job, once: by the authority its operator has now, marked before its directory is
/// called, and judged by what the directory shows.
///
/// Ownership: JobEngine. Threads: any.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>

#include "kernel/domain/job.h"
#include "kernel/domain/ports/authority.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/jobs/action_runner.h"
#include "kernel/jobs/journal.h"
#include "kernel/jobs/lanes.h"

namespace tenantry::jobs {

/// How an item ended, or that it must wait.
struct ItemEnd {
    domain::ItemState state = domain::ItemState::kEnded;  ///< kEnded or kWaiting
    ActionResult result;
    Manner manner = Manner::kAnswered;
    std::chrono::milliseconds wait{0};  ///< for kWaiting
    bool countsAsAttempt = true;
    double calls = kCallsPerItem;  ///< of those that its lane paid for
    bool called = false;           ///< the mark was set: the directory may have been called
    bool lost = false;  ///< another worker has the item: nothing more is to be said of it
    domain::OutcomeRecord left = {};  ///< to be written with the item
};

class ItemRunner {
  public:
    struct Parts {
        ActionRunner& runner;
        domain::Authority& authority;
        Journal& journal;
        domain::JobStore& store;
        const base::Clock& clock;
        std::chrono::milliseconds deadline;
        /// How soon an accepted operation is asked for first, and for how long it is.
        std::chrono::milliseconds operationPollMin;
        std::chrono::milliseconds operationLife;
    };
    explicit ItemRunner(Parts parts) : parts_(parts) {}

    /// REQUIRES: the item was claimed with `fence`.
    ItemEnd run(const domain::Job& job, const domain::JobItem& item, std::uint64_t fence);

  private:
    /// `fresh`: as it is now; else as it was a moment ago.
    base::Result<domain::Operator> operatorOf(const domain::Job& job, bool fresh);
    /// How long the item must wait for its organization's window; nothing: it may run.
    std::optional<ItemEnd> untilWindow(const domain::Operator& asker, const domain::JobItem& item);
    ActionRequest requestOf(const domain::Job& job, const domain::JobItem& item) const;
    /// Gives `out.result` as the directory accepted it back, to be asked for later.
    void untilPolled(ItemEnd& out, const domain::JobItem& item) const;
    void judgeError(ItemEnd& out, const base::Error& error, const domain::JobItem& item) const;
    /// Whether it has been asked for long enough.
    [[nodiscard]] bool isLate(const domain::PendingOperation& operation) const;
    void judge(ItemEnd& out, const domain::JobItem& item) const;

    const Parts parts_;
    std::mutex mutex_;
    base::SteadyPoint windowsAt_{};
    std::map<base::OrganizationId, domain::MaintenanceWindow> windows_;
    struct KnownOperator {
        base::SteadyPoint at;
        domain::Operator asker;
        bool asked = false;  ///< somebody is finding out what is so now
    };
    std::map<base::AccountId, KnownOperator> operators_;
};

/// The window that holds for an organization: its own, or the nearest above it. With whose it is.
std::optional<std::pair<domain::Ordinal, domain::MaintenanceWindow>> windowOf(
    const domain::OrganizationTree& tree, const base::OrganizationId& organization,
    const std::map<base::OrganizationId, domain::MaintenanceWindow>& windows);

}  // namespace tenantry::jobs
