#include "plugins/sql/failure.h"

#include <cctype>

namespace tenantry::sql {
namespace {

tny::Error made(const Failure& failure) {
    const std::string name = namedIn(failure.text());
    const auto called = [&](const char* thing) {
        return name.empty() ? std::string("A ") + thing
                            : "The " + std::string(thing) + " \"" + name + "\"";
    };
    switch (failure.fault()) {
        case Fault::kUnreachable:
            return tny::unavailable("The database server cannot be reached.");
        case Fault::kTls:
            return tny::config(
                "The secured connection to the database server could not be made: the server "
                "offers no TLS, or its certificate does not hold.",
                "/tls");
        case Fault::kLost:
            return tny::unavailable("The connection to the database was lost.");
        case Fault::kAuth:
            return tny::authFailed("The database refused the user name or the password.");
        case Fault::kUnknownDatabase:
            return tny::config(called("database") + " does not exist on this server.", "/database");
        case Fault::kUnknownTable:
            return tny::config(called("table") + " of the mapping is not in the database.",
                               "/mapping");
        case Fault::kUnknownColumn:
            return tny::config(called("column") + " of the mapping is not in the database.",
                               "/mapping");
        case Fault::kSyntax:
            return tny::config("The database does not understand a statement of the mapping.",
                               "/mapping");
        case Fault::kPermission:
            return tny::permission("The database account may not do this: it lacks a right.");
        case Fault::kReadOnly:
            return tny::permission("The database may only be read with this account.");
        case Fault::kDuplicate:
            return tny::exists("Another record of the database already has this value.");
        case Fault::kConstraint:
            return tny::policy("A rule of the database refuses this change.");
        case Fault::kBadValue:
            return tny::argument("The database refuses a value: too long, or of the wrong form.");
        case Fault::kDeadlock:
        case Fault::kBusy:
            return tny::unavailable("The database is busy with other changes of this record.");
        case Fault::kTimeout:
            return tny::timeout("The database did not answer in time.");
        case Fault::kOverload:
            return tny::unavailable("The database server does not take statements now.");
        case Fault::kNotADatabase:
            return tny::config("The file is not a SQLite database, or it is damaged.", "/file");
        case Fault::kOther:
            break;
    }
    return tny::internal("The database answered with an error that is not known here.");
}

}  // namespace

Fault faultOfMysql(unsigned code) {
    switch (code) {
        case 1044:  // access denied to a database
        case 1142:
        case 1143:
        case 1227:
        case 1370:
            return Fault::kPermission;
        case 1045:
        case 1698:
        case 1820:
        case 1862:
        case 4151:
            return Fault::kAuth;
        case 1049:
            return Fault::kUnknownDatabase;
        case 1051:
        case 1109:
        case 1146:
            return Fault::kUnknownTable;
        case 1054:
            return Fault::kUnknownColumn;
        case 1064:
        case 1149:
            return Fault::kSyntax;
        case 1062:
        case 1586:
            return Fault::kDuplicate;
        case 1048:
        case 1216:
        case 1217:
        case 1364:
        case 1451:
        case 1452:
        case 3819:
        case 4025:
        case 1644:  // SIGNAL of a trigger
            return Fault::kConstraint;
        case 1264:
        case 1265:
        case 1292:
        case 1366:
        case 1406:
            return Fault::kBadValue;
        case 1205:
            return Fault::kBusy;
        case 1213:
            return Fault::kDeadlock;
        case 1969:  // MariaDB's max_statement_time
        case 3024:
        case 1317:
            return Fault::kTimeout;
        case 1290:
        case 1836:
            return Fault::kReadOnly;
        case 1040:
        case 1047:  // Galera: not primary
        case 1053:
        case 1129:
        case 1203:
        case 1226:
            return Fault::kOverload;
        case 2006:
        case 2013:
        case 2055:
        case 1927:
            return Fault::kLost;
        case 2002:
        case 2003:
        case 2005:
            return Fault::kUnreachable;
        case 2026:
        case 3159:
            return Fault::kTls;
        default:
            return Fault::kOther;
    }
}

Fault faultOfSqlState(const std::string& state) {
    const std::string group = state.substr(0, 2);
    if (state == "28P01" || state == "28000") return Fault::kAuth;
    if (state == "3D000") return Fault::kUnknownDatabase;
    if (state == "42P01" || state == "3F000") return Fault::kUnknownTable;
    if (state == "42703") return Fault::kUnknownColumn;
    if (state == "42501") return Fault::kPermission;
    if (state == "25006") return Fault::kReadOnly;
    if (state == "23505") return Fault::kDuplicate;
    if (state == "40P01" || state == "40001") return Fault::kDeadlock;
    if (state == "55P03") return Fault::kBusy;
    if (state == "57014") return Fault::kTimeout;
    if (state == "57P01" || state == "57P02") return Fault::kLost;
    if (group == "53" || state == "57P03") return Fault::kOverload;
    if (group == "08") return Fault::kLost;
    if (group == "23" || state == "P0001") return Fault::kConstraint;
    if (group == "22") return Fault::kBadValue;
    if (group == "42") return Fault::kSyntax;
    return Fault::kOther;
}

Fault faultOfSqlite(int extended) {
    if (extended == 2067 || extended == 1555 || extended == 2579) return Fault::kDuplicate;
    switch (extended & 0xff) {
        case 3:   // PERM
        case 23:  // AUTH
            return Fault::kPermission;
        case 5:
        case 6:
            return Fault::kBusy;
        case 8:
            return Fault::kReadOnly;
        case 9:  // INTERRUPT
            return Fault::kTimeout;
        case 10:  // IOERR
        case 13:  // FULL
            return Fault::kOverload;
        case 11:
        case 26:
            return Fault::kNotADatabase;
        case 14:
            return Fault::kUnreachable;
        case 18:
        case 20:
            return Fault::kBadValue;
        case 19:
            return Fault::kConstraint;
        default:
            return Fault::kOther;
    }
}

std::string namedIn(const std::string& text) {
    const auto open = text.find_first_of("'\"`");
    std::string name;
    if (open != std::string::npos) {
        const auto close = text.find(text[open], open + 1);
        if (close != std::string::npos) name = text.substr(open + 1, close - open - 1);
    } else if (const auto colon = text.rfind(": "); colon != std::string::npos) {
        name = text.substr(colon + 2);  // SQLite: "no such column: r.phone"
    }
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.' && c != '-') {
            return {};
        }
    }
    return name.size() <= 128 ? name : std::string();
}

tny::Error toError(const Failure& failure) {
    // A developer may see the engine's words where they can only speak of the schema.
    std::string detail;
    switch (failure.fault()) {
        case Fault::kUnknownDatabase:
        case Fault::kUnknownTable:
        case Fault::kUnknownColumn:
        case Fault::kSyntax:
        case Fault::kUnreachable:
        case Fault::kTls:
        case Fault::kPermission:
            detail = failure.text();
            break;
        default:
            break;
    }
    return made(failure).backend(0, failure.code()).detail(std::move(detail));
}

}  // namespace tenantry::sql
