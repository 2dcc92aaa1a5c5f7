/// Codes that change with time (RFC 6238, SHA-1, six digits, 30 seconds), and the recovery codes
/// beside them.
///
/// Threads: pure functions, after base::initCrypto().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/secret.h"

namespace tenantry::tenants {

inline constexpr int kTotpStepSeconds = 30;
inline constexpr std::size_t kRecoveryCodes = 10;

/// 160 random bits in base32.
base::SecretText newTotpSecret();
/// What an authenticator reads: otpauth://totp/...
base::SecretText totpUri(const base::SecretText& secret, const std::string& account,
                         const std::string& issuer);
/// The number of the step whose code this is, one step early or late allowed; nothing for a wrong
/// code. A step may be used once: the caller remembers it.
std::optional<std::int64_t> totpStepOf(const base::SecretText& secret, std::string_view code,
                                       base::TimePoint now);
/// The code at a moment: for tests and for nobody else.
std::string totpCodeAt(const base::SecretText& secret, base::TimePoint now);
/// `text` as a QR code in SVG; empty when it is too long for one.
base::SecretText qrSvg(const base::SecretText& text);

/// Ten codes of 50 bits each, in groups: "k7m2p-x9q4r".
std::vector<base::SecretText> newRecoveryCodes();
/// How one is kept; whatever its case and dashes.
std::string recoveryDigest(std::string_view code);

}  // namespace tenantry::tenants
