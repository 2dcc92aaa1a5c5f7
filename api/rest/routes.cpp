#include "api/rest/routes.h"

#include "api/rest/problem.h"
#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"

namespace tenantry::rest {
namespace {

namespace limits = base::limits;

constexpr std::string_view kCookieName = "tenantry_session";
constexpr std::string_view kBearer = "bearer ";

std::string cookieValue(const std::string& header, std::string_view wanted) {
    std::string_view rest = header;
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        const std::string_view pair = http::trimmed(rest.substr(0, end));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == wanted) {
            return std::string(pair.substr(equals + 1));
        }
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return {};
}

}  // namespace

base::Result<Credential> credentialOf(const http::Request& request) {
    if (const auto authorization = request.headers().get("Authorization")) {
        if (!http::equalIgnoringCase(authorization->substr(0, kBearer.size()), kBearer)) {
            return base::unauthenticated("The only Authorization here is \"Bearer\" with a token.");
        }
        return Credential{base::SecretText(std::string(http::trimmed(
                              std::string_view(*authorization).substr(kBearer.size())))),
                          /*byCookie=*/false};
    }
    const std::string cookies = request.headers().getOr("Cookie", "");
    return Credential{base::SecretText(cookieValue(cookies, kCookieName)), /*byCookie=*/true};
}

base::SecretText cookieOf(const http::Request& request, std::string_view name) {
    return base::SecretText(cookieValue(request.headers().getOr("Cookie", ""), name));
}

std::string sessionCookie(const base::SecretText& token, bool secure) {
    std::string out =
        std::string(kCookieName) + "=" + token.reveal() + "; Path=/; HttpOnly; SameSite=Strict";
    if (token.empty()) out += "; Max-Age=0";
    if (secure) out += "; Secure";
    return out;
}

base::Status checkOrigin(const http::Request& request) {
    const auto site = request.headers().get("Sec-Fetch-Site");
    if (site && *site != "same-origin" && *site != "none") {
        return base::forbidden("A page of another site may not make changes here.");
    }
    const auto origin = request.headers().get("Origin");
    if (!origin) return base::ok();
    const std::size_t scheme = origin->find("://");
    const bool same =
        scheme != std::string::npos &&
        http::equalIgnoringCase(std::string_view(*origin).substr(scheme + 3), request.head.host);
    if (!same) return base::forbidden("A page of another site may not make changes here.");
    return base::ok();
}

base::Status Routes::checkChange(const http::Request& request,
                                 const tenants::Authenticated& who) const {
    const auto token = request.headers().get("X-CSRF-Token");
    if (!token) {
        return base::forbidden("The header X-CSRF-Token is missing; GET /api/v1/me tells it.");
    }
    if (!base::equalInConstantTime(*token, who.csrfToken)) {
        return base::forbidden("The header X-CSRF-Token is not that of this session.");
    }
    return base::ok();
}

void Routes::add(Route route, Endpoint endpoint) {
    router_.add(route.method, route.pattern,
                [this, route, endpoint = std::move(endpoint)](const http::Request& request) {
                    auto reply = run(route, endpoint, request);
                    if (!reply) return problem(reply.error(), request.id);
                    return std::move(reply->response);
                });
}

base::Result<Reply> Routes::run(const Route& route, const Endpoint& endpoint,
                                const http::Request& request) {
    const bool changes = !http::isSafe(route.method);
    if (changes) TNY_CHECKED(checkOrigin(request));
    if (route.open) {
        TNY_TRY(const Query query, Query::read(request, route.query));
        return endpoint(Call{request, query, nullptr, {}});
    }
    TNY_TRY(Credential credential, credentialOf(request));
    if (credential.token.empty()) return base::unauthenticated("Sign in to go on.");
    // A token needs no X-CSRF-Token; so it never comes by itself, with a cookie.
    if (credential.byCookie && credential.token.reveal().rfind(tenants::kApiTokenPrefix, 0) == 0)
        return base::unauthenticated("Send an API token as \"Authorization: Bearer\".");
    TNY_TRY(const auto who,
            services_.access.authenticate(credential.token, request.peer, request.deadline));
    if (changes && credential.byCookie) TNY_CHECKED(checkChange(request, who));
    TNY_TRY(const Query query, Query::read(request, route.query));
    const Call call{request, query, &who, std::move(credential.token)};
    return route.idempotent ? once(route, endpoint, call) : endpoint(call);
}

base::Result<Reply> Routes::once(const Route& route, const Endpoint& endpoint, const Call& call) {
    const auto key = call.request.headers().get("Idempotency-Key");
    if (!key) return endpoint(call);
    if (key->empty() || key->size() > limits::kIdempotencyKeyBytesMax) {
        return base::invalidArgument("An Idempotency-Key has 1 to 100 characters.");
    }
    const std::string name = call.asker().account().text() + " " +
                             std::string(http::name(route.method)) + " " + call.request.path() +
                             " " + *key;
    TNY_TRY(auto former, idempotency_.begin(name, base::digestHex(call.request.body)));
    if (former) return Reply(former->header("Idempotency-Replayed", "true"));
    auto reply = endpoint(call);
    if (!reply || reply->response.status() >= 300) {
        idempotency_.forget(name);
    } else {
        idempotency_.finish(name, reply->again ? *reply->again : reply->response);
    }
    return reply;
}

}  // namespace tenantry::rest
