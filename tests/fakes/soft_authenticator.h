/// A passkey device and the browser before it, in software: makes what
/// navigator.credentials.create() and get() give, with any part of it wrong that a test asks for.
///
/// Needs tenantry::tenants and OpenSSL::Crypto. Threads: one.
#pragma once

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

#include "kernel/base/json.h"
#include "tenants/passkeys.h"

namespace tenantry::testing {

class SoftAuthenticator {
  public:
    SoftAuthenticator(std::string party, std::string page)
        : rpId(std::move(party)), origin(std::move(page)), key_(EVP_EC_gen("P-256")) {
        if (!key_) throw std::runtime_error("no key");
    }

    std::string rpId, origin;
    std::string credentialId = "soft credential";
    std::uint32_t count = 1;  ///< of the next answer; it goes up by itself
    bool verifiesUser = true;
    bool embedded = false;  ///< in a page of another address

    tenants::NewPasskey create(const std::string& challenge, const std::string& name = "Laptop") {
        tenants::NewPasskey out;
        out.name = name;
        out.clientData = clientData("webauthn.create", challenge);
        out.authenticatorData = head(0x40) + std::string(16, '\0') + big(credentialId.size(), 2) +
                                credentialId + coseKey();
        out.transports = {"internal"};
        return out;
    }

    tenants::PasskeyAnswer get(const std::string& challenge, const std::string& userHandle) {
        tenants::PasskeyAnswer out;
        out.credentialId = credentialId;
        out.userHandle = userHandle;
        out.assertion.clientData = clientData("webauthn.get", challenge);
        out.assertion.authenticatorData = head(0);
        out.assertion.signature =
            sign(out.assertion.authenticatorData + sha256(out.assertion.clientData));
        return out;
    }

  private:
    struct Free {
        void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };

    static std::string sha256(const std::string& data) {
        std::string out(SHA256_DIGEST_LENGTH, '\0');
        SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(),
               reinterpret_cast<unsigned char*>(out.data()));
        return out;
    }
    static std::string big(std::uint64_t value, int bytes) {
        std::string out;
        for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
        return out;
    }
    std::string head(int flags) {
        return sha256(rpId) + static_cast<char>(flags | 0x01 | (verifiesUser ? 0x04 : 0)) +
               big(count++, 4);
    }
    std::string clientData(const std::string& type, const std::string& challenge) const {
        base::JsonWriter out;
        out.beginObject().key("type").string(type).key("challenge").string(challenge);
        out.key("origin").string(origin).key("crossOrigin").boolean(embedded).endObject();
        return std::move(out).take();
    }
    /// A map of kty 2, alg -7, crv 1, x and y.
    std::string coseKey() const {
        std::string point(65, '\0');
        std::size_t size = 0;
        if (EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                            reinterpret_cast<unsigned char*>(point.data()),
                                            point.size(), &size) != 1)
            throw std::runtime_error("no public key");
        return std::string("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20") + point.substr(1, 32) +
               "\x22\x58\x20" + point.substr(33, 32);
    }
    std::string sign(const std::string& data) const {
        const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
        std::string out(128, '\0');
        std::size_t size = out.size();
        if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                           reinterpret_cast<const unsigned char*>(data.data()), data.size()) != 1)
            throw std::runtime_error("no signature");
        out.resize(size);
        return out;
    }

    std::unique_ptr<EVP_PKEY, Free> key_;
};

}  // namespace tenantry::testing
