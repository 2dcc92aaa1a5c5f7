#pragma once

#include <memory>
#include <string>
#include <tenantry/fake_host.hpp>

#include "plugins/sql/sql_connector.h"
#include "tests/support/mariadb_server.h"
#include "tests/support/postgres_server.h"

namespace tenantry::sql::testing {

/// A real database of one engine that a test fills and looks into behind the connector's back.
class Backend {
  public:
    virtual ~Backend() = default;
    virtual Engine engine() const = 0;
    /// Throws std::runtime_error with the engine's words.
    virtual void execute(const std::string& sql) = 0;
    /// The first cell of the first row.
    virtual std::string value(const std::string& sql) = 0;
    /// The configuration of a connection to it, with `more` members added (`"mapping":"plain"`).
    virtual std::string config(const std::string& more) const = 0;
};

/// A new, empty database; nothing, with the reason in `why`, when the engine is not on this
/// machine. The servers are started once a program and stopped at its end.
std::unique_ptr<Backend> makeBackend(Engine engine, std::string& why);

/// The servers of this program, for tests that stop or pause them. REQUIRES: available.
tenantry::testing::MariaDbServer& mariaDb();
tenantry::testing::PostgresServer& postgres();

/// A file of tests/data/sql.
std::string readTestFile(const std::string& name);

/// The engine's word in a test's name.
std::string nameOf(Engine engine);

}  // namespace tenantry::sql::testing
