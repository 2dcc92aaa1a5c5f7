#include "kernel/view/order.h"

#include <unicode/uvernum.h>

#include <algorithm>
#include <array>

#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

using domain::UserField;

constexpr std::uint64_t kLast = ~std::uint64_t{0};

std::optional<NameKey> nameKeyOf(UserField field) {
    if (field == UserField::kUsername) return NameKey::kUsername;
    if (field == UserField::kFirstName) return NameKey::kFirstName;
    if (field == UserField::kLastName) return NameKey::kLastName;
    if (field == UserField::kDisplayName) return NameKey::kDisplayName;
    if (field == UserField::kEmail) return NameKey::kEmail;
    return std::nullopt;
}

std::string bytesOf(std::uint64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 8; i-- > 0; number >>= 8U)
        out[i] = static_cast<char>(static_cast<unsigned char>(number & 0xFFU));
    return out;
}

std::string keyOfTime(const std::optional<base::TimePoint>& time) {
    if (!time) return {};
    return bytesOf(static_cast<std::uint64_t>(base::toMillis(*time)) ^ (std::uint64_t{1} << 63U));
}

std::string keyOfNumber(unsigned number) {
    return std::string(1, static_cast<char>(number));
}

std::string keyOfPlainText(std::string_view text) {
    return base::caseFold(text.substr(0, 4 * kSortKeyBytesMax)).substr(0, kSortKeyBytesMax);
}

/// The numbers of the alerts in their order: who has the first one stands before who has not.
std::string keyOfAlerts(domain::AlertMask alerts) {
    std::string out;
    for (unsigned bit = 0; bit < domain::kAlertCount; ++bit)
        if ((alerts & (1U << bit)) != 0) out += static_cast<char>(bit + 1);
    return out;
}

std::uint64_t prefixOf(std::string_view key, bool descending) {
    if (key.empty()) return kLast;
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = (prefix << 8U) | (i < key.size() ? static_cast<unsigned char>(key[i]) : 0U);
    return std::min(descending ? ~prefix : prefix, kLast - 1);
}

/// Negative: a stands before b. Nothing stands last in both directions.
int compared(std::string_view a, std::string_view b, bool descending) {
    if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
    const int order = a.compare(b);
    return descending ? -order : order;
}

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

Order::Order(std::vector<domain::SortKey> columns, const TextKeys& keys,
             const OrganizationKeys* organizationKeys)
    : keys_(keys), organizationKeys_(organizationKeys) {
    for (const auto& one : columns) {
        Column column{one.field, one.descending, nameKeyOf(one.field), 0};
        if (!column.name) column.slot = slots_++;
        columns_.push_back(column);
    }
}

bool Order::needsOrganizations(const std::vector<domain::SortKey>& columns) {
    return std::any_of(columns.begin(), columns.end(),
                       [](const auto& c) { return c.field == UserField::kOrganization; });
}

std::string Order::computedKey(const Subject& subject, UserField field) const {
    const auto& user = subject.entry->row->user;
    switch (field) {
        case UserField::kId:
            return user.id.text().substr(0, kSortKeyBytesMax);
        case UserField::kOrganization:
            return organizationKeys_ != nullptr && subject.ordinal < organizationKeys_->size()
                       ? (*organizationKeys_)[subject.ordinal]
                       : std::string();
        case UserField::kConnection:
            return subject.part->nameKey;
        case UserField::kConnector:
            return keyOfPlainText(subject.part->connection->connector);
        case UserField::kNativeId:
            return keyOfPlainText(user.nativeId);
        case UserField::kPhone:
            return keyOfPlainText(user.phone);
        case UserField::kNativeStatus:
            return keyOfPlainText(user.nativeStatus);
        case UserField::kStatus:
            return keyOfNumber(static_cast<unsigned>(user.status));
        case UserField::kStatusCause:
            return user.statusCause == domain::StatusCause::kNone
                       ? std::string()
                       : keyOfNumber(static_cast<unsigned>(user.statusCause));
        case UserField::kRoles: {
            std::string all;
            for (const auto& role : user.roles) all += (all.empty() ? "" : ", ") + role;
            return keys_.key(all);
        }
        case UserField::kMfaEnrolled:
            return user.mfaEnrolled == domain::Tristate::kUnknown
                       ? std::string()
                       : keyOfNumber(static_cast<unsigned>(user.mfaEnrolled));
        case UserField::kMfaRequired:
            return keyOfNumber(user.mfaRequired ? 2 : 1);
        case UserField::kFederatedOnly:
            return keyOfNumber(user.federatedOnly ? 2 : 1);
        case UserField::kLastLoginAt:
            return keyOfTime(user.lastLoginAt);
        case UserField::kCreatedAt:
            return keyOfTime(user.createdAt);
        case UserField::kModifiedAt:
            return keyOfTime(user.modifiedAt);
        case UserField::kSeenAt:
            return keyOfTime(subject.entry->seenAt);
        case UserField::kAlerts:
            return keyOfAlerts(subject.alerts);
        case UserField::kUsername:
        case UserField::kFirstName:
        case UserField::kLastName:
        case UserField::kDisplayName:
        case UserField::kEmail:
        case UserField::kOrganizationPath:
        case UserField::kMfaMethods:
        case UserField::kConsoleUrl:
        case UserField::kAttribute:
            return {};
    }
    return {};
}

Found Order::prepare(const Subject& subject, bool stale) {
    Found row{subject.entry, subject.part, 0, static_cast<std::uint32_t>(computed_.size()), stale};
    for (const auto& column : columns_)
        if (!column.name) computed_.push_back(computedKey(subject, column.field));
    row.prefix = columns_.empty() ? 0 : prefixOf(keyOf(row, 0), columns_.front().descending);
    return row;
}

std::string_view Order::keyOf(const Found& row, std::size_t at) const {
    const Column& column = columns_[at];
    return column.name ? row.entry->row->key(*column.name) : computed_[row.computed + column.slot];
}

bool Order::less(const Found& a, const Found& b) const {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        if (const int order = compared(keyOf(a, i), keyOf(b, i), columns_[i].descending);
            order != 0)
            return order < 0;
    return a.entry->row->user.id < b.entry->row->user.id;
}

Place Order::placeOf(const Found& row) const {
    Place place;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto key = keyOf(row, i);
        place.keys.push_back(key.empty() ? std::nullopt : std::optional(std::string(key)));
    }
    place.id = row.entry->row->user.id.text().substr(0, 255);
    return place;
}

bool Order::isBehind(const Found& row, const Place& place) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const std::string_view then = place.keys[i] ? std::string_view(*place.keys[i]) : "";
        if (const int order = compared(keyOf(row, i), then, columns_[i].descending); order != 0)
            return order > 0;
    }
    return row.entry->row->user.id.text() > place.id;
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
    for (const auto& key : place.keys) put(key.value_or(""));
    put(place.id);
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
        place.keys.push_back(key->empty() ? std::nullopt : std::move(key));
    }
    auto id = takeText(bytes);
    if (!id || !bytes.empty()) return broken();
    place.id = std::move(*id);
    return place;
}

}  // namespace tenantry::view
