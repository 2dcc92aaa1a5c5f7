#include <array>

#include "kernel/base/limits.h"
#include "kernel/store/database.h"
#include "kernel/store/health_row.h"
#include "kernel/store/outcomes.h"
#include "kernel/store/rows.h"
#include "kernel/store/store.h"
#include "kernel/store/user_row.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;
using base::Status;

namespace {

constexpr long long kPageRows = 10'000;
/// SQLite runs one prepared statement per row; MySQL one statement for many rows, because each is a
/// round trip.
constexpr std::size_t kRowsPerStatement = base::limits::kStoreBatchRows;
/// Far below MySQL's smallest usual max_allowed_packet, 16 MiB, also when every byte is escaped.
constexpr std::size_t kStatementBytes = 4 * 1024 * 1024;

/// "INSERT ... ON DUPLICATE KEY UPDATE" for `rows` rows. A row that is stored with a newer seen_at
/// stays as it is. MySQL assigns from left to right, so seen_at, which decides, comes last.
std::string upsertMysql(std::size_t rows) {
    std::string text =
        "INSERT INTO users (" + std::string(kUserColumns) + ", tombstoned_at_ms) VALUES ";
    std::string row = "(";
    for (std::size_t i = 0; i < kUserColumnCount; ++i) row += ":c,";
    row += "NULL)";
    for (std::size_t i = 0; i < rows; ++i) text += i == 0 ? row : "," + row;
    text += " ON DUPLICATE KEY UPDATE ";
    const auto assign = [&](std::string_view name, std::string_view value) {
        text.append(name).append(" = IF(VALUES(seen_at_ms) >= seen_at_ms, ");
        text.append(value).append(", ").append(name).append("), ");
    };
    for (const auto name : kUserPayload) assign(name, "VALUES(" + std::string(name) + ")");
    assign("tombstoned_at_ms", "NULL");
    return text + "seen_at_ms = GREATEST(seen_at_ms, VALUES(seen_at_ms))";
}

std::string upsertSqlite() {
    std::string text = "INSERT INTO users (" + std::string(kUserColumns) + ") VALUES (" +
                       placeholders(kUserColumnCount) +
                       ") ON CONFLICT (connection_id, id) DO UPDATE SET ";
    for (const auto name : kUserPayload)
        text.append(name).append(" = excluded.").append(name).append(", ");
    return text +
           "tombstoned_at_ms = NULL, seen_at_ms = excluded.seen_at_ms "
           "WHERE excluded.seen_at_ms >= users.seen_at_ms";
}

/// A statement for a fixed number of rows, which are filled in and run again and again.
class UpsertUsers {
  public:
    UpsertUsers(Session& session, std::size_t rows) : rows_(rows), statement_(session.sql()) {
        Bind bind(statement_);
        for (auto& row : rows_) row.each(bind);
        statement_.alloc();
        statement_.prepare(session.sqlite() ? upsertSqlite() : upsertMysql(rows));
        statement_.define_and_bind();
    }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    void run(std::span<const domain::User> users) {
        for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = users[i];
        statement_.execute(true);
    }

  private:
    std::vector<UserRow> rows_;
    soci::statement statement_;
};

/// How many of `users` fit in one statement.
std::size_t fitting(std::span<const domain::User> users) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < users.size() && count < kRowsPerStatement) {
        bytes += bytesOf(users[count]);
        if (count != 0 && bytes > kStatementBytes) break;
        ++count;
    }
    return count;
}

void upsert(Session& session, std::span<const domain::User> users) {
    std::optional<UpsertUsers> statement;
    while (!users.empty()) {
        const std::size_t rows = session.sqlite() ? 1 : fitting(users);
        if (!statement || statement->size() != rows) statement.emplace(session, rows);
        statement->run(users.first(rows));
        users = users.subspan(rows);
    }
}

}  // namespace

void upsertUsers(Session& session, std::span<const domain::User> users) {
    upsert(session, users);
}

namespace {

/// Runs "`head` AND id IN (...)" for all of `ids`; `bindHead` binds the parameters of `head`.
template <class BindHead>
void forIds(Session& session, const std::string& head, std::span<const base::UserId> ids,
            BindHead&& bindHead) {
    std::vector<std::string> texts;
    std::optional<soci::statement> statement;
    while (!ids.empty()) {
        const std::size_t count = std::min(ids.size(), kRowsPerStatement);
        if (texts.size() != count) {
            texts.resize(count);
            statement.emplace(session.sql());
            Bind bind(*statement);
            bindHead(bind);
            std::string text = head + " AND id IN (";
            for (std::size_t i = 0; i < count; ++i) {
                bind(texts[i]);
                text += (i == 0 ? ":i" : ",:i") + std::to_string(i);
            }
            statement->alloc();
            statement->prepare(text + ")");
            statement->define_and_bind();
        }
        for (std::size_t i = 0; i < count; ++i) texts[i] = ids[i].text();
        statement->execute(true);
        ids = ids.subspan(count);
    }
}

void applyMarks(Session& session, const std::string& connection, const domain::UserChanges& changes,
                long long now) {
    const long long seenAt = millis(changes.seenAt);
    forIds(session,
           "UPDATE users SET seen_at_ms = :s0 WHERE connection_id = :s1 AND tombstoned_at_ms IS "
           "NULL AND seen_at_ms < :s2",
           changes.seen, [&](Bind& bind) {
               bind(seenAt);
               bind(connection);
               bind(seenAt);
           });
    // seen_at moves too: so that an older reading, which still shows the user, does not revive it.
    forIds(session,
           "UPDATE users SET tombstoned_at_ms = :s0, seen_at_ms = :s1 WHERE connection_id = :s2 "
           "AND tombstoned_at_ms IS NULL AND seen_at_ms <= :s3",
           changes.tombstones, [&](Bind& bind) {
               bind(now);
               bind(seenAt);
               bind(connection);
               bind(seenAt);
           });
}

}  // namespace

void buryUser(Session& session, const std::string& connection, const base::UserId& id,
              long long seenAtMs, long long nowMs) {
    domain::UserChanges changes;
    changes.tombstones = {id};
    changes.seenAt = base::fromMillis(seenAtMs);
    applyMarks(session, connection, changes, nowMs);
}

namespace {

/// The live users of one connection, page by page: the MySQL client holds a whole answer in memory.
void readUsers(Session& session, const std::string& connection, ListReader& lists,
               const std::function<void(domain::User&&)>& each) {
    static const std::string kPage =
        "SELECT " + std::string(kUserColumns) +
        " FROM users WHERE connection_id = :c0 AND id > :c1 AND tombstoned_at_ms IS NULL "
        "ORDER BY id LIMIT " +
        std::to_string(kPageRows);
    std::string after;
    for (long long got = kPageRows; got == kPageRows;) {
        got = 0;
        UserRow row;
        select(
            session.sql(), kPage, row,
            [&] {
                ++got;
                each(row.value(lists));
            },
            connection, after);
        after = row.id;
    }
}

/// SQLite gives row by row, in the order of its file: by the index each user would be a jump (+
/// keeps the index out).
void readAllSqlite(Session& session, ListReader& lists,
                   const std::function<void(domain::User&&)>& each) {
    UserRow row;
    select(session.sql(),
           "SELECT " + std::string(kUserColumns) +
               " FROM users WHERE +connection_id IN (SELECT id FROM connections) AND "
               "tombstoned_at_ms IS NULL",
           row, [&] { each(row.value(lists)); });
}

std::vector<std::string> connectionIds(Session& session) {
    std::vector<std::string> out;
    struct {
        std::string id;
        void each(Fetch fetch) { fetch(id); }
    } row;
    select(session.sql(), "SELECT id FROM connections", row, [&] { out.push_back(row.id); });
    return out;
}

}  // namespace

Status Store::loadUsers(const std::function<void(domain::User&&)>& each, Deadline deadline) {
    bool begun = false;
    return database_->snapshot(
        [&](Session& session) -> Status {
            // What was handed out cannot be taken back: a second try would hand it out twice.
            if (begun)
                return base::unavailable("The database was lost while the users were being read.");
            ListReader lists;
            const auto hand = [&](domain::User&& user) {
                begun = true;
                each(std::move(user));
            };
            if (session.sqlite()) {
                readAllSqlite(session, lists, hand);
            } else {
                for (const auto& connection : connectionIds(session))
                    readUsers(session, connection, lists, hand);
            }
            return base::ok();
        },
        deadline);
}

Result<std::vector<domain::User>> Store::usersOf(const base::ConnectionId& connection,
                                                 Deadline deadline) {
    return database_->snapshot(
        [&](Session& session) -> Result<std::vector<domain::User>> {
            std::vector<domain::User> out;
            ListReader lists;
            readUsers(session, connection.text(), lists,
                      [&](domain::User&& user) { out.push_back(std::move(user)); });
            return out;
        },
        deadline);
}

Result<std::unordered_map<base::ConnectionId, std::uint64_t>> Store::userRevisions(
    Deadline deadline) {
    using Revisions = std::unordered_map<base::ConnectionId, std::uint64_t>;
    return database_->read(
        [](Session& session) -> Result<Revisions> {
            Revisions out;
            struct {
                std::string id;
                long long revision = 0;
                void each(Fetch fetch) {
                    fetch(id);
                    fetch(revision);
                }
            } row;
            select(session.sql(), "SELECT connection_id, revision FROM connection_health", row,
                   [&] {
                       out.emplace(base::ConnectionId(row.id),
                                   static_cast<std::uint64_t>(row.revision));
                   });
            return out;
        },
        deadline);
}

Result<std::uint64_t> Store::applyUsers(const base::ConnectionId& connection,
                                        const domain::UserChanges& changes, Deadline deadline) {
    for (const auto& user : changes.upserts)
        if (user.connection != connection)
            return base::invalidArgument("A user of another connection is among the changes.");
    const long long now = millis(clock_.now());
    std::optional<HealthRow> health;
    if (changes.health) health.emplace(*changes.health);
    return database_->write(
        [&](Session& session) -> Result<std::uint64_t> {
            const auto revision = moveRevision(session, connection.text());
            if (!revision) return base::notFound("There is no such connection.");
            upsert(session, changes.upserts);
            applyMarks(session, connection.text(), changes, now);
            if (health) updateHealth(session, connection.text(), *health);
            return *revision;
        },
        deadline);
}

}  // namespace tenantry::store
