#pragma once

#include <string>

struct st_mysql;

namespace tenantry::sql {

/// What a MySQL connection needs beyond Poco's connection string, in which a password may not have
/// a ';' and TLS and time limits have no place.
struct MysqlDial {
    std::string host;
    std::string password;
    bool tls = false;
    bool verify = false;
    std::string caFile;
    unsigned readTimeoutSeconds = 0;  ///< a backstop; the watchdog is finer
    // out
    unsigned errorCode = 0;
    std::string errorText;
};

/// Teaches MariaDB's client library the host form "tenantry://": a connection made by this thread
/// while a MysqlDialScope lives is made as its MysqlDial says, and counts matched rows
/// (CLIENT_FOUND_ROWS) where MySQL would count altered ones. Safe to call again.
/// Throws Failure when the client library refuses.
void registerMysqlDial();

/// The host to give to Poco.
inline constexpr const char* kMysqlDialHost = "tenantry://dial";

/// Threads: bound to the one that made it.
class MysqlDialScope {
  public:
    explicit MysqlDialScope(MysqlDial& dial);
    ~MysqlDialScope();
    MysqlDialScope(const MysqlDialScope&) = delete;
    MysqlDialScope& operator=(const MysqlDialScope&) = delete;
};

}  // namespace tenantry::sql
