// What is done to accounts: the other half of Accounts.
#include <algorithm>

#include "kernel/base/json.h"
#include "tenants/account_fields.h"
#include "tenants/accounts.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Account;
using domain::Permission;
using domain::UserStatus;

/// One action under way.
struct Accounts::Deed {
    Account account;
    domain::Action action;
    base::Json args;
    const domain::Operator* by;
    domain::StatusCause cause;
    Deadline deadline;
    [[nodiscard]] std::string byName() const { return by == nullptr ? "" : by->username(); }
};

base::Status Accounts::check(const Deed& deed) const {
    using A = domain::Action;
    const bool harmful = deed.action == A::kSuspend || deed.action == A::kDelete;
    if (harmful) {
        if (deed.by != nullptr && deed.by->account() == deed.account.id)
            return base::forbidden("You cannot do this to your own account.");
        const auto why = protectedBecause(deed.account);
        if (!why.empty())
            return base::forbidden("This account is protected: " + why +
                                   ". Let somebody else have the role first.");
    }
    // Mailed links go to the account's own address: asking for one gives nobody a power.
    const bool harmless = deed.action == A::kUnlock || deed.action == A::kResetPassword ||
                          deed.action == A::kForcePasswordChange ||
                          deed.action == A::kResendInvite || deed.action == A::kActivate;
    if (deed.by != nullptr && !harmless && deed.by->account() != deed.account.id)
        return mayTouch(*deed.by, deed.account, parts_.roles, deed.deadline);
    return base::ok();
}

base::Status Accounts::act(const base::AccountId& id, domain::Action action,
                           const std::string& argsJson, const domain::Operator* by,
                           Deadline deadline) {
    TNY_TRY(auto account, parts_.accounts.account(id, deadline));
    TNY_TRY(auto args, base::Json::parse(argsJson.empty() ? "{}" : argsJson));
    Deed deed{
        std::move(account), action, std::move(args), by, domain::StatusCause::kOperator, deadline};
    TNY_CHECKED(check(deed));
    return run(deed);
}

base::Status Accounts::suspend(const base::AccountId& id, domain::StatusCause cause,
                               Deadline deadline) {
    TNY_TRY(auto account, parts_.accounts.account(id, deadline));
    Deed deed{std::move(account), domain::Action::kSuspend, {}, nullptr, cause, deadline};
    return run(deed);
}

base::Status Accounts::wipe(Deed& deed, bool password, bool factors) {
    TNY_TRY(auto credentials, credentialsOf(deed.account, deed.deadline));
    if (password && !credentials.passwordHash.empty()) {
        credentials.formerPasswords.insert(credentials.formerPasswords.begin(),
                                           credentials.passwordHash);
        credentials.passwordHash.clear();
    }
    if (factors) {
        credentials.totpSecret = credentials.totpPending = {};
        credentials.recoveryCodes.clear();
        TNY_CHECKED(parts_.passkeys.removePasskeysOf(deed.account.id, deed.deadline));
    }
    if (password || !factors) {
        credentials.failures = 0;
        credentials.lockedUntil.reset();
    }
    return parts_.vault.putCredentials(deed.account.id, credentials, deed.deadline);
}

base::Status Accounts::invite(Deed& deed) {
    const auto& id = deed.account.id;
    TNY_TRY(const auto link,
            makeLink(deed.account, LinkPurpose::kInvite, kInviteLife, deed.deadline));
    const auto now = parts_.clock.now();
    TNY_TRY(const auto changed, update(
                                    id,
                                    [&](Account& account) {
                                        account.status = UserStatus::kProvisioned;
                                        account.statusCause = domain::StatusCause::kNone;
                                        account.lockedOut = false;
                                        account.invitedAt = account.activeSince = now;
                                    },
                                    deed.deadline));
    mail(MailKind::kInvitation, changed, link, kInviteLife, deed.byName(), deed.deadline);
    return base::ok();
}

base::Status Accounts::edit(Deed& deed) {
    const auto attributes = deed.args["attributes"];
    Account wanted = deed.account;
    const auto take = [&](std::string_view key, std::string& field) {
        if (const auto value = attributes[key]; !value.missing()) field = value.stringOr("");
    };
    const auto apply = [&](Account& account) {
        take("username", account.username);
        take("first_name", account.firstName);
        take("last_name", account.lastName);
        take("email", account.email);
        take("phone", account.phone);
    };
    apply(wanted);
    TNY_CHECKED(checkFields(wanted));
    TNY_TRY(const auto changed, update(deed.account.id, apply, deed.deadline));
    // A link that went to the old address must not open the account any more.
    if (changed.email != deed.account.email) return killLinks(changed.id, deed.deadline);
    return base::ok();
}

base::Status Accounts::assignRole(Deed& deed) {
    const auto tree = parts_.organizations.tree();
    const auto ordinal =
        tree->resolve(deed.args["organization"].stringOr(deed.account.home.text()));
    if (!ordinal)
        return base::invalidArgument("Say on which organization.", "/parameters/organization");
    domain::Grant grant{deed.args["role"].stringOr(""), tree->at(*ordinal).id};
    if (const auto text = deed.args["expires_at"].asString()) {
        grant.expiresAt = base::parseRfc3339(*text);
        if (!grant.expiresAt || *grant.expiresAt <= parts_.clock.now())
            return base::invalidArgument(
                "The end lies in the future, such as "
                "\"2027-01-31T00:00:00Z\".",
                "/parameters/expires_at");
    }
    const bool remove = deed.args["remove"].boolOr(false);
    if (deed.by != nullptr) {
        const auto may = parts_.roles.mayGrant(*deed.by, grant, deed.deadline);
        if (!may) return base::Error(may.error()).at("/parameters/role");
        if (deed.by->account() == deed.account.id)
            return base::forbidden("You cannot change your own roles.");
    }
    const auto same = [&](const domain::Grant& one) {
        return one.role == grant.role && one.organization == grant.organization;
    };
    const auto& before = deed.account.grants;
    if (remove && std::none_of(before.begin(), before.end(), same))
        return base::invalidArgument("The account does not have this role there.",
                                     "/parameters/role");
    if (!remove && before.size() >= kGrantsMax)
        return base::invalidArgument("An account has at most 50 roles.", "/parameters/role");
    const auto why = remove ? protectedBecause(deed.account) : std::string();
    const auto role = parts_.roles.find(grant.role, deed.deadline);
    if (!why.empty() && role && role->permissions.has(Permission::kRolesManage))
        return base::forbidden("This account is protected: " + why +
                               ". Let somebody else have the role first.");
    TNY_TRY(const auto changed, update(
                                    deed.account.id,
                                    [&](Account& account) {
                                        std::erase_if(account.grants, same);
                                        if (!remove) account.grants.push_back(grant);
                                    },
                                    deed.deadline));
    static_cast<void>(changed);
    return base::ok();
}

base::Status Accounts::run(Deed& deed) {
    using A = domain::Action;
    const auto& id = deed.account.id;
    const auto deadline = deed.deadline;
    const auto now = parts_.clock.now();
    const auto change = [&](const std::function<void(Account&)>& how) -> base::Status {
        TNY_TRY(deed.account, update(id, how, deadline));
        return base::ok();
    };
    const auto tell = [&](MailKind kind) {
        mail(kind, deed.account, {}, {}, deed.byName(), deadline);
    };
    switch (deed.action) {
        case A::kActivate:
        case A::kResendInvite:
            return invite(deed);
        case A::kRestore:
            return invite(deed);
        case A::kRevokeInvite:
            TNY_CHECKED(killLinks(id, deadline));
            return change([](Account& a) { a.status = UserStatus::kStaged; });
        case A::kSuspend:
            TNY_CHECKED(change([&](Account& a) {
                a.formerStatus = a.status;
                a.status = UserStatus::kSuspended;
                a.statusCause = deed.cause;
            }));
            TNY_CHECKED(parts_.vault.removeSessionsOf(id, deadline));
            TNY_CHECKED(killLinks(id, deadline));
            tell(MailKind::kSuspended);
            return base::ok();
        case A::kUnsuspend:
            return change([&](Account& a) {
                a.status = a.formerStatus == UserStatus::kProvisioned ? UserStatus::kProvisioned
                                                                      : UserStatus::kActive;
                a.statusCause = domain::StatusCause::kNone;
                a.activeSince = now;
            });
        case A::kUnlock: {
            TNY_CHECKED(wipe(deed, false, false));
            return change([](Account& a) { a.lockedOut = false; });
        }
        case A::kForcePasswordChange:
            TNY_CHECKED(change([](Account& a) { a.status = UserStatus::kAwaitingNewPassword; }));
            tell(MailKind::kPasswordExpired);
            return base::ok();
        case A::kResetPassword: {
            TNY_CHECKED(wipe(deed, true, false));
            TNY_CHECKED(change([](Account& a) {
                a.status = UserStatus::kRecovery;
                a.lockedOut = false;
            }));
            TNY_CHECKED(parts_.vault.removeSessionsOf(id, deadline));
            TNY_TRY(const auto link,
                    makeLink(deed.account, LinkPurpose::kReset, kResetLife, deadline));
            mail(MailKind::kReset, deed.account, link, kResetLife, deed.byName(), deadline);
            return base::ok();
        }
        case A::kResetMfa:
            TNY_CHECKED(wipe(deed, false, true));
            TNY_CHECKED(parts_.vault.removeSessionsOf(id, deadline));
            TNY_CHECKED(change([](Account& a) { a.mfaEnrolled = false; }));
            tell(MailKind::kSecondFactorReset);
            return base::ok();
        case A::kRequireMfa:
        case A::kWaiveMfa:
            if (deed.action == A::kWaiveMfa && policyOf(deed.account).mfaRequired)
                return base::forbidden(
                    "The policy of its organization requires a second factor of all accounts.");
            return change([&](Account& a) { a.mfaRequired = deed.action == A::kRequireMfa; });
        case A::kForceFederated:
        case A::kAllowPassword:
            return change([&](Account& a) { a.federatedOnly = deed.action == A::kForceFederated; });
        case A::kRevokeSessions:
            return parts_.vault.removeSessionsOf(id, deadline);
        case A::kDelete:
            TNY_CHECKED(change([](Account& a) {
                a.formerStatus = a.status;
                a.status = UserStatus::kDeleted;
                a.mfaEnrolled = a.lockedOut = false;
                a.identities.clear();
            }));
            TNY_CHECKED(parts_.vault.removeSessionsOf(id, deadline));
            TNY_CHECKED(killLinks(id, deadline));
            return wipe(deed, true, true);
        case A::kEdit:
            return edit(deed);
        case A::kAssignRole:
            return assignRole(deed);
        case A::kAddToGroup:
        case A::kRemoveFromGroup:
            break;
        case A::kVendor:
            return base::unsupported("Portal accounts have no actions of their own.");
    }
    return base::unsupported("Portal accounts have roles, not groups.");
}

}  // namespace tenantry::tenants
