#include "tenants/portal.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/action.h"
#include "kernel/domain/user_mapping.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Account;

namespace {

constexpr std::string_view kDescriptor = R"json({
"tny": 1, "id": "org.tenantry.portal", "name": "Portal accounts", "vendor": "Tenantry",
"version": "1.0.0", "abi": {"major": 1, "minor": 0},
"config": {"type": "object", "properties": {"organization": {"type": "string"}}},
"concurrency": {"per_instance": 64}, "isolation": {"inproc": true},
"kinds": {"user": {"attributes": {
 "login": {"maps": "login", "title": "Username"},
 "first_name": {"maps": "first_name", "title": "First name", "pii": true},
 "last_name": {"maps": "last_name", "title": "Last name", "pii": true},
 "email": {"maps": "email", "title": "E-mail", "pii": true},
 "phone": {"maps": "phone", "title": "Phone", "pii": true},
 "status": {"maps": "status", "mutability": "readOnly"},
 "status_cause": {"maps": "status_cause", "mutability": "readOnly"},
 "native_status": {"maps": "native_status", "mutability": "readOnly"},
 "roles": {"maps": "roles", "mutability": "readOnly"},
 "mfa_enrolled": {"maps": "mfa_enrolled", "type": "boolean", "mutability": "readOnly"},
 "mfa_required": {"maps": "mfa_required", "type": "boolean", "mutability": "readOnly"},
 "mfa_methods": {"maps": "mfa_methods", "mutability": "readOnly"},
 "assigned": {"maps": "assigned", "mutability": "readOnly"},
 "federated_only": {"maps": "federated_only", "type": "boolean", "mutability": "readOnly"},
 "last_login_at": {"maps": "last_login_at", "mutability": "readOnly"},
 "created_at": {"maps": "created_at", "mutability": "readOnly"},
 "modified_at": {"maps": "modified_at", "mutability": "readOnly"}}}},
"actions": {
 "user.unlock": {"idempotent": true}, "user.suspend": {"idempotent": true},
 "user.unsuspend": {"idempotent": true}, "user.revoke_sessions": {"idempotent": true},
 "user.reset_password": {"note": "A link to choose a new password is mailed."},
 "user.force_password_change": {"idempotent": true}, "user.reset_mfa": {"idempotent": true},
 "user.require_mfa": {"idempotent": true}, "user.waive_mfa": {"idempotent": true},
 "user.force_federated": {"idempotent": true}, "user.allow_password": {"idempotent": true},
 "user.activate": {}, "user.resend_invite": {}, "user.revoke_invite": {"idempotent": true},
 "user.edit": {"idempotent": true},
 "user.assign_role": {"idempotent": true, "args": {"type": "object", "required": ["role"],
  "properties": {"role": {"type": "string"}, "organization": {"type": "string"},
   "expires_at": {"type": "string"}, "remove": {"type": "boolean"}}}},
 "user.delete": {"idempotent": true}, "user.restore": {}}
})json";

/// The record of an account, as the descriptor describes it.
domain::OwnedRecord recordOf(const Account& account, const PortalParts& parts,
                             base::TimePoint now) {
    const Roles& roles = parts.roles;
    const auto soon = Deadline::after(base::limits::kStoreDeadline);
    std::vector<std::pair<domain::Grant, std::optional<ShownRole>>> held;
    domain::PermissionSet permissions;
    for (const auto& grant : account.grants) {
        if (grant.expiresAt && *grant.expiresAt <= now) continue;
        held.emplace_back(grant, roles.find(grant.role, soon));
        if (held.back().second) permissions |= held.back().second->permissions;
    }
    const auto time = [](base::JsonWriter& out, std::string_view key, base::TimePoint at) {
        out.key(key).string(base::toRfc3339(at));
    };
    base::JsonWriter out;
    out.beginObject().key("login").string(account.username);
    out.key("first_name").string(account.firstName).key("last_name").string(account.lastName);
    out.key("email").string(account.email).key("phone").string(account.phone);
    out.key("status").string(domain::name(domain::shownStatus(account)));
    out.key("native_status").string(domain::name(account.status));
    out.key("status_cause")
        .string(account.status == domain::UserStatus::kSuspended ? domain::name(account.statusCause)
                                                                 : std::string_view());
    out.key("roles").beginArray();
    std::vector<std::string> titles;
    for (const auto& [grant, role] : held) {
        const std::string title = role ? role->name : grant.role;
        if (std::find(titles.begin(), titles.end(), title) != titles.end()) continue;
        titles.push_back(title);
        out.string(title);
    }
    out.endArray();
    if (const auto all = assignedOf(account); all.size() > 1) {
        out.key("assigned").beginArray();
        for (const auto& one : all) out.string(one.text());
        out.endArray();
    }
    out.key("mfa_enrolled").boolean(account.mfaEnrolled);
    out.key("mfa_required").boolean(parts.accounts.needsSecondFactor(account));
    out.key("mfa_methods").beginArray();
    if (account.mfaEnrolled) out.string("totp");
    out.endArray().key("federated_only").boolean(account.federatedOnly);
    if (account.lastLoginAt) time(out, "last_login_at", *account.lastLoginAt);
    time(out, "created_at", account.createdAt);
    time(out, "modified_at", account.modifiedAt);
    // What follows is shown among the further attributes.
    if (account.breakGlass) out.key("break_glass").boolean(true);
    if (account.invitedAt) time(out, "invited_at", *account.invitedAt);
    out.key("permissions").beginArray();
    for (const auto one : permissions.list()) out.string(domain::name(one));
    out.endArray().key("grants").beginArray();
    for (const auto& [grant, role] : held) {
        out.beginObject().key("role").string(grant.role);
        out.key("title").string(role ? role->name : grant.role);
        out.key("organization").string(grant.organization.text());
        if (grant.expiresAt) time(out, "expires_at", *grant.expiresAt);
        out.endObject();
    }
    out.endArray().endObject();
    domain::OwnedRecord record;
    record.kind = "user";
    record.id = account.id.text();
    record.modifiedMs = base::toMillis(account.modifiedAt);
    record.body = std::move(out).take();
    record.etag = base::digestHex(record.body).substr(0, 24);
    return record;
}

domain::Capabilities allCapabilities() {
    domain::Capabilities out;
    for (const auto& [name, action] : portalDescriptor().actions)
        out[name] = {true, false, action.note};
    const std::string why = "Portal accounts have roles, not groups.";
    out["user.add_to_group"] = out["user.remove_from_group"] = {false, false, why};
    return out;
}

/// Finds what differs between an action's name at the boundary and ours.
std::optional<domain::Action> actionOf(const std::string& name) {
    static constexpr std::string_view kPrefix = "user.";
    if (name.rfind(kPrefix, 0) != 0) return std::nullopt;
    return domain::action(std::string_view(name).substr(kPrefix.size()));
}

}  // namespace

const domain::ConnectorDescriptor& portalDescriptor() {
    static const domain::ConnectorDescriptor descriptor = [] {
        auto parsed = domain::parseDescriptor(kDescriptor);
        if (!parsed) throw std::logic_error(parsed.error().text());
        return std::move(*parsed);
    }();
    return descriptor;
}

/// The accounts that live in one organization.
class Portal::Directory final : public domain::Connector {
  public:
    Directory(PortalParts parts, base::OrganizationId organization)
        : parts_(parts), organization_(std::move(organization)) {}

    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const override {
        return portalDescriptor();
    }
    base::Result<std::vector<domain::Diagnostic>> check(Deadline deadline) override {
        TNY_TRY(const auto count, parts_.store.countAccounts(deadline));
        static_cast<void>(count);
        return std::vector<domain::Diagnostic>{{true, "store", "The accounts can be read."}};
    }
    base::Result<domain::ReadEnd> list(const domain::ReadRequest& request, domain::RecordSink& sink,
                                       Deadline deadline) override {
        if (request.kind != "user") return base::unsupported("Portal accounts have no groups.");
        TNY_TRY(const auto all, parts_.store.loadAccounts(deadline));
        const auto now = parts_.clock.now();
        for (const auto& account : all) {
            if (account.home != organization_) continue;
            // Retained ones too: the list shows them as deleted.
            sink.record(recordOf(account, parts_, now).view());
        }
        return domain::ReadEnd::kComplete;
    }
    base::Result<domain::OwnedRecord> get(const std::string& kind, const std::string& id,
                                          Deadline deadline) override {
        if (kind != "user") return base::notFound("Portal accounts have no groups.");
        TNY_TRY(const auto account, parts_.store.account(base::AccountId(id), deadline));
        if (account.home != organization_)
            return base::notFound("This account lives in another organization.");
        return recordOf(account, parts_, parts_.clock.now());
    }
    base::Result<domain::Capabilities> capabilities(Deadline) override { return allCapabilities(); }

    base::Result<domain::ActReply> perform(const domain::ActRequest& request,
                                           Deadline deadline) override {
        const auto action = actionOf(request.action);
        if (!action)
            return base::unsupported("Portal accounts have no \"" + request.action + "\".");
        TNY_TRY(const auto record, get("user", request.id, deadline));
        if (!request.expectEtag.empty() && request.expectEtag != record.etag)
            return base::conflict("This account was changed meanwhile.");
        TNY_TRY(const auto actor, base::Json::parse(request.actorJson));
        const base::AccountId by(actor["account"].stringOr(""));
        if (by.empty()) return base::forbidden("Who does this is not known.");
        TNY_TRY(const auto asker, parts_.access.unsafeOperatorFor(by, deadline));
        if (request.dryRun) return domain::ActReply{};
        TNY_CHECKED(parts_.accounts.act(base::AccountId(request.id), *action, request.argsJson,
                                        &asker, deadline));
        TNY_TRY(auto after, get("user", request.id, deadline));
        domain::ActReply reply;
        reply.records.push_back(std::move(after));
        return reply;
    }
    base::Result<domain::ActReply> poll(const std::string&, Deadline) override {
        return base::unsupported("Portal accounts are changed at once.");
    }

  private:
    PortalParts parts_;
    base::OrganizationId organization_;
};

Portal::Portal(PortalParts parts) : parts_(parts) {}
Portal::~Portal() = default;

base::Result<domain::Connection> Portal::connectionOf(const base::OrganizationId& home,
                                                      Deadline deadline) {
    const auto id = portalConnectionOf(home);
    if (const auto known = parts_.connections.find(id)) return known->connection;
    const auto now = parts_.clock.now();
    domain::Connection connection;
    connection.id = id;
    connection.organization = home;
    connection.connector = portalDescriptor().id;
    connection.name = portalDescriptor().name;
    connection.configJson = R"({"organization":")" + home.text() + "\"}";
    connection.createdAt = connection.modifiedAt = now;
    domain::ConnectionHealth health;
    health.state = domain::ConnectionState::kCurrent;
    health.since = now;
    health.lastCompleteAt = health.lastAttemptAt = now;
    health.capabilities = allCapabilities();
    TNY_CHECKED(parts_.connections.unsafeAdopt(connection, health, deadline));
    return connection;
}

base::Status Portal::tryShow(const Account& account, Deadline deadline) {
    const auto now = parts_.clock.now();
    TNY_TRY(const auto connection, connectionOf(account.home, deadline));
    const auto record = recordOf(account, parts_, now);
    TNY_TRY(const auto user,
            domain::UserMapping(portalDescriptor()).map(connection, record.view(), now));
    domain::UserChanges changes;
    changes.upserts = {user};
    changes.seenAt = now;
    TNY_TRY(const auto revision, parts_.users.applyUsers(connection.id, changes, deadline));
    parts_.view.apply(connection.id, changes, revision);
    return base::ok();
}

void Portal::show(const Account& account) {
    const auto shown = tryShow(account, Deadline::after(base::limits::kStoreDeadline));
    if (!shown) {
        base::logError("account_not_shown",
                       {{"account", account.id.text()}, {"error", shown.error().text()}});
        return;
    }
    const auto& home = account.home.text();
    parts_.events.publish(
        {"users_changed", account.home, R"({"organizations":[")" + home + "\"]}"});
}

base::Status Portal::showAll(const std::vector<Account>& accounts, Deadline deadline) {
    const auto now = parts_.clock.now();
    const domain::UserMapping mapping(portalDescriptor());
    std::map<base::OrganizationId, std::vector<domain::User>> byHome;
    for (const auto& account : accounts) {
        TNY_TRY(const auto connection, connectionOf(account.home, deadline));
        const auto record = recordOf(account, parts_, now);
        TNY_TRY(auto user, mapping.map(connection, record.view(), now));
        byHome[account.home].push_back(std::move(user));
    }
    for (auto& [home, users] : byHome) {
        const auto id = portalConnectionOf(home);
        TNY_TRY(const auto all, parts_.users.usersOf(id, deadline));
        std::map<base::UserId, const domain::User*> kept;
        for (const auto& one : all) kept[one.id] = &one;
        domain::UserChanges changes;
        changes.seenAt = now;
        for (auto& user : users) {
            const auto found = kept.find(user.id);
            // A clock that was set back makes nothing older than what is shown already.
            if (found != kept.end()) user.seenAt = std::max(user.seenAt, found->second->seenAt);
            if (found == kept.end() || found->second->etag != user.etag)
                changes.upserts.push_back(user);
        }
        std::uint64_t revision = 0;
        if (!changes.empty()) {
            TNY_TRY(revision, parts_.users.applyUsers(id, changes, deadline));
        }
        // The view takes them all: the store does not keep to whom an account is assigned.
        parts_.view.apply(id, {.upserts = users}, revision);
    }
    return base::ok();
}

std::optional<Account> Portal::accountOf(const domain::User& user) const {
    const auto known = parts_.connections.find(user.connection);
    if (!known || known->connection.connector != portalDescriptor().id) return std::nullopt;
    return parts_.accounts.knownAccount(base::AccountId(user.nativeId));
}

std::string Portal::protectedBecause(const domain::User& user) const {
    const auto account = accountOf(user);
    return account ? parts_.accounts.protectedBecause(*account) : std::string();
}

PortalHost::PortalHost(domain::ConnectorHost& installed) : installed_(installed) {}

std::vector<domain::ConnectorDescriptor> PortalHost::connectors() const {
    auto out = installed_.connectors();
    out.push_back(portalDescriptor());
    return out;
}

base::Result<std::shared_ptr<domain::Connector>> PortalHost::open(domain::OpenRequest request,
                                                                  Deadline deadline) {
    if (request.connector != portalDescriptor().id)
        return installed_.open(std::move(request), deadline);
    if (portal_ == nullptr) return base::unavailable("The portal accounts are not ready yet.");
    TNY_TRY(const auto config, base::Json::parse(request.configJson));
    return std::shared_ptr<domain::Connector>(std::make_shared<Portal::Directory>(
        portal_->parts_, base::OrganizationId(config["organization"].stringOr(""))));
}

}  // namespace tenantry::tenants
