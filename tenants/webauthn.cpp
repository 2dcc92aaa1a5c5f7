#include "tenants/webauthn.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/URI.h>
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <memory>

#include "kernel/base/json.h"

namespace tenantry::tenants {

namespace {

constexpr std::string_view kLocalhost = "localhost";
constexpr std::uint8_t kUserPresent = 0x01;
constexpr std::uint8_t kUserVerified = 0x04;
constexpr std::size_t kHashBytes = crypto_hash_sha256_BYTES;

/// Frees what libfido2 made.
template <class T, void (*Free)(T**)>
struct Release {
    void operator()(T* value) const { Free(&value); }
};
using Credential = std::unique_ptr<fido_cred_t, Release<fido_cred_t, fido_cred_free>>;
using Assert = std::unique_ptr<fido_assert_t, Release<fido_assert_t, fido_assert_free>>;
using Es256 = std::unique_ptr<es256_pk_t, Release<es256_pk_t, es256_pk_free>>;
using Rs256 = std::unique_ptr<rs256_pk_t, Release<rs256_pk_t, rs256_pk_free>>;
using Eddsa = std::unique_ptr<eddsa_pk_t, Release<eddsa_pk_t, eddsa_pk_free>>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
std::string text(const unsigned char* data, std::size_t size) {
    return data == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

base::Error notAccepted(std::string why, const char* pointer) {
    return base::invalidArgument(std::move(why), pointer);
}

bool isAddress(const std::string& host) {
    Poco::Net::IPAddress address;
    return Poco::Net::IPAddress::tryParse(host, address);
}
bool isLoopback(const std::string& host) {
    Poco::Net::IPAddress address;
    return Poco::Net::IPAddress::tryParse(host, address) && address.isLoopback();
}
bool isLocal(const std::string& host) {
    constexpr std::string_view kBelow = ".localhost";
    return host == kLocalhost ||
           (host.size() > kBelow.size() &&
            host.compare(host.size() - kBelow.size(), kBelow.size(), kBelow) == 0);
}

/// Authenticator data begins with the hash of the relying party's id.
bool isFor(std::string_view authenticatorData, const RelyingParty& party) {
    if (authenticatorData.size() < kHashBytes) return false;
    std::array<unsigned char, kHashBytes> expected{};
    crypto_hash_sha256(expected.data(), bytes(party.id), party.id.size());
    return std::equal(expected.begin(), expected.end(), bytes(authenticatorData));
}

/// libfido2 wants to be started once on every thread.
void startLibrary() {
    thread_local const bool started = (fido_init(0), true);
    static_cast<void>(started);
}

Credential parsed(std::string_view authenticatorData, int algorithm) {
    startLibrary();
    Credential out(fido_cred_new());
    if (!out || fido_cred_set_type(out.get(), algorithm) != FIDO_OK ||
        fido_cred_set_authdata_raw(out.get(), bytes(authenticatorData), authenticatorData.size()) !=
            FIDO_OK)
        return nullptr;
    return out;
}

/// libfido2's word; FIDO_ERR_INVALID_ARGUMENT for a key that is none.
int verify(const fido_assert_t* assertion, int algorithm, std::string_view key) {
    switch (algorithm) {
        case COSE_ES256: {
            const Es256 parsedKey(es256_pk_new());
            if (!parsedKey || es256_pk_from_ptr(parsedKey.get(), key.data(), key.size()) != FIDO_OK)
                break;
            return fido_assert_verify(assertion, 0, algorithm, parsedKey.get());
        }
        case COSE_RS256: {
            const Rs256 parsedKey(rs256_pk_new());
            if (!parsedKey || rs256_pk_from_ptr(parsedKey.get(), key.data(), key.size()) != FIDO_OK)
                break;
            return fido_assert_verify(assertion, 0, algorithm, parsedKey.get());
        }
        case COSE_EDDSA: {
            const Eddsa parsedKey(eddsa_pk_new());
            if (!parsedKey || eddsa_pk_from_ptr(parsedKey.get(), key.data(), key.size()) != FIDO_OK)
                break;
            return fido_assert_verify(assertion, 0, algorithm, parsedKey.get());
        }
        default:
            break;
    }
    return FIDO_ERR_INVALID_ARGUMENT;
}

}  // namespace

base::Result<RelyingParty> relyingPartyOf(const std::string& publicUrl) {
    try {
        const Poco::URI url(publicUrl);
        std::string host = url.getHost();
        std::transform(host.begin(), host.end(), host.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const bool plain = url.getScheme() == "http";
        if (host.empty() || (!plain && url.getScheme() != "https"))
            return base::unsupported("Passkeys need an http or https address in \"public-url\".");
        if (plain && isLoopback(host)) host = kLocalhost;
        if (isAddress(host))
            return base::unsupported(
                "Passkeys need a host name, and \"public-url\" has an address of numbers.");
        if (plain && !isLocal(host))
            return base::unsupported("Passkeys need https, and \"public-url\" has http.");
        std::string origin = url.getScheme() + "://" + host;
        if (url.getPort() != (plain ? 80 : 443)) origin += ":" + std::to_string(url.getPort());
        return RelyingParty{host, origin};
    } catch (const Poco::Exception&) {
        return base::unsupported("Passkeys need \"public-url\" to be an address.");
    }
}

std::optional<std::string> challengeIn(std::string_view clientData) {
    if (clientData.size() > kClientDataBytesMax) return std::nullopt;
    const auto json = base::Json::parse(clientData);
    if (!json) return std::nullopt;
    return (*json)["challenge"].asString();
}

base::Status checkClientData(std::string_view clientData, Ceremony ceremony,
                             std::string_view challenge, const RelyingParty& party) {
    constexpr const char* kPointer = "/client_data";
    const auto said = clientData.size() > kClientDataBytesMax
                          ? base::Result<base::Json>(base::invalidArgument("It is too long."))
                          : base::Json::parse(clientData);
    if (!said || !said->isObject())
        return notAccepted("The browser's client data cannot be read.", kPointer);
    const auto& json = *said;
    const bool creates = ceremony == Ceremony::kCreate;
    if (json["type"].asString() != (creates ? "webauthn.create" : "webauthn.get"))
        return notAccepted("The browser did something else with the passkey.", kPointer);
    if (json["challenge"].asString() != challenge)
        return notAccepted("The passkey answers another challenge.", kPointer);
    if (json["origin"].asString() != party.origin)
        return notAccepted(
            "The passkey was used on a page of another address than " + party.origin + ".",
            kPointer);
    if (json["crossOrigin"].boolOr(false) || !json["topOrigin"].missing())
        return notAccepted("The passkey was used inside a page of another address.", kPointer);
    return base::ok();
}

base::Result<NewCredential> checkNewCredential(std::string_view authenticatorData,
                                               const RelyingParty& party) {
    constexpr const char* kPointer = "/authenticator_data";
    if (authenticatorData.size() > kAuthenticatorDataBytesMax || !isFor(authenticatorData, party))
        return notAccepted("The passkey was made for another address than " + party.origin + ".",
                           kPointer);
    for (const int algorithm : kAlgorithms) {
        const auto credential = parsed(authenticatorData, algorithm);
        if (!credential) continue;
        const auto flags = fido_cred_flags(credential.get());
        if ((flags & kUserPresent) == 0 || (flags & kUserVerified) == 0)
            return notAccepted("The device did not verify you: set its PIN or fingerprint first.",
                               kPointer);
        NewCredential out;
        out.id = text(fido_cred_id_ptr(credential.get()), fido_cred_id_len(credential.get()));
        out.publicKey =
            text(fido_cred_pubkey_ptr(credential.get()), fido_cred_pubkey_len(credential.get()));
        out.algorithm = algorithm;
        out.signCount = fido_cred_sigcount(credential.get());
        if (out.id.empty() || out.id.size() > kCredentialIdBytesMax || out.publicKey.empty()) break;
        return out;
    }
    return notAccepted("The device's data cannot be read, or its algorithm is none of ours.",
                       kPointer);
}

base::Result<std::uint32_t> checkAssertion(const Assertion& assertion, int algorithm,
                                           std::string_view publicKey, const RelyingParty& party) {
    startLibrary();
    const Assert made(fido_assert_new());
    const auto& data = assertion.authenticatorData;
    const auto& signature = assertion.signature;
    if (!made || data.size() > kAuthenticatorDataBytesMax || signature.empty() ||
        signature.size() > kSignatureBytesMax || assertion.clientData.empty() ||
        fido_assert_set_count(made.get(), 1) != FIDO_OK ||
        fido_assert_set_authdata_raw(made.get(), 0, bytes(data), data.size()) != FIDO_OK ||
        fido_assert_set_clientdata(made.get(), bytes(assertion.clientData),
                                   assertion.clientData.size()) != FIDO_OK ||
        fido_assert_set_rp(made.get(), party.id.c_str()) != FIDO_OK ||
        fido_assert_set_up(made.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_uv(made.get(), FIDO_OPT_TRUE) != FIDO_OK ||
        fido_assert_set_sig(made.get(), 0, bytes(signature), signature.size()) != FIDO_OK)
        return notAccepted("The device's answer cannot be read.", "/authenticator_data");
    const int said = verify(made.get(), algorithm, publicKey);
    if (said == FIDO_ERR_INVALID_SIG)
        return notAccepted("The passkey's signature is wrong.", "/signature");
    // Another relying party, or nobody was verified.
    if (said != FIDO_OK)
        return notAccepted(std::string("The device's answer does not hold: ") + fido_strerr(said),
                           "/authenticator_data");
    return fido_assert_sigcount(made.get(), 0);
}

}  // namespace tenantry::tenants
