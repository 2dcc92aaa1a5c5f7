#include "kernel/store/migrations/migrations.h"

#include <array>

namespace tenantry::store {

std::span<const Migration> migrations(Engine engine) {
    static const std::array<Migration, 1> kSqlite{{{1, "initial", kInitialSqlite}}};
    static const std::array<Migration, 1> kMysql{{{1, "initial", kInitialMysql}}};
    if (engine == Engine::kSqlite) return kSqlite;
    return kMysql;
}

}  // namespace tenantry::store
