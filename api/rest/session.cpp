#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"
#include "kernel/base/log.h"

namespace tenantry::rest {
namespace {

constexpr Length kLogin{1, 320};
constexpr Length kPassword{1, 1000};
constexpr Length kName{0, 200};

struct StepWords {
    std::string_view title, detail;
};

StepWords wordsOf(tenants::NextStep step) {
    switch (step) {
        case tenants::NextStep::kCode:
            return {"Second factor required",
                    "Send the same again with the code of your authenticator, or a recovery code, "
                    "as \"totp\"."};
        case tenants::NextStep::kNewPassword:
            return {"New password required",
                    "Your password has expired. Choose a new one with \"link_token\"."};
        case tenants::NextStep::kEnrol:
            return {"Enrolment required",
                    "A second factor is required of your account. Enrol one with "
                    "\"link_token\"."};
        case tenants::NextStep::kNone:
            break;
    }
    return {};
}

/// The password was right, and something is still needed.
http::Response stepNeeded(const http::Request& request, const tenants::SignedIn& session) {
    const auto words = wordsOf(session.next);
    JsonWriter out;
    out.beginObject();
    out.key("type").string("urn:tenantry:problem:" + std::string(tenants::name(session.next)));
    out.key("title").string(words.title).key("status").number(std::int64_t{401});
    out.key("detail").string(words.detail);
    if (!session.link.empty()) out.key("link_token").string(session.link.reveal());
    out.key("request_id").string(request.id).endObject();
    auto response = http::Response::text(401, "application/problem+json", std::move(out).take());
    response.header("WWW-Authenticate", "Bearer realm=\"tenantry\"");
    return response;
}

base::Result<Reply> openSession(const Services& services, const Call& call, tenants::SignIn wish) {
    wish.remoteAddress = call.request.peer;
    wish.userAgent = call.request.headers().getOr("User-Agent", "");
    TNY_TRY(const auto session, services.access.signIn(wish, call.deadline()));
    return Reply(sessionAnswer(services, call, session));
}

base::Result<Reply> signIn(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"username", "password", "totp"}));
    tenants::SignIn wish;
    TNY_TRY(wish.login, body.need("username", kLogin));
    TNY_TRY(std::string password, body.need("password", kPassword));
    TNY_TRY(const auto totp, body.text("totp", {0, 20}));
    wish.code = totp.value_or("");
    wish.password = base::SecretText(std::move(password));
    return openSession(services, call, std::move(wish));
}

/// Signs out whoever asks. Without a session it changes nothing.
base::Result<Reply> signOut(const Services& services, const Call& call) {
    TNY_CHECKED(services.access.signOut(call.token, call.deadline()));
    if (!call.who->account.grants.empty()) {
        record(services, call,
               {.organization = services.accounts.aboveAll(call.who->account),
                .action = "session.delete",
                .targetKind = "account",
                .targetId = call.who->account.id.text(),
                .targetName = call.who->account.username,
                .detail = "Signed out."});
    }
    auto response = http::Response::empty(204);
    response.header("Set-Cookie", sessionCookie({}, call.request.secure));
    return Reply(std::move(response));
}

base::Result<Reply> checkSetup(const Services& services, const Call& call) {
    const auto token = call.query.text("token");
    if (!token) return base::invalidArgument("\"token\" is missing.", "?token");
    const auto state = services.access.checkSetup(base::SecretText(*token), call.deadline());
    if (!state && state.error().code != base::ErrorCode::kNotFound) return state.error();
    JsonWriter out;
    out.beginObject().key("valid").boolean(state.has_value()).endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> setUp(const Services& services, const Call& call) {
    TNY_TRY(const Body body,
            Body::read(call.request, {"token", "username", "email", "password", "first_name",
                                      "last_name", "platform_name"}));
    tenants::SetUp wish;
    TNY_TRY(std::string token, body.need("token", {1, 200}));
    TNY_TRY(wish.username, body.need("username", {1, 200}));
    TNY_TRY(wish.email, body.need("email", {3, 320}));
    TNY_TRY(std::string password, body.need("password", {12, 1000}));
    TNY_TRY(auto first, body.text("first_name", kName));
    TNY_TRY(auto last, body.text("last_name", kName));
    TNY_TRY(auto platform, body.text("platform_name", {1, 200}));
    wish.token = base::SecretText(std::move(token));
    wish.password = base::SecretText(std::move(password));
    wish.firstName = first.value_or("");
    wish.lastName = last.value_or("");
    wish.platformName = platform.value_or("");
    const auto account = services.access.setUp(wish, call.deadline());
    if (!account) {
        // A used-up link is not a page that is missing: the caller may not do this any more.
        if (account.error().code != base::ErrorCode::kNotFound) return account.error();
        return base::forbidden(account.error().message).at("/token");
    }
    tenants::SignIn next;
    next.login = wish.username;
    next.password = wish.password;
    return openSession(services, call, std::move(next));
}

}  // namespace

http::Response sessionAnswer(const Services& services, const Call& call,
                             const tenants::SignedIn& session) {
    if (session.next != tenants::NextStep::kNone) return stepNeeded(call.request, session);
    return signedIn(services, call, session);
}

http::Response signedIn(const Services& services, const Call& call,
                        const tenants::SignedIn& session) {
    // Whoever had a session before this one has it no more: it is not carried into the new one.
    if (const auto former = credentialOf(call.request); former && !former->token.empty()) {
        const auto ended = services.access.signOut(former->token, call.deadline());
        if (!ended) base::logWarning("session_not_removed", {{"error", ended.error().text()}});
    }
    JsonWriter out;
    out.beginObject();
    out.key("csrf_token").string(session.csrfToken);
    out.key("expires_at").string(base::toRfc3339(session.expiresAt));
    if (!session.recoveryCodes.empty()) {
        out.key("recovery_codes").beginArray();
        for (const auto& one : session.recoveryCodes) out.string(one.reveal());
        out.endArray();
    }
    out.endObject();
    auto response = http::Response::json(201, std::move(out).take());
    response.header("Set-Cookie", sessionCookie(session.token, call.request.secure));
    return response;
}

void addSession(Routes& routes, const Services& services) {
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/session", .open = true},
               [&services](const Call& call) { return signIn(services, call); });
    routes.add({.method = http::Method::kDelete, .pattern = "/api/v1/session"},
               [&services](const Call& call) { return signOut(services, call); });
}

void addSetup(Routes& routes, const Services& services) {
    routes.add({.pattern = "/api/v1/setup", .query = {"token"}, .open = true},
               [&services](const Call& call) { return checkSetup(services, call); });
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/setup", .open = true},
               [&services](const Call& call) { return setUp(services, call); });
}

}  // namespace tenantry::rest
