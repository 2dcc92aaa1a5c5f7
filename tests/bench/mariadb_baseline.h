/// MariaDB with the same users, in a server of its own with 2 GiB of memory for them. It has
/// nothing for parts of words: a search reads every row.
#pragma once

#include <mysql.h>

#include <memory>

#include "tests/bench/baseline.h"
#include "tests/support/mariadb_server.h"

namespace tenantry::testing {

class MariaDbBaseline final : public Baseline {
  public:
    MariaDbBaseline();
    ~MariaDbBaseline() override;
    MariaDbBaseline(const MariaDbBaseline&) = delete;
    MariaDbBaseline& operator=(const MariaDbBaseline&) = delete;

    void add(const BenchTenant& tenant, const std::vector<domain::User>& users) override;
    void finish() override;
    std::size_t ask(const std::string& sql, const std::vector<std::int64_t>& numbers = {}) override;
    std::size_t search(const std::string& needle, std::int64_t partner) override;
    void change(std::int64_t row, std::int64_t phone) override;
    [[nodiscard]] std::uint64_t bytes() override;

  private:
    std::size_t run(const std::string& sql);
    std::string quoted(const std::string& text);

    MariaDbServer server_;
    MYSQL* connection_ = nullptr;
};

}  // namespace tenantry::testing
