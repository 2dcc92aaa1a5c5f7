#include "plugins/sql/checks.h"

namespace tenantry::sql {
namespace {

bool ofMapping(Fault fault) {
    return fault == Fault::kUnknownTable || fault == Fault::kUnknownColumn ||
           fault == Fault::kSyntax;
}

/// The pointer a form can show: parts of a ready mapping are not in the configuration.
std::string shownPointer(const std::string& pointer) {
    return pointer.rfind("/mapping", 0) == 0 ? "/mapping" : pointer;
}

void probe(Database& db, const Settings& settings, const std::string& text, std::size_t columns) {
    db.query(prepare(settings.engine, settings.tablePrefix, text), {}, columns);
}

void probeSource(Database& db, const Settings& settings, const Reader& reader, const Entity& entity,
                 const Source& source) {
    try {
        probe(db, settings,
              "SELECT " + asText(settings.engine, reader.expression(source)) +
                  reader.fromText(entity, "1 = 0"),
              1);
    } catch (const Failure& failure) {
        if (!ofMapping(failure.fault())) throw;
        const std::string what =
            source.column.empty() ? "The expression" : "The column \"" + source.column + "\"";
        throw tny::config(what + " for the " + source.name + " (mapping " + settings.mapping.name +
                              ") does not work in this database.",
                          shownPointer(source.pointer))
            .detail(failure.text())
            .backend(0, failure.code());
    }
}

void probeTable(Database& db, const Settings& settings, const Reader& reader, const Entity& entity,
                const char* what) {
    try {
        probe(db, settings,
              "SELECT " + asText(settings.engine, "1") + reader.fromText(entity, "1 = 0"), 1);
    } catch (const Failure& failure) {
        if (!ofMapping(failure.fault())) throw;
        const std::string table =
            entity.table.empty() ? namedIn(failure.text()) : settings.tablePrefix + entity.table;
        std::string message = "The " + std::string(what) + " of the mapping " +
                              settings.mapping.name + " cannot be read";
        if (!table.empty() && failure.fault() == Fault::kUnknownTable) {
            message = "The table \"" + table + "\" (mapping " + settings.mapping.name +
                      ") is not in this database";
        }
        if (settings.tablePrefix.empty() && failure.fault() == Fault::kUnknownTable) {
            message += "; it may need a table prefix";
        }
        throw tny::config(message + ".", shownPointer(entity.pointer))
            .detail(failure.text())
            .backend(0, failure.code());
    }
}

std::string countOf(Database& db, const Settings& settings, const std::string& what,
                    const std::string& from) {
    const auto rows = db.query(prepare(settings.engine, settings.tablePrefix,
                                       "SELECT " + asText(settings.engine, what) + from),
                               {}, 1);
    return rows.empty() ? "0" : rows.front().front().value_or("0");
}

}  // namespace

void blame(Database& db, const Settings& settings, const Reader& reader) {
    const Entity& user = settings.mapping.user;
    probeTable(db, settings, reader, user, "users");
    for (const auto& source : reader.userSources()) {
        probeSource(db, settings, reader, user, source);
    }
    const auto& groups = settings.mapping.groups;
    if (!groups || !groups->entity) return;
    probeTable(db, settings, reader, *groups->entity, "groups");
    probeSource(db, settings, reader, *groups->entity, groups->entity->id);
    for (const auto& attribute : groups->entity->attributes) {
        probeSource(db, settings, reader, *groups->entity, attribute.source);
    }
}

std::vector<std::string> diagnose(Database& db, const Settings& settings, const Reader& reader,
                                  Moment now) {
    std::vector<std::string> out;
    out.push_back("Connected to " + db.version() + ".");
    blame(db, settings, reader);
    const Entity& user = settings.mapping.user;
    const std::string from = reader.fromText(user, "");
    const std::string total = countOf(db, settings, "COUNT(*)", from);
    const std::string ids =
        countOf(db, settings, "COUNT(DISTINCT " + reader.expression(user.id) + ")", from);
    if (total != ids) {
        throw tny::config(
            "The id column of the mapping is not unique: " + total + " rows have " + ids + " ids.",
            shownPointer(user.id.pointer));
    }
    // A whole page, so that a wrong expression shows now and not at the first sync.
    const auto first = reader.users(db, "", now);
    out.push_back("The mapping " + settings.mapping.name + " fits; it shows " + total + " users.");
    if (first.unusable > 0) {
        out.push_back(std::to_string(first.unusable) + " of the first " +
                      std::to_string(first.page.records.size()) +
                      " rows cannot be read: their text is not valid UTF-8.");
    }
    return out;
}

}  // namespace tenantry::sql
