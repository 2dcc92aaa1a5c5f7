// Passkeys: one's own, and signing in with one. Bytes travel in base64url without padding.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"
#include "tenants/oidc/id_token.h"

namespace tenantry::rest {
namespace {

constexpr Length kBytes{1, 6000};
constexpr Length kName{1, tenants::Passkeys::kNameMax};
constexpr Length kPassword{1, 1000};

base::Result<std::string> bytesOf(const Body& body, std::string_view name) {
    TNY_TRY(const auto text, body.need(name, kBytes));
    auto bytes = tenants::fromBase64Url(text);
    if (!bytes)
        return base::invalidArgument("\"" + std::string(name) + "\" is not base64url.",
                                     "/" + std::string(name));
    return std::move(*bytes);
}

/// An API token is for its purpose, not for its owner's own account.
base::Status bySession(const Call& call) {
    if (!call.who->sessionDigest.empty()) return base::ok();
    return base::forbidden("Sign in yourself for this: an API token cannot do it.");
}

void writePasskey(JsonWriter& out, const domain::Passkey& passkey) {
    out.beginObject().key("id").string(passkey.id).key("name").string(passkey.name);
    out.key("created_at").string(base::toRfc3339(passkey.createdAt));
    out.key("last_used_at");
    writeTime(out, passkey.lastUsedAt);
    out.endObject();
}

http::Response passkeyAnswer(int status, const domain::Passkey& passkey) {
    JsonWriter out;
    writePasskey(out, passkey);
    return http::Response::json(status, std::move(out).take());
}

void writeChallenge(JsonWriter& out, const tenants::PasskeyChallenge& challenge) {
    out.key("challenge").string(challenge.challenge);
    out.key("rp_id").string(challenge.party.id);
    out.key("origin").string(challenge.party.origin);
    out.key("timeout_ms")
        .number(std::int64_t{std::chrono::milliseconds(tenants::Passkeys::kChallengeLife).count()});
}

base::Result<Reply> list(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const auto all, services.access.passkeysOf(*call.who, call.deadline()));
    const auto party = services.access.passkeyParty();
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& one : all) writePasskey(out, one);
    out.endArray();
    writeCount(out, "total", all.size());
    writeCount(out, "most", tenants::Passkeys::kPerAccountMax);
    out.key("origin");
    writeTextOrNull(out, party ? party->origin : "");
    out.key("unavailable");
    writeTextOrNull(out, party ? "" : party.error().message);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> begin(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"current_password"}));
    TNY_TRY(std::string password, body.need("current_password", kPassword));
    TNY_TRY(const auto challenge,
            services.access.beginPasskey(*call.who, base::SecretText(std::move(password)),
                                         call.deadline()));
    const auto& account = call.who->account;
    const auto& tree = *call.asker().tree();
    JsonWriter out;
    out.beginObject();
    writeChallenge(out, challenge);
    out.key("rp_name").string(tree.empty() ? "Tenantry" : tree.at(0).name);
    out.key("user").beginObject().key("id").string(challenge.userHandle);
    out.key("name").string(account.username);
    const std::string display = account.firstName + " " + account.lastName;
    out.key("display_name").string(display == " " ? account.username : display).endObject();
    out.key("algorithms").beginArray();
    for (const int one : tenants::kAlgorithms) out.number(std::int64_t{one});
    out.endArray().key("exclude").beginArray();
    for (const auto& one : challenge.present) {
        out.beginObject().key("id").string(one.credentialId).key("transports").beginArray();
        for (const auto& transport : one.transports) out.string(transport);
        out.endArray().endObject();
    }
    out.endArray().endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> finish(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body,
            Body::read(call.request, {"name", "client_data", "authenticator_data", "transports"}));
    tenants::NewPasskey wish;
    TNY_TRY(wish.name, body.need("name", kName));
    TNY_TRY(wish.clientData, bytesOf(body, "client_data"));
    TNY_TRY(wish.authenticatorData, bytesOf(body, "authenticator_data"));
    TNY_TRY(auto transports,
            body.texts("transports", tenants::Passkeys::kTransportsMax, Length{1, 32}));
    wish.transports = transports.value_or(std::vector<std::string>{});
    TNY_TRY(const auto added, services.access.addPasskey(*call.who, wish, call.deadline()));
    return Reply(passkeyAnswer(201, added));
}

base::Result<Reply> rename(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_TRY(const Body body, Body::read(call.request, {"name"}));
    TNY_TRY(const auto name, body.need("name", kName));
    TNY_TRY(const auto renamed,
            services.access.renamePasskey(*call.who, call.request.parameter("id"), name,
                                          call.deadline()));
    return Reply(passkeyAnswer(200, renamed));
}

base::Result<Reply> remove(const Services& services, const Call& call) {
    TNY_CHECKED(bySession(call));
    TNY_CHECKED(
        services.access.removePasskey(*call.who, call.request.parameter("id"), call.deadline()));
    return Reply(http::Response::empty(204));
}

base::Result<Reply> beginSignIn(const Services& services, const Call& call) {
    TNY_TRY(const auto challenge,
            services.access.beginPasskeySignIn(call.request.peer, call.deadline()));
    JsonWriter out;
    out.beginObject();
    writeChallenge(out, challenge);
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> signIn(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"id", "user_handle", "client_data",
                                                       "authenticator_data", "signature"}));
    tenants::PasskeySignIn wish;
    TNY_TRY(wish.answer.credentialId, bytesOf(body, "id"));
    TNY_TRY(wish.answer.userHandle, bytesOf(body, "user_handle"));
    TNY_TRY(wish.answer.assertion.clientData, bytesOf(body, "client_data"));
    TNY_TRY(wish.answer.assertion.authenticatorData, bytesOf(body, "authenticator_data"));
    TNY_TRY(wish.answer.assertion.signature, bytesOf(body, "signature"));
    wish.remoteAddress = call.request.peer;
    wish.userAgent = call.request.headers().getOr("User-Agent", "");
    TNY_TRY(const auto session, services.access.signInByPasskey(wish, call.deadline()));
    return Reply(sessionAnswer(services, call, session));
}

}  // namespace

void addPasskeys(Routes& routes, const Services& services) {
    using http::Method;
    const auto add = [&](Route route, auto handler) {
        routes.add(std::move(route),
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    add({.pattern = "/api/v1/me/passkeys"}, list);
    add({.method = Method::kPost, .pattern = "/api/v1/me/passkeys/options"}, begin);
    add({.method = Method::kPost, .pattern = "/api/v1/me/passkeys"}, finish);
    add({.method = Method::kPatch, .pattern = "/api/v1/me/passkeys/{id}"}, rename);
    add({.method = Method::kDelete, .pattern = "/api/v1/me/passkeys/{id}"}, remove);
    add({.method = Method::kPost, .pattern = "/api/v1/session/passkey/options", .open = true},
        beginSignIn);
    add({.method = Method::kPost, .pattern = "/api/v1/session/passkey", .open = true}, signIn);
}

}  // namespace tenantry::rest
