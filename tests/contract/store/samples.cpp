#include "tests/contract/store/samples.h"

#include <stdexcept>
#include <tuple>

namespace tenantry::testing {

namespace {

base::Deadline soon() {
    return base::Deadline::after(std::chrono::seconds{20});
}
void must(const base::Status& status) {
    if (!status) throw std::runtime_error(status.error().text());
}

auto all(const domain::Account& a) {
    return std::tie(a.id, a.home, a.username, a.firstName, a.lastName, a.email, a.phone, a.status,
                    a.statusCause, a.breakGlass, a.grants, a.lastLoginAt, a.createdAt, a.modifiedAt,
                    a.revision, a.mfaRequired, a.mfaEnrolled, a.federatedOnly, a.lockedOut,
                    a.formerStatus, a.invitedAt, a.activeSince, a.identities);
}
auto all(const domain::Activity& a) {
    return std::tie(a.id, a.at, a.organization, a.actor, a.actorName, a.remoteAddress, a.action,
                    a.targetKind, a.targetId, a.targetName, a.outcome, a.detail, a.reason, a.ticket,
                    a.beforeJson, a.afterJson, a.correlationId);
}

template <class Tuple, std::size_t... I>
std::string differing(const Tuple& a, const Tuple& b, std::index_sequence<I...>) {
    std::string out;
    ((std::get<I>(a) == std::get<I>(b) ? void() : void(out += " field " + std::to_string(I + 1))),
     ...);
    return out;
}
template <class Tuple>
std::string differing(const Tuple& a, const Tuple& b) {
    return differing(a, b, std::make_index_sequence<std::tuple_size_v<Tuple>>{});
}

}  // namespace

std::string difference(const domain::Account& a, const domain::Account& b) {
    return differing(all(a), all(b));
}
std::string difference(const domain::Activity& a, const domain::Activity& b) {
    return differing(all(a), all(b));
}

std::string awkwardText() {
    using namespace std::string_literals;
    return "O'Brien \"q\" back\\slash :c0 ? %s -- ; \0 é 한 😀 \n\t end"s;
}

base::TimePoint moment(int n) {
    return base::fromMillis(1'795'305'600'000 + n * 86'400'001LL);
}

domain::Organization platform() {
    domain::Organization out;
    out.id = base::OrganizationId(base::newUuid());
    out.kind = domain::OrganizationKind::kPlatform;
    out.slug = "platform";
    out.name = "Platform";
    out.createdAt = moment(0);
    out.modifiedAt = moment(1);
    return out;
}

domain::Organization below(const domain::Organization& parent, domain::OrganizationKind kind,
                           const std::string& slug) {
    domain::Organization out;
    out.id = base::OrganizationId(base::newUuid());
    out.parent = parent.id;
    out.kind = kind;
    out.state = domain::OrganizationState::kMaintenance;
    out.slug = slug;
    out.name = slug + " " + awkwardText();
    out.consoleUrl = "https://" + slug + ".example/ü";
    out.tags = {"gold", awkwardText()};
    out.createdAt = moment(-30'000);  // before 1970
    out.modifiedAt = moment(2);
    return out;
}

domain::Connection connectionOf(const domain::Organization& organization) {
    domain::Connection out;
    out.id = base::ConnectionId(base::newUuid());
    out.organization = organization.id;
    out.connector = "org.tenantry.ldap";
    out.name = "Directory of " + organization.slug + " " + awkwardText();
    out.configJson = R"({"host":"127.0.0.1","bind_password":{"$secret":"bind_password"}})";
    out.enabled = false;
    out.syncInterval = std::chrono::seconds{77};
    out.createdAt = moment(3);
    out.modifiedAt = moment(4);
    return out;
}

Branches putBranches(domain::OrganizationStore& organizations,
                     domain::ConnectionStore& connections) {
    Branches out;
    out.root = platform();
    out.north = below(out.root, domain::OrganizationKind::kPartner, "north");
    out.south = below(out.root, domain::OrganizationKind::kPartner, "south");
    out.northTenant = below(out.north, domain::OrganizationKind::kTenant, "north-tenant");
    out.southTenant = below(out.south, domain::OrganizationKind::kTenant, "south-tenant");
    for (const auto* one : {&out.root, &out.north, &out.south, &out.northTenant, &out.southTenant})
        must(organizations.putOrganization(*one, soon()));
    out.northDirectory = connectionOf(out.northTenant);
    out.southDirectory = connectionOf(out.southTenant);
    must(connections.putConnection(out.northDirectory, {}, soon()));
    must(connections.putConnection(out.southDirectory, {}, soon()));
    return out;
}

domain::ConnectionHealth fullHealth() {
    domain::ConnectionHealth out;
    out.state = domain::ConnectionState::kUnreachable;
    out.since = moment(5);
    out.lastCompleteAt = moment(6);
    out.lastAttemptAt = moment(7);
    out.error = "The server at 127.0.0.1 refuses " + awkwardText();
    out.users = 123'456;
    out.heldDeletions = 78;
    out.capabilities["user.suspend"] = {false, true, "not here"};
    return out;
}

domain::User bareUser(const domain::Connection& connection, const std::string& nativeId) {
    domain::User out;
    out.id = base::userIdOf(connection.id, nativeId);
    out.organization = connection.organization;
    out.connection = connection.id;
    out.nativeId = nativeId;
    out.seenAt = moment(8);
    return out;
}

domain::User fullUser(const domain::Connection& connection, const std::string& nativeId) {
    domain::User out = bareUser(connection, nativeId);
    out.username = "user " + awkwardText();
    out.firstName = "Łukasz";
    out.lastName = "Straße";
    out.displayName = "王小明 " + awkwardText();
    out.email = "o'brien@example.com";
    out.phone = "+48 22 000 00 00";
    out.status = domain::UserStatus::kSuspended;
    out.statusCause = domain::StatusCause::kBackend;
    out.nativeStatus = "userAccountControl=514";
    out.roles = {"admin", awkwardText()};
    out.mfaEnrolled = domain::Tristate::kNo;
    out.mfaRequired = true;
    out.mfaMethods = {"totp", "webauthn"};
    out.federatedOnly = true;
    out.lastLoginAt = moment(9);
    out.createdAt = moment(-30'001);
    out.modifiedAt = moment(10);
    out.consoleUrl = "https://console.example/u/1";
    out.etag = "\"e-1\"";
    out.attributesJson = R"({"title":"Chef \"de\" rang","n":[1,2,3]})";
    return out;
}

domain::Account fullAccount(const domain::Organization& home, const std::string& username) {
    domain::Account out;
    out.id = base::AccountId(base::newUuid());
    out.home = home.id;
    out.username = username;
    out.firstName = "Zoë";
    out.lastName = awkwardText();
    out.email = username + "@example.com";
    out.phone = "+1 555 0100";
    out.status = domain::UserStatus::kSuspended;
    out.statusCause = domain::StatusCause::kInactive;
    out.breakGlass = true;
    out.grants = {{"help_desk", home.id}, {"auditor", home.id, moment(14)}};
    out.mfaRequired = out.mfaEnrolled = out.federatedOnly = out.lockedOut = true;
    out.formerStatus = domain::UserStatus::kRecovery;
    out.invitedAt = moment(15);
    out.activeSince = moment(16);
    out.identities = {{"https://login.example", awkwardText()}};
    out.lastLoginAt = moment(11);
    out.createdAt = moment(12);
    out.modifiedAt = moment(13);
    return out;
}

domain::Activity entryOf(const base::OrganizationId& organization, int n) {
    domain::Activity out;
    out.id = base::ActivityId(base::newUuid());
    out.at = moment(n);
    out.organization = organization;
    out.actor = base::AccountId(base::newUuid());
    out.actorName = "operator";
    out.remoteAddress = "2001:db8::1";
    out.action = "user.suspend";
    out.targetKind = "user";
    out.targetId = base::newUuid();
    out.targetName = "target " + std::to_string(n);
    out.outcome = "done";
    out.detail = "Suspended. " + awkwardText();
    out.reason = "left the company";
    out.ticket = "T-" + std::to_string(n);
    out.beforeJson = R"({"status":"ACTIVE"})";
    out.afterJson = R"({"status":"SUSPENDED"})";
    out.correlationId = base::newUuid();
    return out;
}

}  // namespace tenantry::testing
