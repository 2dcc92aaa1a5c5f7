// Sign-in through an organization's identity provider, its configuration, and branding.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr std::string_view kBindingCookie = "tenantry_oidc";

/// Lax, since the provider sends the browser back from its own site.
std::string bindingCookie(const base::SecretText& binding, bool secure) {
    std::string out = std::string(kBindingCookie) + "=" + binding.reveal() +
                      "; Path=/api/v1/session/oidc; HttpOnly; SameSite=Lax; Max-Age=" +
                      (binding.empty() ? "0" : "600");
    return secure ? out + "; Secure" : out;
}

/// The session's cookie is for this site alone, so the browser does not send it on the way back
/// from another: a page of ours begins anew.
http::Response landing(int status, const std::string& title, const std::string& words,
                       const std::string& next) {
    const std::string refresh =
        next.empty() ? "" : "<meta http-equiv=\"refresh\" content=\"0;url=" + next + "\">";
    return http::Response::text(
        status, "text/html; charset=utf-8",
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
            "</title>" + refresh + "</head><body><p>" + words +
            "</p><p><a href=\"/\">Go on</a></p>" + "</body></html>");
}

base::Result<Reply> begin(const Services& services, const Call& call) {
    TNY_TRY(const Body body, Body::read(call.request, {"login"}));
    TNY_TRY(const auto login, body.need("login", {1, 320}));
    TNY_TRY(const auto start, services.federation.begin(login, call.deadline()));
    JsonWriter out;
    out.beginObject().key("url").string(start.url).endObject();
    auto response = http::Response::json(200, std::move(out).take());
    response.header("Set-Cookie", bindingCookie(start.binding, call.request.secure));
    return Reply(std::move(response));
}

base::Result<Reply> callback(const Services& services, const Call& call) {
    const auto state = call.query.text("state").value_or("");
    const auto code = call.query.text("code").value_or("");
    const auto binding = cookieOf(call.request, kBindingCookie);
    auto session =
        services.federation.finish(state, code, binding, call.request.peer,
                                   call.request.headers().getOr("User-Agent", ""), call.deadline());
    if (!session)
        return Reply(landing(session.error().code == base::ErrorCode::kUnauthenticated ? 401 : 503,
                             "Not signed in",
                             "The sign-in through your organization's provider was not accepted. "
                             "Try again, or ask your administrator.",
                             ""));
    auto response = landing(200, "Signed in", "You are signed in.", "/");
    response.header("Set-Cookie", sessionCookie(session->token, call.request.secure));
    return Reply(std::move(response));
}

base::Result<base::OrganizationId> organizationIdOf(const Call& call) {
    const auto visible = call.asker().visible();
    TNY_TRY(const auto ordinal, organizationOf(visible, call.request.parameter("id")));
    return visible.tree()->at(ordinal).id;
}

http::Response providerAnswer(const tenants::IdentityProvider& provider,
                              const std::string& redirectUri) {
    JsonWriter out;
    out.beginObject().key("issuer").string(provider.issuer);
    out.key("client_id").string(provider.clientId);
    out.key("secret_set").boolean(!provider.clientSecret.empty());
    out.key("domains").beginArray();
    for (const auto& one : provider.domains) out.string(one);
    out.endArray().key("enabled").boolean(provider.enabled);
    out.key("redirect_uri").string(redirectUri).endObject();
    return http::Response::json(200, std::move(out).take());
}

void recordSetting(const Services& services, const Call& call,
                   const base::OrganizationId& organization, const char* action,
                   const std::string& detail) {
    const auto& tree = *call.asker().tree();
    const auto ordinal = tree.find(organization);
    record(services, call,
           {.organization = organization,
            .action = action,
            .targetKind = "organization",
            .targetId = organization.text(),
            .targetName = ordinal ? tree.at(*ordinal).name : std::string(),
            .detail = detail});
}

base::Result<Reply> getProvider(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    TNY_TRY(const auto provider, services.federation.get(call.asker(), id, call.deadline()));
    return Reply(providerAnswer(provider, services.federation.redirectUri()));
}

base::Result<Reply> putProvider(const Services& services, const Call& call) {
    tenants::IdentityProvider wish;
    TNY_TRY(wish.organization, organizationIdOf(call));
    TNY_TRY(const Body body, Body::read(call.request, {"issuer", "client_id", "client_secret",
                                                       "domains", "enabled"}));
    TNY_TRY(wish.issuer, body.need("issuer", {8, 300}));
    TNY_TRY(wish.clientId, body.need("client_id", {1, 300}));
    TNY_TRY(auto secret, body.text("client_secret", {0, 1000}));
    TNY_TRY(auto domains, body.texts("domains", 50, {1, 253}));
    TNY_TRY(const auto enabled, body.flag("enabled"));
    wish.clientSecret = base::SecretText(secret.value_or(""));
    wish.domains = domains.value_or(std::vector<std::string>{});
    wish.enabled = enabled.value_or(true);
    const auto organization = wish.organization;
    TNY_TRY(const auto made, services.federation.put(call.asker(), std::move(wish),
                                                     /*keepSecret=*/!secret, call.deadline()));
    recordSetting(services, call, organization, "organization.change_identity_provider",
                  "Set the identity provider to " + made.issuer + ".");
    return Reply(providerAnswer(made, services.federation.redirectUri()));
}

base::Result<Reply> removeProvider(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    TNY_CHECKED(services.federation.remove(call.asker(), id, call.deadline()));
    recordSetting(services, call, id, "organization.remove_identity_provider",
                  "Removed the identity provider.");
    return Reply(http::Response::empty(204));
}

http::Response brandingAnswer(const tenants::Branding& branding) {
    JsonWriter out;
    out.beginObject().key("name").string(branding.name).key("colour").string(branding.colour);
    out.key("logo_url");
    writeTextOrNull(out, branding.logoUrl);
    out.key("support");
    writeTextOrNull(out, branding.support);
    out.endObject();
    return http::Response::json(200, std::move(out).take());
}

base::Result<Reply> getBranding(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    return Reply(brandingAnswer(services.accounts.brandingOf(id, call.deadline())));
}

base::Result<Reply> putBranding(const Services& services, const Call& call) {
    TNY_TRY(const auto id, organizationIdOf(call));
    if (!call.asker().may(domain::Permission::kOrgsManage, id))
        return base::forbidden("You need \"orgs.manage\" on this organization.");
    TNY_TRY(const Body body, Body::read(call.request, {"name", "colour", "logo_url", "support"}));
    tenants::Branding wish;
    TNY_TRY(wish.name, body.need("name", {1, 100}));
    TNY_TRY(const auto colour, body.text("colour", {7, 7}));
    TNY_TRY(const auto logo, body.text("logo_url", {0, 500}));
    TNY_TRY(const auto support, body.text("support", {0, 300}));
    wish.colour = colour.value_or(wish.colour);
    wish.logoUrl = logo.value_or("");
    wish.support = support.value_or("");
    TNY_CHECKED(services.accounts.putBranding(id, wish, call.deadline()));
    recordSetting(services, call, id, "organization.change_branding", "Changed the branding.");
    return Reply(brandingAnswer(wish));
}

}  // namespace

void addFederation(Routes& routes, const Services& services) {
    using http::Method;
    const auto add = [&](Route route, auto handler) {
        routes.add(std::move(route),
                   [&services, handler](const Call& call) { return handler(services, call); });
    };
    add({.method = Method::kPost, .pattern = "/api/v1/session/oidc", .open = true}, begin);
    add({.pattern = "/api/v1/session/oidc/callback",
         .query = {"state", "code", "iss", "error", "error_description", "session_state"},
         .open = true},
        callback);
    const std::string_view provider = "/api/v1/organizations/{id}/identity-provider";
    add({.pattern = provider}, getProvider);
    add({.method = Method::kPut, .pattern = provider}, putProvider);
    add({.method = Method::kDelete, .pattern = provider}, removeProvider);
    const std::string_view branding = "/api/v1/organizations/{id}/branding";
    add({.pattern = branding}, getBranding);
    add({.method = Method::kPut, .pattern = branding}, putBranding);
}

}  // namespace tenantry::rest
