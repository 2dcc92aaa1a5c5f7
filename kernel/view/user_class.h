/// What many users have in common: status, roles, MFA. A row holds the number of its class, so that
/// a filter or a facet looks at each class once instead of at each user.
///
/// Threads: values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/domain/user.h"

namespace tenantry::view {

/// No time, among times in milliseconds.
inline constexpr std::int64_t kNoTime = INT64_MIN;

struct UserClass {
    domain::UserStatus status = domain::UserStatus::kActive;
    domain::StatusCause statusCause = domain::StatusCause::kNone;
    std::string nativeStatus;
    std::vector<std::string> roles;
    domain::Tristate mfaEnrolled = domain::Tristate::kUnknown;
    bool mfaRequired = false;
    std::vector<std::string> mfaMethods;
    bool federatedOnly = false;
    std::vector<base::OrganizationId> assigned;

    /// The alerts that depend on nothing else.
    domain::AlertMask alerts = 0;
    /// How long after the last sign-in it counts as inactive; nothing: never.
    std::optional<std::chrono::milliseconds> inactiveAfter;
    /// How long after its creation an invitation has run out.
    std::optional<std::chrono::milliseconds> inviteLife;

    /// Without what follows from them: classOf() of a user that has them finds the rest.
    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.status, self.statusCause, self.nativeStatus, self.roles, self.mfaEnrolled,
             self.mfaRequired, self.mfaMethods, self.federatedOnly, self.assigned);
    }
};
UserClass classOf(const domain::User& user);
/// The fields of `one` into a user.
void writeTo(domain::User& user, const UserClass& one);
/// Alerts of a user of the class. Times in milliseconds; kNoTime: none.
domain::AlertMask alertsOf(const UserClass& one, std::int64_t lastLogin, std::int64_t created,
                           base::TimePoint now, bool stale);
/// Since when a user of a class has the alerts that come with time: the latest moment of its last
/// sign-in or creation; kNoTime: never.
struct AlertSince {
    std::int64_t lastLogin = kNoTime;
    std::int64_t created = kNoTime;
    AlertSince(const UserClass& one, base::TimePoint now);
    [[nodiscard]] bool moves() const { return lastLogin != kNoTime || created != kNoTime; }
    [[nodiscard]] bool isInactive(std::int64_t time) const {
        return time != kNoTime && time <= lastLogin;
    }
    [[nodiscard]] bool isInviteExpired(std::int64_t time) const {
        return time != kNoTime && time <= created;
    }
};
/// The alerts that time or the state of a directory brings.
domain::AlertMask movingAlerts();

/// The classes of a segment, numbered as they come.
class ClassTable {
  public:
    std::uint32_t add(const domain::User& user);
    std::uint32_t add(const UserClass& one);
    [[nodiscard]] std::vector<UserClass> take() { return std::move(classes_); }

  private:
    std::uint32_t add(std::string key, const UserClass& one);
    std::vector<UserClass> classes_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace tenantry::view
