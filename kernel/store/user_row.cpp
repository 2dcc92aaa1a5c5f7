#include "kernel/store/user_row.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::store {

namespace {

/// Into `column`, which keeps its memory from row to row.
void put(std::string& column, std::string_view text) {
    column = text;
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii && !base::isValidUtf8(text)) column = base::toValidUtf8(text);
}

void put(NullableMillis& column, const std::optional<base::TimePoint>& time) {
    if (time)
        column.set(base::toMillis(*time));
    else
        column.clear();
}

}  // namespace

UserRow& UserRow::operator=(const domain::User& from) {
    connection = from.connection.text();
    id = from.id.text();
    organization = from.organization.text();
    put(nativeId, from.nativeId);
    put(username, from.username);
    put(firstName, from.firstName);
    put(lastName, from.lastName);
    put(displayName, from.displayName);
    put(email, from.email);
    put(phone, from.phone);
    status = domain::name(from.status);
    statusCause = domain::name(from.statusCause);
    put(nativeStatus, from.nativeStatus);
    roles = listToJson(from.roles);
    if (from.mfaEnrolled == domain::Tristate::kUnknown)
        mfaEnrolled.clear();
    else
        mfaEnrolled.set(from.mfaEnrolled == domain::Tristate::kYes ? 1 : 0);
    mfaRequired = from.mfaRequired ? 1 : 0;
    mfaMethods = listToJson(from.mfaMethods);
    federatedOnly = from.federatedOnly ? 1 : 0;
    put(lastLoginAt, from.lastLoginAt);
    put(createdAt, from.createdAt);
    put(modifiedAt, from.modifiedAt);
    put(consoleUrl, from.consoleUrl);
    put(etag, from.etag);
    put(attributes, from.attributesJson);
    seenAt = millis(from.seenAt);
    return *this;
}

domain::User UserRow::value(ListReader& lists) const {
    domain::User out;
    out.connection = base::ConnectionId(connection);
    out.id = base::UserId(id);
    out.organization = base::OrganizationId(organization);
    out.nativeId = nativeId;
    out.username = username;
    out.firstName = firstName;
    out.lastName = lastName;
    out.displayName = displayName;
    out.email = email;
    out.phone = phone;
    out.status = domain::userStatus(status).value_or(domain::UserStatus::kActive);
    out.statusCause = domain::statusCause(statusCause);
    out.nativeStatus = nativeStatus;
    out.roles = lists.read(roles);
    if (mfaEnrolled.has())
        out.mfaEnrolled = mfaEnrolled.value != 0 ? domain::Tristate::kYes : domain::Tristate::kNo;
    out.mfaRequired = mfaRequired != 0;
    out.mfaMethods = lists.read(mfaMethods);
    out.federatedOnly = federatedOnly != 0;
    out.lastLoginAt = timeOf(lastLoginAt);
    out.createdAt = timeOf(createdAt);
    out.modifiedAt = timeOf(modifiedAt);
    out.consoleUrl = consoleUrl;
    out.etag = etag;
    out.seenAt = base::fromMillis(seenAt);
    out.attributesJson = attributes;
    return out;
}

std::size_t bytesOf(const domain::User& user) {
    std::size_t bytes = 512 + user.nativeId.size() + user.username.size() + user.firstName.size() +
                        user.lastName.size() + user.displayName.size() + user.email.size() +
                        user.phone.size() + user.nativeStatus.size() + user.consoleUrl.size() +
                        user.etag.size() + user.attributesJson.size();
    for (const auto& role : user.roles) bytes += role.size() + 4;
    for (const auto& method : user.mfaMethods) bytes += method.size() + 4;
    return bytes;
}

}  // namespace tenantry::store
