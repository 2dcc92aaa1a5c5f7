/// What time does to accounts and to the trail: suspends who has not signed in for long, ends
/// lockouts, forgets what expired, anchors the chains of the trail, and keeps the trail as long as
/// the policy says.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: runOnce() and verify() from any;
/// its own thread "housekeeper" runs it, and ends in the destructor.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/activity_chain.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/scope.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/policies.h"

namespace tenantry::tenants {

struct HousekeeperPolicy {
    std::chrono::hours inactiveAfter{24 * 90};
    std::chrono::minutes anchorEvery{5};
    /// 0: the trail is kept for ever.
    std::chrono::hours keepTrail{0};
};

struct HousekeeperParts {
    Accounts& accounts;
    Access& access;
    domain::AccountStore& store;
    domain::ActivityStore& activity;
    domain::ActivityChain& chain;
    domain::DocumentStore& documents;
    Organizations& organizations;
    const base::Clock& clock;
    const Policies* policies = nullptr;  ///< null: HousekeeperPolicy holds everywhere
};

class Housekeeper {
  public:
    Housekeeper(HousekeeperParts parts, HousekeeperPolicy policy);
    ~Housekeeper();
    Housekeeper(const Housekeeper&) = delete;
    Housekeeper& operator=(const Housekeeper&) = delete;

    void start();
    /// All of it, now.
    base::Status runOnce(base::Deadline deadline);
    /// Writes the heads of all chains that moved into the platform's chain.
    base::Status anchor(base::Deadline deadline);
    /// Checks the chains of the organizations in scope, also against their anchors.
    base::Result<std::vector<domain::ChainReport>> verify(const domain::Scope& scope,
                                                          base::Deadline deadline);

  private:
    void run(const std::stop_token& stop);
    base::Status tendAccounts(base::Deadline deadline);
    base::Status trim(base::Deadline deadline);
    base::Result<std::map<std::string, std::vector<domain::ChainHead>>> anchors(
        base::Deadline deadline);

    HousekeeperParts parts_;
    const HousekeeperPolicy policy_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::mutex working_;  ///< one round at a time
    std::map<std::string, std::string> anchored_;
    base::TimePoint anchoredAt_{}, trimmedAt_{};
    std::jthread thread_;
};

}  // namespace tenantry::tenants
