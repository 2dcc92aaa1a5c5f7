#include "plugins/sql/passwords.h"

#include <Poco/DigestEngine.h>
#include <Poco/MD5Engine.h>
#include <crypt.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <tenantry/error.hpp>
#include <vector>

namespace tenantry::sql {
namespace {

constexpr std::string_view kItoa64 =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr int kPhpassLog2Rounds = 13;  // WordPress: new PasswordHash(8, true) makes $P$B
constexpr int kMediaWikiRounds = 30000;
constexpr std::size_t kMediaWikiSaltBytes = 16;

void startSodium() {
    if (sodium_init() < 0) throw tny::internal("The cryptographic library did not start.");
}

using Md5 = std::array<unsigned char, 16>;

Md5 md5(const std::string& text) {
    Poco::MD5Engine engine;
    engine.update(text);
    Md5 out{};
    const auto& digest = engine.digest();
    std::copy(digest.begin(), digest.end(), out.begin());
    return out;
}

// phpass's base 64: least significant bits first, its own alphabet.
std::string encode64(const Md5& bytes) {
    std::string out;
    std::size_t i = 0;
    while (i < bytes.size()) {
        unsigned value = bytes[i++];
        out += kItoa64[value & 63];
        if (i < bytes.size()) value |= static_cast<unsigned>(bytes[i]) << 8;
        out += kItoa64[value >> 6 & 63];
        if (i++ >= bytes.size()) break;
        if (i < bytes.size()) value |= static_cast<unsigned>(bytes[i]) << 16;
        out += kItoa64[value >> 12 & 63];
        if (i++ >= bytes.size()) break;
        out += kItoa64[value >> 18 & 63];
    }
    return out;
}

std::string phpass(const std::string& password, const std::string& salt) {
    if (salt.size() != 8) throw tny::internal("A phpass salt has eight characters.");
    const auto text = [](const Md5& hash) {
        return std::string(reinterpret_cast<const char*>(hash.data()), hash.size());
    };
    Md5 hash = md5(salt + password);
    for (int round = 0; round < 1 << kPhpassLog2Rounds; ++round) {
        hash = md5(text(hash) + password);
    }
    std::string out = "$P$";
    out += kItoa64[kPhpassLog2Rounds];
    return out + salt + encode64(hash);
}

std::string base64(const unsigned char* bytes, std::size_t size) {
    std::string out(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes, size, sodium_base64_VARIANT_ORIGINAL);
    out.resize(std::strlen(out.c_str()));
    return out;
}

// RFC 8018 section 5.2 with HMAC-SHA-512 and one block of output (64 bytes).
std::array<unsigned char, 64> pbkdf2Sha512(const std::string& password, const std::string& salt,
                                           int rounds) {
    const auto* key = reinterpret_cast<const unsigned char*>(password.data());
    crypto_auth_hmacsha512_state keyed;
    crypto_auth_hmacsha512_init(&keyed, key, password.size());
    const std::string first = salt + std::string("\0\0\0\1", 4);
    std::array<unsigned char, 64> u{};
    auto state = keyed;
    crypto_auth_hmacsha512_update(&state, reinterpret_cast<const unsigned char*>(first.data()),
                                  first.size());
    crypto_auth_hmacsha512_final(&state, u.data());
    auto sum = u;
    for (int round = 1; round < rounds; ++round) {
        state = keyed;
        crypto_auth_hmacsha512_update(&state, u.data(), u.size());
        crypto_auth_hmacsha512_final(&state, u.data());
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] = static_cast<unsigned char>(sum[i] ^ u[i]);
        }
    }
    sodium_memzero(&keyed, sizeof keyed);
    return sum;
}

std::string mediaWiki(const std::string& password, const std::string& salt) {
    const auto hash = pbkdf2Sha512(password, salt, kMediaWikiRounds);
    return ":pbkdf2:sha512:" + std::to_string(kMediaWikiRounds) +
           ":64:" + base64(reinterpret_cast<const unsigned char*>(salt.data()), salt.size()) + ":" +
           base64(hash.data(), hash.size());
}

std::string argon2id(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(
            out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        throw tny::internal("There was not enough memory to hash the password.");
    }
    return out.data();
}

std::string cryptWith(const char* prefix, unsigned long cost, const std::string& password) {
    std::array<char, 16> random{};
    randombytes_buf(random.data(), random.size());
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
    if (crypt_gensalt_rn(prefix, cost, random.data(), static_cast<int>(random.size()), salt.data(),
                         static_cast<int>(salt.size())) == nullptr) {
        throw tny::internal("The C library cannot make this kind of password hash.");
    }
    auto data = std::vector<char>(sizeof(crypt_data));
    const char* hash =
        crypt_rn(password.c_str(), salt.data(), data.data(), static_cast<int>(data.size()));
    if (hash == nullptr) throw tny::internal("The C library did not hash the password.");
    std::string out = hash;
    sodium_memzero(data.data(), data.size());
    return out;
}

std::string randomSalt64(std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += kItoa64[randombytes_uniform(64)];
    return out;
}

std::string randomBytes(std::size_t size) {
    std::string out(size, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
}

}  // namespace

std::optional<HashScheme> hashSchemeOf(std::string_view word) {
    if (word == "argon2id") return HashScheme::kArgon2id;
    if (word == "bcrypt") return HashScheme::kBcrypt;
    if (word == "sha512-crypt") return HashScheme::kSha512Crypt;
    if (word == "phpass") return HashScheme::kPhpass;
    if (word == "mediawiki-pbkdf2") return HashScheme::kMediaWikiPbkdf2;
    return std::nullopt;
}

std::string hashPassword(HashScheme scheme, const std::string& password) {
    startSodium();
    switch (scheme) {
        case HashScheme::kArgon2id:
            return argon2id(password);
        case HashScheme::kBcrypt:
            return cryptWith("$2y$", 10, password);
        case HashScheme::kSha512Crypt:
            return cryptWith("$6$", 0, password);
        case HashScheme::kPhpass:
            return phpass(password, randomSalt64(8));
        case HashScheme::kMediaWikiPbkdf2:
            return mediaWiki(password, randomBytes(kMediaWikiSaltBytes));
    }
    throw tny::internal("An unknown password hash.");
}

std::string hashPasswordWithSalt(HashScheme scheme, const std::string& password,
                                 const std::string& salt) {
    startSodium();
    if (scheme == HashScheme::kPhpass) return phpass(password, salt);
    if (scheme == HashScheme::kMediaWikiPbkdf2) return mediaWiki(password, salt);
    throw tny::internal("This password hash takes no salt from outside.");
}

std::string makeTemporaryPassword() {
    startSodium();
    static constexpr std::string_view kClasses[] = {
        "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=.!#%"};
    static constexpr std::string_view kAll =
        "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const auto pick = [](std::string_view from) {
        return from[randombytes_uniform(static_cast<std::uint32_t>(from.size()))];
    };
    std::string out;
    for (const auto& one : kClasses) out += pick(one);
    while (out.size() < 20) out += pick(kAll);
    for (std::size_t i = out.size() - 1; i > 0; --i) {
        std::swap(out[i], out[randombytes_uniform(static_cast<std::uint32_t>(i + 1))]);
    }
    return out;
}

std::string randomHex(std::size_t bytes) {
    startSodium();
    const std::string raw = randomBytes(bytes);
    std::string out(bytes * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(raw.data()),
                   raw.size());
    out.pop_back();
    return out;
}

}  // namespace tenantry::sql
