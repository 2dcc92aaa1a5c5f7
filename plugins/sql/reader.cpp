#include "plugins/sql/reader.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace tenantry::sql {
namespace {

using tny::Json;

bool usable(const Row& row) {
    return std::all_of(row.begin(), row.end(),
                       [](const Cell& cell) { return !cell || tny::isUtf8(*cell); });
}

/// Fixed-length binary columns come padded with NUL bytes.
std::string textOf(const Cell& cell) {
    if (!cell) return {};
    std::string text = *cell;
    while (!text.empty() && text.back() == '\0') text.pop_back();
    return text;
}

std::vector<std::string> listOf(const std::string& text, ListForm form) {
    switch (form) {
        case ListForm::kSingle:
            return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
        case ListForm::kComma:
            return splitList(text, ',');
        case ListForm::kPipe:
            return splitList(text, '|');
        case ListForm::kPhpTrueKeys:
            return phpArrayKeys(text, /*onlyTrue=*/true).value_or(std::vector<std::string>());
        case ListForm::kPhpKeys:
            return phpArrayKeys(text, /*onlyTrue=*/false).value_or(std::vector<std::string>());
    }
    return {};
}

std::optional<std::int64_t> integerOf(const std::string& text) {
    std::int64_t number = 0;
    const auto end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return number;
}

/// Null when the cell says nothing.
Json valueOf(const Attribute& attribute, const Cell& cell) {
    const std::string text = textOf(cell);
    switch (attribute.type) {
        case AttributeType::kText:
            return text.empty() ? Json() : Json(text);
        case AttributeType::kInteger: {
            const auto number = integerOf(text);
            return number ? Json(*number) : Json();
        }
        case AttributeType::kBoolean: {
            const auto flag = cell ? readBoolean(text) : std::nullopt;
            return flag ? Json(*flag) : Json();
        }
        case AttributeType::kTime: {
            const TimeReading time = readTime(text);
            return time.kind == TimeReading::Kind::kMoment ? Json(toRfc3339(time.moment)) : Json();
        }
        case AttributeType::kList: {
            const auto list = listOf(text, attribute.list);
            return list.empty() ? Json() : Json(list);
        }
    }
    return {};
}

bool holds(const StateRule& rule, const Cell& cell, Moment now) {
    const std::string text = textOf(cell);
    const TimeReading time = readTime(text);
    switch (rule.test) {
        case StateRule::Test::kSet:
            // A zero date is how MySQL says "not set".
            return !text.empty() && time.kind != TimeReading::Kind::kAbsent;
        case StateRule::Test::kTrue:
            return readBoolean(text).value_or(false);
        case StateRule::Test::kEquals:
            return cell && text == rule.value;
        case StateRule::Test::kFuture:
            return time.kind == TimeReading::Kind::kForever ||
                   (time.kind == TimeReading::Kind::kMoment && time.moment > now);
        case StateRule::Test::kPast:
            return time.kind == TimeReading::Kind::kMoment && time.moment <= now;
    }
    return false;
}

std::string digestOf(const std::string& text) {
    std::array<unsigned char, 16> hash{};
    if (sodium_init() < 0 || crypto_generichash(hash.data(), hash.size(),
                                                reinterpret_cast<const unsigned char*>(text.data()),
                                                text.size(), nullptr, 0) != 0) {
        throw tny::internal("The cryptographic library did not start.");
    }
    std::array<char, 33> hex{};
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    return hex.data();
}

tny::Record groupRecord(const std::string& id, const std::string& name) {
    tny::Record record = tny::group(id);
    record.set("name", name);
    record.etag(digestOf(record.body()));
    return record;
}

}  // namespace

bool UserRow::has(State state) const {
    return std::find(states.begin(), states.end(), state) != states.end();
}

tny::Record UserRow::record() const {
    if (!usable) return tny::Record::unchanged("user", id, "");
    tny::Record out = tny::user(id);
    out.etag(etag).modified(modifiedMs);
    for (const auto& member : body.members()) out.set(member.first, member.second);
    return out;
}

Reader::Reader(const Settings& settings) : settings_(settings) {
    const Mapping& mapping = settings.mapping;
    userSources_.push_back(mapping.user.id);
    for (const auto& attribute : mapping.user.attributes) userSources_.push_back(attribute.source);
    if (mapping.states.native) userSources_.push_back(*mapping.states.native);
    for (const auto& rule : mapping.states.rules) userSources_.push_back(rule.source);
    if (mapping.version) userSources_.push_back(*mapping.version);
}

std::string Reader::expression(const Source& source) const {
    if (!source.column.empty()) return "r." + quoteIdentifier(settings_.engine, source.column);
    return "(" + source.sql + ")";
}

std::string Reader::fromText(const Entity& entity, const std::string& condition) const {
    std::string text = " FROM ";
    text += entity.table.empty() ? entity.from : "{t:" + entity.table + "} r";
    if (!entity.joins.empty()) text += " " + entity.joins;
    text += " WHERE " + (entity.where.empty() ? "1 = 1" : "(" + entity.where + ")");
    if (!condition.empty()) text += " AND " + condition;
    return text;
}

Prepared Reader::select(const Entity& entity, const std::vector<Source>& sources,
                        const std::string& condition, std::size_t limit) const {
    std::string text = "SELECT ";
    for (std::size_t i = 0; i < sources.size(); ++i) {
        if (i > 0) text += ", ";
        text += asText(settings_.engine, expression(sources[i]));
    }
    text += fromText(entity, condition);
    text += " ORDER BY " + expression(entity.id) + " LIMIT " + std::to_string(limit);
    return prepare(settings_.engine, settings_.tablePrefix, text);
}

std::optional<Parameter> Reader::idParameter(const Entity& entity, std::string_view id) const {
    if (!entity.idIsInteger) return Parameter(std::string(id));
    const auto number = integerOf(std::string(id));
    if (!number) return std::nullopt;
    return Parameter(*number);
}

std::vector<Row> Reader::pageRows(Database& db, const Entity& entity,
                                  const std::vector<Source>& sources, std::string_view cursor,
                                  std::size_t rows) const {
    Parameters parameters;
    std::string condition;
    if (!cursor.empty()) {
        const auto after = idParameter(entity, cursor);
        if (!after) throw tny::cursorExpired();
        parameters["after"] = *after;
        condition = expression(entity.id) + " > :after";
    }
    return db.query(select(entity, sources, condition, rows), parameters, sources.size());
}

RecordPage Reader::users(Database& db, std::string_view cursor, Moment now,
                         std::size_t rows) const {
    RecordPage out;
    const auto found = pageRows(db, settings_.mapping.user, userSources_, cursor, rows);
    for (const auto& row : found) {
        if (!row.front() || row.front()->empty() || !tny::isUtf8(*row.front())) {
            ++out.unusable;  // nothing to call it by
            continue;
        }
        const UserRow user = toUser(row, now);
        if (!user.usable) ++out.unusable;
        out.page.add(user.record());
    }
    if (found.size() == rows) out.page.next = found.back().front().value_or("");
    return out;
}

std::optional<UserRow> Reader::user(Database& db, std::string_view id, Moment now) const {
    const Entity& entity = settings_.mapping.user;
    const auto parameter = idParameter(entity, id);
    if (!parameter) return std::nullopt;
    const auto rows = db.query(select(entity, userSources_, expression(entity.id) + " = :id", 2),
                               {{"id", *parameter}}, userSources_.size());
    if (rows.empty()) return std::nullopt;
    if (rows.size() > 1) {
        throw tny::config("The id column of the mapping is not unique: two rows have one id.",
                          entity.id.pointer);
    }
    return toUser(rows.front(), now);
}

void Reader::readStates(const Row& row, std::size_t at, Moment now, UserRow& out) const {
    const States& states = settings_.mapping.states;
    if (states.native) {
        const std::string native = textOf(row[at++]);
        const auto found = states.values.find(native);
        out.states.push_back(found == states.values.end() ? states.otherwise : found->second);
        if (!native.empty()) out.body.set("native_status", native);
    }
    for (const auto& rule : states.rules) {
        if (holds(rule, row[at++], now) && !out.has(rule.state)) out.states.push_back(rule.state);
    }
    if (out.states.size() > 1 || out.states.empty()) {
        out.states.erase(std::remove(out.states.begin(), out.states.end(), State::kActive),
                         out.states.end());
        if (out.states.empty()) out.states.push_back(State::kActive);
    }
    std::vector<std::string> words;
    for (const State state : out.states) words.emplace_back(wordOf(state));
    out.body.set("status", words.size() == 1 ? Json(words.front()) : Json(words));
}

UserRow Reader::toUser(const Row& row, Moment now) const {
    const Mapping& mapping = settings_.mapping;
    UserRow out;
    out.id = row.front().value_or("");
    out.usable = usable(row);
    out.body = Json::object();
    std::size_t at = 1;
    for (const auto& attribute : mapping.user.attributes) {
        const Cell& cell = row[at++];
        const Json value = valueOf(attribute, cell);
        if (attribute.name == mapping.membershipAttribute) {
            for (const auto& one : value.items()) out.groups.push_back(one.text());
        }
        if (attribute.name == "modified_at") {
            const TimeReading time = readTime(textOf(cell));
            if (time.kind == TimeReading::Kind::kMoment) {
                out.modifiedMs = time.moment.time_since_epoch().count();
            }
        }
        if (!value.isNull()) out.body.set(attribute.name, value);
    }
    readStates(row, at, now, out);
    if (mapping.version) {
        out.etag = textOf(row.back());
    } else if (out.usable) {
        out.etag = digestOf(out.body.dump());
    }
    return out;
}

RecordPage Reader::groups(Database& db, std::string_view cursor) const {
    const auto& groups = settings_.mapping.groups;
    if (!groups) throw tny::unsupported("This mapping has no groups.");
    RecordPage out;
    if (groups->document) {
        const auto prepared =
            prepare(settings_.engine, settings_.tablePrefix,
                    "SELECT " + asText(settings_.engine, "(" + groups->document->sql + ")"));
        for (const auto& row : db.query(prepared, {}, 1)) {
            for (const auto& name : listOf(textOf(row.front()), groups->list)) {
                out.page.add(groupRecord(name, name));
            }
        }
        return out;
    }
    const Entity& entity = *groups->entity;
    std::vector<Source> sources{entity.id};
    const auto name = std::find_if(entity.attributes.begin(), entity.attributes.end(),
                                   [](const Attribute& a) { return a.name == "name"; });
    sources.push_back(name == entity.attributes.end() ? entity.id : name->source);
    const auto rows = pageRows(db, entity, sources, cursor, kPageRows);
    for (const auto& row : rows) {
        if (!usable(row) || textOf(row[0]).empty()) {
            ++out.unusable;
            continue;
        }
        out.page.add(groupRecord(textOf(row[0]), textOf(row[1])));
    }
    if (rows.size() == kPageRows) out.page.next = rows.back().front().value_or("");
    return out;
}

std::vector<tny::Record> Reader::groupsOf(Database& db, std::string_view id, Moment now) const {
    std::vector<tny::Record> out;
    if (const auto found = user(db, id, now)) {
        for (const auto& name : found->groups) out.push_back(groupRecord(name, name));
    }
    return out;
}

std::vector<tny::Record> Reader::membershipsOf(const UserRow& user) const {
    std::vector<tny::Record> out;
    for (const auto& group : user.groups) {
        tny::Record record("membership", user.id + ":" + group);
        record.set("user", user.id).set("group", group);
        record.etag(digestOf(record.body()));
        out.push_back(std::move(record));
    }
    return out;
}

RecordPage Reader::memberships(Database& db, std::string_view cursor, Moment now) const {
    if (settings_.mapping.membershipAttribute.empty()) {
        throw tny::unsupported("This mapping has no memberships.");
    }
    RecordPage out;
    const auto rows = pageRows(db, settings_.mapping.user, userSources_, cursor, kPageRows);
    for (const auto& row : rows) {
        if (!usable(row) || !row.front()) {
            ++out.unusable;
            continue;
        }
        for (auto& record : membershipsOf(toUser(row, now))) out.page.add(std::move(record));
    }
    if (rows.size() == kPageRows) out.page.next = rows.back().front().value_or("");
    return out;
}

void Reader::lock(Database& db, const Parameter& id) const {
    const Entity& entity = settings_.mapping.user;
    if (settings_.engine == Engine::kSqlite || entity.table.empty()) return;
    const std::string text = "SELECT " + asText(settings_.engine, expression(entity.id)) +
                             " FROM {t:" + entity.table + "} r WHERE " + expression(entity.id) +
                             " = :id FOR UPDATE";
    db.query(prepare(settings_.engine, settings_.tablePrefix, text), {{"id", id}}, 1);
}

}  // namespace tenantry::sql
