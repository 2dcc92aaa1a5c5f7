/// ID tokens of OpenID Connect: their signature and what they claim.
///
/// Threads: pure functions. Errors: kUnauthenticated, in words for the log.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/clock.h"
#include "kernel/base/json.h"
#include "kernel/base/result.h"

namespace tenantry::tenants {

struct IdClaims {
    std::string subject;
    std::string email;
    bool emailVerified = false;
    std::string name;
};

struct IdExpected {
    std::string issuer;
    std::string clientId;
    std::string nonce;
    base::TimePoint now{};
};

/// The "kid" of a token's head; empty when it has none or is no token.
std::string keyIdOf(std::string_view token);

/// Judges a token: signed with RS256 or ES256 by a key of `keys` (a JWK Set), from whom, for whom,
/// in time, for this sign-in. Everything else is refused, "none" and shared secrets too.
base::Result<IdClaims> verifyIdToken(std::string_view token, const base::Json& keys,
                                     const IdExpected& expected);

/// Base64url without padding; nothing when it is not.
std::optional<std::string> fromBase64Url(std::string_view text);
std::string toBase64Url(std::string_view data);

}  // namespace tenantry::tenants
