#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tenantry::sql {

/// The database engines this connector speaks to.
enum class Engine { kSqlite = 1, kMysql, kPostgresql };

/// One value of an answer, always as text (every selected expression is cast to text, so that a
/// driver's idea of a type, a zero date or a binary column cannot break a read). Nothing = NULL.
/// The bytes need not be valid UTF-8.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;

/// A value to bind; monostate = NULL. Values are never written into the text of a statement.
using Parameter = std::variant<std::monostate, std::int64_t, std::string>;
using Parameters = std::map<std::string, Parameter, std::less<>>;

}  // namespace tenantry::sql
