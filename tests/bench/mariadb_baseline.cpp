#include "tests/bench/mariadb_baseline.h"

#include <cstdio>
#include <cstdlib>

#include "kernel/base/text.h"

namespace tenantry::testing {

namespace {

std::string millisOf(const std::optional<base::TimePoint>& time) {
    return std::to_string(time ? base::toMillis(*time) : 0);
}

std::string listed(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all) out += (out.empty() ? "" : ",") + one;
    return out;
}

}  // namespace

MariaDbBaseline::MariaDbBaseline() {
    server_.createDatabase("bench");
    server_.execute("", "SET GLOBAL innodb_buffer_pool_size = 2147483648");
    server_.execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    server_.execute("", "SET GLOBAL max_allowed_packet = 67108864");
    connection_ = mysql_init(nullptr);
    if (mysql_real_connect(connection_, MariaDbServer::kHost, MariaDbServer::kUser,
                           MariaDbServer::kPassword, "bench", static_cast<unsigned>(server_.port()),
                           nullptr, 0) == nullptr) {
        std::fprintf(stderr, "%s\n", mysql_error(connection_));
        std::abort();
    }
    mysql_set_character_set(connection_, "utf8mb4");
    run("CREATE TABLE users(number INT AUTO_INCREMENT PRIMARY KEY, id CHAR(36) CHARACTER SET "
        "ascii, "
        "organization INT, partner INT, distributor INT, username VARCHAR(190), first_name "
        "VARCHAR(190), last_name VARCHAR(190), display_name VARCHAR(190), email VARCHAR(190), "
        "native_id VARCHAR(190), phone VARCHAR(64), status TINYINT, mfa TINYINT, roles "
        "VARCHAR(190), last_login BIGINT, created BIGINT, modified BIGINT, url VARCHAR(250), "
        "search "
        "VARCHAR(800) COLLATE utf8mb4_bin) CHARACTER SET utf8mb4");
}

MariaDbBaseline::~MariaDbBaseline() {
    mysql_close(connection_);
}

std::size_t MariaDbBaseline::run(const std::string& sql) {
    if (mysql_real_query(connection_, sql.data(), sql.size()) != 0) {
        std::fprintf(stderr, "%.200s: %s\n", sql.c_str(), mysql_error(connection_));
        std::abort();
    }
    MYSQL_RES* answer = mysql_store_result(connection_);
    if (answer == nullptr) return 0;
    std::size_t rows = 0, bytes = 0;
    while (const MYSQL_ROW row = mysql_fetch_row(answer)) {
        for (unsigned i = 0; i < mysql_num_fields(answer); ++i) bytes += row[i] != nullptr ? 1 : 0;
        ++rows;
    }
    mysql_free_result(answer);
    return bytes == 0 ? 0 : rows;
}

std::string MariaDbBaseline::quoted(const std::string& text) {
    std::string out(text.size() * 2 + 1, '\0');
    out.resize(mysql_real_escape_string(connection_, out.data(), text.data(), text.size()));
    return "'" + out + "'";
}

void MariaDbBaseline::add(const BenchTenant& tenant, const std::vector<domain::User>& users) {
    std::string sql;
    for (const auto& user : users) {
        sql += sql.empty()
                   ? "INSERT INTO users(id,organization,partner,distributor,username,first_name,"
                     "last_name,display_name,email,native_id,phone,status,mfa,roles,last_login,"
                     "created,modified,url,search) VALUES("
                   : ",(";
        sql += quoted(user.id.text()) + "," + std::to_string(tenant.organization) + "," +
               std::to_string(tenant.partner) + "," + std::to_string(tenant.distributor);
        for (const auto* text : {&user.username, &user.firstName, &user.lastName, &user.displayName,
                                 &user.email, &user.nativeId, &user.phone})
            sql += "," + quoted(*text);
        sql +=
            "," + std::to_string(static_cast<int>(user.status)) + "," +
            std::to_string(static_cast<int>(user.mfaEnrolled)) + "," + quoted(listed(user.roles)) +
            "," + millisOf(user.lastLoginAt) + "," + millisOf(user.createdAt) + "," +
            millisOf(user.modifiedAt) + "," + quoted(user.consoleUrl) + "," +
            quoted(base::searchFold(user.username) + "\n" + base::searchFold(user.displayName) +
                   "\n" + base::searchFold(user.email) + "\n" + base::searchFold(user.nativeId)) +
            ")";
    }
    if (!sql.empty()) run(sql);
}

void MariaDbBaseline::finish() {
    run("ALTER TABLE users ADD INDEX by_name(last_name, id), ADD INDEX by_partner(partner, "
        "last_name, id), ADD INDEX by_state(distributor, status, mfa, last_login, id), ADD INDEX "
        "by_facet(distributor, mfa, organization, status), ADD UNIQUE INDEX by_id(id)");
    run("ANALYZE TABLE users");
}

std::size_t MariaDbBaseline::ask(const std::string& sql, const std::vector<std::int64_t>& numbers) {
    std::string whole;
    std::size_t next = 0;
    for (const char c : withColumns(sql))
        if (c == '?')
            whole += std::to_string(numbers.at(next++));
        else
            whole += c;
    return run(whole);
}

std::size_t MariaDbBaseline::search(const std::string& needle, std::int64_t partner) {
    const std::string where =
        (partner == 0 ? std::string() : "partner=" + std::to_string(partner) + " AND ") +
        "LOCATE(" + quoted(needle) + ", search) > 0";
    run("SELECT count(*) FROM users WHERE " + where);
    return run(withColumns("SELECT u.* FROM users u WHERE " + where +
                           " ORDER BY u.last_name, u.id LIMIT 100"));
}

void MariaDbBaseline::change(std::int64_t row, std::int64_t phone) {
    ask("UPDATE users SET phone=? WHERE number=?", {phone, row});
    ask("SELECT u.* FROM users u WHERE number=?", {row});
}

std::uint64_t MariaDbBaseline::bytes() {
    const auto text = server_.query(
        "",
        "SELECT data_length + index_length FROM information_schema.tables WHERE table_name = "
        "'users' AND table_schema = 'bench'");
    return std::strtoull(text.c_str(), nullptr, 10);
}

}  // namespace tenantry::testing
