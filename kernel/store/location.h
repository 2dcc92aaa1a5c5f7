/// Where the database is: the connection string, taken apart.
///
/// Threads: values. A location holds no password, so it may be logged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace tenantry::store {

enum class Engine : std::uint8_t { kSqlite = 1, kMysql };

struct Location {
    Engine engine = Engine::kSqlite;
    std::string path;  ///< SQLite: the file
    std::string host;  ///< MySQL family, from here on
    int port = 3306;
    std::string user;
    std::string database;
    std::string socket;  ///< of this machine, instead of host and port; empty: TCP
    std::string tlsCa;   ///< file with the certificates to trust; empty: as the client library does
};

/// "sqlite:///var/lib/tenantry/tenantry.db" (three slashes: an absolute path), or
/// "mysql://user@host:port/database?tls_ca=FILE&socket=FILE" ("mariadb://" is the same). User,
/// database and values are percent-decoded. kInvalidArgument says what is wrong; a password in it
/// is refused, and not repeated.
base::Result<Location> parseLocation(std::string_view connectionString);

}  // namespace tenantry::store
