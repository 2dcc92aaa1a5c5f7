#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr Length kLogin{1, 320};
constexpr Length kPassword{1, 1000};
constexpr Length kName{0, 200};

http::Response signedIn(const http::Request& request, const tenants::SignedIn& session) {
    JsonWriter out;
    out.beginObject();
    out.key("csrf_token").string(session.csrfToken);
    out.key("expires_at").string(base::toRfc3339(session.expiresAt));
    out.endObject();
    auto response = http::Response::json(201, std::move(out).take());
    response.header("Set-Cookie", sessionCookie(session.token, request.secure));
    return response;
}

base::Result<Reply> openSession(const Services& services, const Call& call, tenants::SignIn wish) {
    wish.remoteAddress = call.request.peer;
    wish.userAgent = call.request.headers().getOr("User-Agent", "");
    TNY_TRY(const auto session, services.access.signIn(wish, call.deadline()));
    return Reply(signedIn(call.request, session));
}

base::Result<Reply> signIn(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"username", "password", "totp"}));
    tenants::SignIn wish;
    TNY_TRY(wish.login, body.need("username", kLogin));
    TNY_TRY(std::string password, body.need("password", kPassword));
    TNY_TRY(const auto totp, body.text("totp", {0, 20}));
    wish.password = base::SecretText(std::move(password));
    return openSession(services, call, std::move(wish));
}

/// Signs out whoever asks. Without a session it changes nothing.
base::Result<Reply> signOut(const Services& services, const Call& call) {
    TNY_CHECKED(services.access.signOut(call.token, call.deadline()));
    if (!call.who->account.grants.empty()) {
        record(services, call,
               {.organization = call.who->account.home,
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
