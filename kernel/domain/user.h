/// A user: one account in one directory, as the view shows it. Fields and states are DESIGN section
/// 5's.
///
/// Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"

namespace tenantry::domain {

using base::ConnectionId;
using base::OrganizationId;
using base::TimePoint;
using base::UserId;

enum class UserStatus : std::uint8_t {
    kStaged = 1,           ///< exists, not yet activated, no mail sent
    kProvisioned,          ///< invited, first sign-in not completed
    kActive,               ///< full access
    kRecovery,             ///< a password reset was requested
    kAwaitingNewPassword,  ///< password expired or being replaced, must change at next sign-in
    kLockedOut,            ///< too many wrong passwords or codes
    kSuspended,            ///< disabled; see StatusCause
    kDeleted,              ///< removed, and kept where the backend or the portal retains it
};
inline constexpr std::size_t kUserStatusCount = 8;

/// The API's word: "LOCKED_OUT".
std::string_view name(UserStatus status);
/// The word people read: "Locked out".
std::string_view words(UserStatus status);
std::optional<UserStatus> userStatus(std::string_view name);
/// Which of two states that hold at once is shown: DELETED, SUSPENDED, STAGED, LOCKED_OUT,
/// PROVISIONED, RECOVERY, AWAITING_NEW_PASSWORD, ACTIVE.
UserStatus stronger(UserStatus a, UserStatus b);
/// All but DELETED.
inline bool isLive(UserStatus status) {
    return status != UserStatus::kDeleted;
}

enum class StatusCause : std::uint8_t { kNone = 1, kInactive, kOperator, kBackend };
std::string_view name(StatusCause cause);  ///< "" for kNone
StatusCause statusCause(std::string_view name);

/// Yes, no, or the directory does not tell.
enum class Tristate : std::uint8_t { kUnknown = 1, kNo, kYes };

enum class Alert : std::uint8_t {
    kLockedOut = 1,
    kPasswordExpired,
    kNoMfa,
    kInactive,
    kInviteExpired,
    kStale,
    kPrivileged
};
inline constexpr std::size_t kAlertCount = 7;
std::string_view name(Alert alert);
std::optional<Alert> alert(std::string_view name);

struct User {
    UserId id;
    OrganizationId organization;
    /// Of an account that is assigned to others than its own: all of them. Who does not see them
    /// all does not see the user (DESIGN section 4).
    std::vector<OrganizationId> assigned;
    ConnectionId connection;
    std::string nativeId;
    std::string username;
    std::string firstName;
    std::string lastName;
    std::string displayName;
    std::string email;
    std::string phone;
    UserStatus status = UserStatus::kActive;
    StatusCause statusCause = StatusCause::kNone;
    std::string nativeStatus;  ///< raw, as the backend says it
    std::vector<std::string> roles;
    Tristate mfaEnrolled = Tristate::kUnknown;
    bool mfaRequired = false;
    std::vector<std::string> mfaMethods;
    bool federatedOnly = false;
    std::optional<TimePoint> lastLoginAt;
    std::optional<TimePoint> createdAt;
    std::optional<TimePoint> modifiedAt;
    std::string consoleUrl;
    std::string etag;                   ///< the connector's; equal means unchanged
    TimePoint seenAt{};                 ///< when the directory last showed it to us
    std::string attributesJson = "{}";  ///< the connector's further attributes, an object
    bool operator==(const User&) const = default;
};

/// A short text that changes whenever what the directory says of the user changes: the ETag of the
/// API.
std::string versionOf(const User& user);

/// Alerts as a set: bit n-1 is the alert numbered n.
using AlertMask = std::uint8_t;
inline AlertMask maskOf(Alert one) {
    return static_cast<AlertMask>(1U << (static_cast<unsigned>(one) - 1U));
}

/// What the alerts of a user depend on besides the moment: worked out once, asked often.
struct AlertPlan {
    AlertMask always = 0;
    TimePoint inactiveFrom = TimePoint::max();
    TimePoint inviteExpiredFrom = TimePoint::max();
};
AlertPlan alertPlanOf(const User& user);
AlertMask alertsAt(const AlertPlan& plan, TimePoint now, bool stale);

/// The alerts of a user at `now`. `stale`: its organization is not shown current.
std::vector<Alert> alertsOf(const User& user, TimePoint now, bool stale);

}  // namespace tenantry::domain
