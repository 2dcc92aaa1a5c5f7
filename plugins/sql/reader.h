#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tenantry/plugin.hpp>
#include <vector>

#include "plugins/sql/database.h"
#include "plugins/sql/settings.h"

namespace tenantry::sql {

/// One user as its row says it.
struct UserRow {
    std::string id;
    bool usable = true;  ///< false: a value is not valid UTF-8
    tny::Json body;
    std::string etag;
    std::int64_t modifiedMs = 0;
    std::vector<State> states;        ///< all that hold; never empty
    std::vector<std::string> groups;  ///< values of the membership attribute

    bool has(State state) const;
    tny::Record record() const;
};

/// A page of records with where the next begins (empty: no more).
struct RecordPage {
    tny::Page page;
    std::size_t unusable = 0;  ///< rows that were there but could not be read
};

/// Builds the SELECTs of a mapping and makes records of their rows.
///
/// Immutable; one per instance; the settings outlive it. Paging is by id: `id > last ORDER BY id`,
/// so that a cursor is only the last id, holds for ever, and neither repeats nor drops a row that
/// stays. Errors: Failure from the database; tny::Error for what is asked wrongly.
class Reader {
  public:
    static constexpr std::size_t kPageRows = 500;

    explicit Reader(const Settings& settings);

    RecordPage users(Database& db, std::string_view cursor, Moment now,
                     std::size_t rows = kPageRows) const;
    std::optional<UserRow> user(Database& db, std::string_view id, Moment now) const;
    RecordPage groups(Database& db, std::string_view cursor) const;
    /// The groups of one user; empty when the user is not there.
    std::vector<tny::Record> groupsOf(Database& db, std::string_view user, Moment now) const;
    RecordPage memberships(Database& db, std::string_view cursor, Moment now) const;
    std::vector<tny::Record> membershipsOf(const UserRow& user) const;

    /// Locks the row of a user until the transaction ends, where the engine has row locks.
    void lock(Database& db, const Parameter& id) const;

    /// The id as it is bound; nothing when no row can have it.
    std::optional<Parameter> idParameter(const Entity& entity, std::string_view id) const;

    /// FROM, joins and WHERE of an entity, with `condition` added when it is not empty.
    std::string fromText(const Entity& entity, const std::string& condition) const;
    /// The expression of a source: r."column", or (its sql).
    std::string expression(const Source& source) const;
    /// All that users() selects, in its order.
    const std::vector<Source>& userSources() const { return userSources_; }

  private:
    Prepared select(const Entity& entity, const std::vector<Source>& sources,
                    const std::string& condition, std::size_t limit) const;
    std::vector<Row> pageRows(Database& db, const Entity& entity,
                              const std::vector<Source>& sources, std::string_view cursor,
                              std::size_t rows) const;
    UserRow toUser(const Row& row, Moment now) const;
    void readStates(const Row& row, std::size_t at, Moment now, UserRow& out) const;

    const Settings& settings_;
    std::vector<Source> userSources_;
};

}  // namespace tenantry::sql
