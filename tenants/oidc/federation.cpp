#include "tenants/oidc/federation.h"

#include <sodium.h>

#include <algorithm>

#include "kernel/base/crypto.h"
#include "kernel/base/log.h"
#include "kernel/base/text.h"
#include "kernel/pluginhost/cancel_signal.h"

namespace tenantry::tenants {

using base::Deadline;
using base::Json;
using base::SecretText;
using domain::Permission;
namespace http = pluginhost::http;

namespace {

constexpr std::string_view kKind = "oidc";
constexpr std::string_view kStateKind = "oidc_state";
constexpr auto kKeysLife = std::chrono::minutes{10};
constexpr auto kKeysAgain = std::chrono::seconds{30};
constexpr auto kAnswerWithin = std::chrono::seconds{10};
constexpr std::size_t kAnswerBytesMax = 512 * 1024;
constexpr std::size_t kDomainsMax = 50;

base::Error refused(const std::string& why) {
    base::logInfo("federated_sign_in_refused", {{"why", why}});
    return base::unauthenticated("This sign-in was refused. Try again, or ask your administrator.");
}

std::string sha256(const std::string& text) {
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(out.data()),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return out;
}

std::string basic(const std::string& user, const SecretText& password) {
    const std::string plain =
        base::percentEncode(user) + ":" + base::percentEncode(password.reveal());
    std::string out(sodium_base64_encoded_len(plain.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(plain.data()),
                      plain.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();
    return "Basic " + out;
}

std::string domainOf(const std::string& email) {
    const auto at = email.rfind('@');
    if (at == std::string::npos) return {};
    std::string out = email.substr(at + 1);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    return out;
}

bool isHost(const std::string& text) {
    return !text.empty() && text.size() <= 253 && text.find('.') != std::string::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
           });
}

class Collect final : public http::Receiver {
  public:
    bool head(const http::Head& head) override {
        status = head.status;
        return true;
    }
    bool data(std::string_view chunk) override {
        if (body.size() + chunk.size() > kAnswerBytesMax) return false;
        body.append(chunk);
        return true;
    }
    int status = 0;
    std::string body;
};

domain::Document documentOf(const IdentityProvider& provider) {
    base::JsonWriter json;
    json.beginObject().key("issuer").string(provider.issuer);
    json.key("client_id").string(provider.clientId).key("enabled").boolean(provider.enabled);
    json.key("domains").beginArray();
    for (const auto& one : provider.domains) json.string(one);
    json.endArray().endObject();
    return {std::string(kKind), provider.organization.text(), "", std::move(json).take(),
            provider.clientSecret};
}

base::Error noProvider() {
    return base::notFound("No identity provider is set up for this sign-in.");
}

}  // namespace

Federation::Federation(FederationParts parts) : parts_(parts) {}

void Federation::setPublicUrl(std::string url) {
    publicUrl_.with([&](auto& kept) { kept = std::move(url); });
}

std::string Federation::redirectUri() const {
    return publicUrl_.withShared([](const auto& url) { return url; }) +
           "/api/v1/session/oidc/callback";
}

base::Result<std::string> Federation::fetch(const http::Request& request, Deadline deadline) {
    const bool secure = request.url.rfind("https://", 0) == 0;
    const bool local = request.url.rfind("http://127.0.0.1:", 0) == 0 ||
                       request.url.rfind("http://localhost:", 0) == 0;
    if (!secure && !(parts_.allowPlainLoopback && local))
        return base::invalidArgument("An identity provider is asked over https only.");
    pluginhost::CancelSignal signal(deadline.orAfter(kAnswerWithin).point());
    Collect answer;
    if (const auto failure = parts_.http.send(request, answer, {signal}))
        return base::unavailable("The identity provider does not answer: " + failure->message);
    if (answer.status != 200)
        return base::unavailable("The identity provider answers with status " +
                                 std::to_string(answer.status) + ".");
    return std::move(answer.body);
}

base::Result<Federation::Discovery> Federation::discover(const std::string& issuer,
                                                         Deadline deadline) {
    http::Request request;
    request.url = issuer + (issuer.back() == '/' ? "" : "/") + ".well-known/openid-configuration";
    TNY_TRY(const auto body, fetch(request, deadline));
    TNY_TRY(const auto json, Json::parse(body));
    if (json["issuer"].stringOr("") != issuer)
        return base::invalidArgument("The discovery document is of another issuer: \"" +
                                         json["issuer"].stringOr("").substr(0, 200) + "\".",
                                     "/issuer");
    Discovery out{json["authorization_endpoint"].stringOr(""), json["token_endpoint"].stringOr(""),
                  json["jwks_uri"].stringOr("")};
    if (out.authorize.empty() || out.token.empty() || out.keys.empty())
        return base::invalidArgument("The discovery document names no endpoints.", "/issuer");
    return out;
}

base::Result<Json> Federation::keysOf(const std::string& url, const std::string& keyId,
                                      Deadline deadline) {
    const auto now = parts_.clock.now();
    const auto holds = [&](const Json& keys) {
        const auto items = keys["keys"].items();
        return std::any_of(items.begin(), items.end(), [&](const auto& one) {
            return keyId.empty() || one["kid"].stringOr("") == keyId;
        });
    };
    const auto known = keys_.withShared([&](const auto& all) -> std::optional<KeySet> {
        const auto found = all.find(url);
        if (found == all.end()) return std::nullopt;
        return found->second;
    });
    if (known) {
        const auto age = now - known->at;
        // A key that is not known may be new; but not everybody may make us ask for it all the
        // time.
        if (age < kKeysLife && (holds(known->keys) || age < kKeysAgain)) return known->keys;
    }
    http::Request request;
    request.url = url;
    TNY_TRY(const auto body, fetch(request, deadline));
    TNY_TRY(const auto keys, Json::parse(body));
    keys_.with([&](auto& all) { all[url] = {keys, now}; });
    return keys;
}

base::Result<IdentityProvider> Federation::providerOf(const base::OrganizationId& organization,
                                                      Deadline deadline) const {
    const auto found = parts_.documents.document(kKind, organization.text(), deadline);
    if (!found) {
        if (found.error().code == base::ErrorCode::kNotFound) return noProvider();
        return base::Error(found.error());
    }
    TNY_TRY(const auto json, Json::parse(found->json));
    IdentityProvider out;
    out.organization = organization;
    out.issuer = json["issuer"].stringOr("");
    out.clientId = json["client_id"].stringOr("");
    out.enabled = json["enabled"].boolOr(false);
    out.clientSecret = found->secret;
    for (const auto& one : json["domains"].items()) out.domains.push_back(one.stringOr(""));
    return out;
}

base::Result<IdentityProvider> Federation::get(const domain::Operator& asker,
                                               const base::OrganizationId& organization,
                                               Deadline deadline) const {
    if (!asker.visible().contains(organization))
        return base::notFound("There is no such organization in your scope.");
    if (!asker.may(Permission::kPoliciesManage, organization))
        return base::forbidden("You need \"policies.manage\" on this organization.");
    return providerOf(organization, deadline);
}

base::Result<IdentityProvider> Federation::put(const domain::Operator& asker,
                                               IdentityProvider provider, bool keepSecret,
                                               Deadline deadline) {
    const auto former = get(asker, provider.organization, deadline);
    if (!former && former.error().code != base::ErrorCode::kNotFound) return former.error();
    if (!former && !asker.visible().contains(provider.organization)) return former.error();
    if (!asker.may(Permission::kPoliciesManage, provider.organization))
        return base::forbidden("You need \"policies.manage\" on this organization.");
    if (former && keepSecret) {
        // A kept secret goes where it went before, and nowhere else.
        if (former->issuer != provider.issuer)
            return base::invalidArgument("With another issuer, give the client secret again.",
                                         "/client_secret");
        provider.clientSecret = former->clientSecret;
    }
    if (provider.issuer.empty() || provider.issuer.size() > 300)
        return base::invalidArgument("The issuer is an https address.", "/issuer");
    if (provider.clientId.empty())
        return base::invalidArgument("The client id is missing.", "/client_id");
    if (provider.domains.empty() || provider.domains.size() > kDomainsMax ||
        !std::all_of(provider.domains.begin(), provider.domains.end(), isHost))
        return base::invalidArgument(
            "Name the domains of the e-mail addresses it may vouch for, such as acme.example.",
            "/domains");
    auto discovered = discover(provider.issuer, deadline);
    if (!discovered) return std::move(discovered).error().at("/issuer");
    TNY_CHECKED(parts_.documents.putDocument(documentOf(provider), deadline));
    return provider;
}

base::Status Federation::remove(const domain::Operator& asker,
                                const base::OrganizationId& organization, Deadline deadline) {
    TNY_TRY(const auto former, get(asker, organization, deadline));
    static_cast<void>(former);
    return parts_.documents.removeDocument(kKind, organization.text(), deadline);
}

base::Result<IdentityProvider> Federation::providerFor(const std::string& login,
                                                       Deadline deadline) const {
    const auto tree = parts_.organizations.tree();
    auto at = tree->findSlug(login);
    if (!at) {
        const auto found = parts_.vault.findForSignIn(login, deadline);
        if (!found && found.error().code != base::ErrorCode::kNotFound) return found.error();
        if (found) at = tree->find(parts_.accounts.aboveAll(found->first));
    }
    for (; at; at = tree->parentOf(*at)) {
        auto provider = providerOf(tree->at(*at).id, deadline);
        if (provider && provider->enabled) return provider;
        if (!provider && provider.error().code != base::ErrorCode::kNotFound) return provider;
    }
    return noProvider();
}

base::Result<FederationStart> Federation::begin(const std::string& login, Deadline deadline) {
    TNY_TRY(const auto provider, providerFor(login, deadline));
    TNY_TRY(const auto discovered, discover(provider.issuer, deadline));
    const std::string state = base::randomToken();
    const std::string nonce = base::randomToken();
    const std::string verifier = base::randomToken(48);
    FederationStart out;
    out.binding = SecretText(base::randomToken());
    base::JsonWriter json;
    json.beginObject().key("organization").string(provider.organization.text());
    json.key("nonce").string(nonce);
    json.key("binding").string(base::digestHex(out.binding.reveal())).endObject();
    TNY_CHECKED(parts_.documents.addDocument(
        {std::string(kStateKind), base::digestHex(state), "", std::move(json).take(),
         SecretText(verifier), parts_.clock.now() + kStateLife},
        deadline));
    out.url = discovered.authorize +
              (discovered.authorize.find('?') == std::string::npos ? "?" : "&") +
              "response_type=code&scope=" + base::percentEncode("openid email profile") +
              "&client_id=" + base::percentEncode(provider.clientId) +
              "&redirect_uri=" + base::percentEncode(redirectUri()) +
              "&state=" + base::percentEncode(state) + "&nonce=" + base::percentEncode(nonce) +
              "&code_challenge=" + base::percentEncode(toBase64Url(sha256(verifier))) +
              "&code_challenge_method=S256";
    return out;
}

base::Result<IdClaims> Federation::exchange(const IdentityProvider& provider,
                                            const std::string& code, const std::string& verifier,
                                            const std::string& nonce, Deadline deadline) {
    TNY_TRY(const auto discovered, discover(provider.issuer, deadline));
    http::Request request;
    request.method = "POST";
    request.url = discovered.token;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"}};
    request.body = "grant_type=authorization_code&code=" + base::percentEncode(code) +
                   "&redirect_uri=" + base::percentEncode(redirectUri()) +
                   "&code_verifier=" + base::percentEncode(verifier);
    if (provider.clientSecret.empty())
        request.body += "&client_id=" + base::percentEncode(provider.clientId);
    else
        request.headers.push_back(
            {"Authorization", basic(provider.clientId, provider.clientSecret)});
    TNY_TRY(const auto body, fetch(request, deadline));
    TNY_TRY(const auto json, Json::parse(body));
    const std::string token = json["id_token"].stringOr("");
    TNY_TRY(const auto keys, keysOf(discovered.keys, keyIdOf(token), deadline));
    return verifyIdToken(token, keys,
                         {provider.issuer, provider.clientId, nonce, parts_.clock.now()});
}

base::Result<domain::Account> Federation::accountFor(const IdentityProvider& provider,
                                                     const IdClaims& claims, Deadline deadline) {
    const auto tree = parts_.organizations.tree();
    const auto place = tree->find(provider.organization);
    const auto isItsOwn = [&](const domain::Account& account) {
        const auto home = tree->find(parts_.accounts.aboveAll(account));
        return place && home && tree->subtree(*place).contains(*home);
    };
    const domain::FederatedIdentity identity{provider.issuer, claims.subject};
    for (const auto& account : parts_.accounts.known()) {
        const auto& all = account.identities;
        if (std::find(all.begin(), all.end(), identity) != all.end() && isItsOwn(account))
            return account;
    }
    if (!claims.emailVerified) return refused("the e-mail address is not verified");
    const auto& allowed = provider.domains;
    if (std::find(allowed.begin(), allowed.end(), domainOf(claims.email)) == allowed.end())
        return refused("the domain of the e-mail address is not allowed");
    const auto found = parts_.vault.findForSignIn(claims.email, deadline);
    if (!found) return refused("no account has this e-mail address");
    const bool byEmail = base::equalInConstantTime(found->first.email, claims.email) ||
                         domainOf(found->first.email) == domainOf(claims.email);
    if (!byEmail || !isItsOwn(found->first))
        return refused("the account is of another organization");
    const auto& linked = found->first.identities;
    if (std::any_of(linked.begin(), linked.end(),
                    [&](const auto& one) { return one.issuer == provider.issuer; }))
        return refused("the account belongs to another person at this provider");
    return parts_.accounts.update(
        found->first.id, [&](domain::Account& account) { account.identities.push_back(identity); },
        deadline);
}

base::Result<SignedIn> Federation::finish(const std::string& state, const std::string& code,
                                          const SecretText& binding, const std::string& address,
                                          const std::string& userAgent, Deadline deadline) {
    const std::string digest = base::digestHex(state);
    const auto kept = parts_.documents.document(kStateKind, digest, deadline);
    if (!kept) return refused("the sign-in was not begun here, or is finished");
    TNY_TRY(const auto json, Json::parse(kept->json));
    // The browser that began it goes on with it, and no other one.
    if (!base::equalInConstantTime(json["binding"].stringOr(""), base::digestHex(binding.reveal())))
        return refused("another browser began the sign-in");
    if (!parts_.documents.removeDocument(kStateKind, digest, deadline))
        return refused("the sign-in is finished");
    if (!kept->expiresAt || *kept->expiresAt <= parts_.clock.now())
        return refused("the sign-in took too long");
    const base::OrganizationId organization(json["organization"].stringOr(""));
    const auto provider = providerOf(organization, deadline);
    if (!provider || !provider->enabled) return refused("the provider is switched off");
    const auto claims =
        exchange(*provider, code, kept->secret.reveal(), json["nonce"].stringOr(""), deadline);
    if (!claims) {
        if (claims.error().code == base::ErrorCode::kUnauthenticated)
            return refused(claims.error().message);
        return claims.error();
    }
    TNY_TRY(const auto account, accountFor(*provider, *claims, deadline));
    return parts_.access.signInFederated(account.id, address, userAgent, deadline);
}

}  // namespace tenantry::tenants
