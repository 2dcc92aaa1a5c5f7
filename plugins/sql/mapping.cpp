#include "plugins/sql/mapping.h"

#include <algorithm>
#include <initializer_list>

#include "sql_presets.h"

namespace tenantry::sql {
namespace {

using tny::Config;
using tny::Json;

void onlyKeys(const Config& at, std::initializer_list<std::string_view> known) {
    for (const auto& member : at.json().members()) {
        if (std::find(known.begin(), known.end(), member.first) == known.end()) {
            throw tny::config("The mapping has an unknown key \"" + member.first + "\".",
                              at.pointerTo(member.first));
        }
    }
}

/// The elements of the array under `key`, each knowing its pointer.
std::vector<Config> each(const Config& at, std::string_view key) {
    std::vector<Config> out;
    if (!at.has(key)) return out;
    if (!at.json()[key].isArray()) at.complain(key, "a list");
    const auto& items = at.json()[key].items();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string pointer = at.pointerTo(key) + "/" + std::to_string(i);
        if (!items[i].isObject()) throw tny::config("The mapping needs an object here.", pointer);
        out.emplace_back(items[i], pointer);
    }
    return out;
}

template <class T>
T oneOf(const Config& at, std::string_view key, const std::string& word,
        std::initializer_list<std::pair<std::string_view, T>> words) {
    std::string all;
    for (const auto& [text, value] : words) {
        if (text == word) return value;
        all += (all.empty() ? "" : ", ") + std::string(text);
    }
    throw tny::config("The mapping has \"" + word + "\" where one of these belongs: " + all + ".",
                      at.pointerTo(key));
}

Source parseSource(const Config& at, std::string what) {
    Source source;
    source.column = at.str("column", "");
    source.sql = at.str("sql", "");
    source.pointer = at.pointer();
    source.name = std::move(what);
    if (source.column.empty() == source.sql.empty()) {
        throw tny::config(
            "The mapping needs either \"column\" or \"sql\" for the " + source.name + ".",
            at.pointer());
    }
    return source;
}

std::vector<StatementSpec> parseStatements(const Config& at, std::string_view key) {
    std::vector<StatementSpec> out;
    for (const auto& one : each(at, key)) {
        onlyKeys(one, {"sql", "rows"});
        StatementSpec spec;
        spec.sql = one.str("sql");
        spec.exactlyOne =
            oneOf<bool>(one, "rows", one.str("rows", "any"), {{"one", true}, {"any", false}});
        spec.pointer = one.pointer();
        out.push_back(std::move(spec));
    }
    return out;
}

ListForm parseListForm(const Config& at) {
    return oneOf<ListForm>(at, "list", at.str("list", "single"),
                           {{"single", ListForm::kSingle},
                            {"comma", ListForm::kComma},
                            {"pipe", ListForm::kPipe},
                            {"php_true_keys", ListForm::kPhpTrueKeys},
                            {"php_keys", ListForm::kPhpKeys}});
}

Attribute parseAttribute(const std::string& name, const Config& at) {
    onlyKeys(at, {"column", "sql", "type", "list", "writable", "nullable", "write"});
    Attribute out;
    out.name = name;
    out.source = parseSource(at, "attribute " + name);
    out.type = oneOf<AttributeType>(at, "type", at.str("type", "text"),
                                    {{"text", AttributeType::kText},
                                     {"integer", AttributeType::kInteger},
                                     {"boolean", AttributeType::kBoolean},
                                     {"time", AttributeType::kTime},
                                     {"list", AttributeType::kList}});
    out.list = parseListForm(at);
    out.write = parseStatements(at, "write");
    out.writable = at.boolean("writable", false) || !out.write.empty();
    out.nullable = at.boolean("nullable", true);
    if (out.writable && out.write.empty() && out.source.column.empty()) {
        throw tny::config("An attribute from an expression needs \"write\" to be writable.",
                          at.pointer());
    }
    return out;
}

Entity parseEntity(const Config& at) {
    Entity out;
    out.pointer = at.pointer();
    out.table = at.str("table", "");
    out.from = at.str("from", "");
    if (out.table.empty() == out.from.empty()) {
        throw tny::config("The mapping needs either \"table\" or \"from\".", at.pointer());
    }
    out.joins = at.str("joins", "");
    out.where = at.str("where", "");
    if (!at.has("id")) at.complain("id", "an object");
    const Config id = at.sub("id");
    onlyKeys(id, {"column", "sql", "type"});
    out.id = parseSource(id, "id");
    out.idIsInteger =
        oneOf<bool>(id, "type", id.str("type", "text"), {{"integer", true}, {"text", false}});
    const Config attributes = at.sub("attributes");
    for (const auto& member : attributes.json().members()) {
        out.attributes.push_back(parseAttribute(member.first, attributes.sub(member.first)));
    }
    return out;
}

State parseState(const Config& at, std::string_view key, const std::string& word) {
    const auto state = stateOf(word);
    if (!state) {
        throw tny::config("The mapping names a state \"" + word + "\" that does not exist.",
                          at.pointerTo(key));
    }
    return *state;
}

StateRule parseRule(const Config& at) {
    onlyKeys(at, {"column", "sql", "is", "value", "state"});
    StateRule rule;
    rule.state = parseState(at, "state", at.str("state"));
    rule.source = parseSource(at, std::string("rule for ") + wordOf(rule.state));
    rule.test = oneOf<StateRule::Test>(at, "is", at.str("is"),
                                       {{"set", StateRule::Test::kSet},
                                        {"true", StateRule::Test::kTrue},
                                        {"equals", StateRule::Test::kEquals},
                                        {"future", StateRule::Test::kFuture},
                                        {"past", StateRule::Test::kPast}});
    rule.value = at.str("value", "");
    return rule;
}

States parseStates(const Config& at) {
    onlyKeys(at, {"native", "values", "otherwise", "rules"});
    States out;
    if (at.has("native")) {
        const Config native = at.sub("native");
        onlyKeys(native, {"column", "sql"});
        out.native = parseSource(native, "native status");
        const Config values = at.sub("values");
        for (const auto& member : values.json().members()) {
            out.values[member.first] = parseState(values, member.first, values.str(member.first));
        }
        // A word nobody thought of must not silently mean "full access": the mapping has to say.
        out.otherwise = parseState(at, "otherwise", at.str("otherwise"));
    }
    for (const auto& rule : each(at, "rules")) out.rules.push_back(parseRule(rule));
    return out;
}

ActionSpec parseAction(const Config& at) {
    onlyKeys(at, {"unsupported", "note", "guards", "statements", "ends_record"});
    ActionSpec out;
    out.unsupported = at.str("unsupported", "");
    out.note = at.str("note", "");
    out.endsRecord = at.boolean("ends_record", false);
    out.statements = parseStatements(at, "statements");
    for (const auto& one : each(at, "guards")) {
        onlyKeys(one, {"sql", "reason"});
        out.guards.push_back({one.str("sql"), one.str("reason"), one.pointer()});
    }
    return out;
}

void parseActions(const Config& at, Mapping& mapping) {
    for (const auto& member : at.json().members()) {
        const std::string& verb = member.first;
        if (std::find(kActions.begin(), kActions.end(), verb) == kActions.end()) {
            throw tny::config("The mapping has an unknown action \"" + verb + "\".",
                              at.pointerTo(verb));
        }
        ActionSpec spec = parseAction(at.sub(verb));
        // Edit is made of the attributes' own statements.
        if (spec.unsupported.empty() && spec.statements.empty() && verb != "user.edit") {
            throw tny::config("The action " + verb + " needs \"statements\" or \"unsupported\".",
                              at.pointerTo(verb));
        }
        mapping.actions[verb] = std::move(spec);
    }
}

void parseGroups(const Config& at, Mapping& mapping) {
    Groups groups;
    if (at.has("document")) {
        onlyKeys(at, {"document", "list"});
        groups.document = parseSource(at.sub("document"), "list of groups");
        groups.list = parseListForm(at);
    } else {
        onlyKeys(at, {"table", "from", "joins", "where", "id", "attributes"});
        groups.entity = parseEntity(at);
    }
    mapping.groups = std::move(groups);
}

void parseMembership(const Config& at, Mapping& mapping) {
    onlyKeys(at, {"attribute"});
    mapping.membershipAttribute = at.str("attribute");
    const Attribute* attribute = mapping.attribute(mapping.membershipAttribute);
    if (attribute == nullptr || attribute->type != AttributeType::kList) {
        throw tny::config("Memberships come from an attribute of the type list.",
                          at.pointerTo("attribute"));
    }
}

void parseUser(const Config& at, Mapping& mapping) {
    onlyKeys(at, {"table", "from", "joins", "where", "id", "version", "attributes", "states"});
    mapping.user = parseEntity(at);
    mapping.states = parseStates(at.sub("states"));
    if (at.has("version")) mapping.version = parseSource(at.sub("version"), "version");
    for (const char* reserved : {"status", "native_status"}) {
        if (mapping.attribute(reserved) != nullptr) {
            throw tny::config(
                std::string(reserved) + " comes from \"states\", not from an attribute.",
                at.pointerTo("attributes"));
        }
    }
    if (mapping.attribute("username") == nullptr) {
        throw tny::config("The mapping needs an attribute \"username\".",
                          at.pointerTo("attributes"));
    }
}

}  // namespace

const std::vector<std::string> kActions = {
    "user.suspend",        "user.unsuspend", "user.unlock", "user.force_password_change",
    "user.reset_password", "user.edit",      "user.delete"};

const char* wordOf(State state) {
    switch (state) {
        case State::kSuspended:
            return "SUSPENDED";
        case State::kStaged:
            return "STAGED";
        case State::kLockedOut:
            return "LOCKED_OUT";
        case State::kProvisioned:
            return "PROVISIONED";
        case State::kRecovery:
            return "RECOVERY";
        case State::kAwaitingNewPassword:
            return "AWAITING_NEW_PASSWORD";
        case State::kActive:
            return "ACTIVE";
    }
    return "ACTIVE";
}

std::optional<State> stateOf(std::string_view word) {
    for (const State state :
         {State::kSuspended, State::kStaged, State::kLockedOut, State::kProvisioned,
          State::kRecovery, State::kAwaitingNewPassword, State::kActive}) {
        if (word == wordOf(state)) return state;
    }
    return std::nullopt;
}

const ActionSpec* Mapping::action(std::string_view verb) const {
    const auto found = actions.find(verb);
    return found == actions.end() ? nullptr : &found->second;
}

const Attribute* Mapping::attribute(std::string_view wanted) const {
    for (const auto& one : user.attributes) {
        if (one.name == wanted) return &one;
    }
    return nullptr;
}

Mapping parseMapping(const Config& document) {
    onlyKeys(document, {"mapping", "name", "title", "engines", "time_format", "password_hash",
                        "user", "group", "membership", "actions"});
    if (document.integer("mapping") != 1) {
        throw tny::config("This mapping is of another version than 1.",
                          document.pointerTo("mapping"));
    }
    Mapping out;
    out.name = document.str("name", "custom");
    for (const auto& engine : document.json()["engines"].items()) {
        out.engines.insert(oneOf<Engine>(document, "engines", engine.text(),
                                         {{"sqlite", Engine::kSqlite},
                                          {"mysql", Engine::kMysql},
                                          {"postgresql", Engine::kPostgresql}}));
    }
    out.timeFormat =
        oneOf<TimeFormat>(document, "time_format", document.str("time_format", "datetime"),
                          {{"datetime", TimeFormat::kDateTime},
                           {"rfc3339", TimeFormat::kRfc3339},
                           {"compact", TimeFormat::kCompact},
                           {"epoch", TimeFormat::kEpochSeconds},
                           {"epoch_ms", TimeFormat::kEpochMs}});
    if (document.has("password_hash")) {
        out.hash = hashSchemeOf(document.str("password_hash"));
        if (!out.hash) {
            throw tny::config("This password hash is not one this connector can make.",
                              document.pointerTo("password_hash"));
        }
    }
    if (!document.has("user")) document.complain("user", "an object");
    parseUser(document.sub("user"), out);
    if (document.has("group")) parseGroups(document.sub("group"), out);
    if (document.has("membership")) parseMembership(document.sub("membership"), out);
    parseActions(document.sub("actions"), out);
    return out;
}

std::optional<std::string_view> presetText(std::string_view name) {
    for (const auto& preset : kPresets) {
        if (preset.name == name) return preset.text;
    }
    return std::nullopt;
}

}  // namespace tenantry::sql
