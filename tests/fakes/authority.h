/// Operators and scopes for tests: made the way the product makes them, by tenants::Access.
///
/// The organizations and accounts must be in the store behind it. Needs tenantry::tenants.
#pragma once

#include <stdexcept>
#include <string>

#include "kernel/base/ids.h"
#include "tenants/access.h"
#include "tests/fakes/accounts_kit.h"
#include "tests/fakes/fake_events.h"
#include "tests/fakes/fake_store.h"
#include "tests/fakes/ignored_view.h"

namespace tenantry::testing {

class Authority {
  public:
    Authority(domain::OrganizationStore& organizations, domain::AccountStore& accounts,
              domain::AccountVault& vault, domain::ActivityStore& activity,
              const base::Clock& clock)
        : accounts_(accounts),
          organizations_(organizations, view_, events_, clock),
          kit_(accounts, vault, activity, documents_, documents_, organizations_, clock) {
        reload();
    }

    /// After organizations were put behind its back.
    void reload() { must(organizations_.load(soon())); }

    /// A new account with `role` on `organization`, as the operator it is.
    domain::Operator operatorWith(const std::string& role,
                                  const base::OrganizationId& organization) {
        domain::Account account;
        account.id = base::AccountId(base::newUuid());
        account.home = organization;
        account.username = role + "-" + account.id.text();
        account.grants = {{role, organization}};
        must(accounts_.putAccount(account, soon()));
        return operatorOf(account.id);
    }
    /// An account that is there, as the operator it is.
    domain::Operator operatorOf(const base::AccountId& id) {
        auto made = kit_.access.unsafeOperatorFor(id, soon());
        if (!made) throw std::runtime_error(made.error().text());
        return std::move(*made);
    }
    /// What an administrator of `organization` may see.
    domain::Scope scopeOf(const base::OrganizationId& organization) {
        return operatorWith("tenant_administrator", organization).visible();
    }
    domain::Scope wholePlatform() const { return kit_.access.unsafeWholePlatform(); }
    domain::TreePtr tree() const { return organizations_.tree(); }

  private:
    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{10}); }
    static void must(const base::Status& status) {
        if (!status) throw std::runtime_error(status.error().text());
    }

    IgnoredView view_;
    FakeEvents events_;
    domain::AccountStore& accounts_;
    tenants::Organizations organizations_;
    FakeStore documents_;  ///< of custom roles, of which there are none
    AccountsKit kit_;
};

}  // namespace tenantry::testing
