/// Many rows into one table. Private to kernel/store.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/store/database.h"
#include "kernel/store/rows.h"

namespace tenantry::store {

/// A statement that inserts a fixed number of rows, filled in and run again and again.
template <class Row>
class InsertRows {
  public:
    InsertRows(Session& session, const std::string& head, std::size_t columns, std::size_t rows,
               std::string_view tail)
        : rows_(rows), statement_(session.sql()) {
        Bind bind(statement_);
        for (auto& row : rows_) row.each(bind);
        std::string text = head;
        // A name of its own for each: SQLite takes the same name for the same parameter.
        for (std::size_t i = 0; i < rows * columns; ++i)
            text += (i % columns != 0 ? ",:c" : (i == 0 ? "(:c" : "),(:c")) + std::to_string(i);
        text += ")";
        text += tail;
        statement_.alloc();
        statement_.prepare(text);
        statement_.define_and_bind();
    }
    [[nodiscard]] std::size_t size() const { return rows_.size(); }
    template <class Make>
    void run(std::size_t from, Make&& make) {
        for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i] = make(from + i);
        statement_.execute(true);
    }

  private:
    std::vector<Row> rows_;
    soci::statement statement_;
};

/// `make(i)` gives the row of each i below `count`. SQLite runs a statement a row, which is its
/// quickest; MySQL one statement for many, because each is a round trip. `tail` stands behind them:
/// what becomes of a row that is there.
template <class Row, class Make>
void insertRows(Session& session, std::string_view table, std::string_view columns,
                std::size_t columnCount, std::size_t count, Make&& make,
                std::string_view tail = {}) {
    constexpr std::size_t kTogether = 200;
    const std::string head =
        "INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES ";
    std::optional<InsertRows<Row>> statement;
    for (std::size_t at = 0; at < count;) {
        const std::size_t rows = session.sqlite() ? 1 : std::min(kTogether, count - at);
        if (!statement || statement->size() != rows)
            statement.emplace(session, head, columnCount, rows, tail);
        statement->run(at, make);
        at += rows;
    }
}

}  // namespace tenantry::store
