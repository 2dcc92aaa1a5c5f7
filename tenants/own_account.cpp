// What one does with one's own account: a part of Access.
#include "kernel/base/crypto.h"
#include "tenants/access.h"
#include "tenants/totp.h"

namespace tenantry::tenants {

using base::Deadline;
using base::SecretText;
using domain::Account;
using domain::Credentials;

namespace {

constexpr std::size_t kSessionIdDigits = 16;

base::Error wrongCode() {
    return base::invalidArgument("The code is wrong, or was used already.", "/totp");
}

std::string sessionId(const std::string& tokenDigest) {
    return base::digestHex("session " + tokenDigest).substr(0, kSessionIdDigits);
}

}  // namespace

base::Result<Credentials> Access::proven(const Authenticated& who, const SecretText& password,
                                         Deadline deadline) {
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(who.account, deadline));
    if (credentials.lockedUntil && parts_.clock.now() < *credentials.lockedUntil)
        return base::invalidArgument("The password is wrong.", "/current_password");
    TNY_TRY(const bool right,
            parts_.passwords.matches(password, credentials.passwordHash, deadline));
    if (right) return credentials;
    noteFailure(who.account, credentials, deadline);
    return base::invalidArgument("The password is wrong.", "/current_password");
}

base::Status Access::changePassword(const Authenticated& who, const SecretText& current,
                                    const SecretText& wanted, Deadline deadline) {
    TNY_TRY(auto credentials, proven(who, current, deadline));
    auto judged = parts_.passwords.check(
        wanted, who.account.username, credentials, deadline,
        static_cast<std::size_t>(parts_.portal.policyOf(who.account).passwordBytesMin));
    if (!judged) return std::move(judged).error();
    TNY_CHECKED(parts_.passwords.put(credentials, wanted, deadline));
    TNY_CHECKED(parts_.vault.putCredentials(who.account.id, credentials, deadline));
    TNY_CHECKED(endOtherSessions(who, deadline));
    record(who.account, who.asker.remoteAddress(), "account.change_password", "done",
           "Changed their password.");
    parts_.portal.mail(MailKind::kPasswordChanged, who.account, {}, {}, "", deadline);
    return base::ok();
}

base::Result<Enrolment> Access::beginEnrolment(const Authenticated& who, Deadline deadline) {
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(who.account, deadline));
    if (!credentials.totpSecret.empty())
        return base::conflict("A second factor is enrolled already. Remove it first.");
    credentials.totpPending = newTotpSecret();
    TNY_CHECKED(parts_.vault.putCredentials(who.account.id, credentials, deadline));
    return enrolmentOf(who.account, credentials.totpPending);
}

base::Result<std::vector<SecretText>> Access::confirmEnrolment(const Authenticated& who,
                                                               const std::string& code,
                                                               Deadline deadline) {
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(who.account, deadline));
    if (credentials.totpPending.empty())
        return base::conflict("Begin the enrolment first: there is nothing to confirm.");
    credentials.totpSecret = std::exchange(credentials.totpPending, {});
    TNY_TRY(const bool right, useCode(who.account, credentials, code, deadline));
    if (!right) return wrongCode();
    auto codes = newRecoveryCodes();
    credentials.recoveryCodes.clear();
    for (const auto& one : codes) credentials.recoveryCodes.push_back(recoveryDigest(one.reveal()));
    TNY_CHECKED(parts_.vault.putCredentials(who.account.id, credentials, deadline));
    TNY_TRY(const auto changed,
            parts_.portal.update(
                who.account.id, [](Account& one) { one.mfaEnrolled = true; }, deadline));
    record(changed, who.asker.remoteAddress(), "account.enrol_mfa", "done",
           "Enrolled a second factor.");
    return codes;
}

base::Status Access::removeSecondFactor(const Authenticated& who, const SecretText& password,
                                        Deadline deadline) {
    if (parts_.portal.needsSecondFactor(who.account))
        return base::forbidden("A second factor is required of your account.");
    TNY_TRY(auto credentials, proven(who, password, deadline));
    credentials.totpSecret = credentials.totpPending = {};
    credentials.recoveryCodes.clear();
    TNY_CHECKED(parts_.vault.putCredentials(who.account.id, credentials, deadline));
    TNY_TRY(const auto changed,
            parts_.portal.update(
                who.account.id, [](Account& one) { one.mfaEnrolled = false; }, deadline));
    record(changed, who.asker.remoteAddress(), "account.remove_mfa", "done",
           "Removed their second factor.");
    return base::ok();
}

base::Result<std::vector<SecretText>> Access::renewRecoveryCodes(const Authenticated& who,
                                                                 const SecretText& password,
                                                                 Deadline deadline) {
    TNY_TRY(auto credentials, proven(who, password, deadline));
    if (credentials.totpSecret.empty())
        return base::conflict("Without a second factor there is nothing to recover from.");
    auto codes = newRecoveryCodes();
    credentials.recoveryCodes.clear();
    for (const auto& one : codes) credentials.recoveryCodes.push_back(recoveryDigest(one.reveal()));
    TNY_CHECKED(parts_.vault.putCredentials(who.account.id, credentials, deadline));
    record(who.account, who.asker.remoteAddress(), "account.renew_recovery_codes", "done",
           "Made new recovery codes.");
    return codes;
}

base::Result<std::vector<ShownSession>> Access::sessionsOf(const base::AccountId& id,
                                                           Deadline deadline) {
    TNY_TRY(const auto all, parts_.vault.sessionsOf(id, deadline));
    const auto now = parts_.clock.now();
    TNY_TRY(const auto account, parts_.accounts.account(id, deadline));
    const auto policy = parts_.portal.policyOf(account);
    std::vector<ShownSession> out;
    for (const auto& one : all)
        if (now - one.createdAt < policy.sessionAbsolute &&
            now - one.lastUsedAt < policy.sessionIdle)
            out.push_back({sessionId(one.tokenDigest), one});
    return out;
}

base::Status Access::endSession(const base::AccountId& id, const std::string& session,
                                Deadline deadline) {
    TNY_TRY(const auto all, parts_.vault.sessionsOf(id, deadline));
    for (const auto& one : all)
        if (sessionId(one.tokenDigest) == session)
            return parts_.vault.removeSession(one.tokenDigest, deadline);
    return base::notFound("There is no such session.");
}

base::Status Access::endOtherSessions(const Authenticated& who, Deadline deadline) {
    TNY_TRY(const auto all, parts_.vault.sessionsOf(who.account.id, deadline));
    for (const auto& one : all)
        if (one.tokenDigest != who.sessionDigest)
            TNY_CHECKED(parts_.vault.removeSession(one.tokenDigest, deadline));
    return base::ok();
}

}  // namespace tenantry::tenants
