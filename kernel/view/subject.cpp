#include "kernel/view/subject.h"

namespace tenantry::view {

namespace {

using domain::User;
using domain::UserField;

std::int64_t millisOf(const std::optional<base::TimePoint>& time) {
    return time ? base::toMillis(*time) : kNoTime;
}

std::optional<base::TimePoint> timeOf(std::int64_t millis) {
    if (millis == kNoTime) return std::nullopt;
    return base::fromMillis(millis);
}

void borrow(domain::UserRow& out, const UserClass& one) {
    out.status = one.status;
    out.statusCause = one.statusCause;
    out.nativeStatus = one.nativeStatus;
    out.roles = one.roles;
    out.mfaEnrolled = one.mfaEnrolled;
    out.mfaRequired = one.mfaRequired;
    out.mfaMethods = one.mfaMethods;
    out.federatedOnly = one.federatedOnly;
    out.assigned = one.assigned;
}

std::string_view textOf(const RowTexts& texts, UserField field) {
    if (field == UserField::kUsername) return texts.username;
    if (field == UserField::kFirstName) return texts.firstName;
    if (field == UserField::kLastName) return texts.lastName;
    if (field == UserField::kDisplayName) return texts.displayName;
    if (field == UserField::kEmail) return texts.email;
    if (field == UserField::kNativeId) return texts.nativeId;
    return field == UserField::kPhone ? texts.phone : std::string_view();
}

std::string joined(const std::array<std::string_view, 3>& parts) {
    std::string out;
    for (const auto part : parts) out += part;
    return out;
}

std::string_view textOf(const User& user, UserField field) {
    if (field == UserField::kUsername) return user.username;
    if (field == UserField::kFirstName) return user.firstName;
    if (field == UserField::kLastName) return user.lastName;
    if (field == UserField::kDisplayName) return user.displayName;
    if (field == UserField::kEmail) return user.email;
    if (field == UserField::kNativeId) return user.nativeId;
    return field == UserField::kPhone ? std::string_view(user.phone) : std::string_view();
}

}  // namespace

std::string_view Subject::text(UserField field, std::string& scratch) const {
    if (field == UserField::kNativeStatus) return shared->nativeStatus;
    if (field == UserField::kId) return scratch = id();
    if (delta != nullptr)
        return field == UserField::kConsoleUrl ? std::string_view(delta->row->user.consoleUrl)
                                               : textOf(delta->row->user, field);
    const auto texts = textsOf(state->segment->textAt(number));
    if (field == UserField::kConsoleUrl)
        return scratch = joined(consoleUrlOf(texts, state->segment->patterns()));
    return textOf(texts, field);
}

std::int64_t Subject::time(UserField field) const {
    if (delta != nullptr) {
        const User& user = delta->row->user;
        if (field == UserField::kLastLoginAt) return millisOf(user.lastLoginAt);
        if (field == UserField::kCreatedAt) return millisOf(user.createdAt);
        if (field == UserField::kModifiedAt) return millisOf(user.modifiedAt);
        return base::toMillis(delta->seenAt);
    }
    if (field == UserField::kLastLoginAt) return state->segment->lastLogin().at(number);
    if (field == UserField::kCreatedAt) return state->segment->created().at(number);
    if (field == UserField::kModifiedAt) return state->segment->modified().at(number);
    return state->life->seenAt(number);
}

std::string_view Subject::attributes() const {
    return delta != nullptr ? std::string_view(delta->row->user.attributesJson)
                            : textsOf(state->segment->textAt(number)).attributes;
}

domain::AlertMask Subject::alerts() const {
    // A class alone has those that do not move.
    if (state == nullptr && delta == nullptr) return shared->alerts;
    if (!shared->inactiveAfter && !shared->inviteLife)
        return alertsOf(*shared, kNoTime, kNoTime, now, stale);
    return alertsOf(*shared, time(UserField::kLastLoginAt), time(UserField::kCreatedAt), now,
                    stale);
}

std::string Subject::id() const {
    return delta != nullptr ? delta->row->user.id.text() : toText(state->segment->idAt(number));
}

void Subject::writeTo(domain::UserRow& out) const {
    if (delta != nullptr) {
        out = domain::rowOf(delta->row->user, part->connection.get(), now, stale);
        out.ordinal = ordinal;
        out.seenAt = delta->seenAt;
        return;
    }
    const Segment& segment = *state->segment;
    const auto texts = textsOf(segment.textAt(number));
    const std::int64_t lastLogin = segment.lastLogin().at(number),
                       created = segment.created().at(number);
    out.setId(segment.idAt(number));
    out.organization = &segment.runs()[run].organization;
    out.ordinal = ordinal;
    out.connection = part->connection.get();
    out.nativeId = texts.nativeId;
    out.username = texts.username;
    out.firstName = texts.firstName;
    out.lastName = texts.lastName;
    out.displayName = texts.displayName;
    out.email = texts.email;
    out.phone = texts.phone;
    borrow(out, *shared);
    out.lastLoginAt = timeOf(lastLogin);
    out.createdAt = timeOf(created);
    out.modifiedAt = timeOf(segment.modified().at(number));
    out.consoleUrl = consoleUrlOf(texts, segment.patterns());
    out.etag = texts.etag;
    out.seenAt = base::fromMillis(state->life->seenAt(number));
    out.attributesJson = texts.attributes;
    out.stale = stale;
    out.alerts = alertsOf(*shared, lastLogin, created, now, stale);
}

}  // namespace tenantry::view
