/// The schema, as numbered steps that only go forward.
///
/// A released step is never changed: its checksum is kept in the database and compared at start.
/// SQLite runs all that are missing in one transaction. MySQL commits each schema change by itself,
/// so every statement of its steps can be run again after a crash (IF NOT EXISTS).
/// Threads: constants. Private to kernel/store.
#pragma once

#include <span>
#include <string_view>

#include "kernel/store/location.h"

namespace tenantry::store {

struct Migration {
    int version;
    std::string_view name;
    std::string_view sql;  ///< statements that end with ";\n"
};

/// In order, from 1, without a gap.
std::span<const Migration> migrations(Engine engine);

extern const std::string_view kInitialSqlite;
extern const std::string_view kInitialMysql;
extern const std::string_view kConnectionMemorySqlite;
extern const std::string_view kConnectionMemoryMysql;
extern const std::string_view kJobsSqlite;
extern const std::string_view kJobsMysql;
extern const std::string_view kAuthoritySqlite;
extern const std::string_view kAuthorityMysql;
extern const std::string_view kPasskeysSqlite;
extern const std::string_view kPasskeysMysql;

}  // namespace tenantry::store
