#include "kernel/store/account_row.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/text.h"

namespace tenantry::store {

using base::Status;

namespace {

std::string grantsToJson(const std::vector<domain::Grant>& grants) {
    base::JsonWriter json;
    json.beginArray();
    for (const auto& grant : grants) {
        json.beginObject();
        json.key("role").string(grant.role);
        json.key("organization").string(grant.organization.text());
        if (grant.expiresAt)
            json.key("expires_at_ms").number(std::int64_t{base::toMillis(*grant.expiresAt)});
        json.endObject();
    }
    json.endArray();
    return std::move(json).take();
}

/// What cannot be read grants nothing.
std::vector<domain::Grant> grantsFromJson(const std::string& text) {
    std::vector<domain::Grant> out;
    const auto json = base::Json::parse(text);
    if (!json) return out;
    for (const auto& item : json->items()) {
        domain::Grant grant{item["role"].stringOr(""),
                            base::OrganizationId(item["organization"].stringOr(""))};
        if (const auto at = item["expires_at_ms"].asInt()) grant.expiresAt = base::fromMillis(*at);
        out.push_back(std::move(grant));
    }
    return out;
}

std::string detailsToJson(const domain::Account& account) {
    base::JsonWriter json;
    json.beginObject().key("mfa_required").boolean(account.mfaRequired);
    json.key("mfa_enrolled").boolean(account.mfaEnrolled);
    json.key("federated_only").boolean(account.federatedOnly);
    json.key("locked_out").boolean(account.lockedOut);
    json.key("former_status").string(domain::name(account.formerStatus));
    if (account.invitedAt)
        json.key("invited_at_ms").number(std::int64_t{base::toMillis(*account.invitedAt)});
    if (account.activeSince)
        json.key("active_since_ms").number(std::int64_t{base::toMillis(*account.activeSince)});
    json.key("identities").beginArray();
    for (const auto& one : account.identities) {
        json.beginObject().key("issuer").string(one.issuer);
        json.key("subject").string(one.subject).endObject();
    }
    json.endArray().endObject();
    return std::move(json).take();
}

void takeDetails(domain::Account& account, const std::string& text) {
    const auto json = base::Json::parse(text);
    if (!json) return;
    account.mfaRequired = (*json)["mfa_required"].boolOr(false);
    account.mfaEnrolled = (*json)["mfa_enrolled"].boolOr(false);
    account.federatedOnly = (*json)["federated_only"].boolOr(false);
    account.lockedOut = (*json)["locked_out"].boolOr(false);
    account.formerStatus = domain::userStatus((*json)["former_status"].stringOr(""))
                               .value_or(domain::UserStatus::kActive);
    if (const auto at = (*json)["invited_at_ms"].asInt()) account.invitedAt = base::fromMillis(*at);
    if (const auto at = (*json)["active_since_ms"].asInt())
        account.activeSince = base::fromMillis(*at);
    for (const auto& one : (*json)["identities"].items())
        account.identities.push_back({one["issuer"].stringOr(""), one["subject"].stringOr("")});
}

void writeDetails(Session& session, const domain::Account& account) {
    const std::string id = account.id.text();
    const std::string document = storable(detailsToJson(account));
    execute(session.sql(), "DELETE FROM account_details WHERE account_id = :c0", id);
    execute(session.sql(), "INSERT INTO account_details (account_id, document) VALUES (:c0, :c1)",
            id, document);
}

std::string aboutOf(const std::string& account) {
    return "account " + account;
}

std::string factorsToJson(const domain::Credentials& credentials) {
    base::JsonWriter json;
    json.beginObject().key("totp").string(credentials.totpSecret.reveal());
    json.key("pending").string(credentials.totpPending.reveal());
    json.key("recovery").raw(listToJson(credentials.recoveryCodes));
    json.key("former").raw(listToJson(credentials.formerPasswords)).endObject();
    return std::move(json).take();
}

/// Usernames and e-mails are one set of logins, so that each leads to one account.
Status claimLogin(Session& session, const std::string& account, const std::string& login,
                  std::string_view what, std::string pointer) {
    if (login.size() > 1024)
        return base::invalidArgument("The " + std::string(what) + " is too long.",
                                     std::move(pointer));
    const auto holder = selectOne<std::string>(
        session.sql(), "SELECT account_id FROM account_logins WHERE login = :c0", login);
    if (holder && *holder != account)
        return base::conflict("The " + std::string(what) + " is taken.").at(std::move(pointer));
    if (!holder)
        execute(session.sql(), "INSERT INTO account_logins (login, account_id) VALUES (:c0, :c1)",
                login, account);
    return base::ok();
}

Status claimLogins(Session& session, const domain::Account& account) {
    const std::string& id = account.id.text();
    const std::string email = base::caseFold(account.email);
    execute(session.sql(), "DELETE FROM account_logins WHERE account_id = :c0", id);
    TNY_CHECKED(claimLogin(session, id, base::caseFold(account.username), "username", "/username"));
    if (!email.empty()) TNY_CHECKED(claimLogin(session, id, email, "e-mail address", "/email"));
    return base::ok();
}

struct Stored {
    long long revision = 0;
    NullableMillis lastLoginAt;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(revision);
        visit(lastLoginAt);
    }
};

void insertRow(Session& session, const AccountRow& row) {
    execute(session.sql(),
            "INSERT INTO accounts (id, home_id, username, first_name, last_name, email, phone, "
            "status, status_cause, break_glass, grants, last_login_at_ms, created_at_ms, "
            "modified_at_ms, revision) VALUES (" +
                placeholders(15) + ")",
            row.id, row.home, row.username, row.firstName, row.lastName, row.email, row.phone,
            row.status, row.statusCause, row.breakGlass, row.grants, row.lastLoginAt, row.createdAt,
            row.modifiedAt, row.revision);
}

void updateRow(Session& session, const AccountRow& row) {
    execute(session.sql(),
            "UPDATE accounts SET home_id = :c0, username = :c1, first_name = :c2, last_name = :c3, "
            "email = :c4, phone = :c5, status = :c6, status_cause = :c7, break_glass = :c8, grants "
            "= :c9, last_login_at_ms = :c10, created_at_ms = :c11, modified_at_ms = :c12, revision "
            "= :c13 WHERE id = :c14",
            row.home, row.username, row.firstName, row.lastName, row.email, row.phone, row.status,
            row.statusCause, row.breakGlass, row.grants, row.lastLoginAt, row.createdAt,
            row.modifiedAt, row.revision, row.id);
}

}  // namespace

AccountRow::AccountRow(const domain::Account& from)
    : id(from.id.text()),
      home(from.home.text()),
      username(storable(from.username)),
      firstName(storable(from.firstName)),
      lastName(storable(from.lastName)),
      email(storable(from.email)),
      phone(storable(from.phone)),
      status(domain::name(from.status)),
      statusCause(domain::name(from.statusCause)),
      breakGlass(from.breakGlass ? 1 : 0),
      grants(grantsToJson(from.grants)),
      lastLoginAt(millis(from.lastLoginAt)),
      createdAt(millis(from.createdAt)),
      modifiedAt(millis(from.modifiedAt)) {}

domain::Account AccountRow::value() const {
    domain::Account out;
    out.id = base::AccountId(id);
    out.home = base::OrganizationId(home);
    out.username = username;
    out.firstName = firstName;
    out.lastName = lastName;
    out.email = email;
    out.phone = phone;
    // An unknown word shuts the account rather than opening it.
    out.status = domain::userStatus(status).value_or(domain::UserStatus::kSuspended);
    out.statusCause = domain::statusCause(statusCause);
    out.breakGlass = breakGlass != 0;
    out.grants = grantsFromJson(grants);
    out.lastLoginAt = timeOf(lastLoginAt);
    out.createdAt = base::fromMillis(createdAt);
    out.modifiedAt = base::fromMillis(modifiedAt);
    out.revision = static_cast<std::uint64_t>(revision);
    if (details.has()) takeDetails(out, details.value);
    return out;
}

base::Result<domain::Credentials> SignInRow::credentials(const base::SealingKey& key) const {
    domain::Credentials out;
    if (passwordHash.has()) {
        out.passwordHash = passwordHash.value;
        out.failures = failures.value;
        out.lockedUntil = timeOf(lockedUntil);
    }
    if (!factors.has()) return out;
    TNY_TRY(const auto opened, key.open(factors.value, aboutOf(account.id)));
    TNY_TRY(const auto json, base::Json::parse(opened.reveal()));
    out.totpSecret = base::SecretText(json["totp"].stringOr(""));
    out.totpPending = base::SecretText(json["pending"].stringOr(""));
    out.recoveryCodes = listFromJson(json["recovery"].text());
    out.formerPasswords = listFromJson(json["former"].text());
    return out;
}

Status writeAccount(Session& session, const domain::Account& account, bool mayReplace) {
    AccountRow row(account);
    if (!selectOne<std::string>(
            session.sql(),
            std::string("SELECT id FROM organizations WHERE id = :c0") + session.forUpdate(),
            row.home))
        return base::conflict("The account's organization is not there any more.").at("/home");
    std::optional<Stored> stored;
    Stored found;
    select(
        session.sql(),
        std::string("SELECT revision, last_login_at_ms FROM accounts WHERE id = :c0") +
            session.forUpdate(),
        found, [&] { stored = found; }, row.id);
    if (stored && !mayReplace) return base::conflict("This account is there already.");
    if (stored && stored->revision != static_cast<long long>(account.revision))
        return base::conflict("Somebody else changed this account meanwhile.");
    if (stored) {
        row.revision = stored->revision + 1;
        if (stored->lastLoginAt.has() &&
            (!row.lastLoginAt.has() || row.lastLoginAt.value < stored->lastLoginAt.value))
            row.lastLoginAt = stored->lastLoginAt;
        updateRow(session, row);
    } else {
        insertRow(session, row);
    }
    writeDetails(session, account);
    return claimLogins(session, account);
}

void writeCredentials(Session& session, const std::string& account,
                      const domain::Credentials& credentials, const base::SealingKey& key) {
    const NullableMillis lockedUntil = millis(credentials.lockedUntil);
    execute(session.sql(), "DELETE FROM account_credentials WHERE account_id = :c0", account);
    execute(session.sql(),
            "INSERT INTO account_credentials (account_id, password_hash, failures, "
            "locked_until_ms) VALUES (:c0, :c1, :c2, :c3)",
            account, credentials.passwordHash, credentials.failures, lockedUntil);
    const std::string sealed =
        key.seal(base::SecretText(factorsToJson(credentials)), aboutOf(account));
    execute(session.sql(), "DELETE FROM account_factors WHERE account_id = :c0", account);
    execute(session.sql(), "INSERT INTO account_factors (account_id, sealed) VALUES (:c0, :c1)",
            account, sealed);
}

}  // namespace tenantry::store
