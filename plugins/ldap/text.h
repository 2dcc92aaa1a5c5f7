/// Small translations between LDAP's texts and ours. No state, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tenantry::ldap {

/// A value as it must stand inside a search filter (RFC 4515 section 3): whatever it holds, it can
/// only ever be a value.
std::string escapeFilter(std::string_view value);

/// GeneralizedTime (RFC 4517 section 3.3.13) as Unix milliseconds. Nothing when it is not one;
/// so is ppolicy's "000001010000Z" (year 0), which names no moment.
std::optional<std::int64_t> parseTime(std::string_view text);

/// Now, as Unix milliseconds.
std::int64_t currentTimeMs();

/// Unix milliseconds as RFC 3339 in UTC: "2026-11-22T06:10:00Z", with ".123" only when needed.
std::string isoTime(std::int64_t unixMs);

/// A DN in one spelling, for comparing: parsed and written again, ASCII letters in lower case.
/// The text itself, lowered, when it is no DN.
std::string foldDn(std::string_view dn);

/// The entry's own name and the DN of its parent, as they are written: "uid=ada" and
/// "ou=people,dc=example,dc=org". Both empty when it is no DN; the parent of a root is empty.
std::pair<std::string, std::string> splitDn(const std::string& dn);

/// Whether `dn` is `base` or an entry below it.
bool isWithin(std::string_view dn, std::string_view base);

std::string lower(std::string_view text);

/// Is this the form of an entryUUID (RFC 4530)?
bool isUuid(std::string_view text);

/// A 64-bit FNV-1a digest as 16 hexadecimal digits; for change detection, not for secrets.
std::string digest(std::string_view text);

}  // namespace tenantry::ldap
