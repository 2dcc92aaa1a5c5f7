/// Tenantry's own accounts: who signs in. They live in the portal directory of their home
/// organization.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/base/secret.h"
#include "kernel/domain/permission.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

/// Who an identity provider says somebody is.
struct FederatedIdentity {
    std::string issuer;
    std::string subject;
    bool operator==(const FederatedIdentity&) const = default;
};

struct Account {
    base::AccountId id;
    base::OrganizationId home;
    std::string username;  ///< unique in the platform, ignoring case
    std::string firstName, lastName, email, phone;
    UserStatus status = UserStatus::kActive;
    StatusCause statusCause = StatusCause::kNone;
    bool breakGlass = false;
    std::vector<Grant> grants;
    std::optional<base::TimePoint> lastLoginAt;
    base::TimePoint createdAt{};
    base::TimePoint modifiedAt{};
    std::uint64_t revision = 1;
    bool mfaRequired = false;
    bool mfaEnrolled = false;
    bool federatedOnly = false;
    /// Shown as LOCKED_OUT, whatever `status` says beneath. When it ends is in the credentials.
    bool lockedOut = false;
    /// What suspend and delete left, and unsuspend goes back to.
    UserStatus formerStatus = UserStatus::kActive;
    std::optional<base::TimePoint> invitedAt = std::nullopt;
    /// Since when it counts as in use without a sign-in: accepted, unsuspended, restored.
    std::optional<base::TimePoint> activeSince = std::nullopt;
    std::vector<FederatedIdentity> identities = {};
};

/// The state as people see it.
inline UserStatus shownStatus(const Account& account) {
    return account.lockedOut ? stronger(account.status, UserStatus::kLockedOut) : account.status;
}

/// What only sign-in reads. Never leaves tenants.
struct Credentials {
    std::string passwordHash;  ///< libsodium's text form; empty: no password
    int failures = 0;
    std::optional<base::TimePoint> lockedUntil;
    base::SecretText totpSecret = {};               ///< base32; empty: not enrolled
    base::SecretText totpPending = {};              ///< shown, and not yet confirmed by a code
    std::vector<std::string> recoveryCodes = {};    ///< digests of those not used yet
    std::vector<std::string> formerPasswords = {};  ///< hashes, newest first
};

/// A session, by the digest of its token: the token itself is not stored.
struct Session {
    std::string tokenDigest;
    base::AccountId account;
    std::string csrfToken;
    std::string remoteAddress;
    std::string userAgent;
    base::TimePoint createdAt{};
    base::TimePoint lastUsedAt{};
};

/// A one-time link: set-up, invitation, reset.
struct OneTimeLink {
    std::string tokenDigest;
    std::string purpose;      ///< "setup", or what for and whose: "invite:ACCOUNT"
    base::AccountId account;  ///< empty for set-up
    base::TimePoint expiresAt{};
};

}  // namespace tenantry::domain
