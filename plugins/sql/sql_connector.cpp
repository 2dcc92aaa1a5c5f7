#include "plugins/sql/sql_connector.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>

#include "plugins/sql/checks.h"
#include "plugins/sql/watchdog.h"

namespace tenantry::sql {
namespace {

/// The descriptor's word for what a mapping calls it.
const char* typeOf(AttributeType type) {
    switch (type) {
        case AttributeType::kInteger:
            return "integer";
        case AttributeType::kBoolean:
            return "boolean";
        case AttributeType::kTime:
            return "datetime";
        case AttributeType::kText:
        case AttributeType::kList:
            break;
    }
    return "string";
}

Moment currentTime() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string fileProblem(const Settings& settings) {
    return "The SQLite file of this connection does not exist or cannot be opened: " +
           settings.file + ".";
}

}  // namespace

SqlConnector::SqlConnector(tny::Call&, std::string_view, std::string_view configJson)
    : settings_(readSettings(configJson)),
      reader_(settings_),
      actions_(settings_, reader_),
      database_(settings_) {}

void SqlConnector::explain(tny::Call& call, const Failure& failure) {
    // The engine names a column; which part of the mapping wants it, only a search can tell.
    const bool mapping = failure.fault() == Fault::kUnknownColumn ||
                         failure.fault() == Fault::kUnknownTable ||
                         failure.fault() == Fault::kSyntax;
    if (mapping && !call.cancelled()) {
        try {
            blame(database_, settings_, reader_);
        } catch (const Failure&) {
            // The search was cut short; what is known already will do.
        }
    }
    if (failure.fault() == Fault::kLost) database_.close();
    if (call.cancelled()) throw tny::cancelled();
    if (settings_.engine == Engine::kSqlite && failure.fault() == Fault::kUnreachable) {
        throw tny::config(fileProblem(settings_), "/file").backend(0, failure.code());
    }
    if (failure.fault() == Fault::kLost && call.deadlineMs() == 0) {
        throw tny::timeout("The database did not answer in time.").backend(0, failure.code());
    }
    throw toError(failure);
}

/// Runs `body` with a session and a watchdog, and turns what the database says into the host's
/// words.
template <class Body>
auto SqlConnector::withDatabase(tny::Call& call, Body&& body) {
    call.throwIfCancelled();
    try {
        std::string password;
        if (settings_.engine != Engine::kSqlite) {
            password = settings_.source.secret(call, "password");
        }
        const Watchdog watchdog(call, database_);
        database_.connect(password, std::chrono::milliseconds(call.deadlineMs()));
        sodium_memzero(password.data(), password.size());
        call.throwIfCancelled();
        return body();
    } catch (const Failure& failure) {
        explain(call, failure);
    }
}

void SqlConnector::check(tny::Call& call) {
    const auto sentences =
        withDatabase(call, [&] { return diagnose(database_, settings_, reader_, currentTime()); });
    call.reply("diagnostics", tny::Json(sentences));
}

RecordPage SqlConnector::fetch(const tny::Read& read, std::string_view cursor) {
    if (read.kind == "user") {
        const auto rows = std::clamp<std::size_t>(read.budgetRecords, 1, Reader::kPageRows);
        return reader_.users(database_, cursor, currentTime(), rows);
    }
    if (read.kind == "group") return reader_.groups(database_, cursor);
    if (read.kind == "membership") return reader_.memberships(database_, cursor, currentTime());
    throw tny::unsupported("The SQL connector does not list this kind of record.");
}

tny_status SqlConnector::listOfUser(tny::Call& call, const tny::Read& read) {
    const auto user = reader_.user(database_, read.parentId, currentTime());
    if (!user) throw tny::notFound("The directory has no user with this id.");
    std::vector<tny::Record> records;
    if (read.kind == "group") records = reader_.groupsOf(database_, read.parentId, currentTime());
    if (read.kind == "membership") records = reader_.membershipsOf(*user);
    return call.emit(records) ? TNY_OK : TNY_MORE;
}

tny_status SqlConnector::list(tny::Call& call, const tny::Read& read) {
    if (read.delta) throw tny::unsupported("The SQL connector reads in full only.");
    const bool edges = read.kind == "group" || read.kind == "membership";
    if (!read.parentKind.empty() && (read.parentKind != "user" || !edges)) {
        throw tny::unsupported("Only the groups of a user can be listed apart.");
    }
    return withDatabase(call, [&] {
        if (!read.parentKind.empty()) return listOfUser(call, read);
        return tny::paginate(call, read, [&](std::string_view cursor) {
            RecordPage page = fetch(read, cursor);
            if (page.unusable > 0) {
                const auto kind = tny::Json::object({{"kind", read.kind}});
                call.metric("tny.bad_records", static_cast<double>(page.unusable), kind);
                call.log(tny::LogLevel::kWarn, "sql.bad_records", kind);
            }
            return std::move(page.page);
        });
    });
}

void SqlConnector::get(tny::Call& call, std::string_view kind, std::string_view id) {
    if (kind != "user") throw tny::unsupported("Only users can be read one by one.");
    const auto user =
        withDatabase(call, [&] { return reader_.user(database_, id, currentTime()); });
    if (!user) throw tny::notFound("The directory has no user with this id.");
    if (!user->usable) throw tny::data("The row of this user cannot be read.");
    call.emit(user->record());
}

void SqlConnector::schema(tny::Call& call) {
    call.reply("actions", actions_.capabilities().json());
    tny::Json attributes = tny::Json::object();
    for (const auto& attribute : settings_.mapping.user.attributes) {
        tny::Json one = tny::Json::object();
        one.set("type", typeOf(attribute.type));
        if (attribute.type == AttributeType::kList) one.set("multi", true);
        one.set("mutability", attribute.writable ? "readWrite" : "readOnly");
        attributes.set(attribute.name, one);
    }
    call.reply("attributes", attributes);
}

tny_status SqlConnector::perform(tny::Call& call, const tny::Act& act) {
    const auto outcome =
        withDatabase(call, [&] { return actions_.perform(call, database_, act, currentTime()); });
    call.emit(outcome.record);
    if (!outcome.secret.empty()) call.reply("secret", tny::Json(outcome.secret));
    return TNY_OK;
}

}  // namespace tenantry::sql
