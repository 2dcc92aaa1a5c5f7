#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tenantry/config.hpp>
#include <vector>

#include "plugins/sql/convert.h"
#include "plugins/sql/passwords.h"
#include "plugins/sql/value.h"

namespace tenantry::sql {

/// Where a value comes from: a column of the mapped table, or an expression of the mapping.
struct Source {
    std::string column;  ///< one of the two is set
    std::string sql;
    std::string pointer;  ///< where in the configuration it stands, for a complaint
    std::string name;     ///< what it is, in words: "attribute phone"
};

enum class AttributeType { kText = 1, kInteger, kBoolean, kTime, kList };
enum class ListForm { kSingle = 1, kComma, kPipe, kPhpTrueKeys, kPhpKeys };

struct StatementSpec {
    std::string sql;
    bool exactlyOne = false;  ///< "rows": "one": anything but one matched row undoes the action
    std::string pointer;
};

struct Attribute {
    std::string name;
    Source source;
    AttributeType type = AttributeType::kText;
    ListForm list = ListForm::kSingle;
    bool writable = false;             ///< edit may set it
    bool nullable = true;              ///< edit may clear it to NULL; otherwise to ''
    std::vector<StatementSpec> write;  ///< empty: an UPDATE of the column
};

/// The canonical states a row may say (DELETED is a row that is not there).
enum class State {
    kSuspended = 1,
    kStaged,
    kLockedOut,
    kProvisioned,
    kRecovery,
    kAwaitingNewPassword,
    kActive
};
const char* wordOf(State state);
std::optional<State> stateOf(std::string_view word);

/// A state that holds while a value passes a test.
struct StateRule {
    enum class Test { kSet = 1, kTrue, kEquals, kFuture, kPast };
    Source source;
    Test test = Test::kSet;
    std::string value;
    State state = State::kActive;
};

struct States {
    std::optional<Source> native;         ///< its text is the native status
    std::map<std::string, State> values;  ///< by exact text
    State otherwise = State::kActive;     ///< for a text that is not in `values`
    std::vector<StateRule> rules;
};

/// Refuses an action when its query answers a number above zero.
struct Guard {
    std::string sql;
    std::string reason;
    std::string pointer;
};

struct ActionSpec {
    std::string unsupported;  ///< the reason, when this mapping cannot do it
    std::string note;         ///< how it is emulated, when it is
    std::vector<Guard> guards;
    std::vector<StatementSpec> statements;
    bool endsRecord = false;  ///< the row is no longer in the list after it
};

/// What is read as one kind of record.
struct Entity {
    std::string table;  ///< {t:table} with the alias r
    std::string from;   ///< or a whole FROM text, which gives the alias r itself
    std::string joins;
    std::string where;
    Source id;
    bool idIsInteger = false;
    std::vector<Attribute> attributes;
    std::string pointer;
};

struct Groups {
    std::optional<Entity> entity;
    std::optional<Source> document;  ///< or one cell that lists them all
    ListForm list = ListForm::kSingle;
};

/// How a schema is read and written. One grammar serves the presets and `custom`; it is described
/// in plugins/sql/README.md. Immutable after parse.
struct Mapping {
    std::string name;
    std::set<Engine> engines;
    TimeFormat timeFormat = TimeFormat::kDateTime;
    std::optional<HashScheme> hash;
    Entity user;
    States states;
    std::optional<Source> version;  ///< the etag; else a digest of the record
    std::optional<Groups> groups;
    std::string membershipAttribute;  ///< the list attribute whose values are groups; or empty
    std::map<std::string, ActionSpec, std::less<>> actions;

    const ActionSpec* action(std::string_view verb) const;
    const Attribute* attribute(std::string_view name) const;
};

/// Throws tny::config, with a pointer to the field, when the document breaks the grammar: an
/// unknown key, both or neither of column and sql, a state that does not exist, an action without
/// statements.
Mapping parseMapping(const tny::Config& document);

/// A ready mapping by its name (plain, wordpress, mediawiki); nothing when there is none.
std::optional<std::string_view> presetText(std::string_view name);

/// The actions every mapping must speak about; one it leaves out is unsupported.
extern const std::vector<std::string> kActions;

}  // namespace tenantry::sql
