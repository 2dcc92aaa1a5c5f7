/// Tenantry's own accounts: from invitation to deletion. The portal directory (portal.h) shows them
/// as users and hands their actions here; sign-in is access.h's.
///
/// An account is assigned to its home and to every organization it holds a grant on. Who does not
/// see them all does not see it (DESIGN section 4, visibility); its trail is kept in the lowest
/// organization that is above them all, or is it.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any. Errors: as each says;
/// kConflict at /username or /email when one is taken.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "kernel/base/guarded.h"
#include "kernel/domain/account.h"
#include "kernel/domain/action.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/passkeys.h"
#include "kernel/domain/ports/stores.h"
#include "tenants/mail/outbox.h"
#include "tenants/mail/templates.h"
#include "tenants/organizations.h"
#include "tenants/passwords.h"
#include "tenants/policies.h"
#include "tenants/roles.h"

namespace tenantry::tenants {

struct NewAccount {
    std::string organization;  ///< id or slug; where the account is to be at home
    std::string firstName, lastName, email, phone;
    std::string username;               ///< empty: the e-mail address
    std::vector<domain::Grant> grants;  ///< none: the role User on the organization
    bool mfaRequired = false;
    bool federatedOnly = false;
    bool invite = true;  ///< false: it is STAGED, and no mail goes
};

/// What a one-time link is for. The names are part of what is stored.
enum class LinkPurpose : std::uint8_t {
    kInvite = 1,      ///< the first sign-in
    kReset,           ///< a new password
    kChangePassword,  ///< the rest of a sign-in with an expired one
    kEnrol,           ///< the rest of a sign-in without a second factor that is required
};
std::string_view name(LinkPurpose purpose);

/// Who shows accounts among the users.
class AccountRows {
  public:
    virtual ~AccountRows() = default;
    virtual void show(const domain::Account& account) = 0;
    /// At start: all there are.
    virtual base::Status showAll(const std::vector<domain::Account>& accounts,
                                 base::Deadline deadline) = 0;
};

struct AccountsParts {
    domain::AccountStore& accounts;
    domain::AccountVault& vault;
    domain::ActivityStore& activity;
    domain::DocumentStore& documents;
    Organizations& organizations;
    Roles& roles;
    Passwords& passwords;
    Outbox& outbox;
    const base::Clock& clock;
    domain::PasskeyStore& passkeys;
    const Policies* policies = nullptr;  ///< null: no organization demands more than we do
};

class Accounts {
  public:
    static constexpr auto kInviteLife = std::chrono::hours{72};
    static constexpr auto kResetLife = std::chrono::hours{2};
    static constexpr auto kStepLife = std::chrono::minutes{10};

    explicit Accounts(AccountsParts parts);

    /// Who shows them from now on. Before the first change.
    void attach(AccountRows& rows);
    /// Where links of mails lead.
    void setPublicUrl(std::string url);
    /// Reads all, and shows them. Once, at start.
    base::Status load(base::Deadline deadline);

    /// kNotFound for an organization outside the scope; kForbidden without users.create, or for a
    /// role that may do more than the asker.
    base::Result<domain::Account> create(const domain::Operator& asker, const NewAccount& request,
                                         base::Deadline deadline);
    /// Adds it as it is: import, set-up and tests.
    base::Status unsafeAdd(const domain::Account& account, const domain::Credentials& credentials,
                           base::Deadline deadline);
    base::Result<domain::Account> get(const base::AccountId& id, base::Deadline deadline) const;
    base::Result<domain::Credentials> credentialsOf(const domain::Account& account,
                                                    base::Deadline deadline) const;
    /// All, as last known here.
    [[nodiscard]] std::vector<domain::Account> known() const;
    [[nodiscard]] std::optional<domain::Account> knownAccount(const base::AccountId& id) const;

    /// Does one action. `by` null: Tenantry itself. kForbidden: protected, or the account may do
    /// more than `by`; kUnsupported: there is no such action on accounts.
    base::Status act(const base::AccountId& id, domain::Action action, const std::string& argsJson,
                     const domain::Operator* by, base::Deadline deadline);
    /// Suspends it, for `cause`.
    base::Status suspend(const base::AccountId& id, domain::StatusCause cause,
                         base::Deadline deadline);
    /// What the organizations that it is assigned to demand.
    [[nodiscard]] Policy policyOf(const domain::Account& account) const;
    [[nodiscard]] bool needsSecondFactor(const domain::Account& account) const {
        return account.mfaRequired || policyOf(account).mfaRequired;
    }
    /// Why it may not be suspended, deleted or demoted; empty when it may. At most 28 characters.
    [[nodiscard]] std::string protectedBecause(const domain::Account& account) const;

    /// Changes it as it is in the store now, again if somebody was quicker, and shows it.
    base::Result<domain::Account> update(const base::AccountId& id,
                                         const std::function<void(domain::Account&)>& change,
                                         base::Deadline deadline);
    /// Shows all: after a change of what is shown of many.
    base::Status showAllAgain(base::Deadline deadline);
    /// Shows it as it is in the store now: after a sign-in.
    void showAgain(const base::AccountId& id, base::Deadline deadline);

    /// A new link; an older one for the same purpose dies.
    base::Result<base::SecretText> makeLink(const domain::Account& account, LinkPurpose purpose,
                                            std::chrono::milliseconds life,
                                            base::Deadline deadline);
    /// What a link is for; kNotFound when it was used, replaced, revoked or is too old.
    base::Result<std::pair<LinkPurpose, domain::Account>> linkTarget(const base::SecretText& token,
                                                                     base::Deadline deadline) const;
    /// Of two that use it one wins; the other is told kNotFound.
    base::Status useLink(const base::SecretText& token, base::Deadline deadline);
    base::Status killLinks(const base::AccountId& id, base::Deadline deadline);

    /// Writes a mail, if the account has an address. A mail that cannot even wait is logged.
    void mail(MailKind kind, const domain::Account& account, const base::SecretText& link,
              std::chrono::milliseconds life, const std::string& by, base::Deadline deadline);
    /// Where its mails wait.
    [[nodiscard]] Outbox& outbox() { return parts_.outbox; }
    /// Of the organization, or of the nearest above that has one.
    Branding brandingOf(const base::OrganizationId& organization, base::Deadline deadline) const;
    /// kInvalidArgument at /colour or /logo_url.
    base::Status putBranding(const base::OrganizationId& organization, const Branding& branding,
                             base::Deadline deadline);

    /// The lowest organization that is above everything it is assigned to, as the tree is now.
    [[nodiscard]] base::OrganizationId aboveAll(const domain::Account& account) const;
    /// The id under which the portal directory shows it.
    [[nodiscard]] base::UserId userIdOf(const domain::Account& account) const;
    /// An entry of the trail about it.
    [[nodiscard]] domain::Activity entryOf(const domain::Account& account, std::string action,
                                           std::string outcome, std::string detail) const;
    void record(const domain::Activity& entry);

  private:
    struct Deed;
    base::Status invite(Deed& deed);
    base::Status edit(Deed& deed);
    base::Status assignRole(Deed& deed);
    base::Status wipe(Deed& deed, bool password, bool factors);
    base::Status check(const Deed& deed) const;
    base::Status run(Deed& deed);
    void remember(const domain::Account& account);
    base::Result<domain::Account> reread(const base::AccountId& id, base::Deadline deadline);

    AccountsParts parts_;
    AccountRows* rows_ = nullptr;
    base::Guarded<std::string> publicUrl_;
    base::Guarded<std::unordered_map<base::AccountId, domain::Account>> known_;
};

/// Its home, and where it holds grants: each once, the home first.
std::vector<base::OrganizationId> assignedOf(const domain::Account& account);

/// The portal connection of an organization.
base::ConnectionId portalConnectionOf(const base::OrganizationId& organization);

/// kForbidden when the account may do something, somewhere, that `by` may not do there.
base::Status mayTouch(const domain::Operator& by, const domain::Account& account,
                      const Roles& roles, base::Deadline deadline);

}  // namespace tenantry::tenants
