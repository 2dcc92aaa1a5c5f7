#include "tests/bench/sqlite_baseline.h"

#include <iostream>

#include "kernel/base/text.h"

namespace tenantry::testing {

namespace {

std::int64_t millisOf(const std::optional<base::TimePoint>& time) {
    return time ? base::toMillis(*time) : 0;
}

std::string listed(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all) out += (out.empty() ? "" : ",") + one;
    return out;
}

}  // namespace

SqliteBaseline::SqliteBaseline() {
    sqlite3_open(":memory:", &db_);
    run("CREATE TABLE users(row INTEGER PRIMARY KEY, id TEXT, organization INTEGER, partner "
        "INTEGER, distributor INTEGER, username TEXT, first_name TEXT, last_name TEXT COLLATE "
        "NOCASE, display_name TEXT, email TEXT, native_id TEXT, phone TEXT, status INTEGER, mfa "
        "INTEGER, roles TEXT, last_login INTEGER, created INTEGER, modified INTEGER, url TEXT, "
        "search TEXT)");
    run("CREATE VIRTUAL TABLE found USING fts5(search, content='users', content_rowid='row', "
        "tokenize='trigram', detail='full')");
}

SqliteBaseline::~SqliteBaseline() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
}

void SqliteBaseline::run(const std::string& sql) {
    char* error = nullptr;
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
        std::cerr << sql << ": " << error << "\n";
        std::abort();
    }
}

sqlite3_stmt* SqliteBaseline::prepared(const std::string& sql) {
    auto& statement = statements_[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        std::cerr << sql << ": " << sqlite3_errmsg(db_) << "\n";
        std::abort();
    }
    sqlite3_reset(statement);
    return statement;
}

void SqliteBaseline::add(const BenchTenant& tenant, const std::vector<domain::User>& users) {
    run("BEGIN");
    for (const auto& user : users) {
        auto* insert = prepared(
            "INSERT INTO users(id,organization,partner,distributor,username,first_name,last_name,"
            "display_name,email,native_id,phone,status,mfa,roles,last_login,created,modified,url,"
            "search) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
        int at = 0;
        const auto text = [&](const std::string& value) {
            sqlite3_bind_text(insert, ++at, value.c_str(), -1, SQLITE_TRANSIENT);
        };
        const auto number = [&](std::int64_t value) { sqlite3_bind_int64(insert, ++at, value); };
        text(user.id.text());
        number(static_cast<std::int64_t>(tenant.organization));
        number(static_cast<std::int64_t>(tenant.partner));
        number(static_cast<std::int64_t>(tenant.distributor));
        text(user.username);
        text(user.firstName);
        text(user.lastName);
        text(user.displayName);
        text(user.email);
        text(user.nativeId);
        text(user.phone);
        number(static_cast<std::int64_t>(user.status));
        number(static_cast<std::int64_t>(user.mfaEnrolled));
        text(listed(user.roles));
        number(millisOf(user.lastLoginAt));
        number(millisOf(user.createdAt));
        number(millisOf(user.modifiedAt));
        text(user.consoleUrl);
        text(base::searchFold(user.username) + "\n" + base::searchFold(user.displayName) + "\n" +
             base::searchFold(user.email) + "\n" + base::searchFold(user.nativeId));
        sqlite3_step(insert);
    }
    run("COMMIT");
}

void SqliteBaseline::finish() {
    run("CREATE INDEX by_name ON users(last_name, id)");
    run("CREATE INDEX by_partner ON users(partner, last_name, id)");
    run("CREATE INDEX by_state ON users(distributor, status, mfa, last_login, id)");
    run("CREATE INDEX by_facet ON users(distributor, mfa, organization, status)");
    run("CREATE UNIQUE INDEX by_id ON users(id)");
    run("INSERT INTO found(found) VALUES('rebuild')");
    run("ANALYZE");
}

std::size_t SqliteBaseline::ask(const std::string& sql, const std::vector<std::int64_t>& numbers) {
    return read(sql, numbers, {});
}

void SqliteBaseline::change(std::int64_t row, std::int64_t phone) {
    ask("UPDATE users SET phone=? WHERE row=?", {phone, row});
    ask("SELECT u.* FROM users u WHERE row=?", {row});
}

std::size_t SqliteBaseline::read(const std::string& sql, const std::vector<std::int64_t>& numbers,
                                 const std::vector<std::string>& texts) {
    auto* query = prepared(withColumns(sql));
    int at = 0;
    for (const auto value : numbers) sqlite3_bind_int64(query, ++at, value);
    for (const auto& value : texts)
        sqlite3_bind_text(query, ++at, value.c_str(), -1, SQLITE_TRANSIENT);
    std::size_t rows = 0, bytes = 0;
    while (sqlite3_step(query) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(query); ++i) {
            static_cast<void>(sqlite3_column_text(query, i));
            bytes += static_cast<std::size_t>(sqlite3_column_bytes(query, i));
        }
        ++rows;
    }
    sqlite3_reset(query);
    return bytes == 0 ? 0 : rows;
}

std::int64_t SqliteBaseline::number(const std::string& sql, const std::vector<std::string>& texts) {
    auto* query = prepared(sql);
    int at = 0;
    for (const auto& value : texts)
        sqlite3_bind_text(query, ++at, value.c_str(), -1, SQLITE_TRANSIENT);
    const std::int64_t out =
        sqlite3_step(query) == SQLITE_ROW ? sqlite3_column_int64(query, 0) : -1;
    sqlite3_reset(query);
    return out;
}

std::size_t SqliteBaseline::search(const std::string& needle, std::int64_t partner) {
    const bool indexed = needle.size() >= 3;
    const std::string inside = partner == 0 ? "" : "partner=" + std::to_string(partner) + " AND ";
    std::string quoted = "\"";
    for (const char c : needle) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    quoted += '"';
    const std::int64_t total =
        indexed
            ? (partner == 0
                   ? number("SELECT count(*) FROM found WHERE found MATCH ?", {quoted})
                   : number("SELECT count(*) FROM found f JOIN users u ON u.row=f.rowid WHERE " +
                                inside + "found MATCH ?",
                            {quoted}))
            : number("SELECT count(*) FROM users WHERE " + inside + "instr(search, ?)", {needle});
    if (total == 0) return 0;
    // Few hits are sorted; of many the first hundred are met soon on a walk by name.
    if (indexed && total < number("SELECT max(row) FROM users") / 20)
        return read("SELECT u.* FROM found f JOIN users u ON u.row=f.rowid WHERE " + inside +
                        "found MATCH ? ORDER BY u.last_name, u.id LIMIT 100",
                    {}, {quoted});
    return read("SELECT u.* FROM users u WHERE " + inside +
                    "instr(u.search, ?) ORDER BY u.last_name, u.id LIMIT 100",
                {}, {needle});
}

std::uint64_t SqliteBaseline::bytes() {
    return static_cast<std::uint64_t>(number("PRAGMA page_count") * number("PRAGMA page_size"));
}

}  // namespace tenantry::testing
