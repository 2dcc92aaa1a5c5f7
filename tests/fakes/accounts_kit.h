/// What Access stands on, for tests: roles, passwords, accounts, and mail that is kept to be read.
///
/// Needs tenantry::tenants. Ownership: what it is given outlives it.
#pragma once

#include <string>
#include <vector>

#include "kernel/base/guarded.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/api_tokens.h"
#include "tenants/policies.h"
#include "tenants/saved_views.h"

namespace tenantry::testing {

/// Keeps what was sent.
class FakeMailer final : public tenants::Mailer {
  public:
    base::Status send(const tenants::Message& message, base::Deadline) override {
        sent_.with([&](auto& sent) { sent.push_back(message); });
        return base::ok();
    }
    [[nodiscard]] std::vector<tenants::Message> sent() const {
        return sent_.withShared([](const auto& sent) { return sent; });
    }
    /// The newest to that address; empty fields when there is none.
    [[nodiscard]] tenants::Message lastTo(const std::string& address) const {
        tenants::Message out;
        for (const auto& one : sent())
            if (one.to == address) out = one;
        return out;
    }
    /// The token of the link in a mail; empty when it has none.
    static std::string tokenIn(const tenants::Message& message) {
        const auto at = message.text.find("/link#");
        if (at == std::string::npos) return {};
        const auto from = at + 6;
        return message.text.substr(from, message.text.find_first_of("\r\n", from) - from);
    }

  private:
    base::Guarded<std::vector<tenants::Message>> sent_;
};

/// On a store that is all ports at once.
struct AccountsKit {
    template <class Store>
    AccountsKit(Store& store, tenants::Organizations& organizations, const base::Clock& clock)
        : AccountsKit(store, store, store, store, store, organizations, clock) {}
    AccountsKit(domain::AccountStore& accountStore, domain::AccountVault& vault,
                domain::ActivityStore& activity, domain::DocumentStore& documents,
                domain::PasskeyStore& passkeyStore, tenants::Organizations& organizations,
                const base::Clock& clock)
        : roles(documents, accountStore, organizations),
          policies(documents, organizations, {}),
          passkeys(passkeyStore, documents, clock),
          outbox(documents, mailer, clock),
          accounts({accountStore, vault, activity, documents, organizations, roles, passwords,
                    outbox, clock, passkeyStore, &policies}),
          tokens(documents, accountStore, clock),
          views(documents, clock),
          access({accountStore, vault, activity, organizations, clock, accounts, roles, passwords,
                  documents, passkeys}) {}

    FakeMailer mailer;
    tenants::Roles roles;
    tenants::Policies policies;
    tenants::Passwords passwords;
    tenants::Passkeys passkeys;
    tenants::Outbox outbox;
    tenants::Accounts accounts;
    tenants::ApiTokens tokens;
    tenants::SavedViews views;
    tenants::Access access;
};

}  // namespace tenantry::testing
