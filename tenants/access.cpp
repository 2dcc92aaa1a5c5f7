#include "tenants/access.h"

#include <algorithm>
#include <cctype>

#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::tenants {

namespace limits = base::limits;
using domain::Account;
using domain::Credentials;
using domain::UserStatus;

namespace {

constexpr std::string_view kSetup = "setup";
constexpr std::string_view kRefused = "Username, password or code is wrong.";

base::Error sessionEnded() {
    return base::unauthenticated("You are not signed in, or your session has ended.");
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool maySignIn(const Account& account) {
    switch (account.status) {
        case UserStatus::kActive:
        case UserStatus::kRecovery:
        case UserStatus::kAwaitingNewPassword:
        case UserStatus::kLockedOut:
            return true;  // a lockout ends by itself; Credentials::lockedUntil decides
        case UserStatus::kStaged:
        case UserStatus::kProvisioned:
        case UserStatus::kSuspended:
        case UserStatus::kDeleted:
            return false;
    }
    return false;
}

domain::Activity entry(const Account& account, const std::string& address, base::TimePoint at,
                       std::string action, std::string outcome, std::string detail) {
    domain::Activity out;
    out.id = base::ActivityId(base::newUuid());
    out.at = at;
    out.organization = account.home;
    out.actor = account.id;
    out.actorName = account.username;
    out.remoteAddress = address;
    out.action = std::move(action);
    out.targetKind = "account";
    out.targetId = account.id.text();
    out.targetName = account.username;
    out.outcome = std::move(outcome);
    out.detail = std::move(detail);
    out.correlationId = base::newUuid();
    return out;
}

}  // namespace

base::Status checkPassword(const base::SecretText& password, const std::string& username) {
    const std::string& text = password.reveal();
    if (text.size() < limits::kPasswordBytesMin)
        return base::invalidArgument("The password is too short: it needs at least " +
                                         std::to_string(limits::kPasswordBytesMin) + " characters.",
                                     "/password");
    if (text.size() > limits::kPasswordBytesMax)
        return base::invalidArgument("The password is too long.", "/password");
    if (!username.empty() && lower(text).find(lower(username)) != std::string::npos)
        return base::invalidArgument("The password must not contain the username.", "/password");
    return base::ok();
}

Access::Access(AccessParts parts) : parts_(parts) {
    if (auto hash = base::hashPassword(base::SecretText(base::randomToken()))) decoyHash_ = *hash;
}

bool Access::takeHashSlot(base::Deadline deadline) {
    std::unique_lock lock(hashing_);
    if (!hashingFree_.wait_until(lock, deadline.orAfter(std::chrono::seconds{5}).point(),
                                 [&] { return hashesRunning_ < limits::kPasswordHashesAtOnce; }))
        return false;
    ++hashesRunning_;
    return true;
}

void Access::giveHashSlot() {
    {
        const std::lock_guard lock(hashing_);
        --hashesRunning_;
    }
    hashingFree_.notify_one();
}

base::Result<bool> Access::passwordMatches(const base::SecretText& password,
                                           const std::string& hash, base::Deadline deadline) {
    if (!takeHashSlot(deadline))
        return base::tooMany(
            "Too many people are signing in at this moment. Try again in a few seconds.");
    const bool usable = !hash.empty() && password.reveal().size() <= limits::kPasswordBytesMax;
    const bool matches = base::verifyPassword(password, usable ? hash : decoyHash_);
    giveHashSlot();
    return usable && matches;
}

base::Result<std::string> Access::hashBounded(const base::SecretText& password,
                                              base::Deadline deadline) {
    if (!takeHashSlot(deadline))
        return base::tooMany(
            "Too many people are signing in at this moment. Try again in a few seconds.");
    auto hash = base::hashPassword(password);
    giveHashSlot();
    return hash;
}

base::Error Access::refuse(const SignIn& request, const Account* account, std::string_view why,
                           base::Deadline deadline) {
    base::logInfo("sign_in_refused",
                  {{"account", account ? account->id.text() : "unknown"}, {"why", why}});
    if (account != nullptr) {
        const auto note =
            parts_.activity.append(entry(*account, request.remoteAddress, parts_.clock.now(),
                                         "session.create", "refused", std::string(why)),
                                   deadline);
        if (!note) base::logError("activity_not_written", {{"error", note.error().text()}});
    }
    return base::unauthenticated(std::string(kRefused));
}

void Access::noteFailure(const Account& account, Credentials credentials, base::Deadline deadline) {
    ++credentials.failures;
    // Each lockout is twice as long as the one before.
    if (credentials.failures >= limits::kSignInFailuresMax) {
        const int rounds = std::min(credentials.failures / limits::kSignInFailuresMax - 1, 6);
        if (credentials.failures % limits::kSignInFailuresMax == 0)
            credentials.lockedUntil = parts_.clock.now() + limits::kSignInLockout * (1 << rounds);
    }
    if (const auto saved = parts_.vault.putCredentials(account.id, credentials, deadline); !saved)
        base::logError("sign_in_failure_not_counted",
                       {{"account", account.id.text()}, {"error", saved.error().text()}});
}

base::Result<SignedIn> Access::signIn(const SignIn& request, base::Deadline deadline) {
    auto found = parts_.vault.findForSignIn(request.login, deadline);
    if (!found && found.error().code != base::ErrorCode::kNotFound) return std::move(found).error();
    // The same work whether or not there is such an account.
    const std::string hash = found ? found->second.passwordHash : decoyHash_;
    TNY_TRY(const bool matches, passwordMatches(request.password, hash, deadline));
    if (!found) return refuse(request, nullptr, "no such account", deadline);
    auto& [account, credentials] = *found;
    const auto now = parts_.clock.now();
    if (credentials.lockedUntil && now < *credentials.lockedUntil)
        return refuse(request, &account, "locked out", deadline);
    if (!matches) {
        noteFailure(account, credentials, deadline);
        return refuse(request, &account, "wrong password", deadline);
    }
    if (!maySignIn(account))
        return refuse(request, &account, "the account may not sign in", deadline);
    credentials.failures = 0;
    credentials.lockedUntil.reset();
    TNY_CHECKED(parts_.vault.putCredentials(account.id, credentials, deadline));
    TNY_CHECKED(parts_.vault.noteSignIn(account.id, now, deadline));
    TNY_CHECKED(parts_.vault.removeOldSessions(now - limits::kSessionAbsolute,
                                               now - limits::kSessionIdle, deadline));
    SignedIn out{base::SecretText(base::randomToken()), base::randomToken(), account,
                 now + limits::kSessionAbsolute};
    TNY_CHECKED(
        parts_.vault.putSession({base::digestHex(out.token.reveal()), account.id, out.csrfToken,
                                 request.remoteAddress, request.userAgent.substr(0, 256), now, now},
                                deadline));
    TNY_CHECKED(parts_.activity.append(
        entry(account, request.remoteAddress, now, "session.create", "done", "Signed in."),
        deadline));
    return out;
}

base::Status Access::signOut(const base::SecretText& token, base::Deadline deadline) {
    return parts_.vault.removeSession(base::digestHex(token.reveal()), deadline);
}

domain::Operator Access::operatorOf(const Account& account,
                                    const std::string& remoteAddress) const {
    return {account.id, account.username, remoteAddress, account.grants,
            parts_.organizations.tree()};
}

base::Result<Authenticated> Access::authenticate(const base::SecretText& token,
                                                 const std::string& remoteAddress,
                                                 base::Deadline deadline) {
    if (token.empty()) return sessionEnded();
    const std::string digest = base::digestHex(token.reveal());
    auto session = parts_.vault.session(digest, deadline);
    if (!session) {
        if (session.error().code == base::ErrorCode::kNotFound) return sessionEnded();
        return std::move(session).error();
    }
    const auto now = parts_.clock.now();
    if (now - session->createdAt >= limits::kSessionAbsolute ||
        now - session->lastUsedAt >= limits::kSessionIdle) {
        const auto gone = parts_.vault.removeSession(digest, deadline);
        if (!gone) base::logWarning("session_not_removed", {{"error", gone.error().text()}});
        return sessionEnded();
    }
    auto account = parts_.accounts.account(session->account, deadline);
    if (!account) {
        if (account.error().code == base::ErrorCode::kNotFound) return sessionEnded();
        return std::move(account).error();
    }
    if (!maySignIn(*account)) return sessionEnded();
    // Once a minute is enough to know that it is in use.
    if (now - session->lastUsedAt >= std::chrono::minutes{1})
        TNY_CHECKED(parts_.vault.touchSession(digest, now, deadline));
    return Authenticated{
        operatorOf(*account, remoteAddress), *account, session->csrfToken,
        std::min(session->createdAt + limits::kSessionAbsolute, now + limits::kSessionIdle)};
}

base::Result<std::optional<base::SecretText>> Access::makeSetupLink(base::Deadline deadline) {
    TNY_TRY(const auto accounts, parts_.accounts.countAccounts(deadline));
    if (accounts > 0) return std::optional<base::SecretText>{};
    TNY_CHECKED(parts_.vault.removeLinks(kSetup, deadline));
    base::SecretText token(base::randomToken());
    TNY_CHECKED(
        parts_.vault.putLink({base::digestHex(token.reveal()), std::string(kSetup),
                              base::AccountId{}, parts_.clock.now() + limits::kSetupLinkLife},
                             deadline));
    return std::optional(std::move(token));
}

base::Status Access::checkSetup(const base::SecretText& token, base::Deadline deadline) {
    const auto gone = [] {
        return base::notFound(
            "This set-up link is not valid: it was used, it expired, or it is not complete.");
    };
    auto link = parts_.vault.link(base::digestHex(token.reveal()), deadline);
    if (!link) {
        if (link.error().code == base::ErrorCode::kNotFound) return gone();
        return std::move(link).error();
    }
    if (link->purpose != kSetup || link->expiresAt <= parts_.clock.now()) return gone();
    return base::ok();
}

base::Result<Account> Access::setUp(const SetUp& request, base::Deadline deadline) {
    TNY_CHECKED(checkSetup(request.token, deadline));
    if (request.username.empty() || request.username.size() > 128)
        return base::invalidArgument("A username has 1 to 128 characters.", "/username");
    if (request.email.find('@') == std::string::npos || request.email.size() > 254)
        return base::invalidArgument("This is not an e-mail address.", "/email");
    TNY_CHECKED(checkPassword(request.password, request.username));
    TNY_TRY(const auto accounts, parts_.accounts.countAccounts(deadline));
    if (accounts > 0)
        return base::conflict("This installation is set up already. Sign in instead.");
    // Whoever consumes the link goes on; of two at once the other is told that it was used.
    TNY_CHECKED(parts_.vault.consumeLink(base::digestHex(request.token.reveal()), deadline));
    const auto now = parts_.clock.now();
    auto tree = parts_.organizations.tree();
    if (tree->empty()) {
        domain::Organization platform;
        platform.id = base::OrganizationId(base::newUuid());
        platform.kind = domain::OrganizationKind::kPlatform;
        platform.name = request.platformName.empty() ? "Platform" : request.platformName;
        platform.slug = domain::slugFor(platform.name);
        platform.createdAt = platform.modifiedAt = now;
        TNY_CHECKED(parts_.organizations.unsafePut(platform, deadline));
        tree = parts_.organizations.tree();
    }
    Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = tree->at(0).id;
    account.username = request.username;
    account.email = request.email;
    account.firstName = request.firstName;
    account.lastName = request.lastName;
    account.grants = {{"platform_administrator", account.home}};
    account.createdAt = account.modifiedAt = now;
    TNY_CHECKED(unsafeAddAccount(account, request.password, deadline));
    TNY_CHECKED(parts_.activity.append(
        entry(account, "", now, "account.create", "done", "Set up as the first administrator."),
        deadline));
    return account;
}

domain::Scope Access::unsafeWholePlatform() const {
    const auto tree = parts_.organizations.tree();
    if (tree->empty()) return {};
    return {tree, {tree->subtree(0)}};
}

base::Result<domain::Operator> Access::operatorNow(const base::AccountId& id,
                                                   base::Deadline deadline) {
    TNY_TRY(const auto account, parts_.accounts.account(id, deadline));
    if (!maySignIn(account)) return base::forbidden("This account may not act any more.");
    return operatorOf(account, "");
}

base::Result<domain::Operator> Access::unsafeOperatorFor(const base::AccountId& id,
                                                         base::Deadline deadline) {
    TNY_TRY(const auto account, parts_.accounts.account(id, deadline));
    return operatorOf(account, "");
}

base::Status Access::unsafeAddAccount(const Account& account, const base::SecretText& password,
                                      base::Deadline deadline) {
    for (const auto& grant : account.grants) {
        if (domain::findRole(grant.role) == nullptr)
            return base::invalidArgument("There is no role \"" + grant.role + "\".", "/roles");
        if (!parts_.organizations.tree()->find(grant.organization))
            return base::invalidArgument(
                "A role is granted on an organization that does not exist.", "/roles");
    }
    TNY_CHECKED(checkPassword(password, account.username));
    TNY_TRY(auto hash, hashBounded(password, deadline));
    return parts_.vault.addAccount(account, {std::move(hash), 0, std::nullopt}, deadline);
}

}  // namespace tenantry::tenants
