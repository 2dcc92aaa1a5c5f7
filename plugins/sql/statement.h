#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/sql/value.h"

namespace tenantry::sql {

/// A statement as an engine takes it, and the parameters in the order of their places.
struct Prepared {
    std::string sql;
    std::vector<std::string> parameters;
};

/// An identifier between the engine's quotes, quotes inside doubled; `schema.table` is quoted part
/// by part. Throws tny::config for an empty or over-long name and for control characters.
std::string quoteIdentifier(Engine engine, std::string_view name);

/// Throws tny::config at /table_prefix when it has other characters than letters, digits and '_',
/// or more than 32 of them: it is written into statements.
void checkTablePrefix(std::string_view prefix);

/// Turns the text of a mapping into a statement:
///
///     :name       a parameter (bound); the same name may come again
///     {t:users}   a table, prefixed and quoted
///     {c:order}   a column, quoted
///     {prefix}    the table prefix itself, also inside a literal
///
/// Literals, quoted identifiers, comments and PostgreSQL's `::` casts are left alone. A `;` outside
/// a literal, an unknown {..}, or a literal without its end throws tny::config: one text is one
/// statement.
Prepared prepare(Engine engine, std::string_view prefix, std::string_view text);

/// The expression as text: CONCAT(x) for MySQL, CAST for the others.
std::string asText(Engine engine, const std::string& expression);

}  // namespace tenantry::sql
