#include "kernel/domain/action.h"

#include <algorithm>
#include <array>

#include "kernel/domain/assignment.h"
#include "kernel/domain/descriptor.h"

namespace tenantry::domain {

namespace {

using A = Action;
using S = UserStatus;
using P = Permission;
using G = ActionGroup;

std::vector<S> live() {
    return {S::kStaged,    S::kProvisioned, S::kActive, S::kRecovery, S::kAwaitingNewPassword,
            S::kLockedOut, S::kSuspended};
}

std::vector<ActionSpec> makeActions() {
    const auto none = std::nullopt;
    return {
        {A::kUnlock,
         "unlock",
         "Unlock",
         G::kAccess,
         P::kUsersUnlock,
         {S::kLockedOut},
         S::kActive,
         none,
         true,
         false},
        {A::kSuspend,
         "suspend",
         "Suspend",
         G::kAccess,
         P::kUsersSuspend,
         {S::kActive, S::kRecovery, S::kAwaitingNewPassword, S::kLockedOut, S::kProvisioned},
         S::kSuspended,
         A::kUnsuspend,
         true,
         false},
        {A::kUnsuspend,
         "unsuspend",
         "Unsuspend",
         G::kAccess,
         P::kUsersSuspend,
         {S::kSuspended},
         S::kActive,
         A::kSuspend,
         true,
         false},
        {A::kRevokeSessions, "revoke_sessions", "Sign out everywhere", G::kAccess, P::kUsersSuspend,
         live(), none, none, true, true},
        {A::kResetPassword,
         "reset_password",
         "Reset password",
         G::kPasswordAndMfa,
         P::kUsersResetPassword,
         {S::kActive, S::kAwaitingNewPassword, S::kRecovery, S::kLockedOut},
         S::kRecovery,
         none,
         false,
         true},
        {A::kForcePasswordChange,
         "force_password_change",
         "Expire password",
         G::kPasswordAndMfa,
         P::kUsersResetPassword,
         {S::kActive, S::kRecovery},
         S::kAwaitingNewPassword,
         none,
         true,
         true},
        {A::kResetMfa, "reset_mfa", "Reset MFA", G::kPasswordAndMfa, P::kUsersResetMfa, live(),
         none, none, true, true},
        {A::kRequireMfa, "require_mfa", "Require MFA", G::kPasswordAndMfa, P::kUsersRequireMfa,
         live(), none, A::kWaiveMfa, true, false},
        {A::kWaiveMfa, "waive_mfa", "Waive MFA", G::kPasswordAndMfa, P::kUsersRequireMfa, live(),
         none, A::kRequireMfa, true, false},
        {A::kForceFederated, "force_federated", "Allow single sign-on only", G::kPasswordAndMfa,
         P::kUsersEdit, live(), none, A::kAllowPassword, true, false},
        {A::kAllowPassword, "allow_password", "Allow password sign-in", G::kPasswordAndMfa,
         P::kUsersEdit, live(), none, A::kForceFederated, true, false},
        {A::kActivate,
         "activate",
         "Activate",
         G::kInvitation,
         P::kUsersInvite,
         {S::kStaged},
         S::kActive,
         none,
         false,
         true},
        {A::kResendInvite,
         "resend_invite",
         "Resend invitation",
         G::kInvitation,
         P::kUsersInvite,
         {S::kProvisioned},
         none,
         none,
         false,
         true},
        {A::kRevokeInvite,
         "revoke_invite",
         "Revoke invitation",
         G::kInvitation,
         P::kUsersInvite,
         {S::kProvisioned},
         S::kStaged,
         A::kResendInvite,
         true,
         true},
        {A::kEdit, "edit", "Edit profile", G::kRecord, P::kUsersEdit, live(), none, A::kEdit, true,
         false},
        {A::kAddToGroup, "add_to_group", "Add to group", G::kRecord, P::kUsersEdit, live(), none,
         A::kRemoveFromGroup, true, false},
        {A::kRemoveFromGroup, "remove_from_group", "Remove from group", G::kRecord, P::kUsersEdit,
         live(), none, A::kAddToGroup, true, false},
        {A::kAssignRole, "assign_role", "Assign role", G::kRecord, P::kUsersEdit, live(), none,
         A::kAssignRole, true, false},
        {A::kRestore,
         "restore",
         "Restore",
         G::kRecord,
         P::kUsersDelete,
         {S::kDeleted},
         S::kActive,
         A::kDelete,
         false,
         true},
        {A::kDelete, "delete", "Delete", G::kRecord, P::kUsersDelete, live(), S::kDeleted,
         A::kRestore, true, true},
        // A connector's own, of which nothing more is known.
        {A::kVendor,
         "x",
         "Action of the connector",
         G::kRecord,
         P::kUsersEdit,
         {},
         none,
         none,
         false,
         true},
    };
}

const std::vector<ActionSpec>& table() {
    static const std::vector<ActionSpec> all = makeActions();
    return all;
}

/// The words of "not in a state where this applies", at most 28 characters for the menu.
Reason wrongState(const User& user, const ActionSpec& what) {
    const std::string is(words(user.status));
    if (what.action == A::kUnlock)
        return {"wrong_state", "Not locked out",
                "This user is not locked out: the state is " + is + "."};
    if (what.action == A::kUnsuspend)
        return {"wrong_state", "Not suspended",
                "This user is not suspended: the state is " + is + "."};
    if (what.action == A::kRestore)
        return {"wrong_state", "Not deleted", "This user is not deleted: the state is " + is + "."};
    if (what.to && *what.to == user.status)
        return {"already_so", "Already " + is, "This user is already in the state " + is + "."};
    std::string possible;
    for (const auto status : what.from)
        possible += (possible.empty() ? "" : ", ") + std::string(words(status));
    return {"wrong_state", is,
            std::string(what.words) + " is possible for users who are: " + possible +
                ". This one is: " + is + "."};
}

std::optional<Reason> refusal(const User& user, const ActionSpec& what,
                              const ActionContext& context) {
    if (context.organization == nullptr)
        return Reason{"unknown_organization", "Organization unknown",
                      "The organization of this user is not known."};
    if (!context.asker.may(what.permission, context.organization->id))
        return Reason{"permission_missing", "Permission missing",
                      "You need \"" + std::string(name(what.permission)) + "\" on " +
                          context.organization->name + "."};
    if (!mayOnAll(context.asker, what.permission, user))
        return Reason{"permission_missing", "Permission missing",
                      "You need \"" + std::string(name(what.permission)) +
                          "\" on all organizations that this account is assigned to."};
    const auto capability = context.capabilities.find(connectorAction(what));
    if (capability == context.capabilities.end() || !capability->second.supported) {
        std::string detail =
            capability == context.capabilities.end() ? "" : capability->second.reason;
        if (detail.empty()) detail = context.connectorName + " has no way to do this.";
        return Reason{"connector_cannot", "Directory cannot", detail};
    }
    const bool harmful = what.action == A::kSuspend || what.action == A::kDelete ||
                         (what.action == A::kVendor && what.permission == P::kUsersDelete);
    if (context.isSelf && harmful)
        return Reason{"protected", "This is you", "You cannot do this to your own account."};
    if (context.isProtected && harmful)
        return Reason{"protected", context.protectedBecause,
                      "This account is protected: " + context.protectedBecause + "."};
    if (context.organization->state == OrganizationState::kMaintenance)
        return Reason{"organization_in_maintenance", "In maintenance",
                      context.organization->name + " is in maintenance."};
    if (std::find(what.from.begin(), what.from.end(), user.status) == what.from.end())
        return wrongState(user, what);
    if (what.action == A::kRequireMfa && user.mfaRequired)
        return Reason{"already_so", "Already required",
                      "A second factor is already required of this user."};
    if (what.action == A::kWaiveMfa && !user.mfaRequired)
        return Reason{"already_so", "Not required", "No second factor is required of this user."};
    if (what.action == A::kForceFederated && user.federatedOnly)
        return Reason{"already_so", "Already so",
                      "This user can already sign in by single sign-on only."};
    if (what.action == A::kAllowPassword && !user.federatedOnly)
        return Reason{"already_so", "Already so", "This user can already sign in with a password."};
    return std::nullopt;
}

}  // namespace

std::string_view name(ActionGroup group) {
    switch (group) {
        case G::kAccess:
            return "access";
        case G::kPasswordAndMfa:
            return "password_and_mfa";
        case G::kInvitation:
            return "invitation";
        case G::kRecord:
            return "record";
    }
    return "record";
}

std::span<const ActionSpec> actions() {
    return std::span(table()).first(table().size() - 1);
}
const ActionSpec& spec(Action action) {
    return table()[static_cast<std::size_t>(action) - 1];
}

std::optional<Action> action(std::string_view text) {
    for (const auto& one : actions())
        if (one.name == text) return one.action;
    return std::nullopt;
}

std::string connectorAction(Action action) {
    return "user." + spec(action).name;
}
std::string connectorAction(const ActionSpec& spec) {
    return spec.action == A::kVendor ? spec.name : connectorAction(spec.action);
}

bool isVendorAction(std::string_view name) {
    constexpr std::string_view kPrefix = "x.";
    const auto dot = name.rfind('.');
    return name.substr(0, kPrefix.size()) == kPrefix && dot > kPrefix.size() &&
           dot + 1 < name.size();
}

ActionSpec vendorSpec(const ActionDescriptor& declared) {
    ActionSpec out = spec(A::kVendor);
    out.name = declared.name;
    out.words = declared.title.empty() ? declared.name : declared.title;
    const bool risky = declared.risk == "high";
    out.permission = risky ? P::kUsersDelete : P::kUsersEdit;
    for (const auto& status : declared.whenStatus)
        if (const auto known = userStatus(status)) out.from.push_back(*known);
    if (declared.whenStatus.empty()) out.from = live();
    out.idempotent = declared.idempotent;
    out.confirm = declared.risk != "low";
    constexpr std::string_view kOnUser = "user.";
    out.reverse = declared.reverse;
    if (out.reverse.rfind(kOnUser, 0) == 0) out.reverse.erase(0, kOnUser.size());
    return out;
}

ActionSpec undeclaredSpec(const std::string& name) {
    ActionSpec out = spec(A::kVendor);
    out.name = out.words = name;
    return out;
}

Eligibility eligibility(const User& user, Action action, const ActionContext& context) {
    return eligibility(user, spec(action), context);
}

Eligibility eligibility(const User& user, const ActionSpec& what, const ActionContext& context) {
    Eligibility out;
    out.action = what.action;
    out.words = what.words;
    out.permission = what.permission;
    if (what.action == A::kVendor) out.vendor = what.name;
    out.reason = refusal(user, what, context);
    out.allowed = !out.reason;
    if (const auto capability = context.capabilities.find(connectorAction(what));
        capability != context.capabilities.end()) {
        out.emulated = capability->second.supported && capability->second.emulated;
        if (out.emulated) out.note = capability->second.reason;
    }
    return out;
}

const std::string& nameOf(const Eligibility& one) {
    return one.vendor.empty() ? spec(one.action).name : one.vendor;
}

std::vector<Eligibility> eligibilities(const User& user, const ActionContext& context) {
    std::vector<Eligibility> out;
    for (const auto& one : actions()) out.push_back(eligibility(user, one, context));
    return out;
}

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::kDone:
            return "done";
        case Outcome::kAlreadySo:
            return "already_so";
        case Outcome::kSkipped:
            return "skipped";
        case Outcome::kFailed:
            return "failed";
        case Outcome::kUnknown:
            return "unknown";
        case Outcome::kCancelled:
            return "cancelled";
    }
    return "unknown";
}

std::optional<Outcome> outcome(std::string_view text) {
    for (const auto one : {Outcome::kDone, Outcome::kAlreadySo, Outcome::kSkipped, Outcome::kFailed,
                           Outcome::kUnknown, Outcome::kCancelled})
        if (name(one) == text) return one;
    return std::nullopt;
}

}  // namespace tenantry::domain
