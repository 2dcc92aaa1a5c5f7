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

std::string_view textOf(const RowTexts& texts, UserField field) {
    if (field == UserField::kUsername) return texts.username;
    if (field == UserField::kFirstName) return texts.firstName;
    if (field == UserField::kLastName) return texts.lastName;
    if (field == UserField::kDisplayName) return texts.displayName;
    if (field == UserField::kEmail) return texts.email;
    if (field == UserField::kNativeId) return texts.nativeId;
    return field == UserField::kPhone ? texts.phone : std::string_view();
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
    const auto texts = textsOf(state->segment->textAt(row));
    if (field == UserField::kConsoleUrl)
        return scratch = consoleUrlOf(texts, state->segment->patterns());
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
    if (field == UserField::kLastLoginAt) return state->segment->lastLogin().at(row);
    if (field == UserField::kCreatedAt) return state->segment->created().at(row);
    if (field == UserField::kModifiedAt) return state->segment->modified().at(row);
    return state->life->seenAt(row);
}

std::string_view Subject::attributes() const {
    return delta != nullptr ? std::string_view(delta->row->user.attributesJson)
                            : textsOf(state->segment->textAt(row)).attributes;
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
    return delta != nullptr ? delta->row->user.id.text() : toText(state->segment->idAt(row));
}

User Subject::user() const {
    if (delta == nullptr) return userAt(*state, row, run, *part);
    User out = delta->row->user;
    out.seenAt = delta->seenAt;
    return out;
}

User userAt(const SegmentState& state, std::uint32_t row, std::uint32_t run, const Part& part) {
    const Segment& segment = *state.segment;
    const auto texts = textsOf(segment.textAt(row));
    User out;
    out.id = base::UserId(toText(segment.idAt(row)));
    out.organization = segment.runs()[run].organization;
    out.connection = part.connection->id;
    out.nativeId = texts.nativeId;
    out.username = texts.username;
    out.firstName = texts.firstName;
    out.lastName = texts.lastName;
    out.displayName = texts.displayName;
    out.email = texts.email;
    out.phone = texts.phone;
    writeTo(out, segment.classAt(row));
    out.lastLoginAt = timeOf(segment.lastLogin().at(row));
    out.createdAt = timeOf(segment.created().at(row));
    out.modifiedAt = timeOf(segment.modified().at(row));
    out.consoleUrl = consoleUrlOf(texts, segment.patterns());
    out.etag = texts.etag;
    out.seenAt = base::fromMillis(state.life->seenAt(row));
    out.attributesJson = texts.attributes;
    return out;
}

}  // namespace tenantry::view
