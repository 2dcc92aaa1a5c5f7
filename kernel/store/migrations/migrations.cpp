#include "kernel/store/migrations/migrations.h"

#include <array>

namespace tenantry::store {

std::span<const Migration> migrations(Engine engine) {
    static const std::array<Migration, 2> kSqlite{
        {{1, "initial", kInitialSqlite}, {2, "connection_memory", kConnectionMemorySqlite}}};
    static const std::array<Migration, 2> kMysql{
        {{1, "initial", kInitialMysql}, {2, "connection_memory", kConnectionMemoryMysql}}};
    if (engine == Engine::kSqlite) return kSqlite;
    return kMysql;
}

}  // namespace tenantry::store
