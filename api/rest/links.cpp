// What one does with a mailed one-time link, and how one asks for one.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr Length kToken{1, 200};

base::Result<base::SecretText> tokenOf(const Body& body) {
    TNY_TRY(std::string token, body.need("token", kToken));
    return base::SecretText(std::move(token));
}

/// A used-up link is not a page that is missing: the caller may not do this any more.
base::Error asRefusal(base::Error error) {
    if (error.code == base::ErrorCode::kNotFound)
        return base::forbidden(std::move(error.message)).at("/token");
    return error;
}

void writeBranding(JsonWriter& out, const tenants::Branding& branding) {
    out.beginObject().key("name").string(branding.name).key("colour").string(branding.colour);
    out.key("logo_url");
    writeTextOrNull(out, branding.logoUrl);
    out.key("support");
    writeTextOrNull(out, branding.support);
    out.endObject();
}

base::Result<Reply> check(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"token"}));
    TNY_TRY(const auto token, tokenOf(body));
    const auto state = services.access.checkLink(token, call.deadline());
    if (!state && state.error().code != base::ErrorCode::kNotFound) return state.error();
    JsonWriter out;
    out.beginObject().key("valid").boolean(state.has_value());
    out.key("link");
    if (state) {
        out.beginObject().key("purpose").string(tenants::name(state->purpose));
        out.key("username").string(state->account.username);
        out.key("first_name").string(state->account.firstName);
        out.key("last_name").string(state->account.lastName);
        out.key("organization_name").string(state->organization);
        out.key("needs_password").boolean(state->needsPassword);
        out.key("needs_totp").boolean(state->needsCode);
        out.key("must_enrol").boolean(state->mustEnrol);
        out.key("federated_only").boolean(state->account.federatedOnly);
        out.key("branding");
        writeBranding(out, state->branding);
        out.endObject();
    } else {
        out.null();
    }
    out.endObject();
    return Reply(http::Response::json(200, std::move(out).take()));
}

base::Result<Reply> enrol(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"token"}));
    TNY_TRY(const auto token, tokenOf(body));
    const auto made = services.access.enrolByLink(token, call.deadline());
    if (!made) return asRefusal(made.error());
    return Reply(enrolmentAnswer(*made));
}

base::Result<Reply> accept(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"token", "password", "totp"}));
    tenants::LinkAnswer answer;
    TNY_TRY(answer.token, tokenOf(body));
    TNY_TRY(auto password, body.text("password", {0, 1000}));
    TNY_TRY(auto code, body.text("totp", {0, 20}));
    answer.password = base::SecretText(password.value_or(""));
    answer.code = code.value_or("");
    answer.remoteAddress = call.request.peer;
    answer.userAgent = call.request.headers().getOr("User-Agent", "");
    const auto session = services.access.acceptLink(answer, call.deadline());
    if (!session) return asRefusal(session.error());
    return Reply(signedIn(services, call, *session));
}

base::Result<Reply> recover(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"username"}));
    TNY_TRY(const auto login, body.need("username", {1, 320}));
    TNY_CHECKED(services.access.requestRecovery(login, call.request.peer, call.deadline()));
    return Reply(http::Response::empty(202));
}

}  // namespace

http::Response enrolmentAnswer(const tenants::Enrolment& enrolment) {
    JsonWriter out;
    out.beginObject().key("secret").string(enrolment.secret.reveal());
    out.key("uri").string(enrolment.uri.reveal());
    out.key("qr_svg").string(enrolment.qrSvg.reveal()).endObject();
    return http::Response::json(200, std::move(out).take());
}

void addLinks(Routes& routes, const Services& services) {
    using http::Method;
    const auto open = [&](std::string_view pattern, auto handler) {
        routes.add({.method = Method::kPost, .pattern = pattern, .open = true},
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    open("/api/v1/links/check", check);
    open("/api/v1/links/totp", enrol);
    open("/api/v1/links/accept", accept);
    open("/api/v1/recovery", recover);
}

}  // namespace tenantry::rest
