#include "kernel/store/database.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

struct SessionRow {
    std::string digest, account, csrf, address, agent;
    long long createdAt = 0, lastUsedAt = 0;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(digest);
        visit(account);
        visit(csrf);
        visit(address);
        visit(agent);
        visit(createdAt);
        visit(lastUsedAt);
    }
    [[nodiscard]] domain::Session value() const {
        return {digest,
                base::AccountId(account),
                csrf,
                address,
                agent,
                base::fromMillis(createdAt),
                base::fromMillis(lastUsedAt)};
    }
};

struct LinkRow {
    std::string digest, purpose;
    Nullable<std::string> account;
    long long expiresAt = 0;
    template <class Visitor>
    void each(Visitor&& visit) {
        visit(digest);
        visit(purpose);
        visit(account);
        visit(expiresAt);
    }
};

/// Holds the account's row, so that it is there until the transaction ends.
bool accountIsThere(Session& session, const std::string& id) {
    return selectOne<std::string>(
               session.sql(),
               std::string("SELECT id FROM accounts WHERE id = :c0") + session.forUpdate(), id)
        .has_value();
}

}  // namespace

Status Store::putSession(const domain::Session& session, Deadline deadline) {
    const SessionRow row{session.tokenDigest,         session.account.text(),
                         session.csrfToken,           storable(session.remoteAddress),
                         storable(session.userAgent), millis(session.createdAt),
                         millis(session.lastUsedAt)};
    return database_->write(
        [&](Session& leased) -> Status {
            if (!accountIsThere(leased, row.account))
                return base::conflict("The account is not there any more.");
            execute(leased.sql(), "DELETE FROM sessions WHERE token_digest = :c0", row.digest);
            execute(leased.sql(),
                    "INSERT INTO sessions (token_digest, account_id, csrf_token, remote_address, "
                    "user_agent, created_at_ms, last_used_at_ms) VALUES (" +
                        placeholders(7) + ")",
                    row.digest, row.account, row.csrf, row.address, row.agent, row.createdAt,
                    row.lastUsedAt);
            return base::ok();
        },
        deadline);
}

Result<domain::Session> Store::session(std::string_view tokenDigest, Deadline deadline) {
    const std::string digest(tokenDigest);
    return database_->read(
        [&](Session& leased) -> Result<domain::Session> {
            std::optional<domain::Session> found;
            SessionRow row;
            select(
                leased.sql(),
                "SELECT token_digest, account_id, csrf_token, remote_address, user_agent, "
                "created_at_ms, last_used_at_ms FROM sessions WHERE token_digest = :c0",
                row, [&] { found = row.value(); }, digest);
            if (!found) return base::notFound("There is no such session.");
            return std::move(*found);
        },
        deadline);
}

Result<std::vector<domain::Session>> Store::sessionsOf(const base::AccountId& id,
                                                       Deadline deadline) {
    return database_->read(
        [&](Session& leased) -> Result<std::vector<domain::Session>> {
            std::vector<domain::Session> out;
            SessionRow row;
            select(
                leased.sql(),
                "SELECT token_digest, account_id, csrf_token, remote_address, user_agent, "
                "created_at_ms, last_used_at_ms FROM sessions WHERE account_id = :c0 ORDER BY "
                "created_at_ms DESC, token_digest",
                row, [&] { out.push_back(row.value()); }, id.text());
            return out;
        },
        deadline);
}

Status Store::touchSession(std::string_view tokenDigest, base::TimePoint at, Deadline deadline) {
    const std::string digest(tokenDigest);
    const long long ms = millis(at);
    return database_->write(
        [&](Session& session) -> Status {
            if (!selectOne<std::string>(
                    session.sql(),
                    std::string("SELECT token_digest FROM sessions WHERE token_digest = :c0") +
                        session.forUpdate(),
                    digest))
                return base::notFound("There is no such session.");
            execute(session.sql(),
                    "UPDATE sessions SET last_used_at_ms = :c0 WHERE token_digest = :c1 AND "
                    "last_used_at_ms < :c2",
                    ms, digest, ms);
            return base::ok();
        },
        deadline);
}

Status Store::removeSession(std::string_view tokenDigest, Deadline deadline) {
    const std::string digest(tokenDigest);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM sessions WHERE token_digest = :c0", digest);
            return base::ok();
        },
        deadline);
}

Status Store::removeSessionsOf(const base::AccountId& id, Deadline deadline) {
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM sessions WHERE account_id = :c0", id.text());
            return base::ok();
        },
        deadline);
}

Status Store::removeOldSessions(base::TimePoint createdBefore, base::TimePoint usedBefore,
                                Deadline deadline) {
    const long long created = millis(createdBefore);
    const long long used = millis(usedBefore);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(),
                    "DELETE FROM sessions WHERE created_at_ms < :c0 OR last_used_at_ms < :c1",
                    created, used);
            return base::ok();
        },
        deadline);
}

Status Store::putLink(const domain::OneTimeLink& link, Deadline deadline) {
    LinkRow row{link.tokenDigest, link.purpose, {}, millis(link.expiresAt)};
    if (!link.account.empty()) row.account.set(link.account.text());
    return database_->write(
        [&](Session& session) -> Status {
            if (row.account.has() && !accountIsThere(session, row.account.value))
                return base::conflict("The account is not there any more.");
            execute(session.sql(), "DELETE FROM one_time_links WHERE token_digest = :c0",
                    row.digest);
            execute(session.sql(),
                    "INSERT INTO one_time_links (token_digest, purpose, account_id, "
                    "expires_at_ms) VALUES (:c0, :c1, :c2, :c3)",
                    row.digest, row.purpose, row.account, row.expiresAt);
            return base::ok();
        },
        deadline);
}

Result<domain::OneTimeLink> Store::link(std::string_view tokenDigest, Deadline deadline) {
    const std::string digest(tokenDigest);
    return database_->read(
        [&](Session& session) -> Result<domain::OneTimeLink> {
            std::optional<domain::OneTimeLink> found;
            LinkRow row;
            select(
                session.sql(),
                "SELECT token_digest, purpose, account_id, expires_at_ms FROM one_time_links "
                "WHERE token_digest = :c0",
                row,
                [&] {
                    found = domain::OneTimeLink{
                        row.digest, row.purpose,
                        base::AccountId(row.account.has() ? row.account.value : ""),
                        base::fromMillis(row.expiresAt)};
                },
                digest);
            if (!found) return base::notFound("There is no such link.");
            return std::move(*found);
        },
        deadline);
}

Status Store::consumeLink(std::string_view tokenDigest, Deadline deadline) {
    const std::string digest(tokenDigest);
    return database_->write(
        [&](Session& session) -> Status {
            if (execute(session.sql(), "DELETE FROM one_time_links WHERE token_digest = :c0",
                        digest) == 0)
                return base::notFound("There is no such link.");
            return base::ok();
        },
        deadline);
}

Status Store::removeLinks(std::string_view purpose, Deadline deadline) {
    const std::string wanted(purpose);
    return database_->write(
        [&](Session& session) -> Status {
            execute(session.sql(), "DELETE FROM one_time_links WHERE purpose = :c0", wanted);
            return base::ok();
        },
        deadline);
}

}  // namespace tenantry::store
