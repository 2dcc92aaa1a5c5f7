/// Cryptography by libsodium: sealing of stored secrets, password hashing, tokens, digests.
///
/// Threads: all functions may be called from any thread after initCrypto(). Nothing here logs or
/// keeps what it gets.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/base/secret.h"

namespace tenantry::base {

/// Once, before anything else here. kInternal if libsodium cannot start.
Status initCrypto();

/// A key that seals stored secrets (XSalsa20-Poly1305). 32 bytes; never written to a log or an
/// answer.
class SealingKey {
  public:
    /// kInvalidArgument unless `base64` is 32 bytes of standard base64.
    static Result<SealingKey> fromBase64(const SecretText& base64);
    /// A new random key, and its base64 to be stored by the caller.
    static SealingKey generate();
    [[nodiscard]] SecretText base64() const;

    /// nonce + ciphertext, in base64. `about` (e.g. the connection's id) is bound to it: it opens
    /// for the same only.
    [[nodiscard]] std::string seal(const SecretText& plain, std::string_view about) const;
    /// kInternal when it was altered, made with another key, or for something else.
    [[nodiscard]] Result<SecretText> open(std::string_view sealed, std::string_view about) const;

  private:
    explicit SealingKey(SecretText raw) : raw_(std::move(raw)) {}
    SecretText raw_;
};

/// Argon2id, 19 MiB and 2 passes (OWASP), in libsodium's own text form. Takes about 10 ms and 19
/// MiB: bound it.
Result<std::string> hashPassword(const SecretText& password);
bool verifyPassword(const SecretText& password, const std::string& hash);

/// `bytes` of randomness in URL-safe base64 without padding.
std::string randomToken(std::size_t bytes = 32);
/// BLAKE2b-256 in hexadecimal: how tokens are stored.
std::string digestHex(std::string_view data);
/// Sixteen hexadecimal digits of a fast keyed hash with a public key (SipHash-2-4): tells versions
/// of a record apart; proves nothing against someone who chooses the data.
std::string shortDigestHex(std::string_view data);
/// Compares in a time that does not depend on where they differ.
bool equalInConstantTime(std::string_view a, std::string_view b);

}  // namespace tenantry::base
