#include "kernel/domain/user.h"

#include <algorithm>
#include <array>

#include "kernel/base/crypto.h"

namespace tenantry::domain {

namespace {

struct StatusRow {
    UserStatus status;
    std::string_view name;
    std::string_view words;
};

/// In order of precedence, the strongest first.
constexpr std::array<StatusRow, kUserStatusCount> kStatuses{{
    {UserStatus::kDeleted, "DELETED", "Deleted"},
    {UserStatus::kSuspended, "SUSPENDED", "Suspended"},
    {UserStatus::kStaged, "STAGED", "Staged"},
    {UserStatus::kLockedOut, "LOCKED_OUT", "Locked out"},
    {UserStatus::kProvisioned, "PROVISIONED", "Invited"},
    {UserStatus::kRecovery, "RECOVERY", "Recovery"},
    {UserStatus::kAwaitingNewPassword, "AWAITING_NEW_PASSWORD", "Password expired"},
    {UserStatus::kActive, "ACTIVE", "Active"},
}};

std::size_t rank(UserStatus status) {
    for (std::size_t i = 0; i < kStatuses.size(); ++i)
        if (kStatuses[i].status == status) return i;
    return kStatuses.size() - 1;
}

constexpr std::array<std::pair<Alert, std::string_view>, kAlertCount> kAlerts{{
    {Alert::kLockedOut, "locked_out"},
    {Alert::kPasswordExpired, "password_expired"},
    {Alert::kNoMfa, "no_mfa"},
    {Alert::kInactive, "inactive"},
    {Alert::kInviteExpired, "invite_expired"},
    {Alert::kStale, "stale"},
    {Alert::kPrivileged, "privileged"},
}};

constexpr auto kInactiveAfter = std::chrono::days{90};
constexpr auto kInviteLife = std::chrono::days{7};

/// Roles that the backends we know call administrative.
bool privileged(const std::vector<std::string>& roles) {
    return std::any_of(roles.begin(), roles.end(), [](std::string role) {
        std::transform(role.begin(), role.end(), role.begin(), [](unsigned char c) {
            return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c);
        });
        return role.find("admin") != std::string::npos || role == "sysop" || role == "bureaucrat" ||
               role == "root";
    });
}

}  // namespace

std::string_view name(UserStatus status) {
    return kStatuses[rank(status)].name;
}
std::string_view words(UserStatus status) {
    return kStatuses[rank(status)].words;
}

std::optional<UserStatus> userStatus(std::string_view text) {
    for (const auto& row : kStatuses)
        if (row.name == text) return row.status;
    return std::nullopt;
}

UserStatus stronger(UserStatus a, UserStatus b) {
    return rank(a) <= rank(b) ? a : b;
}

std::string_view name(StatusCause cause) {
    switch (cause) {
        case StatusCause::kNone:
            return "";
        case StatusCause::kInactive:
            return "inactive";
        case StatusCause::kOperator:
            return "operator";
        case StatusCause::kBackend:
            return "backend";
    }
    return "";
}

StatusCause statusCause(std::string_view text) {
    for (const auto cause : {StatusCause::kInactive, StatusCause::kOperator, StatusCause::kBackend})
        if (name(cause) == text) return cause;
    return StatusCause::kNone;
}

std::string_view name(Alert value) {
    for (const auto& [alert, text] : kAlerts)
        if (alert == value) return text;
    return "";
}

std::optional<Alert> alert(std::string_view text) {
    for (const auto& [value, word] : kAlerts)
        if (word == text) return value;
    return std::nullopt;
}

namespace {
/// `time` moved by `span`, and no further than time goes: a directory may say anything.
TimePoint later(TimePoint time, std::chrono::milliseconds span) {
    return time > TimePoint::max() - span ? TimePoint::max() : time + span;
}
}  // namespace

AlertPlan alertPlanOf(const User& user) {
    AlertPlan plan;
    const bool live = isLive(user.status);
    const auto set = [&plan](Alert one, bool holds) {
        if (holds) plan.always = static_cast<AlertMask>(plan.always | maskOf(one));
    };
    set(Alert::kLockedOut, user.status == UserStatus::kLockedOut);
    set(Alert::kPasswordExpired, user.status == UserStatus::kAwaitingNewPassword);
    set(Alert::kNoMfa,
        live && user.mfaEnrolled == Tristate::kNo && user.status != UserStatus::kStaged);
    set(Alert::kPrivileged, live && privileged(user.roles));
    if (user.status == UserStatus::kActive && user.lastLoginAt)
        plan.inactiveFrom = later(*user.lastLoginAt, kInactiveAfter);
    if (user.status == UserStatus::kProvisioned && user.createdAt)
        plan.inviteExpiredFrom = later(*user.createdAt, kInviteLife);
    return plan;
}

AlertMask alertsAt(const AlertPlan& plan, TimePoint now, bool stale) {
    AlertMask mask = plan.always;
    const auto set = [&mask](Alert one, bool holds) {
        if (holds) mask = static_cast<AlertMask>(mask | maskOf(one));
    };
    set(Alert::kInactive, now >= plan.inactiveFrom);
    set(Alert::kInviteExpired, now >= plan.inviteExpiredFrom);
    set(Alert::kStale, stale);
    return mask;
}

std::vector<Alert> alertsOf(const User& user, TimePoint now, bool stale) {
    const AlertMask mask = alertsAt(alertPlanOf(user), now, stale);
    std::vector<Alert> out;
    for (const auto& [one, text] : kAlerts)
        if ((mask & maskOf(one)) != 0) out.push_back(one);
    return out;
}

}  // namespace tenantry::domain
