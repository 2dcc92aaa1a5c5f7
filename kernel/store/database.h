/// The sessions of one database, and transactions on them.
///
/// Ownership: Store. Threads: every method of Database may be called from any thread; a Session
/// belongs to the thread that runs the body it was given to, and only for that body. MySQL has one
/// thread of its own, "store-watchdog", joined in the destructor.
/// Errors: see domain/ports/stores.h. soci_error is caught here and nowhere else.
/// Bounds: at most `sessions` connections, of which SQLite uses one to write: writers queue for it
/// instead of polling a locked file, and those that queued together are committed together (one
/// flush for all, each with a savepoint of its own, so that one's failure is nobody else's).
#pragma once

#include <soci/soci.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/store/fault.h"
#include "kernel/store/location.h"

namespace tenantry::store {

class Watchdog;

/// One connection, leased for one unit of work.
class Session {
  public:
    Session(const Location& location, const base::SecretText& password, bool writer);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] soci::session& sql() { return *sql_; }
    [[nodiscard]] Engine engine() const { return location_.engine; }
    [[nodiscard]] bool sqlite() const { return location_.engine == Engine::kSqlite; }
    /// Behind a SELECT that must hold its rows until the transaction ends. SQLite's writer holds
    /// the whole database already.
    [[nodiscard]] const char* forUpdate() const { return sqlite() ? "" : " FOR UPDATE"; }

  private:
    friend class Database;
    /// Connects when it is not connected. Throws soci_error.
    void open(base::Deadline deadline);
    void close();
    void openSqlite(base::Deadline deadline);
    void openMysql(base::Deadline deadline);
    [[nodiscard]] bool inTransaction();
    /// The descriptor to shut down when time is up; -1 for SQLite.
    [[nodiscard]] int descriptor();
    void setDeadline(base::Deadline deadline);

    const Location& location_;
    const base::SecretText& password_;
    bool writer_;
    std::unique_ptr<soci::session> sql_;
    base::SteadyPoint deadline_{};  ///< read by SQLite's progress handler, on the same thread
};

class Database {
  public:
    struct Options {
        Location location;
        base::SecretText password;
        std::size_t sessions = 2;
    };
    explicit Database(Options options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] Engine engine() const;

    /// Runs `body` in one transaction that may write. An error that `body` returns rolls it back
    /// and is passed on. A deadlock, a busy database or a lost connection repeats the whole body,
    /// up to limits::kTransactionTriesMax: so `body` starts afresh each time it is called.
    template <class F>
    auto write(F&& body, base::Deadline deadline) -> std::invoke_result_t<F, Session&> {
        return run(Kind::kWrite, std::forward<F>(body), deadline);
    }
    /// Runs one SELECT.
    template <class F>
    auto read(F&& body, base::Deadline deadline) -> std::invoke_result_t<F, Session&> {
        return run(Kind::kRead, std::forward<F>(body), deadline);
    }
    /// Runs several SELECTs that see one state.
    template <class F>
    auto snapshot(F&& body, base::Deadline deadline) -> std::invoke_result_t<F, Session&> {
        return run(Kind::kSnapshot, std::forward<F>(body), deadline);
    }
    /// Runs statements that commit by themselves, as MySQL's schema changes do.
    template <class F>
    auto bare(F&& body, base::Deadline deadline) -> std::invoke_result_t<F, Session&> {
        return run(Kind::kBare, std::forward<F>(body), deadline);
    }

  private:
    enum class Kind : std::uint8_t { kRead = 1, kSnapshot, kWrite, kBare };
    using Body = std::function<base::Status(Session&)>;

    template <class F>
    auto run(Kind kind, F&& body, base::Deadline deadline) -> std::invoke_result_t<F, Session&> {
        using Answer = std::invoke_result_t<F, Session&>;
        std::optional<Answer> answer;
        auto status = runErased(
            kind,
            [&](Session& session) -> base::Status {
                answer.emplace(body(session));
                if (!*answer) return answer->error();
                return base::ok();
            },
            deadline);
        if (!status) return std::move(status).error();
        return std::move(*answer);
    }
    base::Status runErased(Kind kind, const Body& body, base::Deadline deadline);
    base::Status runAlone(Kind kind, const Body& body, base::Deadline deadline);
    /// SQLite's writers: who comes while one writes is written with the next.
    base::Status runTogether(const Body& body, base::Deadline deadline);
    struct Waiting;
    void lead(const std::vector<Waiting*>& group);
    /// One try: the body's own answer, or a fault.
    base::Status attempt(Session& session, Kind kind, const Body& body, base::Deadline deadline,
                         std::optional<Fault>& fault);
    static void begin(Session& session, Kind kind);
    static void rollBack(Session& session);

    struct Pool;
    struct Group;
    const Options options_;
    std::unique_ptr<Pool> pool_;
    std::unique_ptr<Group> group_;
    std::unique_ptr<Watchdog> watchdog_;
};

}  // namespace tenantry::store
