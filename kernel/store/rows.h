/// Between rows and domain values: columns named once, read and written by the same list.
///
/// SOCI 4.0 cannot exchange std::optional, so a column that may be NULL is a value with an
/// indicator. Threads: values. Private to kernel/store.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/base/clock.h"

namespace tenantry::store {

/// A column that may be NULL.
template <class T>
struct Nullable {
    T value{};
    mutable soci::indicator state = soci::i_null;  ///< SOCI wants it mutable, also to read it

    void clear() { state = soci::i_null; }
    void set(T next) {
        value = std::move(next);
        state = soci::i_ok;
    }
    [[nodiscard]] bool has() const { return state == soci::i_ok; }
};
using NullableMillis = Nullable<long long>;

inline long long millis(base::TimePoint time) {
    return base::toMillis(time);
}
inline NullableMillis millis(const std::optional<base::TimePoint>& time) {
    NullableMillis out;
    if (time) out.set(base::toMillis(*time));
    return out;
}
inline std::optional<base::TimePoint> timeOf(const NullableMillis& column) {
    if (!column.has()) return std::nullopt;
    return base::fromMillis(column.value);
}

/// Binds a column as a parameter of a statement, by position. The column must outlive its use.
class Bind {
  public:
    explicit Bind(soci::statement& statement) : statement_(statement) {}
    template <class T>
    void operator()(const T& column) {
        statement_.exchange(soci::use(column));
    }
    template <class T>
    void operator()(const Nullable<T>& column) {
        statement_.exchange(soci::use(column.value, column.state));
    }

  private:
    soci::statement& statement_;
};

/// Binds a column as a target of a SELECT, by position.
class Fetch {
  public:
    explicit Fetch(soci::statement& statement) : statement_(statement) {}
    template <class T>
    void operator()(T& column) {
        statement_.exchange(soci::into(column));
    }
    template <class T>
    void operator()(Nullable<T>& column) {
        statement_.exchange(soci::into(column.value, column.state));
    }

  private:
    soci::statement& statement_;
};

/// Runs one statement whose parameters are bound by position. Gives how many rows it touched.
template <class... Columns>
long long execute(soci::session& sql, const std::string& text, const Columns&... columns) {
    soci::statement statement(sql);
    Bind bind(statement);
    (bind(columns), ...);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute(true);
    return statement.get_affected_rows();
}

/// Runs a SELECT into `row` and calls `each` after each row. `row` has each(visitor) over its
/// columns in the order of the SELECT.
template <class Row, class Each, class... Columns>
void select(soci::session& sql, const std::string& text, Row& row, Each&& each,
            const Columns&... columns) {
    soci::statement statement(sql);
    row.each(Fetch(statement));
    Bind bind(statement);
    (bind(columns), ...);
    statement.alloc();
    statement.prepare(text);
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) each();
}

/// One column of one row, or nothing.
template <class T, class... Columns>
std::optional<T> selectOne(soci::session& sql, const std::string& text, const Columns&... columns) {
    struct {
        T value{};
        void each(Fetch fetch) { fetch(value); }
    } row;
    std::optional<T> out;
    select(
        sql, text, row, [&] { out = row.value; }, columns...);
    return out;
}

/// ":c0,:c1,...": a statement's parameters, each with a name of its own.
std::string placeholders(std::size_t count);

/// Text as the database takes it: bytes that are not UTF-8 become U+FFFD.
std::string storable(std::string_view text);

std::string listToJson(const std::vector<std::string>& list);
/// Not a list of texts: an empty list.
std::vector<std::string> listFromJson(std::string_view json);

/// Reads lists that repeat (roles, methods) without parsing them again. Bounded.
class ListReader {
  public:
    const std::vector<std::string>& read(const std::string& json);

  private:
    std::unordered_map<std::string, std::vector<std::string>> seen_;
};

}  // namespace tenantry::store
