/// What the view is measured against: a database with the same users and the best index for every
/// question.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bench/view_world.h"

namespace tenantry::testing {

class Baseline {
  public:
    virtual ~Baseline() = default;
    virtual void add(const BenchTenant& tenant, const std::vector<domain::User>& users) = 0;
    /// Makes the indexes.
    virtual void finish() = 0;
    /// How many rows the answer has, all of them read; "u.*" stands for the columns of a row of the
    /// list, numbers take the places of "?" in order.
    virtual std::size_t ask(const std::string& sql,
                            const std::vector<std::int64_t>& numbers = {}) = 0;
    /// A page by last name, and the exact total, of a search. `partner`: 0 for all.
    virtual std::size_t search(const std::string& needle, std::int64_t partner) = 0;
    /// Changes one user, and reads it.
    virtual void change(std::int64_t row, std::int64_t phone) = 0;
    [[nodiscard]] virtual std::uint64_t bytes() = 0;

  protected:
    static constexpr const char* kColumns =
        "u.id, u.organization, u.username, u.first_name, u.last_name, u.display_name, u.email, "
        "u.native_id, u.phone, u.status, u.mfa, u.roles, u.last_login, u.created, u.modified, "
        "u.url";
    static std::string withColumns(std::string sql) {
        if (const auto star = sql.find("u.*"); star != std::string::npos)
            sql.replace(star, 3, kColumns);
        return sql;
    }
};

}  // namespace tenantry::testing
