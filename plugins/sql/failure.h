#pragma once

#include <exception>
#include <string>
#include <tenantry/error.hpp>

#include "plugins/sql/value.h"

namespace tenantry::sql {

/// What went wrong in a database, by what can be done about it.
enum class Fault {
    kUnreachable = 1,  ///< no connection could be made
    kTls,              ///< the secured connection failed
    kLost,             ///< the connection went away while it was used
    kAuth,             ///< user or password refused
    kUnknownDatabase,
    kUnknownTable,
    kUnknownColumn,
    kSyntax,        ///< the engine does not understand a statement of the mapping
    kPermission,    ///< the account may not do this
    kReadOnly,      ///< nobody may write here now (file, replica)
    kDuplicate,     ///< a unique rule refused it
    kConstraint,    ///< another rule of the schema refused it
    kBadValue,      ///< too long, or not of the column's type
    kDeadlock,      ///< lost against another transaction: the whole of it may be repeated
    kBusy,          ///< a lock was not given in time: the same
    kTimeout,       ///< the statement ran too long
    kOverload,      ///< too many connections, starting up, shutting down, not primary
    kNotADatabase,  ///< the file is something else
    kOther
};

/// Thrown inside the connector; becomes a tny::Error at its edge (toError). `text` is the engine's
/// own message: for matching and for names of tables and columns, never shown as it is, because it
/// may quote rows ("Duplicate entry 'ann@...'").
class Failure : public std::exception {
  public:
    Failure(Fault fault, std::string code, std::string text)
        : fault_(fault), code_(std::move(code)), text_(std::move(text)) {}

    Fault fault() const noexcept { return fault_; }
    const std::string& code() const noexcept { return code_; }
    const std::string& text() const noexcept { return text_; }
    const char* what() const noexcept override { return "database failure"; }

    /// Nothing of the transaction stays, and doing all of it again may succeed.
    bool repeatable() const noexcept {
        return fault_ == Fault::kDeadlock || fault_ == Fault::kBusy;
    }

  private:
    Fault fault_;
    std::string code_;  ///< "1054", "42703", "5"
    std::string text_;
};

Fault faultOfMysql(unsigned code);
Fault faultOfSqlState(const std::string& state);
/// `extended` is an extended result code of SQLite.
Fault faultOfSqlite(int extended);

/// The thing an engine's message puts between quotes: the name in "Unknown column 'x' in ...".
/// Empty when there is none or it is not a plain name.
std::string namedIn(const std::string& text);

/// As the host is told. The message names what is missing; it never quotes data.
tny::Error toError(const Failure& failure);

}  // namespace tenantry::sql
