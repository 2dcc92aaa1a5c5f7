/// Gives tests a Scope or an Operator the way the product makes them: tenants::Access on a store in
/// memory.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "kernel/base/crypto.h"
#include "kernel/domain/ports/user_view.h"
#include "tenants/access.h"
#include "tests/fakes/accounts_kit.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_store.h"

namespace tenantry::testing {

/// An id that is easy to read in a failure: number 7 is 00000000-0000-4000-8000-000000000007.
inline std::string uuid(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

inline domain::Organization organization(std::uint64_t number, std::uint64_t parent,
                                         domain::OrganizationKind kind, std::string name) {
    domain::Organization one;
    one.id = base::OrganizationId(uuid(number));
    if (parent != 0) one.parent = base::OrganizationId(uuid(parent));
    one.kind = kind;
    one.slug = domain::slugFor(name);
    one.name = std::move(name);
    return one;
}

class Authority {
  public:
    /// Tells `view` of every tree; it may be null.
    explicit Authority(FakeClock& clock, domain::UserViewWriter* view = nullptr)
        : clock_(clock),
          organizations_(store_, view == nullptr ? nobody_ : *view, silence_, clock_),
          kit_((static_cast<void>(base::initCrypto()), store_), organizations_, clock_) {}

    /// Replaces all organizations, and tells the view. False: they are no tree.
    /// REQUIRES: parents stand before their children, and the first one stays the same.
    bool setOrganizations(const std::vector<domain::Organization>& all) {
        std::vector<base::OrganizationId> kept;
        for (const auto& one : all) {
            if (!store_.putOrganization(one, soon())) return false;
            kept.insert(kept.begin(), one.id);
        }
        for (const auto& one : known_)
            if (std::find(kept.begin(), kept.end(), one) == kept.end() &&
                !store_.removeOrganization(one, soon()))
                return false;
        known_ = std::move(kept);
        return organizations_.load(soon()).has_value();
    }
    [[nodiscard]] domain::TreePtr tree() const { return organizations_.tree(); }

    /// Equal grants share an account.
    domain::Operator operatorWith(const std::vector<domain::Grant>& grants) {
        std::string key;
        for (const auto& one : grants) key += one.role + "@" + one.organization.text() + " ";
        auto& id = accounts_[key];
        if (id.empty()) {
            domain::Account account;
            account.id = base::AccountId(base::newUuid());
            account.home = tree()->at(0).id;
            account.username = "operator-" + account.id.text();
            account.grants = grants;
            store_.putAccount(account, soon()).value();
            id = account.id;
        }
        return kit_.access.unsafeOperatorFor(id, soon()).value();
    }
    domain::Operator operatorOn(std::uint64_t organizationNumber,
                                std::string role = "tenant_administrator") {
        return operatorWith({{std::move(role), base::OrganizationId(uuid(organizationNumber))}});
    }
    domain::Scope scopeOf(std::uint64_t organizationNumber) {
        return operatorOn(organizationNumber).visible();
    }

  private:
    struct Nobody final : domain::UserViewWriter {
        void setTree(domain::TreePtr) override {}
        void putConnection(const domain::Connection&, const domain::ConnectionHealth&) override {}
        void removeConnection(const base::ConnectionId&) override {}
        void apply(const base::ConnectionId&, const domain::UserChanges&, std::uint64_t) override {}
    };
    struct Silence final : domain::EventSink {
        void publish(const domain::Event&) override {}
    };
    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{10}); }

    FakeClock& clock_;
    FakeStore store_;
    Nobody nobody_;
    Silence silence_;
    tenants::Organizations organizations_;
    AccountsKit kit_;
    std::vector<base::OrganizationId> known_;
    std::map<std::string, base::AccountId> accounts_;
};

}  // namespace tenantry::testing
