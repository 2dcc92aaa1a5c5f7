#include "kernel/jobs/effect.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/jobs/edit_arguments.h"

namespace tenantry::jobs {

using domain::Action;
using domain::User;
using domain::UserStatus;

std::string imageOf(const User& user) {
    base::JsonWriter json;
    json.beginObject()
        .key("status")
        .string(domain::name(user.status))
        .key("native_status")
        .string(user.nativeStatus);
    json.key("first_name").string(user.firstName).key("last_name").string(user.lastName);
    json.key("display_name")
        .string(user.displayName)
        .key("email")
        .string(user.email)
        .key("phone")
        .string(user.phone);
    json.key("etag").string(user.etag).endObject();
    return std::move(json).take();
}

bool tookEffect(Action action, const User& after,
                const std::map<std::string, std::string>& wanted) {
    switch (action) {
        case Action::kUnlock:
            return after.status != UserStatus::kLockedOut;
        case Action::kSuspend:
            return after.status == UserStatus::kSuspended;
        case Action::kUnsuspend:
            return after.status != UserStatus::kSuspended;
        case Action::kForcePasswordChange:
            return after.status == UserStatus::kAwaitingNewPassword ||
                   after.status == UserStatus::kProvisioned;
        case Action::kDelete:
            return after.status == UserStatus::kDeleted;
        case Action::kRestore:
            return after.status != UserStatus::kDeleted;
        case Action::kActivate:
            return after.status != UserStatus::kStaged;
        case Action::kRevokeInvite:
            return after.status != UserStatus::kProvisioned;
        case Action::kRequireMfa:
            return after.mfaRequired;
        case Action::kWaiveMfa:
            return !after.mfaRequired;
        case Action::kForceFederated:
            return after.federatedOnly;
        case Action::kAllowPassword:
            return !after.federatedOnly;
        case Action::kEdit:
            return std::all_of(wanted.begin(), wanted.end(),
                               [&](const auto& w) { return valueOf(after, w.first) == w.second; });
        // Nothing of these shows in a user: the directory's own answer has to do.
        case Action::kRevokeSessions:
        case Action::kResetPassword:
        case Action::kResetMfa:
        case Action::kResendInvite:
        case Action::kAddToGroup:
        case Action::kRemoveFromGroup:
        case Action::kAssignRole:
        case Action::kVendor:
            return true;
    }
    return false;
}

bool showsInState(Action action) {
    switch (action) {
        case Action::kRevokeSessions:
        case Action::kResetPassword:
        case Action::kResetMfa:
        case Action::kResendInvite:
        case Action::kAddToGroup:
        case Action::kRemoveFromGroup:
        case Action::kAssignRole:
        case Action::kVendor:
            return false;
        case Action::kUnlock:
        case Action::kSuspend:
        case Action::kUnsuspend:
        case Action::kForcePasswordChange:
        case Action::kDelete:
        case Action::kRestore:
        case Action::kActivate:
        case Action::kRevokeInvite:
        case Action::kRequireMfa:
        case Action::kWaiveMfa:
        case Action::kForceFederated:
        case Action::kAllowPassword:
        case Action::kEdit:
            return true;
    }
    return false;
}

std::string doneWords(const domain::ActionSpec& what, const User& user) {
    const std::string who = user.username.empty() ? user.nativeId : user.username;
    switch (what.action) {
        case Action::kUnlock:
            return who + " is unlocked.";
        case Action::kSuspend:
            return who + " is suspended.";
        case Action::kUnsuspend:
            return who + " is no longer suspended.";
        case Action::kForcePasswordChange:
            return who + " must choose a new password at the next sign-in.";
        case Action::kResetPassword:
            return "The password of " + who + " was reset.";
        case Action::kDelete:
            return who + " is deleted.";
        case Action::kEdit:
            return "The profile of " + who + " is changed.";
        default:
            return what.words + ": done for " + who + ".";
    }
}

}  // namespace tenantry::jobs
