/// What a browser says about a passkey (WebAuthn level 2), checked by libfido2: it reads the
/// authenticator's data and verifies signatures. Here are only the comparisons that the standard
/// leaves to the caller: ceremony, challenge, origin, and whose data it is.
///
/// Threads: pure functions. Errors: kInvalidArgument in words, with a pointer at the member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace tenantry::tenants {

/// For whom passkeys are made. A browser gives them to pages of `origin` only.
struct RelyingParty {
    std::string id;      ///< a host name
    std::string origin;  ///< "https://portal.example", without a slash at the end
    bool operator==(const RelyingParty&) const = default;
};

/// Of the address by which browsers reach us. A loopback address goes by its name, localhost: an
/// address of numbers cannot have passkeys. kUnsupported, in words, where there can be none.
base::Result<RelyingParty> relyingPartyOf(const std::string& publicUrl);

/// COSE numbers of the algorithms that are taken, in the order in which they are asked for.
inline constexpr int kAlgorithms[] = {-7, -257, -8};  // ES256, RS256, EdDSA

enum class Ceremony : std::uint8_t { kCreate = 1, kGet };

inline constexpr std::size_t kClientDataBytesMax = 4096;
inline constexpr std::size_t kAuthenticatorDataBytesMax = 4096;
inline constexpr std::size_t kSignatureBytesMax = 1024;
inline constexpr std::size_t kCredentialIdBytesMax = 1023;

/// The challenge that the client data answers; nothing when there is none in it.
std::optional<std::string> challengeIn(std::string_view clientData);

/// Whether the browser ran this ceremony, for this challenge, on a page of this origin.
base::Status checkClientData(std::string_view clientData, Ceremony ceremony,
                             std::string_view challenge, const RelyingParty& party);

struct NewCredential {
    std::string id;         ///< bytes
    std::string publicKey;  ///< bytes, as libfido2 gives them for the algorithm
    int algorithm = 0;
    std::uint32_t signCount = 0;
};

/// The credential that an authenticator has made, with its user verified. Attestation is not asked
/// for, so that there is no statement to verify.
base::Result<NewCredential> checkNewCredential(std::string_view authenticatorData,
                                               const RelyingParty& party);

struct Assertion {
    std::string clientData;         ///< bytes, as they were signed
    std::string authenticatorData;  ///< bytes
    std::string signature;          ///< bytes
};

/// Verifies the signature by the credential's key, and that the authenticator verified its user.
/// Gives the sign counter.
base::Result<std::uint32_t> checkAssertion(const Assertion& assertion, int algorithm,
                                           std::string_view publicKey, const RelyingParty& party);

}  // namespace tenantry::tenants
