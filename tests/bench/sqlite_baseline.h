/// The named baseline: SQLite in memory with the same users, the best index for every question, and
/// trigrams (FTS5) for search.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/view_world.h"

namespace tenantry::testing {

class SqliteBaseline {
  public:
    SqliteBaseline();
    ~SqliteBaseline();
    SqliteBaseline(const SqliteBaseline&) = delete;
    SqliteBaseline& operator=(const SqliteBaseline&) = delete;

    void add(const BenchTenant& tenant, const std::vector<domain::User>& users);
    /// Makes the indexes.
    void finish();
    /// All rows of the answer, read; numbers and texts are bound in order.
    std::size_t ask(const std::string& sql, const std::vector<std::int64_t>& numbers = {},
                    const std::vector<std::string>& texts = {});
    /// The first number of the answer.
    std::int64_t number(const std::string& sql, const std::vector<std::string>& texts = {});
    /// A page by last name, and the exact total, of a search: with trigrams from three characters
    /// on, and for the page whichever of two plans is quicker for so many hits.
    std::size_t search(const std::string& needle, std::int64_t partner);
    [[nodiscard]] std::uint64_t bytes();

  private:
    void run(const std::string& sql);
    sqlite3_stmt* prepared(const std::string& sql);

    sqlite3* db_ = nullptr;
    std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace tenantry::testing
