#include "kernel/domain/user_mapping.h"

#include <algorithm>
#include <array>
#include <functional>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"

namespace tenantry::domain {

namespace {

using base::Json;

constexpr std::size_t kTextBytesMax = 1024;
constexpr std::size_t kListMax = 64;
constexpr std::string_view kAssigned = "assigned";

/// Cuts at a character, never inside one.
std::string cut(std::string text) {
    if (text.size() <= kTextBytesMax) return text;
    std::size_t end = kTextBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text;
}

/// A text, also from a number, a boolean, the first of an array, or SCIM's {"value": ...}.
std::string text(const Json& json) {
    if (json.isArray()) {
        const auto items = json.items();
        for (const auto& item : items)
            if (item["primary"].boolOr(false)) return text(item);
        return items.empty() ? "" : text(items.front());
    }
    if (json.isObject()) return text(json["value"]);
    if (auto value = json.asString()) return cut(std::move(*value));
    if (const auto value = json.asBool()) return *value ? "true" : "false";
    if (json.isNumber()) return json.text();
    return "";
}

std::vector<std::string> texts(const Json& json) {
    std::vector<std::string> out;
    if (json.isArray()) {
        for (const auto& item : json.items())
            if (auto one = text(item); !one.empty() && out.size() < kListMax)
                out.push_back(std::move(one));
    } else if (auto one = text(json); !one.empty()) {
        out.push_back(std::move(one));
    }
    return out;
}

std::optional<bool> boolean(const Json& json) {
    if (const auto value = json.asBool()) return value;
    const std::string word = text(json);
    if (word == "true" || word == "TRUE" || word == "1" || word == "yes") return true;
    if (word == "false" || word == "FALSE" || word == "0" || word == "no") return false;
    return std::nullopt;
}

/// RFC 3339, or milliseconds since 1970.
std::optional<TimePoint> time(const Json& json) {
    if (const auto ms = json.asInt()) return base::fromMillis(*ms);
    return base::parseRfc3339(text(json));
}

/// Canonical words of native ones; what is not listed stays as it is.
std::vector<std::string> translated(const AttributeDescriptor& attribute, const Json& json) {
    auto words = texts(json);
    for (auto& word : words)
        if (const auto found = attribute.values.find(word); found != attribute.values.end())
            word = found->second;
    return words;
}

void setStatus(User& user, const AttributeDescriptor& attribute, const Json& json) {
    std::optional<UserStatus> strongest;
    for (const auto& word : translated(attribute, json))
        if (const auto status = userStatus(word))
            strongest = strongest ? stronger(*strongest, *status) : *status;
    if (strongest) user.status = *strongest;
    if (user.nativeStatus.empty()) {
        for (const auto& word : texts(json))
            user.nativeStatus += (user.nativeStatus.empty() ? "" : ", ") + word;
    }
}

using Setter = std::function<void(User&, const AttributeDescriptor&, const Json&)>;

Setter textInto(std::string User::*member) {
    return [member](User& user, const AttributeDescriptor&, const Json& json) {
        user.*member = text(json);
    };
}
Setter timeInto(std::optional<TimePoint> User::*member) {
    return [member](User& user, const AttributeDescriptor&, const Json& json) {
        user.*member = time(json);
    };
}
Setter flagInto(bool User::*member) {
    return [member](User& user, const AttributeDescriptor&, const Json& json) {
        user.*member = boolean(json).value_or(false);
    };
}

const std::vector<std::pair<std::string_view, Setter>>& setters() {
    static const std::vector<std::pair<std::string_view, Setter>> all{
        {"login", textInto(&User::username)},
        {"first_name", textInto(&User::firstName)},
        {"last_name", textInto(&User::lastName)},
        {"display_name", textInto(&User::displayName)},
        {"email", textInto(&User::email)},
        {"emails", textInto(&User::email)},
        {"phone", textInto(&User::phone)},
        {"status", setStatus},
        {"status_cause", [](User& u, const AttributeDescriptor&,
                            const Json& j) { u.statusCause = statusCause(text(j)); }},
        {"native_status", textInto(&User::nativeStatus)},
        {"roles",
         [](User& u, const AttributeDescriptor& a, const Json& j) { u.roles = translated(a, j); }},
        {"mfa_enrolled",
         [](User& u, const AttributeDescriptor&, const Json& j) {
             if (const auto value = boolean(j))
                 u.mfaEnrolled = *value ? Tristate::kYes : Tristate::kNo;
         }},
        {"mfa_required", flagInto(&User::mfaRequired)},
        {"mfa_methods", [](User& u, const AttributeDescriptor& a,
                           const Json& j) { u.mfaMethods = translated(a, j); }},
        {"federated_only", flagInto(&User::federatedOnly)},
        {"last_login_at", timeInto(&User::lastLoginAt)},
        {"created_at", timeInto(&User::createdAt)},
        {"modified_at", timeInto(&User::modifiedAt)},
        // Of the portal's own directory alone: it takes users out of view.
        {kAssigned,
         [](User& u, const AttributeDescriptor&, const Json& j) {
             for (auto& one : texts(j)) u.assigned.emplace_back(std::move(one));
         }},
        {"console_url",
         [](User& u, const AttributeDescriptor&, const Json& j) {
             // Only what a browser may safely follow.
             const std::string url = text(j);
             if (url.rfind("https://", 0) == 0 || url.rfind("http://", 0) == 0) u.consoleUrl = url;
         }},
    };
    return all;
}

const Setter* setterOf(std::string_view maps) {
    for (const auto& [field, setter] : setters())
        if (field == maps) return &setter;
    return nullptr;
}

}  // namespace

bool isCanonicalField(std::string_view maps) {
    return maps != kAssigned && setterOf(maps) != nullptr;
}

UserMapping::UserMapping(const ConnectorDescriptor& descriptor) {
    if (const auto* kind = descriptor.kind("user")) kind_ = *kind;
    // native_status first, so that the status does not have to stand in for it.
    std::stable_partition(kind_.attributes.begin(), kind_.attributes.end(),
                          [](const AttributeDescriptor& a) { return a.maps == "native_status"; });
}

base::Result<User> UserMapping::map(const Connection& connection, const Record& record,
                                    base::TimePoint seenAt) const {
    if (record.kind != "user") return base::invalidArgument("The record is not a user.");
    if (record.id.empty() || record.id.size() > kTextBytesMax)
        return base::invalidArgument("A user without a usable id.");
    TNY_TRY(const Json body, Json::parse(record.body));
    if (!body.isObject()) return base::invalidArgument("The body of a user is not a JSON object.");
    User user;
    user.id = base::userIdOf(connection.id, record.id);
    user.organization = connection.organization;
    user.connection = connection.id;
    user.nativeId = std::string(record.id);
    user.etag = std::string(record.etag);
    user.seenAt = seenAt;
    base::JsonWriter rest;
    rest.beginObject();
    std::vector<std::string_view> used;
    for (const auto& attribute : kind_.attributes) {
        const Json value = body[attribute.name];
        if (value.missing()) continue;
        const Setter* setter = setterOf(attribute.maps);
        if (setter == nullptr) continue;
        used.push_back(attribute.name);
        if (!value.isNull()) (*setter)(user, attribute, value);
    }
    for (const auto& [key, value] : body.members())
        if (std::find(used.begin(), used.end(), key) == used.end() && !value.isNull())
            rest.key(key).raw(value.text());
    rest.endObject();
    user.attributesJson = std::move(rest).take();
    if (!user.modifiedAt && record.modifiedMs > 0)
        user.modifiedAt = base::fromMillis(record.modifiedMs);
    if (user.status == UserStatus::kSuspended && user.statusCause == StatusCause::kNone)
        user.statusCause = StatusCause::kBackend;
    if (user.displayName.empty() && !(user.firstName.empty() && user.lastName.empty()))
        user.displayName = user.firstName +
                           (user.firstName.empty() || user.lastName.empty() ? "" : " ") +
                           user.lastName;
    return user;
}

}  // namespace tenantry::domain
