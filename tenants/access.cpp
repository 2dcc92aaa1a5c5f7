#include "tenants/access.h"

#include <algorithm>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "tenants/api_tokens.h"

namespace tenantry::tenants {

namespace limits = base::limits;
using base::Deadline;
using base::SecretText;
using domain::Account;
using domain::UserStatus;

namespace {

constexpr std::string_view kSetup = "setup";
constexpr auto kThrottleWindow = std::chrono::minutes{5};
constexpr int kRecoveriesMax = 3;
/// A whole office may stand behind one address.
constexpr int kChallengesMax = 300;

base::Error sessionEnded() {
    return base::unauthenticated("You are not signed in, or your session has ended.");
}

}  // namespace

bool maySignIn(const Account& account) {
    switch (account.status) {
        case UserStatus::kActive:
        case UserStatus::kRecovery:
        case UserStatus::kAwaitingNewPassword:
        case UserStatus::kLockedOut:
            return true;
        case UserStatus::kStaged:
        case UserStatus::kProvisioned:
        case UserStatus::kSuspended:
        case UserStatus::kDeleted:
            return false;
    }
    return false;
}

Access::Access(AccessParts parts)
    : parts_(parts),
      byAddress_(parts.clock, parts.failuresMax, kThrottleWindow),
      byAccount_(parts.clock, kRecoveriesMax, kThrottleWindow),
      challenges_(parts.clock, kChallengesMax, kThrottleWindow) {}

void Access::record(const Account& account, const std::string& address, std::string action,
                    std::string outcome, std::string detail) {
    auto entry =
        parts_.portal.entryOf(account, std::move(action), std::move(outcome), std::move(detail));
    entry.actor = account.id;
    entry.actorName = account.username;
    entry.remoteAddress = address;
    parts_.portal.record(entry);
}

base::Status Access::signOut(const SecretText& token, Deadline deadline) {
    return parts_.vault.removeSession(base::digestHex(token.reveal()), deadline);
}

domain::Operator Access::operatorOf(const Account& account, const std::string& remoteAddress,
                                    const Limit* limit, Deadline deadline) const {
    const auto tree = parts_.organizations.tree();
    const auto now = parts_.clock.now();
    std::vector<domain::Grant> grants;
    std::vector<domain::Holding> holdings;
    for (const auto& grant : account.grants) {
        if (grant.expiresAt && *grant.expiresAt <= now) continue;
        grants.push_back(grant);
        const auto role = parts_.roles.find(grant.role, deadline);
        if (!role) continue;
        domain::Holding holding{grant.organization, role->permissions};
        if (limit != nullptr) {
            const auto held = tree->find(holding.organization);
            const auto limited = tree->find(limit->organization);
            if (!held || !limited) continue;
            // Of the two subtrees the lower one; none when they lie beside each other.
            if (tree->subtree(*held).contains(*limited))
                holding.organization = limit->organization;
            else if (!tree->subtree(*limited).contains(*held))
                continue;
            holding.permissions &= limit->permissions;
        }
        holdings.push_back(std::move(holding));
    }
    const std::string name =
        limit == nullptr ? account.username : account.username + " (token " + limit->name + ")";
    return {account.id, name, remoteAddress, std::move(grants), std::move(holdings), tree};
}

base::Result<Authenticated> Access::byApiToken(const SecretText& token,
                                               const std::string& remoteAddress,
                                               Deadline deadline) {
    const std::string digest = base::digestHex(token.reveal());
    const auto document = parts_.documents.document(kApiTokenKind, digest, deadline);
    if (!document) {
        if (document.error().code == base::ErrorCode::kNotFound) return sessionEnded();
        return base::Error(document.error());
    }
    const auto now = parts_.clock.now();
    const auto known = apiTokenOf(*document);
    if (!known || known->expiresAt <= now) return sessionEnded();
    auto account = parts_.accounts.account(known->account, deadline);
    if (!account || !maySignIn(*account)) return sessionEnded();
    // Once a minute is enough to know that it is in use; beside the token, which may be revoked
    // at this moment.
    const auto minute = std::to_string(base::toMillis(now) / 60'000);
    const auto used = parts_.documents.document(kApiTokenUseKind, digest, deadline);
    if (!used || used->json.find("\"minute\":\"" + minute + "\"") == std::string::npos)
        TNY_CHECKED(parts_.documents.putDocument(
            {std::string(kApiTokenUseKind),
             digest,
             account->id.text(),
             R"({"minute":")" + minute + R"(","at":")" + base::toRfc3339(now) + "\"}",
             {},
             known->expiresAt},
            deadline));
    const Limit limit{known->organization, known->permissions, known->name};
    return Authenticated{operatorOf(*account, remoteAddress, &limit, deadline), *account, "",
                         known->expiresAt};
}

base::Result<Authenticated> Access::authenticate(const SecretText& token,
                                                 const std::string& remoteAddress,
                                                 Deadline deadline) {
    if (token.empty()) return sessionEnded();
    if (token.reveal().rfind(kApiTokenPrefix, 0) == 0)
        return byApiToken(token, remoteAddress, deadline);
    const std::string digest = base::digestHex(token.reveal());
    auto session = parts_.vault.session(digest, deadline);
    if (!session) {
        if (session.error().code == base::ErrorCode::kNotFound) return sessionEnded();
        return std::move(session).error();
    }
    const auto now = parts_.clock.now();
    auto account = parts_.accounts.account(session->account, deadline);
    if (!account) {
        if (account.error().code == base::ErrorCode::kNotFound) return sessionEnded();
        return std::move(account).error();
    }
    const auto policy = parts_.portal.policyOf(*account);
    if (now - session->createdAt >= policy.sessionAbsolute ||
        now - session->lastUsedAt >= policy.sessionIdle) {
        const auto gone = parts_.vault.removeSession(digest, deadline);
        if (!gone) base::logWarning("session_not_removed", {{"error", gone.error().text()}});
        return sessionEnded();
    }
    if (!maySignIn(*account)) return sessionEnded();
    // Once a minute is enough to know that it is in use.
    if (now - session->lastUsedAt >= std::chrono::minutes{1})
        TNY_CHECKED(parts_.vault.touchSession(digest, now, deadline));
    return Authenticated{
        operatorOf(*account, remoteAddress, nullptr, deadline), *account, session->csrfToken,
        std::min(session->createdAt + policy.sessionAbsolute, now + policy.sessionIdle), digest};
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
    TNY_CHECKED(parts_.passwords.check(request.password, request.username, {}, deadline));
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
    record(account, "", "account.create", "done", "Set up as the first administrator.");
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
    return operatorOf(account, "", nullptr, deadline);
}

base::Result<domain::Operator> Access::unsafeOperatorFor(const base::AccountId& id,
                                                         base::Deadline deadline) {
    TNY_TRY(const auto account, parts_.accounts.account(id, deadline));
    return operatorOf(account, "", nullptr, deadline);
}

base::Status Access::unsafeAddAccount(const Account& account, const SecretText& password,
                                      Deadline deadline) {
    for (const auto& grant : account.grants) {
        if (!parts_.roles.find(grant.role, deadline))
            return base::invalidArgument("There is no role \"" + grant.role + "\".", "/roles");
        if (!parts_.organizations.tree()->find(grant.organization))
            return base::invalidArgument(
                "A role is granted on an organization that does not exist.", "/roles");
    }
    TNY_CHECKED(checkPassword(password, account.username));
    domain::Credentials credentials;
    TNY_CHECKED(parts_.passwords.put(credentials, password, deadline));
    return parts_.portal.unsafeAdd(account, credentials, deadline);
}

}  // namespace tenantry::tenants
