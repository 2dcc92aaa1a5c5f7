#include "tenants/oidc/id_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <algorithm>
#include <memory>

namespace tenantry::tenants {

using base::Json;

namespace {

constexpr auto kSkew = std::chrono::seconds{60};
constexpr std::size_t kTokenBytesMax = 32 * 1024;
constexpr int kRsaBitsMin = 2048;

template <auto F>
struct Free {
    template <class T>
    void operator()(T* one) const {
        F(one);
    }
};
template <class T, auto F>
using Owned = std::unique_ptr<T, Free<F>>;
using Key = Owned<EVP_PKEY, EVP_PKEY_free>;

base::Error refused(std::string why) {
    return base::unauthenticated("The identity provider's token is refused: " + std::move(why));
}

struct Parts {
    Json head, body;
    std::string signedText, signature;
};

base::Result<Parts> partsOf(std::string_view token) {
    const auto first = token.find('.');
    const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (token.size() > kTokenBytesMax || second == std::string_view::npos ||
        token.find('.', second + 1) != std::string_view::npos)
        return refused("it is no signed token.");
    const auto head = fromBase64Url(token.substr(0, first));
    const auto body = fromBase64Url(token.substr(first + 1, second - first - 1));
    const auto signature = fromBase64Url(token.substr(second + 1));
    if (!head || !body || !signature) return refused("it is not in base64url.");
    Parts out;
    TNY_TRY(out.head, Json::parse(*head));
    TNY_TRY(out.body, Json::parse(*body));
    out.signedText = std::string(token.substr(0, second));
    out.signature = *signature;
    return out;
}

Key built(const char* type, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(builder));
    const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
        EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
        return nullptr;
    return Key(key);
}

const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Key rsaKey(const Json& jwk) {
    const auto modulus = fromBase64Url(jwk["n"].stringOr(""));
    const auto exponent = fromBase64Url(jwk["e"].stringOr(""));
    if (!modulus || !exponent || modulus->empty() || exponent->empty()) return nullptr;
    const Owned<BIGNUM, BN_free> n(
        BN_bin2bn(bytes(*modulus), static_cast<int>(modulus->size()), nullptr));
    const Owned<BIGNUM, BN_free> e(
        BN_bin2bn(bytes(*exponent), static_cast<int>(exponent->size()), nullptr));
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder || BN_num_bits(n.get()) < kRsaBitsMin) return nullptr;
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    return built("RSA", builder.get());
}

Key ecKey(const Json& jwk) {
    const auto x = fromBase64Url(jwk["x"].stringOr(""));
    const auto y = fromBase64Url(jwk["y"].stringOr(""));
    if (jwk["crv"].stringOr("") != "P-256" || !x || !y || x->size() != 32 || y->size() != 32)
        return nullptr;
    const std::string point = std::string(1, '\x04') + *x + *y;
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    if (!builder) return nullptr;
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    return built("EC", builder.get());
}

/// JWS has r and s side by side, OpenSSL wants them in DER.
std::string derOf(const std::string& raw) {
    if (raw.size() != 64) return {};
    const Owned<ECDSA_SIG, ECDSA_SIG_free> signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes(raw), 32, nullptr);
    BIGNUM* s = BN_bin2bn(bytes(raw) + 32, 32, nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) return {};
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) return {};
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

bool isSignedBy(EVP_PKEY* key, const std::string& text, const std::string& signature) {
    const Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    return context && !signature.empty() &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                            text.size()) == 1;
}

base::Status checkSignature(const Parts& parts, const Json& keys) {
    const std::string algorithm = parts.head["alg"].stringOr("");
    const bool rsa = algorithm == "RS256";
    if (!rsa && algorithm != "ES256")
        return refused("it is signed with \"" + algorithm.substr(0, 20) +
                       "\"; RS256 and ES256 are taken.");
    if (!parts.head["crit"].missing()) return refused("it wants an extension that is not known.");
    const std::string id = parts.head["kid"].stringOr("");
    for (const auto& jwk : keys["keys"].items()) {
        if (jwk["kty"].stringOr("") != (rsa ? "RSA" : "EC")) continue;
        if (!id.empty() && jwk["kid"].stringOr("") != id) continue;
        if (const auto use = jwk["use"].stringOr("sig"); use != "sig") continue;
        if (const auto alg = jwk["alg"].stringOr(algorithm); alg != algorithm) continue;
        const Key key = rsa ? rsaKey(jwk) : ecKey(jwk);
        if (key &&
            isSignedBy(key.get(), parts.signedText, rsa ? parts.signature : derOf(parts.signature)))
            return base::ok();
    }
    return refused("no key of the provider has signed it.");
}

bool isFor(const Json& body, const std::string& clientId) {
    const auto audience = body["aud"];
    if (audience.isString()) return audience.stringOr("") == clientId;
    const auto items = audience.items();
    const bool named = std::any_of(items.begin(), items.end(),
                                   [&](const auto& one) { return one.stringOr("") == clientId; });
    // With several, the authorized party says for whom it is.
    return named && (items.size() == 1 || body["azp"].stringOr("") == clientId);
}

}  // namespace

std::optional<std::string> fromBase64Url(std::string_view text) {
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(),
                          text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return std::nullopt;
    out.resize(size);
    return out;
}

std::string toBase64Url(std::string_view data) {
    std::string out(
        sodium_base64_encoded_len(data.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(data.data()),
                      data.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    out.pop_back();
    return out;
}

std::string keyIdOf(std::string_view token) {
    const auto parts = partsOf(token);
    return parts ? parts->head["kid"].stringOr("") : std::string();
}

base::Result<IdClaims> verifyIdToken(std::string_view token, const Json& keys,
                                     const IdExpected& expected) {
    TNY_TRY(const auto parts, partsOf(token));
    TNY_CHECKED(checkSignature(parts, keys));
    const auto& body = parts.body;
    if (body["iss"].stringOr("") != expected.issuer) return refused("another one issued it.");
    if (!isFor(body, expected.clientId)) return refused("it is for another application.");
    if (expected.nonce.empty() || body["nonce"].stringOr("") != expected.nonce)
        return refused("it belongs to another sign-in.");
    const auto seconds = [](std::int64_t value) {
        return base::fromMillis(std::clamp<std::int64_t>(value, 0, 253'402'300'799) * 1000);
    };
    const auto ends = body["exp"].asInt();
    const auto issued = body["iat"].asInt();
    if (!ends || seconds(*ends) + kSkew <= expected.now) return refused("it has expired.");
    if (!issued || seconds(*issued) > expected.now + kSkew)
        return refused("it is from the future.");
    if (const auto from = body["nbf"].asInt(); from && seconds(*from) > expected.now + kSkew)
        return refused("it is not valid yet.");
    IdClaims out;
    out.subject = body["sub"].stringOr("");
    out.email = body["email"].stringOr("");
    out.emailVerified = body["email_verified"].boolOr(false);
    out.name = body["name"].stringOr("");
    if (out.subject.empty() || out.subject.size() > 255) return refused("it names nobody.");
    return out;
}

}  // namespace tenantry::tenants
