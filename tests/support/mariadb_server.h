#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// A real MariaDB on a free port of 127.0.0.1, its data in a temporary folder.
///
/// It is ready to be used when the constructor returns, and gone with its data after the
/// destructor. Start it once a test program (about a second). Threads: one, see ChildProcess.
/// Every failure is a std::runtime_error that carries the end of the server's log.
class MariaDbServer {
  public:
    /// Why no server can be started on this machine; nothing when one can.
    /// Use: `if (auto why = MariaDbServer::unavailable()) GTEST_SKIP() << *why;`
    static std::optional<std::string> unavailable();

    MariaDbServer();
    ~MariaDbServer();

    static constexpr const char* kHost = "127.0.0.1";
    /// May do everything in every database, over TCP.
    static constexpr const char* kUser = "app";
    static constexpr const char* kPassword = "app-Passw0rd";

    int port() const { return port_; }
    std::string socket() const;

    /// An empty utf8mb4 database; one that exists is dropped first.
    void createDatabase(const std::string& name);
    /// Runs statements as root, in `database` when it is not empty.
    void execute(const std::string& database, const std::string& sql);
    /// The answer of a query: rows end with \n, columns are parted by \t, NULL is "NULL".
    std::string query(const std::string& database, const std::string& sql);

    /// SIGKILL and start again on the same port and data: what was committed stays, what clients
    /// held is cut.
    void crash();
    void start();
    void stop();
    /// The server keeps its sockets and answers nothing until resume().
    void pause();
    void resume();

  private:
    void install();
    void waitUntilReady();

    TempFolder folder_;
    int port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace tenantry::testing
