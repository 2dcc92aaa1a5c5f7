/// The row of a user.
///
/// Threads: values. Private to kernel/store.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "kernel/domain/user.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

inline constexpr std::size_t kUserColumnCount = 25;
/// In the order of UserRow::each().
inline constexpr std::string_view kUserColumns =
    "connection_id, id, organization_id, native_id, username, first_name, last_name, display_name, "
    "email, phone, status, status_cause, native_status, roles, mfa_enrolled, mfa_required, "
    "mfa_methods, federated_only, last_login_at_ms, created_at_ms, modified_at_ms, console_url, "
    "etag, attributes, seen_at_ms";
/// What an upsert replaces: all but the key, and seen_at_ms, which decides whether it does.
inline constexpr std::array<std::string_view, kUserColumnCount - 3> kUserPayload = {
    "organization_id",
    "native_id",
    "username",
    "first_name",
    "last_name",
    "display_name",
    "email",
    "phone",
    "status",
    "status_cause",
    "native_status",
    "roles",
    "mfa_enrolled",
    "mfa_required",
    "mfa_methods",
    "federated_only",
    "last_login_at_ms",
    "created_at_ms",
    "modified_at_ms",
    "console_url",
    "etag",
    "attributes"};

struct UserRow {
    std::string connection, id, organization, nativeId, username, firstName, lastName, displayName,
        email, phone, status, statusCause, nativeStatus, roles;
    Nullable<int> mfaEnrolled;  ///< NULL: the directory does not tell
    int mfaRequired = 0;
    std::string mfaMethods;
    int federatedOnly = 0;
    NullableMillis lastLoginAt, createdAt, modifiedAt;
    std::string consoleUrl, etag, attributes;
    long long seenAt = 0;

    UserRow& operator=(const domain::User& from);
    [[nodiscard]] domain::User value(ListReader& lists) const;

    template <class Visitor>
    void each(Visitor&& visit) {
        visit(connection);
        visit(id);
        visit(organization);
        visit(nativeId);
        visit(username);
        visit(firstName);
        visit(lastName);
        visit(displayName);
        visit(email);
        visit(phone);
        visit(status);
        visit(statusCause);
        visit(nativeStatus);
        visit(roles);
        visit(mfaEnrolled);
        visit(mfaRequired);
        visit(mfaMethods);
        visit(federatedOnly);
        visit(lastLoginAt);
        visit(createdAt);
        visit(modifiedAt);
        visit(consoleUrl);
        visit(etag);
        visit(attributes);
        visit(seenAt);
    }
};

/// About how many bytes a user takes in a statement.
std::size_t bytesOf(const domain::User& user);

}  // namespace tenantry::store
