/// A passkey of one of Tenantry's own accounts: a WebAuthn credential whose private key never
/// leaves its owner's device. Nothing here is a secret.
///
/// Threads: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"

namespace tenantry::domain {

struct Passkey {
    std::string id;  ///< the digest of the credential id, in hexadecimal: bounded, fit for a path
    base::AccountId account;
    std::string credentialId;  ///< as the device made it, in base64url
    std::string publicKey;     ///< as libfido2 gives it for the algorithm, in base64url
    int algorithm = 0;         ///< a COSE number: -7, -8 or -257
    std::uint32_t signCount = 0;
    std::string name;  ///< its owner's word for it
    std::vector<std::string> transports = {};
    base::TimePoint createdAt{};
    std::optional<base::TimePoint> lastUsedAt = std::nullopt;
};

/// Whether `next` may follow `last`: a device that counts only goes up. One that does not count
/// always says 0.
inline bool countsUp(std::uint32_t last, std::uint32_t next) {
    return next > last || (next == 0 && last == 0);
}

}  // namespace tenantry::domain
