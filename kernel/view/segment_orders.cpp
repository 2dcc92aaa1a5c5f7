#include <algorithm>
#include <array>

#include "kernel/view/keys.h"
#include "kernel/view/segment.h"

namespace tenantry::view {

namespace {

using domain::UserField;

constexpr std::array<UserField, 18> kOrdered{
    UserField::kId,          UserField::kUsername,     UserField::kFirstName,
    UserField::kLastName,    UserField::kDisplayName,  UserField::kEmail,
    UserField::kNativeId,    UserField::kPhone,        UserField::kLastLoginAt,
    UserField::kCreatedAt,   UserField::kModifiedAt,   UserField::kStatus,
    UserField::kStatusCause, UserField::kNativeStatus, UserField::kRoles,
    UserField::kMfaEnrolled, UserField::kMfaRequired,  UserField::kFederatedOnly};

/// What nearly every operator sorts by sooner or later.
constexpr std::array<UserField, 8> kWarm{
    UserField::kUsername, UserField::kFirstName,   UserField::kLastName,   UserField::kDisplayName,
    UserField::kEmail,    UserField::kLastLoginAt, UserField::kModifiedAt, UserField::kCreatedAt};

std::string keyForPeople(const TextKeys& keys, std::string_view text) {
    return keys.key(text);
}
std::string keyOfBytes(const TextKeys&, std::string_view text) {
    return plainKey(text);
}

std::string_view textOf(const RowTexts& texts, UserField field) {
    if (field == UserField::kUsername) return texts.username;
    if (field == UserField::kFirstName) return texts.firstName;
    if (field == UserField::kLastName) return texts.lastName;
    if (field == UserField::kDisplayName) return texts.displayName;
    if (field == UserField::kEmail) return texts.email;
    return field == UserField::kNativeId ? texts.nativeId : texts.phone;
}

}  // namespace

std::optional<std::size_t> Segment::slotOf(UserField field) {
    const auto at = std::find(kOrdered.begin(), kOrdered.end(), field);
    if (at == kOrdered.end()) return std::nullopt;
    return static_cast<std::size_t>(at - kOrdered.begin());
}

bool Segment::hasOrder(UserField field) {
    return slotOf(field).has_value();
}

std::vector<std::uint32_t> Segment::classCodes(UserField field, const TextKeys& keys) const {
    std::vector<std::string> all;
    all.reserve(classes_.size());
    for (const auto& one : classes_) all.push_back(keyOfClass(one, field, keys));
    std::vector<std::string> sorted(all);
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    if (!sorted.empty() && sorted.front().empty()) sorted.erase(sorted.begin());
    std::vector<std::uint32_t> out;
    out.reserve(all.size());
    for (const auto& key : all)
        out.push_back(key.empty() ? kNoCode
                                  : static_cast<std::uint32_t>(
                                        std::lower_bound(sorted.begin(), sorted.end(), key) -
                                        sorted.begin()));
    return out;
}

std::vector<std::uint32_t> Segment::codesOf(UserField field, const TextKeys& keys) const {
    if (field == UserField::kLastLoginAt) return codesOfTimes(lastLogin_.all());
    if (field == UserField::kCreatedAt) return codesOfTimes(created_.all());
    if (field == UserField::kModifiedAt) return codesOfTimes(modified_.all());
    std::vector<std::uint32_t> out(rows());
    if (field == UserField::kId) {
        for (std::uint32_t i = 0; i < rows(); ++i) out[byId()[i]] = i;
        return out;
    }
    if (isOfClass(field)) {
        const auto codes = classCodes(field, keys);
        for (std::uint32_t row = 0; row < rows(); ++row) out[row] = codes[classOf_[row]];
        return out;
    }
    std::vector<std::string_view> texts;
    texts.reserve(rows());
    for (std::uint32_t row = 0; row < rows(); ++row)
        texts.push_back(textOf(textsOf(textAt(row)), field));
    return codesOfTexts(texts, isName(field) ? &keyForPeople : &keyOfBytes, keys);
}

const SortIndex& Segment::order(UserField field, const TextKeys& keys) const {
    return orders_.at(*slotOf(field)).get([&] {
        return std::make_unique<const SortIndex>(codesOf(field, keys), byId());
    });
}

const SortIndex* Segment::madeOrder(UserField field) const {
    const auto slot = slotOf(field);
    return slot ? orders_.at(*slot).peek() : nullptr;
}

const ClassSums& Segment::classSums(UserField field) const {
    const auto slot = *slotOf(field);
    return classSums_.at(slot).get([this, slot] {
        return std::make_unique<const ClassSums>(*orders_.at(slot).peek(), classOf_,
                                                 classes_.size());
    });
}

const Trigrams& Segment::trigrams() const {
    return trigrams_.get([this] {
        std::string scratch;
        return std::make_unique<const Trigrams>(
            rows(), [&](std::uint32_t row) { return foldedLines(textAt(row), scratch); });
    });
}

const Segment::Words& Segment::words(const TextKeys& keys) const {
    return words_.get([&] {
        std::vector<RunDomains::RowRun> runs;
        for (const auto& run : runs_) runs.push_back({run.begin, run.end});
        const auto first = [this](std::uint32_t row) { return textsOf(textAt(row)).firstName; };
        const auto last = [this](std::uint32_t row) { return textsOf(textAt(row)).lastName; };
        const auto email = [this](std::uint32_t row) { return textsOf(textAt(row)).email; };
        return std::unique_ptr<const Words>(new Words{{order(UserField::kFirstName, keys), first},
                                                      {order(UserField::kLastName, keys), last},
                                                      {runs, email}});
    });
}

bool Segment::markKnown(std::string_view needle, Bits& rows) const {
    const Words* known = words_.peek();
    if (known == nullptr) return false;
    using Where = WordGroups::Where;
    known->first.mark(needle, Where::kAnywhere, rows);
    known->last.mark(needle, Where::kAnywhere, rows);
    known->domains.mark(needle, rows);
    const auto space = needle.find(' ');
    if (space == std::string_view::npos) return true;
    // The end of a first name, a space, the beginning of a last name.
    const auto before = needle.substr(0, space), after = needle.substr(space + 1);
    if (before.empty() && !after.empty()) {
        known->last.mark(after, Where::kBegins, rows);
    } else if (after.empty() && !before.empty()) {
        known->first.mark(before, Where::kEnds, rows);
    } else if (!before.empty()) {
        Bits firsts(this->rows()), lasts(this->rows());
        known->first.mark(before, Where::kEnds, firsts);
        known->last.mark(after, Where::kBegins, lasts);
        for (std::size_t w = 0; w < rows.words().size(); ++w)
            rows.words()[w] |= firsts.words()[w] & lasts.words()[w];
    }
    return true;
}

bool Segment::warmLike(const Segment& other, const TextKeys& keys) const {
    for (std::size_t i = 0; i < kOrders; ++i)
        if (other.orders_[i].peek() != nullptr && orders_[i].peek() == nullptr) {
            static_cast<void>(order(kOrdered[i], keys));
            return true;
        }
    if (other.byId_.peek() != nullptr && byId_.peek() == nullptr) {
        static_cast<void>(byId());
        return true;
    }
    if (other.trigrams_.peek() == nullptr || trigrams_.peek() != nullptr) return false;
    static_cast<void>(trigrams());
    if (other.words_.peek() != nullptr) static_cast<void>(words(keys));
    return true;
}

bool Segment::warm(const TextKeys& keys) const {
    for (const auto field : kWarm)
        if (orders_.at(*slotOf(field)).peek() == nullptr) {
            static_cast<void>(order(field, keys));
            return true;
        }
    if (trigrams_.peek() != nullptr) return false;
    static_cast<void>(classRows());
    static_cast<void>(words(keys));
    static_cast<void>(trigrams());
    return true;
}

}  // namespace tenantry::view
