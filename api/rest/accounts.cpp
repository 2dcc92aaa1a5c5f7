// Portal accounts: making them. Their life afterwards is that of all users.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

constexpr std::size_t kRolesMax = 50;

/// [{"role", "organization", "expires_at"?}], organizations by id or slug.
base::Result<std::vector<domain::Grant>> grantsOf(const Call& call, const Body& body) {
    std::vector<domain::Grant> out;
    const auto list = body.json()["roles"];
    if (list.missing()) return out;
    if (!list.isArray() || list.size() > kRolesMax)
        return base::invalidArgument("\"roles\" is a list of at most 50.", "/roles");
    std::size_t index = 0;
    for (const auto& item : list.items()) {
        const std::string at = "/roles/" + std::to_string(index++);
        for (const auto& [name, value] : item.members())
            if (name != "role" && name != "organization" && name != "expires_at")
                return base::invalidArgument(
                    "There is no member \"" + name.substr(0, 40) + "\" here.", at + "/" + name);
        const auto where = item["organization"].stringOr("");
        const auto ordinal = call.asker().tree()->resolve(where);
        if (!ordinal || !call.asker().visible().contains(*ordinal))
            return base::notFound("There is no organization \"" + where.substr(0, 80) +
                                  "\" in your scope.")
                .at(at + "/organization");
        domain::Grant grant{item["role"].stringOr(""), call.asker().tree()->at(*ordinal).id};
        if (const auto text = item["expires_at"].asString()) {
            grant.expiresAt = base::parseRfc3339(*text);
            if (!grant.expiresAt)
                return base::invalidArgument("A time is such as \"2027-01-31T00:00:00Z\".",
                                             at + "/expires_at");
        }
        out.push_back(std::move(grant));
    }
    return out;
}

base::Result<Reply> create(const Services& services, const Call& call) {
    TNY_TRY(
        const Body body,
        Body::read(call.request, {"organization", "connection", "first_name", "last_name", "email",
                                  "username", "phone", "roles", "mfa", "federated_only",
                                  "attributes", "invite", "reason", "ticket"}));
    tenants::NewAccount wish;
    TNY_TRY(wish.organization, body.need("organization", {1, 100}));
    TNY_TRY(const auto connection, body.text("connection", {0, 100}));
    if (connection && !connection->empty()) {
        const auto known = services.connections.find(base::ConnectionId(*connection));
        const bool visible =
            known && call.asker().visible().contains(known->connection.organization);
        if (!visible)
            return base::notFound("There is no such connection in your scope.").at("/connection");
        if (known->connection.connector != tenants::kPortalConnector)
            return base::unsupported(known->connectorName +
                                     " does not let users be created from here.")
                .at("/connection");
    }
    TNY_TRY(auto first, body.text("first_name", {0, 200}));
    TNY_TRY(auto last, body.text("last_name", {0, 200}));
    TNY_TRY(wish.email, body.need("email", {3, 254}));
    TNY_TRY(auto username, body.text("username", {0, 128}));
    TNY_TRY(auto phone, body.text("phone", {0, 64}));
    TNY_TRY(wish.grants, grantsOf(call, body));
    TNY_TRY(const auto federated, body.flag("federated_only"));
    TNY_TRY(const auto invite, body.flag("invite"));
    TNY_TRY(const auto mfa, body.object("mfa"));
    TNY_TRY(const auto reason, body.text("reason", {0, 500}));
    TNY_TRY(const auto ticket, body.text("ticket", {0, 100}));
    if (body.json()["attributes"].size() > 0)
        return base::unsupported("Portal accounts have no further attributes.").at("/attributes");
    wish.firstName = first.value_or("");
    wish.lastName = last.value_or("");
    wish.username = username.value_or("");
    wish.phone = phone.value_or("");
    wish.mfaRequired = body.json()["mfa"]["required"].boolOr(false);
    wish.federatedOnly = federated.value_or(false);
    wish.invite = invite.value_or(true);
    std::vector<base::OrganizationId> places;
    for (const auto& grant : wish.grants) places.push_back(grant.organization);
    if (const auto home = call.asker().tree()->resolve(wish.organization))
        places.push_back(call.asker().tree()->at(*home).id);
    TNY_CHECKED(checkReason(services, places, reason.value_or("")));
    const auto made = services.accounts.create(call.asker(), wish, call.deadline());
    if (!made) return made.error();
    const auto id = services.accounts.userIdOf(*made);
    TNY_TRY(const auto user, services.view.get(call.asker().visible(), id));
    record(services, call,
           {.organization = services.accounts.aboveAll(*made),
            .action = wish.invite ? "user.invite" : "user.create",
            .targetKind = "user",
            .targetId = id.text(),
            .targetName = user.username,
            .detail =
                wish.invite ? "Invited " + user.username + "." : "Created " + user.username + ".",
            .reason = reason.value_or(""),
            .ticket = ticket.value_or("")});
    JsonWriter out;
    UserWriter(services, call.asker()).writeWithEditable(out, user);
    return Reply(http::Response::json(201, std::move(out).take())
                     .header("ETag", etagOf(user))
                     .header("Location", "/api/v1/users/" + id.text()));
}

}  // namespace

void addAccounts(Routes& routes, const Services& services) {
    routes.add({.method = http::Method::kPost, .pattern = "/api/v1/users", .idempotent = true},
               [&services](const Call& call) { return create(services, call); });
}

}  // namespace tenantry::rest
