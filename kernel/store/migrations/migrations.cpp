#include "kernel/store/migrations/migrations.h"

#include <array>

namespace tenantry::store {

std::span<const Migration> migrations(Engine engine) {
    static const std::array<Migration, 3> kSqlite{
        {{1, "initial", kInitialSqlite},
         {2, "connection_memory", kConnectionMemorySqlite},
         {3, "jobs", kJobsSqlite}}};
    static const std::array<Migration, 3> kMysql{{{1, "initial", kInitialMysql},
                                                  {2, "connection_memory", kConnectionMemoryMysql},
                                                  {3, "jobs", kJobsMysql}}};
    if (engine == Engine::kSqlite) return kSqlite;
    return kMysql;
}

}  // namespace tenantry::store
