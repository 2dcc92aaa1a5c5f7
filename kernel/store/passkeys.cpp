#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

/// In the order of PasskeyRow::each().
constexpr const char* kColumns =
    "id, account_id, credential_id, public_key, algorithm, sign_count, name, transports, "
    "created_at_ms, last_used_at_ms";

struct PasskeyRow {
    std::string id, account, credentialId, publicKey;
    int algorithm = 0;
    long long signCount = 0;
    std::string name, transports;
    long long createdAt = 0;
    NullableMillis lastUsedAt;

    template <class Visitor>
    void each(Visitor&& visit) {
        visit(id);
        visit(account);
        visit(credentialId);
        visit(publicKey);
        visit(algorithm);
        visit(signCount);
        visit(name);
        visit(transports);
        visit(createdAt);
        visit(lastUsedAt);
    }
    [[nodiscard]] domain::Passkey value() const {
        return {id,
                base::AccountId(account),
                credentialId,
                publicKey,
                algorithm,
                static_cast<std::uint32_t>(signCount),
                name,
                listFromJson(transports),
                base::fromMillis(createdAt),
                timeOf(lastUsedAt)};
    }
};

base::Error noSuchPasskey() {
    return base::notFound("There is no such passkey.");
}

/// How many the account has, with the account's row held until the transaction ends; nothing when
/// it is not there.
std::optional<long long> countHeld(Session& session, const std::string& account) {
    if (!selectOne<std::string>(
            session.sql(),
            std::string("SELECT id FROM accounts WHERE id = :c0") + session.forUpdate(), account))
        return std::nullopt;
    return selectOne<long long>(session.sql(),
                                "SELECT COUNT(*) FROM passkeys WHERE account_id = :c0", account);
}

}  // namespace

Status Store::addPasskey(const domain::Passkey& passkey, std::size_t most, Deadline deadline) {
    const PasskeyRow row{passkey.id,
                         passkey.account.text(),
                         passkey.credentialId,
                         passkey.publicKey,
                         passkey.algorithm,
                         passkey.signCount,
                         storable(passkey.name),
                         listToJson(passkey.transports),
                         millis(passkey.createdAt),
                         millis(passkey.lastUsedAt)};
    return database_->write(
        [&](Session& session) -> Status {
            const auto count = countHeld(session, row.account);
            if (!count) return base::conflict("The account is not there any more.");
            if (static_cast<std::size_t>(*count) >= most)
                return base::conflict("An account has at most " + std::to_string(most) +
                                      " passkeys. Delete one that is not in use.");
            if (selectOne<std::string>(session.sql(), "SELECT id FROM passkeys WHERE id = :c0",
                                       row.id))
                return base::conflict("This passkey is registered already.");
            execute(session.sql(),
                    std::string("INSERT INTO passkeys (") + kColumns + ") VALUES (" +
                        placeholders(10) + ")",
                    row.id, row.account, row.credentialId, row.publicKey, row.algorithm,
                    row.signCount, row.name, row.transports, row.createdAt, row.lastUsedAt);
            return base::ok();
        },
        deadline);
}

Result<domain::Passkey> Store::passkey(std::string_view id, Deadline deadline) {
    const std::string wanted(id);
    return database_->read(
        [&](Session& session) -> Result<domain::Passkey> {
            std::optional<domain::Passkey> found;
            PasskeyRow row;
            select(
                session.sql(), std::string("SELECT ") + kColumns + " FROM passkeys WHERE id = :c0",
                row, [&] { found = row.value(); }, wanted);
            if (!found) return noSuchPasskey();
            return std::move(*found);
        },
        deadline);
}

Result<std::vector<domain::Passkey>> Store::passkeysOf(const base::AccountId& account,
                                                       Deadline deadline) {
    return database_->read(
        [&](Session& session) -> Result<std::vector<domain::Passkey>> {
            std::vector<domain::Passkey> out;
            PasskeyRow row;
            select(
                session.sql(),
                std::string("SELECT ") + kColumns +
                    " FROM passkeys WHERE account_id = :c0 ORDER BY created_at_ms, id",
                row, [&] { out.push_back(row.value()); }, account.text());
            return out;
        },
        deadline);
}

Status Store::renamePasskey(const base::AccountId& account, std::string_view id,
                            std::string_view name, Deadline deadline) {
    const std::string wanted(id);
    const std::string word = storable(name);
    return database_->write(
        [&](Session& session) -> Status {
            // MySQL counts no row that has the name already: so ask first.
            if (!selectOne<std::string>(
                    session.sql(),
                    std::string("SELECT id FROM passkeys WHERE id = :c0 AND account_id = :c1") +
                        session.forUpdate(),
                    wanted, account.text()))
                return noSuchPasskey();
            execute(session.sql(), "UPDATE passkeys SET name = :c0 WHERE id = :c1", word, wanted);
            return base::ok();
        },
        deadline);
}

Status Store::usePasskey(std::string_view id, std::uint32_t signCount, base::TimePoint at,
                         Deadline deadline) {
    const std::string wanted(id);
    const long long count = signCount;
    const long long ms = millis(at);
    return database_->write(
        [&](Session& session) -> Status {
            const auto last = selectOne<long long>(
                session.sql(),
                std::string("SELECT sign_count FROM passkeys WHERE id = :c0") + session.forUpdate(),
                wanted);
            if (!last) return noSuchPasskey();
            if (!domain::countsUp(static_cast<std::uint32_t>(*last), signCount))
                return base::conflict("The passkey's counter did not go up.");
            execute(session.sql(),
                    "UPDATE passkeys SET sign_count = :c0, last_used_at_ms = :c1 WHERE id = :c2",
                    count, ms, wanted);
            return base::ok();
        },
        deadline);
}

Status Store::removePasskey(const base::AccountId& account, std::string_view id,
                            Deadline deadline) {
    const std::string wanted(id);
    return database_->write(
        [&](Session& session) -> Status {
            if (execute(session.sql(), "DELETE FROM passkeys WHERE id = :c0 AND account_id = :c1",
                        wanted, account.text()) == 0)
                return noSuchPasskey();
            return base::ok();
        },
        deadline);
}

Status Store::removePasskeysOf(const base::AccountId& account, Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM passkeys WHERE account_id = :c0", account.text());
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
