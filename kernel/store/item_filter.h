/// Which items of one plan or job are wanted, and a page of them. Private to kernel/store.
///
/// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/database.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

class ItemFilter {
  public:
    /// Those whose `column` is `id`.
    ItemFilter(std::string_view column, std::string id) { add(column, std::move(id)); }
    void add(std::string_view column, std::string value) {
        values_.push_back(std::move(value));
        text_.append(text_.empty() ? " WHERE " : " AND ").append(column).append(" = :v");
        text_.append(std::to_string(values_.size()));
    }
    /// A condition in words of ours, without parameters.
    void add(std::string_view condition) { text_.append(" AND ").append(condition); }

    /// How many there are in all, and up to `limit` of them from `offset`, by number.
    template <class Row, class Page>
    void page(Session& session, const std::string& table, std::string_view columns,
              std::size_t offset, std::size_t limit, Page& page) const {
        struct {
            long long value = 0;
            void each(Fetch fetch) { fetch(value); }
        } count;
        run(session, "SELECT COUNT(*) FROM " + table, "", count,
            [&] { page.total = static_cast<std::uint64_t>(count.value); });
        Row row;
        run(session, "SELECT " + std::string(columns) + " FROM " + table,
            " ORDER BY number LIMIT " + std::to_string(limit) + " OFFSET " + std::to_string(offset),
            row, [&] { page.items.push_back(row.value()); });
    }

  private:
    template <class Row, class Each>
    void run(Session& session, const std::string& before, const std::string& after, Row& row,
             Each&& each) const {
        soci::statement statement(session.sql());
        row.each(Fetch(statement));
        Bind bind(statement);
        for (const auto& value : values_) bind(value);
        statement.alloc();
        statement.prepare(before + text_ + after);
        statement.define_and_bind();
        statement.execute();
        while (statement.fetch()) each();
    }

    std::string text_;
    std::vector<std::string> values_;
};

}  // namespace tenantry::store
