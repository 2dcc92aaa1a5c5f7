// Sign-in by password, link and identity: a part of Access.
#include <algorithm>
#include <thread>

#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "tenants/access.h"
#include "tenants/totp.h"

namespace tenantry::tenants {

namespace limits = base::limits;
using base::Deadline;
using base::SecretText;
using domain::Account;
using domain::Credentials;
using domain::UserStatus;

namespace {

constexpr std::string_view kRefused = "Username, password or code is wrong.";
constexpr int kDoublingsMax = 6;
constexpr auto kStepRemembered = std::chrono::minutes{5};
constexpr auto kCodeRemembered = std::chrono::hours{24 * 400};

base::Error wrongCode() {
    return base::invalidArgument("The code is wrong, or was used already.", "/totp");
}

/// Waits until `span` after `start`: the answer does not tell how much there was to do.
void waitUntil(base::SteadyPoint start, std::chrono::milliseconds span) {
    if (span.count() > 0) std::this_thread::sleep_until(start + span);
}

}  // namespace

std::string_view name(NextStep step) {
    switch (step) {
        case NextStep::kNone:
            return "none";
        case NextStep::kCode:
            return "second-factor-required";
        case NextStep::kNewPassword:
            return "new-password-required";
        case NextStep::kEnrol:
            return "enrolment-required";
    }
    return "none";
}

base::Error Access::refuse(const SignIn& request, const Account* account, std::string_view why,
                           Deadline) {
    base::logInfo("sign_in_refused",
                  {{"account", account ? account->id.text() : "unknown"}, {"why", why}});
    byAddress_.count(request.remoteAddress);
    if (account != nullptr)
        record(*account, request.remoteAddress, "session.create", "refused", std::string(why));
    return base::unauthenticated(std::string(kRefused));
}

void Access::noteFailure(const Account& account, Credentials credentials, Deadline deadline) {
    ++credentials.failures;
    const bool locks = credentials.failures % limits::kSignInFailuresMax == 0;
    // Each lockout is twice as long as the one before.
    if (locks) {
        const int rounds =
            std::min(credentials.failures / limits::kSignInFailuresMax - 1, kDoublingsMax);
        credentials.lockedUntil = parts_.clock.now() + limits::kSignInLockout * (1 << rounds);
    }
    if (const auto saved = parts_.vault.putCredentials(account.id, credentials, deadline); !saved)
        base::logError("sign_in_failure_not_counted",
                       {{"account", account.id.text()}, {"error", saved.error().text()}});
    if (!locks) return;
    const auto locked = parts_.portal.update(
        account.id, [](Account& one) { one.lockedOut = true; }, deadline);
    if (!locked) return;
    auto entry = parts_.portal.entryOf(*locked, "account.lock_out", "done",
                                       "Locked out after too many wrong passwords or codes.");
    parts_.portal.record(entry);
    parts_.portal.mail(MailKind::kLockedOut, *locked, {}, {}, "", deadline);
}

base::Result<bool> Access::useCode(const Account& account, Credentials& credentials,
                                   const std::string& code, Deadline deadline) {
    const auto now = parts_.clock.now();
    const auto once = [&](const char* kind, const std::string& id,
                          std::chrono::milliseconds kept) -> base::Result<bool> {
        const auto added = parts_.documents.addDocument(
            {kind, id, account.id.text(), "{}", {}, now + kept}, deadline);
        if (added) return true;
        if (added.error().code == base::ErrorCode::kConflict) return false;
        return added.error();
    };
    if (const auto step = totpStepOf(credentials.totpSecret, code, now))
        return once("totp_step",
                    account.id.text() + ":" + std::to_string(*step) + ":" +
                        base::digestHex(credentials.totpSecret.reveal()).substr(0, 8),
                    kStepRemembered);
    const auto digest = recoveryDigest(code);
    auto& codes = credentials.recoveryCodes;
    const auto found = std::find(codes.begin(), codes.end(), digest);
    if (found == codes.end()) return false;
    TNY_TRY(const bool first,
            once("recovery_used", account.id.text() + ":" + digest, kCodeRemembered));
    if (first) codes.erase(found);
    return first;
}

base::Result<SignedIn> Access::signIn(const SignIn& request, Deadline deadline) {
    const auto start = std::chrono::steady_clock::now();
    TNY_CHECKED(byAddress_.check(request.remoteAddress));
    auto out = trySignIn(request, deadline);
    if (!out) waitUntil(start, parts_.refusalTime);
    return out;
}

base::Result<SignedIn> Access::trySignIn(const SignIn& request, Deadline deadline) {
    auto found = parts_.vault.findForSignIn(request.login, deadline);
    if (!found && found.error().code != base::ErrorCode::kNotFound) return std::move(found).error();
    // The same work whether or not there is such an account, and whether it may use a password.
    const bool usable = found && !found->first.federatedOnly;
    TNY_TRY(const bool matches,
            parts_.passwords.matches(
                request.password, usable ? found->second.passwordHash : std::string(), deadline));
    if (!found) return refuse(request, nullptr, "no such account", deadline);
    auto& [account, credentials] = *found;
    const auto now = parts_.clock.now();
    if (credentials.lockedUntil && now < *credentials.lockedUntil)
        return refuse(request, &account, "locked out", deadline);
    if (!usable) return refuse(request, &account, "single sign-on only", deadline);
    if (!matches) {
        noteFailure(account, credentials, deadline);
        return refuse(request, &account, "wrong password", deadline);
    }
    if (!maySignIn(account))
        return refuse(request, &account, "the account may not sign in", deadline);
    if (!credentials.totpSecret.empty()) {
        if (request.code.empty()) return nextOf(account, credentials, NextStep::kCode, deadline);
        TNY_TRY(const bool right, useCode(account, credentials, request.code, deadline));
        if (!right) {
            noteFailure(account, credentials, deadline);
            return refuse(request, &account, "wrong code", deadline);
        }
    }
    if (account.status == UserStatus::kAwaitingNewPassword)
        return nextOf(account, credentials, NextStep::kNewPassword, deadline);
    if (parts_.portal.needsSecondFactor(account) && credentials.totpSecret.empty())
        return nextOf(account, credentials, NextStep::kEnrol, deadline);
    return finish(account, credentials, request.remoteAddress, request.userAgent, "Signed in.",
                  deadline);
}

base::Result<SignedIn> Access::nextOf(const Account& account, const Credentials& credentials,
                                      NextStep next, Deadline deadline) {
    SignedIn out;
    out.account = account;
    out.next = next;
    if (next == NextStep::kCode) return out;
    // A recovery code that was used is gone, whatever comes of the rest.
    TNY_CHECKED(parts_.vault.putCredentials(account.id, credentials, deadline));
    const auto purpose =
        next == NextStep::kEnrol ? LinkPurpose::kEnrol : LinkPurpose::kChangePassword;
    TNY_TRY(out.link, parts_.portal.makeLink(account, purpose, Accounts::kStepLife, deadline));
    return out;
}

base::Result<SignedIn> Access::finish(const Account& account, Credentials credentials,
                                      const std::string& address, const std::string& userAgent,
                                      std::string words, Deadline deadline) {
    const auto now = parts_.clock.now();
    credentials.failures = 0;
    credentials.lockedUntil.reset();
    TNY_CHECKED(parts_.vault.putCredentials(account.id, credentials, deadline));
    if (account.lockedOut || account.status == UserStatus::kRecovery) {
        TNY_CHECKED(parts_.portal.killLinks(account.id, deadline));
        TNY_TRY(const auto changed, parts_.portal.update(
                                        account.id,
                                        [](Account& one) {
                                            one.lockedOut = false;
                                            if (one.status == UserStatus::kRecovery)
                                                one.status = UserStatus::kActive;
                                        },
                                        deadline));
        static_cast<void>(changed);
    }
    TNY_CHECKED(parts_.vault.noteSignIn(account.id, now, deadline));
    TNY_CHECKED(parts_.vault.removeOldSessions(now - limits::kSessionAbsolute,
                                               now - limits::kSessionIdle, deadline));
    TNY_TRY(const auto others, parts_.vault.sessionsOf(account.id, deadline));
    for (std::size_t i = limits::kSessionsPerAccountMax - 1; i < others.size(); ++i)
        TNY_CHECKED(parts_.vault.removeSession(others[i].tokenDigest, deadline));
    SignedIn out;
    out.token = SecretText(base::randomToken());
    out.csrfToken = base::randomToken();
    out.account = account;
    out.expiresAt = now + parts_.portal.policyOf(account).sessionAbsolute;
    TNY_CHECKED(
        parts_.vault.putSession({base::digestHex(out.token.reveal()), account.id, out.csrfToken,
                                 address, userAgent.substr(0, 256), now, now},
                                deadline));
    record(account, address, "session.create", "done", std::move(words));
    parts_.portal.showAgain(account.id, deadline);
    return out;
}

base::Result<SignedIn> Access::signInFederated(const base::AccountId& id,
                                               const std::string& address,
                                               const std::string& userAgent, Deadline deadline) {
    TNY_TRY(auto account, parts_.accounts.account(id, deadline));
    TNY_TRY(const auto credentials, parts_.portal.credentialsOf(account, deadline));
    const bool invited = account.status == UserStatus::kProvisioned;
    if (!invited && !maySignIn(account)) return base::unauthenticated(std::string(kRefused));
    if (invited) {
        const auto now = parts_.clock.now();
        TNY_CHECKED(parts_.portal.killLinks(id, deadline));
        TNY_TRY(account, parts_.portal.update(
                             id,
                             [&](Account& one) {
                                 one.status = UserStatus::kActive;
                                 one.activeSince = now;
                             },
                             deadline));
    }
    return finish(account, credentials, address, userAgent,
                  "Signed in through the identity provider.", deadline);
}

base::Result<LinkState> Access::checkLink(const SecretText& token, Deadline deadline) {
    TNY_TRY(const auto target, parts_.portal.linkTarget(token, deadline));
    const auto& [purpose, account] = target;
    const bool open = purpose == LinkPurpose::kInvite ? account.status == UserStatus::kProvisioned
                                                      : maySignIn(account);
    if (!open)
        return base::notFound("This link was used, replaced or is too old. Ask for a new one.");
    TNY_TRY(const auto credentials, parts_.portal.credentialsOf(account, deadline));
    const bool enrolled = !credentials.totpSecret.empty();
    LinkState out;
    out.purpose = purpose;
    out.account = account;
    const auto& home = account.home;
    const auto tree = parts_.organizations.tree();
    if (const auto ordinal = tree->find(home)) out.organization = tree->at(*ordinal).name;
    out.branding = parts_.portal.brandingOf(home, deadline);
    out.needsPassword = purpose != LinkPurpose::kEnrol && !account.federatedOnly;
    out.needsCode = purpose == LinkPurpose::kReset && enrolled;
    out.mustEnrol = parts_.portal.needsSecondFactor(account) && !enrolled && !account.federatedOnly;
    return out;
}

Enrolment Access::enrolmentOf(const Account& account, const SecretText& secret) const {
    const auto tree = parts_.organizations.tree();
    const std::string issuer = tree->empty() ? "Tenantry" : tree->at(0).name;
    Enrolment out;
    out.secret = secret;
    out.uri = totpUri(secret, account.username, issuer);
    out.qrSvg = qrSvg(out.uri);
    return out;
}

base::Result<Enrolment> Access::enrolByLink(const SecretText& token, Deadline deadline) {
    TNY_TRY(const auto state, checkLink(token, deadline));
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(state.account, deadline));
    if (!credentials.totpSecret.empty())
        return base::conflict("A second factor is enrolled already.");
    credentials.totpPending = newTotpSecret();
    TNY_CHECKED(parts_.vault.putCredentials(state.account.id, credentials, deadline));
    return enrolmentOf(state.account, credentials.totpPending);
}

base::Result<SignedIn> Access::acceptLink(const LinkAnswer& answer, Deadline deadline) {
    TNY_CHECKED(byAddress_.check(answer.remoteAddress));
    auto checked = checkLink(answer.token, deadline);
    if (!checked) {
        byAddress_.count(answer.remoteAddress);
        return std::move(checked).error();
    }
    const auto& account = checked->account;
    if (account.federatedOnly)
        return base::conflict(
            "This account signs in through its organization's identity provider.");
    TNY_TRY(auto credentials, parts_.portal.credentialsOf(account, deadline));
    const auto now = parts_.clock.now();
    const bool mailed = checked->purpose == LinkPurpose::kReset;
    if (!mailed && credentials.lockedUntil && now < *credentials.lockedUntil)
        return base::unauthenticated(std::string(kRefused));
    if (checked->needsPassword)
        TNY_CHECKED(parts_.passwords.check(
            answer.password, account.username, credentials, deadline,
            static_cast<std::size_t>(parts_.portal.policyOf(account).passwordBytesMin)));
    const bool enrols = credentials.totpSecret.empty() && !credentials.totpPending.empty() &&
                        (checked->mustEnrol || !answer.code.empty());
    if (checked->mustEnrol && !enrols)
        return base::invalidArgument("A second factor is required: enrol one first.", "/totp");
    if (enrols) {
        Credentials pending = credentials;
        pending.totpSecret = credentials.totpPending;
        TNY_TRY(const bool right, useCode(account, pending, answer.code, deadline));
        if (!right) return wrongCode();
    } else if (checked->needsCode) {
        TNY_TRY(const bool right, useCode(account, credentials, answer.code, deadline));
        if (!right) {
            byAddress_.count(answer.remoteAddress);
            noteFailure(account, credentials, deadline);
            return wrongCode();
        }
    }
    // Whoever uses it up goes on.
    TNY_CHECKED(parts_.portal.useLink(answer.token, deadline));
    TNY_CHECKED(parts_.portal.killLinks(account.id, deadline));
    std::vector<SecretText> codes;
    if (checked->needsPassword)
        TNY_CHECKED(parts_.passwords.put(credentials, answer.password, deadline));
    if (enrols) {
        credentials.totpSecret = credentials.totpPending;
        codes = newRecoveryCodes();
        for (const auto& one : codes)
            credentials.recoveryCodes.push_back(recoveryDigest(one.reveal()));
    }
    credentials.totpPending = {};
    TNY_CHECKED(parts_.vault.putCredentials(account.id, credentials, deadline));
    if (checked->needsPassword) TNY_CHECKED(parts_.vault.removeSessionsOf(account.id, deadline));
    const bool hasFactor = !credentials.totpSecret.empty();
    TNY_TRY(const auto changed, parts_.portal.update(
                                    account.id,
                                    [&](Account& one) {
                                        one.status = UserStatus::kActive;
                                        one.lockedOut = false;
                                        one.mfaEnrolled = hasFactor;
                                        one.activeSince = now;
                                    },
                                    deadline));
    if (checked->purpose == LinkPurpose::kReset || checked->purpose == LinkPurpose::kChangePassword)
        parts_.portal.mail(MailKind::kPasswordChanged, changed, {}, {}, "", deadline);
    TNY_TRY(auto out, finish(changed, credentials, answer.remoteAddress, answer.userAgent,
                             checked->purpose == LinkPurpose::kInvite
                                 ? "Accepted the invitation and signed in."
                                 : "Signed in by a link.",
                             deadline));
    out.recoveryCodes = std::move(codes);
    return out;
}

base::Status Access::requestRecovery(const std::string& login, const std::string& remoteAddress,
                                     Deadline deadline) {
    const auto start = std::chrono::steady_clock::now();
    TNY_CHECKED(byAddress_.check(remoteAddress));
    byAddress_.count(remoteAddress);
    const auto found = parts_.vault.findForSignIn(login, deadline);
    if (!found && found.error().code != base::ErrorCode::kNotFound) return found.error();
    const auto attempt = [&]() -> base::Status {
        const auto& account = found->first;
        if (!maySignIn(account) || account.federatedOnly) return base::ok();
        if (!byAccount_.check(account.id.text())) return base::ok();
        byAccount_.count(account.id.text());
        TNY_TRY(const auto link, parts_.portal.makeLink(account, LinkPurpose::kReset,
                                                        Accounts::kResetLife, deadline));
        // The password stays good: anybody may ask for a link to anybody's mailbox.
        TNY_TRY(const auto changed, parts_.portal.update(
                                        account.id,
                                        [](Account& one) {
                                            if (one.status == UserStatus::kActive)
                                                one.status = UserStatus::kRecovery;
                                        },
                                        deadline));
        parts_.portal.mail(MailKind::kReset, changed, link, Accounts::kResetLife, "", deadline);
        record(changed, remoteAddress, "account.request_recovery", "done",
               "A link for a new password was mailed.");
        return base::ok();
    };
    const auto done = found ? attempt() : base::ok();
    waitUntil(start, parts_.refusalTime);
    return done;
}

}  // namespace tenantry::tenants
