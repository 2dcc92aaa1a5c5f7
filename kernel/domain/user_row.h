/// A user as the view shows it, borrowed: what it is made of stays where it is stored, so that a
/// page costs no copies.
///
/// Ownership: refers to what it was made from: the state kept by its UserPage or UserStream, or the
/// User and Connection given. Threads: values.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

/// Stands for an organization that is in no tree at hand.
inline constexpr Ordinal kNoOrdinal = std::numeric_limits<Ordinal>::max();

struct UserRow {
    /// The text of an id that is stored in sixteen bytes.
    void setId(const std::array<std::uint8_t, 16>& bytes);
    /// An id that stands elsewhere.
    void setId(std::string_view text) { borrowedId_ = text; }
    [[nodiscard]] std::string_view id() const {
        return borrowedId_.empty() ? std::string_view(idText_.data(), idText_.size()) : borrowedId_;
    }

    const OrganizationId* organization = nullptr;
    Ordinal ordinal = kNoOrdinal;  ///< of the organization, in the tree of the scope
    std::span<const OrganizationId> assigned;
    const Connection* connection = nullptr;  ///< may be missing in a row that a User was made into
    std::string_view nativeId, username, firstName, lastName, displayName, email, phone;
    UserStatus status = UserStatus::kActive;
    StatusCause statusCause = StatusCause::kNone;
    std::string_view nativeStatus;
    std::span<const std::string> roles;
    Tristate mfaEnrolled = Tristate::kUnknown;
    bool mfaRequired = false;
    std::span<const std::string> mfaMethods;
    bool federatedOnly = false;
    std::optional<TimePoint> lastLoginAt, createdAt, modifiedAt;
    std::array<std::string_view, 3> consoleUrl;  ///< one behind the other
    std::string_view etag;
    TimePoint seenAt{};
    std::string_view attributesJson;
    bool stale = false;  ///< shown from an older reading
    AlertMask alerts = 0;

    [[nodiscard]] std::string consoleUrlText() const;
    [[nodiscard]] User user() const;

  private:
    std::array<char, 36> idText_{};
    std::string_view borrowedId_;
};

/// The row of a user who is not in the view's memory. `connection` may be missing.
UserRow rowOf(const User& user, const Connection* connection, TimePoint now, bool stale);

/// As versionOf(User).
std::string versionOf(const UserRow& row);

}  // namespace tenantry::domain
