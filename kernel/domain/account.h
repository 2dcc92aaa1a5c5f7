/// Tenantry's own accounts: who signs in. They live in the portal directory of their home
/// organization.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/domain/permission.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

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
};

/// What only sign-in reads. Never leaves tenants.
struct Credentials {
    std::string passwordHash;  ///< libsodium's text form; empty: no password
    int failures = 0;
    std::optional<base::TimePoint> lockedUntil;
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
    std::string purpose;      ///< "setup"
    base::AccountId account;  ///< empty for set-up
    base::TimePoint expiresAt{};
};

}  // namespace tenantry::domain
