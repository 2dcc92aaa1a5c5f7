// Passkeys: signing in with one, and one's own. A part of Access.
#include <thread>

#include "kernel/base/crypto.h"
#include "tenants/access.h"

namespace tenantry::tenants {

using base::Deadline;
using base::SecretText;
using domain::UserStatus;

namespace {

/// The same for every cause.
constexpr std::string_view kRefused =
    "This passkey was not accepted. Sign in with your password, or ask your administrator.";

}  // namespace

base::Result<PasskeyChallenge> Access::beginPasskeySignIn(const std::string& remoteAddress,
                                                          Deadline deadline) {
    TNY_CHECKED(byAddress_.check(remoteAddress));
    TNY_CHECKED(challenges_.check(remoteAddress));
    challenges_.count(remoteAddress);
    return parts_.passkeys.beginSignIn(deadline);
}

base::Result<SignedIn> Access::signInByPasskey(const PasskeySignIn& request, Deadline deadline) {
    const auto start = std::chrono::steady_clock::now();
    TNY_CHECKED(byAddress_.check(request.remoteAddress));
    auto out = tryPasskey(request, deadline);
    if (out) return out;
    if (parts_.refusalTime.count() > 0) std::this_thread::sleep_until(start + parts_.refusalTime);
    if (out.error().code == base::ErrorCode::kUnauthenticated)
        return base::unauthenticated(std::string(kRefused));
    return out;
}

base::Result<SignedIn> Access::tryPasskey(const PasskeySignIn& request, Deadline deadline) {
    const SignIn attempt{{}, {}, request.remoteAddress, request.userAgent};
    TNY_TRY(const auto proof, parts_.passkeys.prove(request.answer, deadline));
    if (!proof.passkey) return refuse(attempt, nullptr, proof.refused, deadline);
    auto found = parts_.accounts.account(proof.passkey->account, deadline);
    if (!found) return refuse(attempt, nullptr, "no such account", deadline);
    const auto& account = *found;
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(account, deadline));
    if (credentials.lockedUntil && parts_.clock.now() < *credentials.lockedUntil)
        return refuse(attempt, &account, "locked out", deadline);
    if (account.federatedOnly) return refuse(attempt, &account, "single sign-on only", deadline);
    if (!proof.refused.empty()) {
        if (proof.forged) noteFailure(account, credentials, deadline);
        return refuse(attempt, &account, proof.refused, deadline);
    }
    if (!maySignIn(account))
        return refuse(attempt, &account, "the account may not sign in", deadline);
    TNY_TRY(const bool first, parts_.passkeys.use(proof, deadline));
    if (!first) return refuse(attempt, &account, "the passkey's answer was used", deadline);
    // Somebody took the password away: the account is opened by choosing another.
    const bool withoutPassword =
        account.status == UserStatus::kRecovery && credentials.passwordHash.empty();
    if (account.status == UserStatus::kAwaitingNewPassword || withoutPassword)
        return nextOf(account, credentials, NextStep::kNewPassword, deadline);
    return finish(account, credentials, request.remoteAddress, request.userAgent,
                  "Signed in with the passkey " + proof.passkey->name + ".", deadline);
}

base::Result<PasskeyChallenge> Access::beginPasskey(const Authenticated& who,
                                                    const SecretText& password, Deadline deadline) {
    if (who.account.federatedOnly)
        return base::conflict(
            "This account signs in through its organization's identity provider.");
    const auto proof = proven(who, password, deadline);
    if (!proof) return proof.error();
    return parts_.passkeys.beginRegistration(who.account.id, deadline);
}

base::Result<domain::Passkey> Access::addPasskey(const Authenticated& who, const NewPasskey& answer,
                                                 Deadline deadline) {
    if (who.account.federatedOnly)
        return base::conflict(
            "This account signs in through its organization's identity provider.");
    TNY_TRY(auto added, parts_.passkeys.finishRegistration(who.account.id, answer, deadline));
    record(who.account, who.asker.remoteAddress(), "account.add_passkey", "done",
           "Added the passkey " + added.name + ".");
    parts_.portal.mail(MailKind::kPasskeyAdded, who.account, {}, {}, "", deadline);
    return added;
}

base::Result<std::vector<domain::Passkey>> Access::passkeysOf(const Authenticated& who,
                                                              Deadline deadline) {
    return parts_.passkeys.of(who.account.id, deadline);
}

base::Result<domain::Passkey> Access::renamePasskey(const Authenticated& who, const std::string& id,
                                                    const std::string& name, Deadline deadline) {
    return parts_.passkeys.rename(who.account.id, id, name, deadline);
}

base::Status Access::removePasskey(const Authenticated& who, const std::string& id,
                                   Deadline deadline) {
    TNY_TRY(const auto removed, parts_.passkeys.remove(who.account.id, id, deadline));
    record(who.account, who.asker.remoteAddress(), "account.remove_passkey", "done",
           "Removed the passkey " + removed.name + ".");
    parts_.portal.mail(MailKind::kPasskeyRemoved, who.account, {}, {}, "", deadline);
    return base::ok();
}

}  // namespace tenantry::tenants
