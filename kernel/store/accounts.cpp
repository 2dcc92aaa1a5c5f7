#include "kernel/base/json.h"
#include "kernel/base/text.h"
#include "kernel/store/account_row.h"
#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

Result<domain::Account> Store::account(const base::AccountId& id, Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<domain::Account> {
            std::optional<domain::Account> found;
            AccountRow row;
            select(
                session.sql(),
                "SELECT " + std::string(kAccountColumns) + " FROM accounts a WHERE a.id = :c0", row,
                [&] { found = row.value(); }, id.text());
            if (!found) return base::notFound("There is no such account.");
            return std::move(*found);
        },
        deadline);
}

Result<std::vector<domain::Account>> Store::loadAccounts(Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::Account>> {
            std::vector<domain::Account> out;
            AccountRow row;
            select(session.sql(), "SELECT " + std::string(kAccountColumns) + " FROM accounts a",
                   row, [&] { out.push_back(row.value()); });
            return out;
        },
        deadline);
}

Result<std::uint64_t> Store::countAccounts(Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::uint64_t> {
            return static_cast<std::uint64_t>(
                selectOne<long long>(session.sql(), "SELECT COUNT(*) FROM accounts").value_or(0));
        },
        deadline);
}

Status Store::putAccount(const domain::Account& account, Deadline deadline) {
    return database_->write(
        [&](Session& session) { return writeAccount(session, account, /*mayReplace=*/true); },
        deadline);
}

Status Store::addAccount(const domain::Account& account, const domain::Credentials& credentials,
                         Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            TNY_CHECKED(writeAccount(session, account, /*mayReplace=*/false));
            writeCredentials(session, account.id.text(), credentials, key_);
            return base::ok();
        },
        deadline);
}

Result<std::pair<domain::Account, domain::Credentials>> Store::findForSignIn(std::string_view login,
                                                                             Deadline deadline) {
    using Found = std::pair<domain::Account, domain::Credentials>;
    const std::string folded = base::caseFold(login);
    return database_->read(
        [&](Session& session) -> Result<Found> {
            std::optional<SignInRow> found;
            SignInRow row;
            select(
                session.sql(),
                "SELECT " + std::string(kAccountColumns) +
                    ", c.password_hash, c.failures, c.locked_until_ms, (SELECT f.sealed FROM "
                    "account_factors f WHERE f.account_id = a.id) FROM account_logins l JOIN "
                    "accounts a ON a.id = l.account_id LEFT JOIN account_credentials c ON "
                    "c.account_id = a.id WHERE l.login = :c0",
                row, [&] { found = row; }, folded);
            if (!found) return base::notFound("There is no such account.");
            TNY_TRY(auto credentials, found->credentials(key_));
            return Found(found->account.value(), std::move(credentials));
        },
        deadline);
}

Status Store::putCredentials(const base::AccountId& id, const domain::Credentials& credentials,
                             Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            if (!selectOne<std::string>(
                    session.sql(),
                    std::string("SELECT id FROM accounts WHERE id = :c0") + session.forUpdate(),
                    id.text()))
                return base::notFound("There is no such account.");
            writeCredentials(session, id.text(), credentials, key_);
            return base::ok();
        },
        deadline);
}

Status Store::noteSignIn(const base::AccountId& id, base::TimePoint at, Deadline deadline) {
    const long long ms = millis(at);
    return database_->write(
        [&](Session& session) -> Status {
            if (!selectOne<std::string>(
                    session.sql(),
                    std::string("SELECT id FROM accounts WHERE id = :c0") + session.forUpdate(),
                    id.text()))
                return base::notFound("There is no such account.");
            execute(session.sql(),
                    "UPDATE accounts SET last_login_at_ms = :c0 WHERE id = :c1 AND "
                    "(last_login_at_ms IS NULL OR last_login_at_ms < :c2)",
                    ms, id.text(), ms);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
