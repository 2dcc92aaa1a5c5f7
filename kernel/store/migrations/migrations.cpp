#include "kernel/store/migrations/migrations.h"

#include <array>

namespace tenantry::store {

std::span<const Migration> migrations(Engine engine) {
    static const std::array<Migration, 5> kSqlite{
        {{1, "initial", kInitialSqlite},
         {2, "connection_memory", kConnectionMemorySqlite},
         {3, "jobs", kJobsSqlite},
         {4, "authority", kAuthoritySqlite},
         {5, "passkeys", kPasskeysSqlite}}};
    static const std::array<Migration, 5> kMysql{{{1, "initial", kInitialMysql},
                                                  {2, "connection_memory", kConnectionMemoryMysql},
                                                  {3, "jobs", kJobsMysql},
                                                  {4, "authority", kAuthorityMysql},
                                                  {5, "passkeys", kPasskeysMysql}}};
    if (engine == Engine::kSqlite) return kSqlite;
    return kMysql;
}

}  // namespace tenantry::store
