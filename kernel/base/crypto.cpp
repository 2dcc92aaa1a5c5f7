#include "kernel/base/crypto.h"

#include <sodium.h>

#include <array>

namespace tenantry::base {

namespace {

constexpr unsigned long long kArgonPasses = 2;
constexpr std::size_t kArgonBytes = 19ULL * 1024 * 1024;

std::string toBase64(std::string_view bytes, int variant) {
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), variant);
    out.pop_back();  // the terminator that libsodium counts
    return out;
}

std::optional<std::string> fromBase64(std::string_view text, int variant) {
    std::string out(text.size(), '\0');
    std::size_t length = 0;
    const int rc = sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(),
                                     text.data(), text.size(), nullptr, &length, nullptr, variant);
    if (rc != 0) return std::nullopt;
    out.resize(length);
    return out;
}

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// A key of its own for each subject, so that a sealed value cannot be moved to another row.
std::array<unsigned char, crypto_secretbox_KEYBYTES> keyFor(const std::string& raw,
                                                            std::string_view about) {
    std::array<unsigned char, crypto_secretbox_KEYBYTES> key{};
    crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(about.data()),
                       about.size(), bytes(raw), raw.size());
    return key;
}

}  // namespace

void wipe(void* data, std::size_t size) {
    if (size != 0) sodium_memzero(data, size);
}

Status initCrypto() {
    if (sodium_init() < 0) return internal("libsodium could not be started.");
    return ok();
}

Result<SealingKey> SealingKey::fromBase64(const SecretText& base64) {
    auto raw = base::fromBase64(base64.reveal(), sodium_base64_VARIANT_ORIGINAL);
    if (!raw || raw->size() != crypto_secretbox_KEYBYTES)
        return invalidArgument("The sealing key must be 32 bytes in base64.");
    return SealingKey(SecretText(std::move(*raw)));
}

SealingKey SealingKey::generate() {
    std::string raw(crypto_secretbox_KEYBYTES, '\0');
    randombytes_buf(raw.data(), raw.size());
    return SealingKey(SecretText(std::move(raw)));
}

SecretText SealingKey::base64() const {
    return SecretText(toBase64(raw_.reveal(), sodium_base64_VARIANT_ORIGINAL));
}

std::string SealingKey::seal(const SecretText& plain, std::string_view about) const {
    auto key = keyFor(raw_.reveal(), about);
    std::string out(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.reveal().size(),
                    '\0');
    auto* nonce = reinterpret_cast<unsigned char*>(out.data());
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, bytes(plain.reveal()),
                          plain.reveal().size(), nonce, key.data());
    wipe(key.data(), key.size());
    return toBase64(out, sodium_base64_VARIANT_ORIGINAL);
}

Result<SecretText> SealingKey::open(std::string_view sealed, std::string_view about) const {
    const auto raw = base::fromBase64(sealed, sodium_base64_VARIANT_ORIGINAL);
    if (!raw || raw->size() < crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return internal("A stored secret is damaged.");
    auto key = keyFor(raw_.reveal(), about);
    std::string plain(raw->size() - crypto_secretbox_NONCEBYTES - crypto_secretbox_MACBYTES, '\0');
    const int rc = crypto_secretbox_open_easy(
        reinterpret_cast<unsigned char*>(plain.data()), bytes(*raw) + crypto_secretbox_NONCEBYTES,
        raw->size() - crypto_secretbox_NONCEBYTES, bytes(*raw), key.data());
    wipe(key.data(), key.size());
    if (rc != 0)
        return internal(
            "A stored secret cannot be opened: it was altered, or the sealing key is not the one "
            "it was made with.");
    return SecretText(std::move(plain));
}

Result<std::string> hashPassword(const SecretText& password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    if (crypto_pwhash_str_alg(out.data(), password.reveal().data(), password.reveal().size(),
                              kArgonPasses, kArgonBytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return unavailable("There is not enough memory to hash a password.");
    return std::string(out.data());
}

bool verifyPassword(const SecretText& password, const std::string& hash) {
    if (hash.size() >= crypto_pwhash_STRBYTES) return false;
    return crypto_pwhash_str_verify(hash.c_str(), password.reveal().data(),
                                    password.reveal().size()) == 0;
}

std::string randomToken(std::size_t count) {
    std::string raw(count, '\0');
    randombytes_buf(raw.data(), raw.size());
    return toBase64(raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::string digestHex(std::string_view data) {
    std::array<unsigned char, 32> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(data.data()), data.size(), nullptr,
                       0);
    std::string out(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), digest.data(), digest.size());
    out.pop_back();
    return out;
}

std::string shortDigestHex(std::string_view data) {
    static constexpr std::array<unsigned char, crypto_shorthash_KEYBYTES> kKey{
        't', 'e', 'n', 'a', 'n', 't', 'r', 'y', ' ', 'v', 'e', 'r', 's', 'i', 'o', 'n'};
    std::array<unsigned char, crypto_shorthash_BYTES> digest{};
    crypto_shorthash(digest.data(), reinterpret_cast<const unsigned char*>(data.data()),
                     data.size(), kKey.data());
    std::array<char, crypto_shorthash_BYTES * 2 + 1> out{};
    sodium_bin2hex(out.data(), out.size(), digest.data(), digest.size());
    return {out.data(), out.size() - 1};
}

bool equalInConstantTime(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tenantry::base
