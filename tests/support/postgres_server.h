#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// A real PostgreSQL on a free port of 127.0.0.1, its data in a temporary folder.
///
/// It is ready to be used when the constructor returns, and gone with its data after the
/// destructor. Threads: one, see ChildProcess. It never runs as root: a root test becomes nobody.
/// Every failure is a std::runtime_error that carries the end of the server's log.
class PostgresServer {
  public:
    /// Why no server can be started on this machine; nothing when one can.
    static std::optional<std::string> unavailable();

    PostgresServer();
    ~PostgresServer();

    static constexpr const char* kHost = "127.0.0.1";
    /// Superuser; over TCP the password is asked for (scram-sha-256).
    static constexpr const char* kUser = "app";
    static constexpr const char* kPassword = "app-Passw0rd";

    int port() const { return port_; }

    /// An empty UTF-8 database; one that exists is dropped first.
    void createDatabase(const std::string& name);
    void execute(const std::string& database, const std::string& sql);
    /// The answer of a query: rows end with \n, columns are parted by \t, NULL is empty.
    std::string query(const std::string& database, const std::string& sql);

    void start();
    void stop();
    void pause();
    void resume();

  private:
    void install();
    void waitUntilReady();
    std::string run(const std::string& database, const std::string& sql);

    TempFolder folder_;
    int port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace tenantry::testing
