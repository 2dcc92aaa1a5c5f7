#pragma once

#include <tenantry/plugin.hpp>

#include "plugins/sql/actions.h"
#include "plugins/sql/database.h"
#include "plugins/sql/reader.h"
#include "plugins/sql/settings.h"

namespace tenantry::sql {

/// The connector: a user table in SQLite, MySQL/MariaDB or PostgreSQL, read and changed as its
/// mapping says. One session per instance, made at the first call that needs it.
class SqlConnector final : public tny::Connector {
  public:
    SqlConnector(tny::Call& call, std::string_view tenant, std::string_view configJson);

    void check(tny::Call& call) override;
    tny_status list(tny::Call& call, const tny::Read& read) override;
    void get(tny::Call& call, std::string_view kind, std::string_view id) override;
    void schema(tny::Call& call) override;
    tny_status perform(tny::Call& call, const tny::Act& act) override;

  private:
    template <class Body>
    auto withDatabase(tny::Call& call, Body&& body);
    [[noreturn]] void explain(tny::Call& call, const Failure& failure);
    tny_status listOfUser(tny::Call& call, const tny::Read& read);
    RecordPage fetch(const tny::Read& read, std::string_view cursor);

    Settings settings_;
    Reader reader_;
    Actions actions_;
    Database database_;
};

}  // namespace tenantry::sql
