#include "kernel/store/fault.h"

#include <soci/mysql/soci-mysql.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace tenantry::store {

namespace {

FaultKind ofSqlite(int result) {
    // The low byte is the primary code; the rest details it.
    switch (result & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return FaultKind::kBusy;
        case SQLITE_CONSTRAINT:
            return FaultKind::kConstraint;
        case SQLITE_INTERRUPT:
            return FaultKind::kInterrupted;
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return FaultKind::kRefused;
        case SQLITE_READONLY:
        case SQLITE_FULL:
        case SQLITE_IOERR:
            return FaultKind::kUnwritable;
        default:
            return FaultKind::kBroken;
    }
}

/// Server codes are of MariaDB's and MySQL's manuals; those from 2000 are the client's own.
FaultKind ofMysql(unsigned code) {
    switch (code) {
        case 1205:  // lock wait timeout
        case 1213:  // deadlock; in a Galera cluster also at COMMIT
        case 1020:  // record has changed since last read
        case 1412:  // table definition has changed
            return FaultKind::kBusy;
        case 1022:
        case 1062:
        case 1169:
        case 1216:
        case 1217:
        case 1451:
        case 1452:
        case 1586:
            return FaultKind::kConstraint;
        case 1317:
        case 1969:
        case 3024:
            return FaultKind::kInterrupted;
        case 1044:
        case 1045:
        case 1049:
        case 1142:
        case 1130:
        case 1698:
            return FaultKind::kRefused;
        case 1021:
        case 1047:  // a Galera node without quorum
        case 1114:
        case 1290:
        case 1792:
        case 1836:
            return FaultKind::kUnwritable;
        case 1040:
        case 1053:
        case 1077:
        case 1078:
        case 1079:
        case 1080:
        case 1152:
        case 1153:
        case 1158:
        case 1159:
        case 1160:
        case 1161:
        case 1184:
        case 1203:
        case 1927:
            return FaultKind::kLost;
        default:
            // 2000 to 2099: it never came to the server, or its answer never came back.
            return code >= 2000 && code < 2100 ? FaultKind::kLost : FaultKind::kBroken;
    }
}

}  // namespace

Fault classify(const soci::soci_error& error) {
    if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&error))
        return {ofSqlite(sqlite->result()), std::to_string(sqlite->result())};
    if (const auto* mysql = dynamic_cast<const soci::mysql_soci_error*>(&error))
        return {ofMysql(mysql->err_num_), std::to_string(mysql->err_num_)};
    return {};
}

base::Error toError(const Fault& fault) {
    base::Error error;
    switch (fault.kind) {
        case FaultKind::kBusy:
            error = base::unavailable("The database is busy with other work. Try again.");
            break;
        case FaultKind::kLost:
            error = base::unavailable("The database cannot be reached.");
            error.outcomeUnknown = fault.atCommit;
            break;
        case FaultKind::kConstraint:
            error = base::conflict("Something else changed it meanwhile.");
            break;
        case FaultKind::kInterrupted:
            error = base::unavailable("The database did not answer in time.");
            break;
        case FaultKind::kRefused:
            error = base::unavailable(
                "The database refuses to be opened: check its place, the user, the password and "
                "the rights.");
            break;
        case FaultKind::kUnwritable:
            error = base::unavailable(
                "The database cannot be written: its disk is full or failing, it is read-only, or "
                "its cluster has lost its majority.");
            break;
        case FaultKind::kBroken:
            error = base::internal("The database answered with an error that was not expected.");
            break;
    }
    error.backendCode = fault.code;
    return error;
}

}  // namespace tenantry::store
