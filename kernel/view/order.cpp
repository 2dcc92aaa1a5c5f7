#include "kernel/view/order.h"

#include <unicode/uvernum.h>

#include <algorithm>
#include <array>

#include "kernel/view/keys.h"

namespace tenantry::view {

namespace {

using domain::UserField;

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// RFC 4648 section 5, without padding.
std::string toBase64Url(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) out += kDigits[(bits >> (count - 6)) & 63U];
    }
    if (count > 0) out += kDigits[(bits << (6 - count)) & 63U];
    return out;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        const auto digit = kDigits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>(static_cast<unsigned char>((bits >> count) & 0xFFU));
        }
    }
    return out;
}

constexpr char kCursorVersion = 1;
static_assert(kSortKeyBytesMax < 256, "a cursor writes the length of a key in one byte");

/// Reads one byte of length and as many bytes.
std::optional<std::string> takeText(std::string_view& bytes) {
    if (bytes.empty()) return std::nullopt;
    const std::size_t size = static_cast<unsigned char>(bytes.front());
    if (bytes.size() < size + 1) return std::nullopt;
    std::string out(bytes.substr(1, size));
    bytes.remove_prefix(size + 1);
    return out;
}

}  // namespace

int compareKeys(std::string_view a, std::string_view b, bool descending) {
    if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
    const int order = a.compare(b);
    return descending ? -order : order;
}

bool Order::needsOrganizations(const std::vector<domain::SortKey>& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [](const auto& c) { return c.field == UserField::kOrganization; });
}

std::string Order::keyOf(const Subject& subject, UserField field) const {
    if (isOfClass(field)) return keyOfClass(*subject.shared, field, keys_);
    std::string scratch;
    switch (field) {
        case UserField::kId:
            return subject.id().substr(0, kSortKeyBytesMax);
        case UserField::kOrganization:
            return organizationKeys_ != nullptr && subject.ordinal < organizationKeys_->size()
                       ? (*organizationKeys_)[subject.ordinal]
                       : std::string();
        case UserField::kConnection:
            return subject.part->nameKey;
        case UserField::kConnector:
            return plainKey(subject.part->connection->connector);
        case UserField::kNativeId:
        case UserField::kPhone:
            return plainKey(subject.text(field, scratch));
        case UserField::kLastLoginAt:
        case UserField::kCreatedAt:
        case UserField::kModifiedAt:
        case UserField::kSeenAt:
            return keyOfTime(subject.time(field));
        case UserField::kAlerts:
            return keyOfAlerts(subject.alerts());
        case UserField::kUsername:
        case UserField::kFirstName:
        case UserField::kLastName:
        case UserField::kDisplayName:
        case UserField::kEmail:
            if (subject.delta != nullptr) return subject.delta->row->keys.at(*nameKeyOf(field));
            return keys_.key(subject.text(field, scratch));
        case UserField::kStatus:
        case UserField::kStatusCause:
        case UserField::kNativeStatus:
        case UserField::kRoles:
        case UserField::kMfaEnrolled:
        case UserField::kMfaRequired:
        case UserField::kFederatedOnly:
        case UserField::kOrganizationPath:
        case UserField::kMfaMethods:
        case UserField::kConsoleUrl:
        case UserField::kAttribute:
            return {};
    }
    return {};
}

Place Order::placeOf(const Subject& subject) const {
    Place place;
    place.keys.reserve(columns_.size());
    for (const auto& column : columns_) place.keys.push_back(keyOf(subject, column.field));
    place.id = subject.id();
    return place;
}

Place Order::placeOf(const Subject& subject, LastKeys& last) const {
    if (subject.state == nullptr) return placeOf(subject);
    last.columns.resize(columns_.size());
    Place place;
    place.keys.reserve(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto* index = subject.state->segment->madeOrder(columns_[i].field);
        auto& known = last.columns[i];
        const auto code = index == nullptr ? 0 : index->codeOf(subject.number);
        if (index == nullptr || !known || known->code != code) {
            place.keys.push_back(keyOf(subject, columns_[i].field));
            if (index != nullptr) known = {code, place.keys.back()};
        } else {
            place.keys.push_back(known->bytes);
        }
    }
    place.id = subject.id();
    return place;
}

bool Order::less(const Place& a, const Place& b) const {
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (const int order = compareKeys(a.keys[i], b.keys[i], columns_[i].descending); order != 0)
            return order < 0;
    return a.id < b.id;
}

std::uint64_t fingerprintOf(const std::vector<domain::SortKey>& columns, std::string_view filter,
                            std::string_view search) {
    // FNV-1a: stable between runs, and nothing rests on its being hard to forge. Sort keys depend
    // on the collation data, which comes with ICU.
    std::uint64_t hash = 14695981039346656037ULL;
    const auto add = [&hash](std::string_view text) {
        for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        hash = (hash ^ 0xFFU) * 1099511628211ULL;
    };
    add(U_ICU_VERSION);
    for (const auto& one : columns)
        add(std::string(one.descending ? "-" : "") + std::string(domain::name(one.field)));
    add("filter");
    add(filter);
    add(search);
    return hash;
}

std::string toCursor(const Place& place, std::uint64_t fingerprint) {
    std::string bytes(1, kCursorVersion);
    bytes += bytesOf(fingerprint);
    const auto put = [&bytes](std::string_view text) {
        bytes += static_cast<char>(static_cast<unsigned char>(text.size()));
        bytes += text;
    };
    for (const auto& key : place.keys) put(key);
    put(place.id.substr(0, 255));
    return toBase64Url(bytes);
}

base::Result<Place> fromCursor(std::string_view cursor, std::uint64_t fingerprint,
                               std::size_t columns) {
    const auto broken = [] {
        return base::invalidArgument("The cursor is damaged: start again from the first page.",
                                     "?cursor");
    };
    constexpr std::size_t kCursorBytesMax = 1024;
    if (cursor.size() > kCursorBytesMax) return broken();
    const auto decoded = fromBase64Url(cursor);
    if (!decoded || decoded->size() < 9 || decoded->front() != kCursorVersion) return broken();
    std::string_view bytes = *decoded;
    if (bytes.substr(1, 8) != bytesOf(fingerprint))
        return base::invalidArgument(
            "The cursor belongs to another filter, search or sort: start again from the first "
            "page.",
            "?cursor");
    bytes.remove_prefix(9);
    Place place;
    for (std::size_t i = 0; i < columns; ++i) {
        auto key = takeText(bytes);
        if (!key) return broken();
        place.keys.push_back(std::move(*key));
    }
    auto id = takeText(bytes);
    if (!id || !bytes.empty()) return broken();
    place.id = std::move(*id);
    return place;
}

}  // namespace tenantry::view
