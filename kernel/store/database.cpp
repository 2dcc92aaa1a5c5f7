#include "kernel/store/database.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/store/watchdog.h"

namespace tenantry::store {

using base::Deadline;
using base::Status;

namespace {

constexpr int kCacheKib = 16 * 1024;    ///< of a SQLite session, at most
constexpr std::size_t kGroupMax = 128;  ///< writes that are committed together
constexpr int kProgressSteps = 10'000;  ///< of SQLite's machine, about 1 ms

soci::sqlite3_session_backend& sqliteOf(soci::session& sql) {
    return *static_cast<soci::sqlite3_session_backend*>(sql.get_backend());
}
soci::mysql_session_backend& mysqlOf(soci::session& sql) {
    return *static_cast<soci::mysql_session_backend*>(sql.get_backend());
}

extern "C" int stopWhenPassed(void* deadline) {
    return std::chrono::steady_clock::now() >= *static_cast<const base::SteadyPoint*>(deadline) ? 1
                                                                                                : 0;
}

/// As SOCI's parser for MySQL wants a value: 'it''s' is 'it\'s'.
std::string quoted(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

/// 5, 10, 20 ... ms, half of it at random: two that collided do not collide again.
void waitBeforeTry(int attempt, Deadline deadline) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const int most = std::min(5 << std::min(attempt, 7), 500);
    const std::chrono::milliseconds span{std::uniform_int_distribution<>{most / 2, most}(random)};
    std::this_thread::sleep_for(std::min(span, deadline.left()));
}

Fault outOfTime() {
    return {FaultKind::kInterrupted, ""};
}

}  // namespace

Session::Session(const Location& location, const base::SecretText& password, bool writer)
    : location_(location), password_(password), writer_(writer) {}

Session::~Session() = default;

void Session::open(Deadline deadline) {
    if (sql_) return;
    if (sqlite())
        openSqlite(deadline);
    else
        openMysql(deadline);
}

void Session::close() {
    sql_.reset();
}

void Session::openSqlite(Deadline deadline) {
    // A session is one thread's at a time: SQLite need not lock for every column that is read. In a
    // process that used SQLite before, it goes on doing so.
    static const int unlocked = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    static_cast<void>(unlocked);
    auto sql = std::make_unique<soci::session>(soci::sqlite3, "db=\"" + location_.path + "\"");
    auto* connection = sqliteOf(*sql).conn_;
    sqlite_api::sqlite3_extended_result_codes(connection, 1);
    sqlite_api::sqlite3_busy_timeout(connection, static_cast<int>(deadline.left().count()));
    std::string mode;
    *sql << "PRAGMA journal_mode=WAL", soci::into(mode);
    *sql << "PRAGMA synchronous=FULL";
    *sql << "PRAGMA foreign_keys=ON";
    *sql << "PRAGMA cache_size=-" << kCacheKib;
    if (!writer_) *sql << "PRAGMA query_only=ON";
    sqlite_api::sqlite3_progress_handler(connection, kProgressSteps, stopWhenPassed, &deadline_);
    sql_ = std::move(sql);
}

void Session::openMysql(Deadline deadline) {
    // Whole seconds, at least one. The handshake must end in time too, hence the read timeout.
    const auto seconds =
        std::to_string(std::max<long long>(1, (deadline.left().count() + 999) / 1000));
    std::string connect = "db=" + quoted(location_.database) + " user=" + quoted(location_.user) +
                          " charset=utf8mb4 connect_timeout=" + seconds +
                          " read_timeout=" + seconds + " write_timeout=" + seconds;
    if (!location_.socket.empty())
        connect += " unix_socket=" + quoted(location_.socket);
    else
        connect += " host=" + quoted(location_.host) + " port=" + std::to_string(location_.port);
    if (!location_.tlsCa.empty()) connect += " sslca=" + quoted(location_.tlsCa);
    if (!password_.empty()) connect += " password=" + quoted(password_.reveal());
    const base::SecretText kept(std::move(connect));
    auto sql = std::make_unique<soci::session>(soci::mysql, kept.reveal());
    // From here on the watchdog cuts what takes too long.
    const unsigned never = 0;
    mysql_options(mysqlOf(*sql).conn_, MYSQL_OPT_READ_TIMEOUT, &never);
    mysql_options(mysqlOf(*sql).conn_, MYSQL_OPT_WRITE_TIMEOUT, &never);
    *sql << "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = "
            "'+00:00', innodb_lock_wait_timeout = 5";
    *sql << "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
    sql_ = std::move(sql);
}

bool Session::inTransaction() {
    return !sqlite() || sqlite_api::sqlite3_get_autocommit(sqliteOf(*sql_).conn_) == 0;
}

int Session::descriptor() {
    return sqlite() ? -1 : static_cast<int>(mysql_get_socket(mysqlOf(*sql_).conn_));
}

void Session::setDeadline(Deadline deadline) {
    deadline_ = deadline.point();
    if (sqlite())
        sqlite_api::sqlite3_busy_timeout(sqliteOf(*sql_).conn_,
                                         static_cast<int>(deadline.left().count()));
}

/// The sessions that nobody uses. Connected or not: a lease opens it.
struct Database::Pool {
    std::mutex mutex;
    std::condition_variable freed;
    std::vector<std::unique_ptr<Session>> readers;
    std::vector<std::unique_ptr<Session>> writers;
    bool shared = false;  ///< any session may write: readers is empty for good

    std::vector<std::unique_ptr<Session>>& of(bool writer) {
        return writer || shared ? writers : readers;
    }
    /// Null when none got free in time.
    std::unique_ptr<Session> take(bool writer, Deadline deadline) {
        std::unique_lock lock(mutex);
        auto& from = of(writer);
        if (!freed.wait_until(lock, deadline.point(), [&] { return !from.empty(); }))
            return nullptr;
        auto session = std::move(from.back());
        from.pop_back();
        return session;
    }
    void give(bool writer, std::unique_ptr<Session> session) {
        {
            const std::lock_guard lock(mutex);
            of(writer).push_back(std::move(session));
        }
        freed.notify_all();
    }
};

/// A write on its way. The thread that waits owns it.
struct Database::Waiting {
    const Body& body;
    Deadline deadline;
    Status status = base::ok();
    bool done = false;
    bool alone = false;  ///< not done with the others: once more, by itself
};

struct Database::Group {
    std::mutex mutex;  ///< guards what follows; never held over a statement
    std::condition_variable moved;
    std::vector<Waiting*> waiting;
    bool led = false;
};

Database::Database(Options options)
    : options_(std::move(options)),
      pool_(std::make_unique<Pool>()),
      group_(std::make_unique<Group>()) {
    pool_->shared = engine() == Engine::kMysql;
    const auto add = [&](bool writer) {
        pool_->of(writer).push_back(
            std::make_unique<Session>(options_.location, options_.password, writer));
    };
    add(/*writer=*/true);
    for (std::size_t i = 1; i < std::max<std::size_t>(options_.sessions, 2); ++i)
        add(/*writer=*/pool_->shared);
    if (engine() == Engine::kMysql) watchdog_ = std::make_unique<Watchdog>();
}

Database::~Database() = default;

Engine Database::engine() const {
    return options_.location.engine;
}

void Database::begin(Session& session, Kind kind) {
    switch (kind) {
        case Kind::kRead:
        case Kind::kBare:
            return;
        case Kind::kWrite:
            // IMMEDIATE: a transaction that reads first and writes later cannot be refused
            // half-way.
            session.sql() << (session.sqlite() ? "BEGIN IMMEDIATE" : "START TRANSACTION");
            return;
        case Kind::kSnapshot:
            if (!session.sqlite())
                session.sql() << "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
            session.sql() << (session.sqlite() ? "BEGIN" : "START TRANSACTION READ ONLY");
            return;
    }
}

void Database::rollBack(Session& session) {
    try {
        if (session.sql_ && session.inTransaction()) session.sql() << "ROLLBACK";
    } catch (const soci::soci_error&) {
        session.close();  // the database forgets what an ended connection had begun
    }
}

Status Database::attempt(Session& session, Kind kind, const Body& body, Deadline deadline,
                         std::optional<Fault>& fault) {
    const bool transaction = kind == Kind::kWrite || kind == Kind::kSnapshot;
    bool committing = false;
    try {
        session.open(deadline);
        session.setDeadline(deadline);
        const Watchdog::Guard guard(watchdog_.get(), session.descriptor(), deadline);
        begin(session, kind);
        Status status = body(session);
        committing = status.has_value() && kind == Kind::kWrite;
        if (transaction) {
            if (status)
                session.sql() << "COMMIT";
            else
                rollBack(session);
        }
        return status;
    } catch (const soci::soci_error& error) {
        fault = classify(error);
    } catch (const std::exception&) {
        fault = Fault{};
    }
    fault->atCommit = committing;
    if (deadline.passed() && fault->kind == FaultKind::kLost && !committing) fault = outOfTime();
    // A bare body may have left a lock of its own on the connection.
    if (fault->kind == FaultKind::kLost || kind == Kind::kBare || deadline.passed())
        session.close();
    else
        rollBack(session);
    return base::internal("");
}

Status Database::runErased(Kind kind, const Body& body, Deadline deadline) {
    if (kind == Kind::kWrite && engine() == Engine::kSqlite) return runTogether(body, deadline);
    return runAlone(kind, body, deadline);
}

Status Database::runTogether(const Body& body, Deadline deadline) {
    Waiting mine{body, deadline};
    bool queued = false;
    for (;;) {
        std::vector<Waiting*> group;
        {
            std::unique_lock lock(group_->mutex);
            if (!std::exchange(queued, true)) group_->waiting.push_back(&mine);
            const auto moved = [&] { return mine.done || mine.alone || !group_->led; };
            if (!group_->moved.wait_until(lock, deadline.point(), moved)) {
                const auto own = std::find(group_->waiting.begin(), group_->waiting.end(), &mine);
                if (own != group_->waiting.end()) {
                    group_->waiting.erase(own);
                    return toError(outOfTime());
                }
                // Taken up by whoever leads, who keeps to the deadlines.
                group_->moved.wait(lock, [&] { return mine.done || mine.alone; });
            }
            if (mine.done) return std::move(mine.status);
            if (!mine.alone) {
                group_->led = true;
                const auto count = std::min(group_->waiting.size(), kGroupMax);
                const auto end = group_->waiting.begin() + static_cast<std::ptrdiff_t>(count);
                group.assign(group_->waiting.begin(), end);
                group_->waiting.erase(group_->waiting.begin(), end);
            }
        }
        if (mine.alone) return runAlone(Kind::kWrite, body, deadline);
        if (group.size() > 1) {
            lead(group);
        } else {
            auto& only = *group.front();
            only.status = runAlone(Kind::kWrite, only.body, only.deadline);
            const std::lock_guard lock(group_->mutex);
            only.done = true;
        }
        {
            const std::lock_guard lock(group_->mutex);
            group_->led = false;
        }
        group_->moved.notify_all();
    }
}

/// All in one transaction. Whoever meets a fault, and everybody when the whole does, tries by
/// himself.
void Database::lead(const std::vector<Waiting*>& group) {
    std::vector<Status> answers(group.size(), base::ok());
    std::vector<bool> faulty(group.size(), false);
    const auto latest = std::max_element(
        group.begin(), group.end(),
        [](const auto* a, const auto* b) { return a->deadline.point() < b->deadline.point(); });
    std::optional<Fault> fault;
    auto session = pool_->take(/*writer=*/true, (*latest)->deadline);
    const bool led = session != nullptr;
    if (led) {
        const auto all = [&](Session& with) -> Status {
            for (std::size_t i = 0; i < group.size(); ++i) {
                if (group[i]->deadline.passed()) {
                    answers[i] = toError(outOfTime());
                    continue;
                }
                with.setDeadline(group[i]->deadline);
                with.sql() << "SAVEPOINT one";
                try {
                    answers[i] = group[i]->body(with);
                } catch (const std::exception&) {
                    faulty[i] = true;
                }
                with.setDeadline((*latest)->deadline);
                if (faulty[i] || !answers[i]) with.sql() << "ROLLBACK TO one";
                with.sql() << "RELEASE one";
            }
            return base::ok();
        };
        static_cast<void>(attempt(*session, Kind::kWrite, all, (*latest)->deadline, fault));
        pool_->give(/*writer=*/true, std::move(session));
    }
    const std::lock_guard lock(group_->mutex);
    for (std::size_t i = 0; i < group.size(); ++i) {
        group[i]->alone = !led || fault.has_value() || faulty[i];
        group[i]->status = std::move(answers[i]);
        group[i]->done = !group[i]->alone;
    }
}

Status Database::runAlone(Kind kind, const Body& body, Deadline deadline) {
    const bool writer = kind == Kind::kWrite || kind == Kind::kBare;
    auto session = pool_->take(writer, deadline);
    if (!session) return base::unavailable("The database is busy with other work. Try again.");
    std::optional<Fault> fault;
    Status status = base::ok();
    for (int attempt = 1;; ++attempt) {
        fault.reset();
        status = this->attempt(*session, kind, body, deadline, fault);
        if (!fault) break;
        base::logWarning(
            "store_fault",
            {{"code", fault->code}, {"kind", static_cast<int>(fault->kind)}, {"attempt", attempt}});
        const bool ambiguous = fault->kind == FaultKind::kLost && fault->atCommit;
        // A key that was taken while we looked is found by looking again, and told in better words.
        const bool repeat = fault->kind == FaultKind::kBusy || fault->kind == FaultKind::kLost ||
                            (fault->kind == FaultKind::kConstraint && attempt == 1);
        if (ambiguous || !repeat || attempt >= base::limits::kTransactionTriesMax) break;
        waitBeforeTry(attempt, deadline);
        if (deadline.passed()) break;
    }
    pool_->give(writer, std::move(session));
    if (fault) return toError(*fault);
    return status;
}

}  // namespace tenantry::store
