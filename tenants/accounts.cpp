#include "tenants/accounts.h"

#include <algorithm>

#include "kernel/base/crypto.h"
#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/assignment.h"
#include "tenants/account_fields.h"

namespace tenantry::tenants {

using base::Deadline;
using base::SecretText;
using domain::Account;
using domain::Permission;
using domain::UserStatus;

namespace {

constexpr int kTriesMax = 5;

constexpr std::pair<LinkPurpose, std::string_view> kPurposes[] = {
    {LinkPurpose::kInvite, "invite"},
    {LinkPurpose::kReset, "reset"},
    {LinkPurpose::kChangePassword, "change"},
    {LinkPurpose::kEnrol, "enrol"},
};

std::string storedPurpose(LinkPurpose purpose, const base::AccountId& id) {
    return std::string(name(purpose)) + ":" + id.text();
}

base::Error linkGone() {
    return base::notFound("This link was used, replaced or is too old. Ask for a new one.");
}

bool isUsable(const Account& account) {
    return account.status == UserStatus::kActive || account.status == UserStatus::kRecovery ||
           account.status == UserStatus::kAwaitingNewPassword;
}

std::string displayName(const Account& account) {
    std::string out = account.firstName;
    if (!account.lastName.empty()) out += (out.empty() ? "" : " ") + account.lastName;
    return out;
}

}  // namespace

std::string_view name(LinkPurpose purpose) {
    for (const auto& [value, word] : kPurposes)
        if (value == purpose) return word;
    return "";
}

base::ConnectionId portalConnectionOf(const base::OrganizationId& organization) {
    return base::ConnectionId(
        base::userIdOf(base::ConnectionId(organization.text()), "portal accounts").text());
}

std::vector<base::OrganizationId> assignedOf(const Account& account) {
    std::vector<base::OrganizationId> out{account.home};
    for (const auto& grant : account.grants)
        if (std::find(out.begin(), out.end(), grant.organization) == out.end())
            out.push_back(grant.organization);
    return out;
}

base::Status mayTouch(const domain::Operator& by, const Account& account, const Roles& roles,
                      Deadline deadline) {
    for (const auto& grant : account.grants) {
        const auto role = roles.find(grant.role, deadline);
        if (!role || by.permissionsOn(grant.organization).includes(role->permissions)) continue;
        return base::forbidden("This account has the role \"" + role->name +
                               "\", which may do more than you. Somebody who may do as much has to "
                               "do this.");
    }
    return base::ok();
}

Accounts::Accounts(AccountsParts parts) : parts_(parts) {}

void Accounts::attach(AccountRows& rows) {
    rows_ = &rows;
}

void Accounts::setPublicUrl(std::string url) {
    publicUrl_.with([&](std::string& kept) { kept = std::move(url); });
}

void Accounts::remember(const Account& account) {
    known_.with([&](auto& known) { known[account.id] = account; });
}

base::Status Accounts::load(Deadline deadline) {
    TNY_TRY(const auto all, parts_.accounts.loadAccounts(deadline));
    for (const auto& account : all) remember(account);
    return rows_ == nullptr ? base::ok() : rows_->showAll(all, deadline);
}

std::vector<Account> Accounts::known() const {
    return known_.withShared([](const auto& known) {
        std::vector<Account> out;
        for (const auto& [id, account] : known) out.push_back(account);
        return out;
    });
}

std::optional<Account> Accounts::knownAccount(const base::AccountId& id) const {
    return known_.withShared([&](const auto& known) -> std::optional<Account> {
        const auto found = known.find(id);
        if (found == known.end()) return std::nullopt;
        return found->second;
    });
}

base::Result<Account> Accounts::get(const base::AccountId& id, Deadline deadline) const {
    return parts_.accounts.account(id, deadline);
}

base::Result<domain::Credentials> Accounts::credentialsOf(const Account& account,
                                                          Deadline deadline) const {
    TNY_TRY(auto found, parts_.vault.findForSignIn(account.username, deadline));
    return std::move(found.second);
}

base::Result<Account> Accounts::reread(const base::AccountId& id, Deadline deadline) {
    TNY_TRY(auto account, parts_.accounts.account(id, deadline));
    remember(account);
    if (rows_ != nullptr) rows_->show(account);
    return account;
}

void Accounts::showAgain(const base::AccountId& id, Deadline deadline) {
    if (const auto shown = reread(id, deadline); !shown)
        base::logWarning("account_not_shown",
                         {{"account", id.text()}, {"error", shown.error().text()}});
}

base::Result<Account> Accounts::update(const base::AccountId& id,
                                       const std::function<void(Account&)>& change,
                                       Deadline deadline) {
    for (int i = 1;; ++i) {
        TNY_TRY(auto account, parts_.accounts.account(id, deadline));
        change(account);
        account.modifiedAt = parts_.clock.now();
        const auto put = parts_.accounts.putAccount(account, deadline);
        if (put) return reread(id, deadline);
        const bool raced =
            put.error().code == base::ErrorCode::kConflict && put.error().pointer.empty();
        if (!raced || i == kTriesMax) return put.error();
    }
}

Policy Accounts::policyOf(const Account& account) const {
    return parts_.policies == nullptr ? Policy{} : parts_.policies->strictest(assignedOf(account));
}

base::Status Accounts::showAllAgain(Deadline deadline) {
    return rows_ == nullptr ? base::ok() : rows_->showAll(known(), deadline);
}

base::OrganizationId Accounts::aboveAll(const Account& account) const {
    return domain::lowestAbove(*parts_.organizations.tree(), account.home, assignedOf(account));
}

base::UserId Accounts::userIdOf(const Account& account) const {
    return base::userIdOf(portalConnectionOf(account.home), account.id.text());
}

domain::Activity Accounts::entryOf(const Account& account, std::string action, std::string outcome,
                                   std::string detail) const {
    domain::Activity out;
    out.id = base::ActivityId(base::newUuid());
    out.at = parts_.clock.now();
    out.organization = aboveAll(account);
    out.action = std::move(action);
    out.targetKind = "user";
    out.targetId = userIdOf(account).text();
    out.targetName = account.username;
    out.outcome = std::move(outcome);
    out.detail = std::move(detail);
    out.correlationId = base::newUuid();
    return out;
}

void Accounts::record(const domain::Activity& entry) {
    const auto written =
        parts_.activity.append(entry, Deadline::after(base::limits::kStoreDeadline));
    if (!written)
        base::logError("activity_not_written",
                       {{"action", entry.action}, {"error", written.error().text()}});
}

base::Result<SecretText> Accounts::makeLink(const Account& account, LinkPurpose purpose,
                                            std::chrono::milliseconds life, Deadline deadline) {
    const std::string stored = storedPurpose(purpose, account.id);
    TNY_CHECKED(parts_.vault.removeLinks(stored, deadline));
    SecretText token(base::randomToken());
    TNY_CHECKED(parts_.vault.putLink(
        {base::digestHex(token.reveal()), stored, account.id, parts_.clock.now() + life},
        deadline));
    return token;
}

base::Result<std::pair<LinkPurpose, Account>> Accounts::linkTarget(const SecretText& token,
                                                                   Deadline deadline) const {
    auto link = parts_.vault.link(base::digestHex(token.reveal()), deadline);
    if (!link) {
        if (link.error().code == base::ErrorCode::kNotFound) return linkGone();
        return std::move(link).error();
    }
    if (link->expiresAt <= parts_.clock.now()) return linkGone();
    for (const auto& [purpose, word] : kPurposes) {
        if (link->purpose != storedPurpose(purpose, link->account)) continue;
        TNY_TRY(auto account, parts_.accounts.account(link->account, deadline));
        return std::pair(purpose, std::move(account));
    }
    return linkGone();
}

base::Status Accounts::useLink(const SecretText& token, Deadline deadline) {
    auto used = parts_.vault.consumeLink(base::digestHex(token.reveal()), deadline);
    if (!used && used.error().code == base::ErrorCode::kNotFound) return linkGone();
    return used;
}

base::Status Accounts::killLinks(const base::AccountId& id, Deadline deadline) {
    for (const auto& [purpose, word] : kPurposes)
        TNY_CHECKED(parts_.vault.removeLinks(storedPurpose(purpose, id), deadline));
    return base::ok();
}

Branding Accounts::brandingOf(const base::OrganizationId& organization, Deadline deadline) const {
    Branding out;
    const auto tree = parts_.organizations.tree();
    auto at = tree->find(organization);
    if (!tree->empty()) out.name = tree->at(0).name;
    for (; at; at = tree->parentOf(*at)) {
        const auto found = parts_.documents.document("branding", tree->at(*at).id.text(), deadline);
        if (!found) continue;
        const auto json = base::Json::parse(found->json);
        if (!json) continue;
        out.name = (*json)["name"].stringOr(out.name);
        out.colour = (*json)["colour"].stringOr(out.colour);
        out.logoUrl = (*json)["logo_url"].stringOr("");
        out.support = (*json)["support"].stringOr("");
        break;
    }
    return out;
}

base::Status Accounts::putBranding(const base::OrganizationId& organization,
                                   const Branding& branding, Deadline deadline) {
    if (!isColour(branding.colour))
        return base::invalidArgument("A colour is written #rrggbb.", "/colour");
    if (!branding.logoUrl.empty() && !isLogoUrl(branding.logoUrl))
        return base::invalidArgument("A logo is an https address.", "/logo_url");
    base::JsonWriter json;
    json.beginObject().key("name").string(branding.name).key("colour").string(branding.colour);
    json.key("logo_url").string(branding.logoUrl);
    json.key("support").string(branding.support).endObject();
    return parts_.documents.putDocument(
        {"branding", organization.text(), "", std::move(json).take()}, deadline);
}

void Accounts::mail(MailKind kind, const Account& account, const SecretText& link,
                    std::chrono::milliseconds life, const std::string& by, Deadline deadline) {
    if (!isMailAddress(account.email)) return;
    const auto tree = parts_.organizations.tree();
    const auto& home = account.home;
    MailFacts facts;
    facts.to = account.email;
    facts.toName = displayName(account);
    facts.username = account.username;
    facts.by = by;
    if (const auto ordinal = tree->find(home)) facts.organization = tree->at(*ordinal).name;
    if (!link.empty()) {
        facts.link =
            publicUrl_.withShared([](const auto& url) { return url; }) + "/link#" + link.reveal();
        facts.linkEnds = parts_.clock.now() + life;
    }
    const auto put =
        parts_.outbox.put(writeMail(kind, facts, brandingOf(home, deadline)), deadline);
    if (!put)
        base::logError("mail_not_written",
                       {{"account", account.id.text()}, {"error", put.error().text()}});
}

std::string Accounts::protectedBecause(const Account& account) const {
    if (account.breakGlass) return "Break-glass account";
    if (!isUsable(account)) return "";
    const auto now = parts_.clock.now();
    const auto soon = Deadline::after(base::limits::kStoreDeadline);
    std::map<std::string, bool> manages;  // the same few roles, for all accounts
    const auto administers = [&](const Account& one, const base::OrganizationId& where) {
        return std::any_of(one.grants.begin(), one.grants.end(), [&](const auto& grant) {
            if (grant.organization != where || (grant.expiresAt && *grant.expiresAt <= now))
                return false;
            const auto found = manages.find(grant.role);
            if (found != manages.end()) return found->second;
            const auto role = parts_.roles.find(grant.role, soon);
            return manages[grant.role] = role && role->permissions.has(Permission::kRolesManage);
        });
    };
    const auto tree = parts_.organizations.tree();
    // Who administers an organization above it can help it as well.
    const auto administersFromAbove = [&](const Account& one, const base::OrganizationId& where) {
        for (auto at = tree->find(where); at; at = tree->parentOf(*at))
            if (administers(one, tree->at(*at).id)) return true;
        return false;
    };
    std::vector<base::OrganizationId> places;
    for (const auto& grant : account.grants)
        if (administers(account, grant.organization)) places.push_back(grant.organization);
    if (places.empty()) return "";
    const auto all = known();
    for (const auto& place : places) {
        const bool another = std::any_of(all.begin(), all.end(), [&](const auto& one) {
            return one.id != account.id && isUsable(one) && administersFromAbove(one, place);
        });
        if (!another) return "Last administrator";
    }
    return "";
}

base::Status Accounts::unsafeAdd(const Account& account, const domain::Credentials& credentials,
                                 Deadline deadline) {
    TNY_CHECKED(parts_.vault.addAccount(account, credentials, deadline));
    TNY_TRY(const auto shown, reread(account.id, deadline));
    static_cast<void>(shown);
    return base::ok();
}

base::Result<Account> Accounts::create(const domain::Operator& asker, const NewAccount& request,
                                       Deadline deadline) {
    const auto& tree = *asker.tree();
    const auto ordinal = tree.resolve(request.organization);
    if (!ordinal || !asker.visible().contains(*ordinal))
        return base::notFound("There is no organization \"" + request.organization +
                              "\" in your scope.")
            .at("/organization");
    Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = tree.at(*ordinal).id;
    account.firstName = request.firstName;
    account.lastName = request.lastName;
    account.email = request.email;
    account.username = request.username.empty() ? request.email : request.username;
    account.phone = request.phone;
    account.grants = request.grants;
    account.mfaRequired = request.mfaRequired;
    account.federatedOnly = request.federatedOnly;
    account.status = request.invite ? UserStatus::kProvisioned : UserStatus::kStaged;
    account.createdAt = account.modifiedAt = parts_.clock.now();
    if (account.grants.empty()) account.grants = {{"user", account.home}};
    if (account.grants.size() > kGrantsMax)
        return base::invalidArgument("An account has at most 50 roles.", "/roles");
    for (std::size_t i = 0; i < account.grants.size(); ++i) {
        const auto may = parts_.roles.mayGrant(asker, account.grants[i], deadline);
        if (!may) return base::Error(may.error()).at("/roles/" + std::to_string(i));
    }
    for (const auto& id : assignedOf(account)) {
        const auto& name = tree.at(tree.find(id).value()).name;
        if (!asker.may(Permission::kUsersCreate, id))
            return base::forbidden("You need \"users.create\" on " + name + ".");
        if (request.invite && !asker.may(Permission::kUsersInvite, id))
            return base::forbidden("You need \"users.invite\" on " + name + ".");
    }
    TNY_CHECKED(checkFields(account));
    const auto& where = tree.at(*ordinal);
    if (where.state != domain::OrganizationState::kActive)
        return base::conflict(where.name + " is suspended or in maintenance.").at("/organization");
    if (request.invite) account.invitedAt = account.createdAt;
    TNY_CHECKED(parts_.vault.addAccount(account, {}, deadline));
    if (request.invite) {
        TNY_TRY(const auto link, makeLink(account, LinkPurpose::kInvite, kInviteLife, deadline));
        mail(MailKind::kInvitation, account, link, kInviteLife, asker.username(), deadline);
    }
    return reread(account.id, deadline);
}

}  // namespace tenantry::tenants
