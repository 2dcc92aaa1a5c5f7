#include "kernel/view/keys.h"

namespace tenantry::view {

namespace {

using domain::UserField;

std::string keyOfNumber(unsigned number) {
    return std::string(1, static_cast<char>(number));
}

}  // namespace

bool isOfClass(UserField field) {
    return field == UserField::kStatus || field == UserField::kStatusCause ||
           field == UserField::kNativeStatus || field == UserField::kRoles ||
           field == UserField::kMfaEnrolled || field == UserField::kMfaRequired ||
           field == UserField::kMfaMethods || field == UserField::kFederatedOnly;
}

std::string keyOfClass(const UserClass& one, UserField field, const TextKeys& keys) {
    if (field == UserField::kStatus) return keyOfNumber(static_cast<unsigned>(one.status));
    if (field == UserField::kStatusCause)
        return one.statusCause == domain::StatusCause::kNone
                   ? std::string()
                   : keyOfNumber(static_cast<unsigned>(one.statusCause));
    if (field == UserField::kNativeStatus) return plainKey(one.nativeStatus);
    if (field == UserField::kMfaEnrolled)
        return one.mfaEnrolled == domain::Tristate::kUnknown
                   ? std::string()
                   : keyOfNumber(static_cast<unsigned>(one.mfaEnrolled));
    if (field == UserField::kMfaRequired) return keyOfNumber(one.mfaRequired ? 2 : 1);
    if (field == UserField::kFederatedOnly) return keyOfNumber(one.federatedOnly ? 2 : 1);
    if (field != UserField::kRoles) return {};
    std::string all;
    for (const auto& role : one.roles) all += (all.empty() ? "" : ", ") + role;
    return keys.key(all);
}

std::string bytesOf(std::uint64_t number) {
    std::string out(8, '\0');
    for (std::size_t i = 8; i-- > 0; number >>= 8U)
        out[i] = static_cast<char>(static_cast<unsigned char>(number & 0xFFU));
    return out;
}

std::string keyOfTime(std::int64_t millis) {
    if (millis == kNoTime) return {};
    return bytesOf(static_cast<std::uint64_t>(millis) ^ (std::uint64_t{1} << 63U));
}

std::string keyOfAlerts(domain::AlertMask alerts) {
    std::string out;
    for (unsigned bit = 0; bit < domain::kAlertCount; ++bit)
        if ((alerts & (1U << bit)) != 0) out += static_cast<char>(bit + 1);
    return out;
}

}  // namespace tenantry::view
