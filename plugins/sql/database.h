#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plugins/sql/failure.h"
#include "plugins/sql/settings.h"
#include "plugins/sql/statement.h"
#include "plugins/sql/value.h"

namespace tenantry::sql {

/// One session with a database, through Poco::Data.
///
/// Ownership: one per connector instance; the settings outlive it. Threads: one at a time, but
/// interrupt() may be called from any thread at any moment. Errors: every function throws Failure;
/// nothing of Poco's leaves it. Bounds: no statement outlives the time given to connect() or
/// limit() by more than a second, as long as someone calls interrupt() when it is over.
class Database {
  public:
    explicit Database(const Settings& settings);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// Makes sure that there is a session, whose statements end within `left`. A session kept from
    /// an earlier call that has died meanwhile is replaced. A SQLite file is opened anew each time
    /// (it may have been replaced) and never created: kUnreachable when it is not there.
    void connect(const std::string& password, std::chrono::milliseconds left);
    void close() noexcept;
    /// Lets the server end each further statement a little before `left` is over.
    void limit(std::chrono::milliseconds left);

    /// The rows of a query of `columns` columns, each cast to text by the statement.
    std::vector<Row> query(const Prepared& statement, const Parameters& parameters,
                           std::size_t columns);
    /// Runs a change and returns how many rows it matched (not: altered).
    std::size_t execute(const Prepared& statement, const Parameters& parameters);

    /// SQLite takes the write lock here, so that nothing changes between check and change.
    void begin();
    void commit();
    /// Never throws: a session that cannot even roll back is closed, which does.
    void rollback() noexcept;

    /// Ends whatever statement runs, with kLost or kTimeout. Any thread.
    void interrupt() noexcept;

    /// The engine's name and version, for a diagnosis.
    std::string version();

  private:
    class Poco;
    void open(const std::string& password, std::chrono::milliseconds left);

    const Settings& settings_;
    std::unique_ptr<Poco> poco_;
    std::mutex interruptMutex_;
    std::function<void()> interrupt_;  ///< guarded by interruptMutex_
};

}  // namespace tenantry::sql
