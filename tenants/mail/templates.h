/// The mails that Tenantry writes, plain and in HTML, with the looks of the organization.
///
/// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/clock.h"
#include "tenants/mail/message.h"

namespace tenantry::tenants {

/// How an organization's mails look.
struct Branding {
    std::string name;                ///< of the product, as its people know it
    std::string colour = "#2563eb";  ///< "#rrggbb"
    std::string logoUrl;             ///< https only; empty: none
    std::string support;             ///< whom to ask, in words; may be empty
};

/// "#rrggbb" and nothing else.
bool isColour(const std::string& text);
/// An https address without quotes, spaces or control characters.
bool isLogoUrl(const std::string& text);

enum class MailKind : std::uint8_t {
    kInvitation = 1,
    kReset,            ///< somebody, perhaps an administrator, asked for a new password
    kPasswordExpired,  ///< a new password is to be chosen at the next sign-in
    kSecondFactorReset,
    kPasswordChanged,
    kPasskeyAdded,
    kPasskeyRemoved,
    kLockedOut,
    kSuspended,
};

struct MailFacts {
    std::string to, toName;
    std::string organization;  ///< its name
    std::string username;
    std::string link;  ///< empty where there is none
    base::TimePoint linkEnds{};
    std::string by;  ///< who caused it; may be empty
};

Message writeMail(MailKind kind, const MailFacts& facts, const Branding& branding);

}  // namespace tenantry::tenants
