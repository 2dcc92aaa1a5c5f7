#include "kernel/domain/user_row.h"

#include <cstring>

#include "kernel/base/crypto.h"

namespace tenantry::domain {

namespace {

/// Two digits of each byte, side by side.
constexpr std::array<char, 512> kHexOfBytes = [] {
    constexpr char kHex[] = "0123456789abcdef";
    std::array<char, 512> out{};
    for (std::size_t byte = 0; byte < 256; ++byte) {
        out[2 * byte] = kHex[byte >> 4U];
        out[2 * byte + 1] = kHex[byte & 15U];
    }
    return out;
}();

}  // namespace

void UserRow::setId(const std::array<std::uint8_t, 16>& bytes) {
    char* at = idText_.data();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
        std::memcpy(at, kHexOfBytes.data() + std::size_t{2} * bytes[i], 2);
        at += 2;
    }
    borrowedId_ = {};
}

std::string UserRow::consoleUrlText() const {
    std::string out;
    for (const auto part : consoleUrl) out += part;
    return out;
}

User UserRow::user() const {
    User out;
    out.id = UserId(std::string(id()));
    if (organization != nullptr) out.organization = *organization;
    out.assigned.assign(assigned.begin(), assigned.end());
    if (connection != nullptr) out.connection = connection->id;
    out.nativeId = nativeId;
    out.username = username;
    out.firstName = firstName;
    out.lastName = lastName;
    out.displayName = displayName;
    out.email = email;
    out.phone = phone;
    out.status = status;
    out.statusCause = statusCause;
    out.nativeStatus = nativeStatus;
    out.roles.assign(roles.begin(), roles.end());
    out.mfaEnrolled = mfaEnrolled;
    out.mfaRequired = mfaRequired;
    out.mfaMethods.assign(mfaMethods.begin(), mfaMethods.end());
    out.federatedOnly = federatedOnly;
    out.lastLoginAt = lastLoginAt;
    out.createdAt = createdAt;
    out.modifiedAt = modifiedAt;
    out.consoleUrl = consoleUrlText();
    out.etag = etag;
    out.seenAt = seenAt;
    out.attributesJson = attributesJson;
    return out;
}

UserRow rowOf(const User& user, const Connection* connection, TimePoint now, bool stale) {
    UserRow out;
    out.setId(user.id.text());
    out.organization = &user.organization;
    out.assigned = user.assigned;
    out.connection = connection;
    out.nativeId = user.nativeId;
    out.username = user.username;
    out.firstName = user.firstName;
    out.lastName = user.lastName;
    out.displayName = user.displayName;
    out.email = user.email;
    out.phone = user.phone;
    out.status = user.status;
    out.statusCause = user.statusCause;
    out.nativeStatus = user.nativeStatus;
    out.roles = user.roles;
    out.mfaEnrolled = user.mfaEnrolled;
    out.mfaRequired = user.mfaRequired;
    out.mfaMethods = user.mfaMethods;
    out.federatedOnly = user.federatedOnly;
    out.lastLoginAt = user.lastLoginAt;
    out.createdAt = user.createdAt;
    out.modifiedAt = user.modifiedAt;
    out.consoleUrl[0] = user.consoleUrl;
    out.etag = user.etag;
    out.seenAt = user.seenAt;
    out.attributesJson = user.attributesJson;
    out.stale = stale;
    out.alerts = alertsAt(alertPlanOf(user), now, stale);
    return out;
}

std::string versionOf(const UserRow& row) {
    std::string all;
    all.reserve(512);
    all += row.etag;
    for (const auto part : {row.username, row.firstName, row.lastName, row.displayName, row.email,
                            row.phone, name(row.status), row.nativeStatus, row.attributesJson})
        (all += '\x1f') += part;
    for (const auto& role : row.roles) (all += '\x1e') += role;
    return base::shortDigestHex(all);
}

std::string versionOf(const User& user) {
    return versionOf(rowOf(user, nullptr, TimePoint{}, false));
}

}  // namespace tenantry::domain
