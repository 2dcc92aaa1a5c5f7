#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tenantry::sql {

/// The password hashes this connector can make; each is verified in the tests by the software it
/// is made for.
enum class HashScheme {
    kArgon2id = 1,    ///< $argon2id$v=19$..., libsodium, moderate-interactive cost
    kBcrypt,          ///< $2y$10$..., crypt(3)
    kSha512Crypt,     ///< $6$..., crypt(3)
    kPhpass,          ///< $P$..., WordPress (portable phpass, 8192 rounds of MD5)
    kMediaWikiPbkdf2  ///< :pbkdf2:sha512:30000:64:salt:hash
};

/// The scheme of a mapping's word ("argon2id", "bcrypt", "sha512-crypt", "phpass",
/// "mediawiki-pbkdf2"); nothing when it is none.
std::optional<HashScheme> hashSchemeOf(std::string_view word);

/// A hash of `password` with a fresh random salt. Throws tny::internal when the library refuses.
std::string hashPassword(HashScheme scheme, const std::string& password);

/// The same with a given salt, for tests: phpass wants 8 characters of ./0-9A-Za-z, MediaWiki any
/// bytes. Other schemes throw tny::internal.
std::string hashPasswordWithSalt(HashScheme scheme, const std::string& password,
                                 const std::string& salt);

/// A temporary password: 20 characters from four classes, without look-alikes, about 115 bits.
std::string makeTemporaryPassword();

/// `bytes` random bytes as lower-case hexadecimal.
std::string randomHex(std::size_t bytes);

}  // namespace tenantry::sql
