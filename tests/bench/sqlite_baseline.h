/// The named baseline: SQLite in memory with the same users, the best index for every question, and
/// trigrams (FTS5) for search.
#pragma once

#include <sqlite3.h>

#include <map>

#include "tests/bench/baseline.h"

namespace tenantry::testing {

class SqliteBaseline final : public Baseline {
  public:
    SqliteBaseline();
    ~SqliteBaseline() override;
    SqliteBaseline(const SqliteBaseline&) = delete;
    SqliteBaseline& operator=(const SqliteBaseline&) = delete;

    void add(const BenchTenant& tenant, const std::vector<domain::User>& users) override;
    void finish() override;
    std::size_t ask(const std::string& sql, const std::vector<std::int64_t>& numbers = {}) override;
    /// With trigrams from three characters on, and for the page whichever of two plans is quicker
    /// for so many hits.
    std::size_t search(const std::string& needle, std::int64_t partner) override;
    void change(std::int64_t row, std::int64_t phone) override;
    [[nodiscard]] std::uint64_t bytes() override;

  private:
    std::size_t read(const std::string& sql, const std::vector<std::int64_t>& numbers,
                     const std::vector<std::string>& texts);
    /// The first number of the answer.
    std::int64_t number(const std::string& sql, const std::vector<std::string>& texts = {});
    void run(const std::string& sql);
    sqlite3_stmt* prepared(const std::string& sql);

    sqlite3* db_ = nullptr;
    std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace tenantry::testing
