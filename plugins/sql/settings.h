/// The configuration of one connection of the SQL connector.
#pragma once

#include <string>
#include <tenantry/plugin.hpp>

#include "plugins/sql/mapping.h"
#include "plugins/sql/value.h"

namespace tenantry::sql {

enum class Tls { kOff = 1, kRequire, kVerify };

/// One connection's configuration, read once at open.
struct Settings {
    Engine engine = Engine::kSqlite;
    std::string file;  ///< SQLite
    std::string host;
    int port = 0;
    std::string database;
    std::string username;
    /// For the password, which is resolved per call.
    tny::Config source = tny::Config(tny::Json::object(), {});
    Tls tls = Tls::kOff;
    std::string tlsCaFile;
    std::string tablePrefix;
    Mapping mapping;
};

/// Throws tny::config with a pointer. Does not talk to the database.
///
/// Without "tls", a server on this machine is spoken to in the clear, any other must offer TLS.
Settings readSettings(std::string_view json);

}  // namespace tenantry::sql
