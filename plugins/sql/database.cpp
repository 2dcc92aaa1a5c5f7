#include "plugins/sql/database.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/MySQL/Utility.h>
#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <mutex>

#include "plugins/sql/mysql_dial.h"

namespace tenantry::sql {
namespace {

namespace data = ::Poco::Data;
using namespace std::chrono_literals;
using NullableText = ::Poco::Nullable<std::string>;

constexpr std::chrono::seconds kConnectMax = 10s;
constexpr std::chrono::milliseconds kLockWaitMax = 5s;

void registerEngines() {
    static std::once_flag once;
    std::call_once(once, [] {
        data::SQLite::Connector::registerConnector();
        data::MySQL::Connector::registerConnector();
        data::PostgreSQL::Connector::registerConnector();
    });
}

std::size_t wholeSeconds(std::chrono::milliseconds time) {
    return static_cast<std::size_t>(std::max<std::int64_t>(1, (time.count() + 999) / 1000));
}

std::string between(const std::string& text, const std::string& from, const std::string& to) {
    const auto start = text.find(from);
    if (start == std::string::npos) return {};
    const auto begin = start + from.size();
    const auto end = text.find(to, begin);
    return text.substr(begin, end == std::string::npos ? end : end - begin);
}

// "ERROR:  42P01: relation ..." as PQERRORS_VERBOSE writes it; the first word may be translated.
std::string sqlStateIn(const std::string& text) {
    for (auto at = text.find(":  "); at != std::string::npos; at = text.find(":  ", at + 1)) {
        const std::string state = text.substr(at + 3, 5);
        const bool shaped = state.size() == 5 && text.substr(at + 8, 2) == ": " &&
                            std::all_of(state.begin(), state.end(), [](unsigned char c) {
                                return std::isdigit(c) != 0 || std::isupper(c) != 0;
                            });
        if (shaped) return state;
    }
    return {};
}

/// A file in memory with a libpq password line, so that the password is in no connection string.
class PasswordFile {
  public:
    explicit PasswordFile(const std::string& password) : fd_(memfd_create("pgpass", MFD_CLOEXEC)) {
        std::string line = "*:*:*:*:";
        for (const char c : password) {
            if (c == ':' || c == '\\') line += '\\';
            line += c;
        }
        line += '\n';
        const bool written =
            fd_ >= 0 && fchmod(fd_, 0600) == 0 &&
            ::write(fd_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
        sodium_memzero(line.data(), line.size());
        if (!written) throw Failure(Fault::kOther, "", "no memory for the password");
    }
    ~PasswordFile() {
        if (fd_ >= 0) ::close(fd_);
    }
    PasswordFile(const PasswordFile&) = delete;
    PasswordFile& operator=(const PasswordFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

  private:
    int fd_;
};

// sqlite3.h, "URI Filenames": what is not plain is percent-encoded; mode=rw never creates.
std::string sqliteUri(const std::string& path) {
    static const char* hex = "0123456789abcdef";
    std::string out = "file:";
    for (const char c : path) {
        const auto u = static_cast<unsigned char>(c);
        if (std::isalnum(u) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
            out += c;
        } else {
            out += {'%', hex[u >> 4], hex[u & 15]};
        }
    }
    return out + "?mode=rw";
}

Fault faultOfPostgresConnect(const std::string& text) {
    const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
    if (has("password authentication failed") || has("no password supplied") || has("role \"") ||
        has("pg_hba.conf")) {
        return Fault::kAuth;
    }
    if (has("database \"") && has("does not exist")) return Fault::kUnknownDatabase;
    if (has("permission denied for database")) return Fault::kPermission;
    if (has("server does not support SSL") || has("certificate") || has("SSL error")) {
        return Fault::kTls;
    }
    if (has("too many") || has("starting up") || has("shutting down")) return Fault::kOverload;
    return Fault::kUnreachable;
}

}  // namespace

/// The session and what is engine-specific about it.
class Database::Poco {
  public:
    Poco(Engine engine, data::Session session) : engine_(engine), session_(std::move(session)) {}

    data::Session& session() { return session_; }

    sqlite3* sqlite() { return data::SQLite::Utility::dbHandle(session_); }
    MYSQL* mysql() { return data::MySQL::Utility::handle(session_); }
    PGconn* postgres() {
        auto* handle =
            ::Poco::AnyCast<data::PostgreSQL::SessionHandle*>(session_.getProperty("handle"));
        return static_cast<PGconn*>(*handle);
    }

    /// Poco 1.11 ends a PostgreSQL session only while it is good, and leaks the socket and the
    /// memory of a broken one. What it will not end; null when it will.
    PGconn* leaked() {
        if (engine_ != Engine::kPostgresql || PQstatus(postgres()) == CONNECTION_OK) return nullptr;
        return postgres();
    }

    /// What stops a running statement from another thread.
    std::function<void()> interrupter() {
        if (engine_ == Engine::kSqlite) {
            return [db = sqlite()] { sqlite3_interrupt(db); };
        }
        const int fd = engine_ == Engine::kMysql ? static_cast<int>(mysql_get_socket(mysql()))
                                                 : PQsocket(postgres());
        return [fd] { ::shutdown(fd, SHUT_RDWR); };
    }

    /// Called while the failed statement is still there, or its error is forgotten.
    [[noreturn]] void fail(const ::Poco::Exception& e) {
        const std::string text = e.displayText();
        switch (engine_) {
            case Engine::kSqlite:
                failSqlite(text);
            case Engine::kMysql:
                failMysql(text);
            case Engine::kPostgresql:
                failPostgres(text);
        }
        throw Failure(Fault::kOther, "", text);
    }

  private:
    [[noreturn]] void failSqlite(const std::string& text) {
        const int code = sqlite3_extended_errcode(sqlite());
        const std::string own = sqlite3_errmsg(sqlite());
        Fault fault = faultOfSqlite(code);
        if ((code & 0xff) == SQLITE_ERROR) {
            if (own.rfind("no such table", 0) == 0)
                fault = Fault::kUnknownTable;
            else if (own.rfind("no such column", 0) == 0)
                fault = Fault::kUnknownColumn;
            else if (own.find("has no column") != std::string::npos)
                fault = Fault::kUnknownColumn;
            else
                fault = Fault::kSyntax;
        }
        throw Failure(fault, std::to_string(code), code == SQLITE_OK ? text : own);
    }
    [[noreturn]] void failMysql(const std::string& text) {
        const std::string number = between(text, "[mysql_stmt_errno]: ", "\t");
        unsigned code = 0;
        std::from_chars(number.data(), number.data() + number.size(), code);
        if (code == 0) code = mysql_errno(mysql());
        std::string own = between(text, "[mysql_stmt_error]: ", "\t");
        if (own.empty()) own = mysql_error(mysql());
        throw Failure(faultOfMysql(code), std::to_string(code), own);
    }
    [[noreturn]] void failPostgres(const std::string& text) {
        const std::string state = sqlStateIn(text);
        Fault fault = faultOfSqlState(state);
        if (state.empty() && PQstatus(postgres()) != CONNECTION_OK) fault = Fault::kLost;
        throw Failure(fault, state, text);
    }

    Engine engine_;
    data::Session session_;
};

Database::Database(const Settings& settings) : settings_(settings) {
    registerEngines();
}

Database::~Database() {
    close();
}

void Database::close() noexcept {
    {
        const std::lock_guard lock(interruptMutex_);
        interrupt_ = nullptr;
    }
    if (!poco_) return;
    PGconn* leaked = nullptr;
    try {
        leaked = poco_->leaked();
        poco_.reset();
    } catch (...) {  // a session that is already broken may complain about being closed
        (void)poco_.release();
    }
    if (leaked != nullptr) PQfinish(leaked);
}

void Database::interrupt() noexcept {
    const std::lock_guard lock(interruptMutex_);
    if (interrupt_) interrupt_();
}

void Database::connect(const std::string& password, std::chrono::milliseconds left) {
    if (settings_.engine == Engine::kSqlite) close();
    if (poco_) {
        try {
            return limit(left);
        } catch (const Failure& e) {
            // Nothing has been asked of it in this call, so a new session loses nothing.
            if (e.fault() != Fault::kLost && e.fault() != Fault::kOverload) throw;
            close();
        }
    }
    open(password, left);
    limit(left);
}

namespace {

data::Session openSqlite(const Settings& settings, std::chrono::milliseconds left) {
    struct stat info {};
    if (::stat(settings.file.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
        throw Failure(Fault::kUnreachable, std::to_string(SQLITE_CANTOPEN), "no such file");
    }
    return {data::SQLite::Connector::KEY, sqliteUri(settings.file), wholeSeconds(left)};
}

data::Session openMysql(const Settings& settings, const std::string& password,
                        std::chrono::milliseconds left) {
    registerMysqlDial();
    MysqlDial dial;
    dial.host = settings.host;
    dial.password = password;
    dial.tls = settings.tls != Tls::kOff;
    dial.verify = settings.tls == Tls::kVerify;
    dial.caFile = settings.tlsCaFile;
    dial.readTimeoutSeconds = 120;
    const MysqlDialScope scope(dial);
    try {
        return {data::MySQL::Connector::KEY,
                std::string("host=") + kMysqlDialHost + ";port=" + std::to_string(settings.port) +
                    ";user=" + settings.username + ";db=" + settings.database +
                    ";character-set=utf8mb4",
                wholeSeconds(left)};
    } catch (const ::Poco::Exception& e) {
        Fault fault = faultOfMysql(dial.errorCode);
        // While connecting, a lost connection is a server that did not finish its greeting.
        if (fault == Fault::kLost) fault = Fault::kUnreachable;
        throw Failure(fault, std::to_string(dial.errorCode),
                      dial.errorText.empty() ? e.displayText() : dial.errorText);
    }
}

data::Session openPostgres(const Settings& settings, const std::string& password,
                           std::chrono::milliseconds left) {
    const PasswordFile file(password);
    const char* mode = settings.tls == Tls::kOff       ? "disable"
                       : settings.tls == Tls::kRequire ? "require"
                                                       : "verify-full";
    std::string text = "host=" + settings.host + " port=" + std::to_string(settings.port) +
                       " user=" + settings.username + " dbname=" + settings.database +
                       " passfile=" + file.path() + " sslmode=" + mode +
                       " client_encoding=UTF8 application_name=tenantry";
    if (!settings.tlsCaFile.empty()) text += " sslrootcert=" + settings.tlsCaFile;
    // Poco 1.11 leaks a connection that cannot be made, so it is only asked to make one that can.
    const std::string seconds = " connect_timeout=" + std::to_string(wholeSeconds(left));
    PGconn* probe = PQconnectdb((text + seconds).c_str());
    const bool good = PQstatus(probe) == CONNECTION_OK;
    const std::string why = PQerrorMessage(probe);
    PQfinish(probe);
    if (!good) throw Failure(faultOfPostgresConnect(why), "", why);
    try {
        return {data::PostgreSQL::Connector::KEY, text, wholeSeconds(left)};
    } catch (const ::Poco::Exception& e) {
        throw Failure(faultOfPostgresConnect(e.displayText()), "", e.displayText());
    }
}

}  // namespace

void Database::open(const std::string& password, std::chrono::milliseconds left) {
    left = std::min<std::chrono::milliseconds>(left, kConnectMax);
    try {
        data::Session session = settings_.engine == Engine::kSqlite ? openSqlite(settings_, left)
                                : settings_.engine == Engine::kMysql
                                    ? openMysql(settings_, password, left)
                                    : openPostgres(settings_, password, left);
        poco_ = std::make_unique<Poco>(settings_.engine, std::move(session));
    } catch (const ::Poco::Exception& e) {
        throw Failure(Fault::kUnreachable, "", e.displayText());
    }
    {
        const std::lock_guard lock(interruptMutex_);
        interrupt_ = poco_->interrupter();
    }
    if (settings_.engine == Engine::kMysql) {
        // Strict, so that a value too long is refused and not cut; no ANSI_QUOTES, so that literals
        // are literals; times in UTC.
        execute({"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
                 "time_zone = '+00:00', group_concat_max_len = 1048576",
                 {}},
                {});
    } else if (settings_.engine == Engine::kPostgresql) {
        PQsetErrorVerbosity(poco_->postgres(), PQERRORS_VERBOSE);
        execute({"SET TIME ZONE 'UTC'", {}}, {});
        execute({"SET datestyle = 'ISO, YMD'", {}}, {});
    }
}

void Database::limit(std::chrono::milliseconds left) {
    // The server's own limit comes first: a statement it ends can be undone in good order, a
    // connection the watchdog cuts cannot be asked any more.
    left -= std::clamp<std::chrono::milliseconds>(left / 5, 1ms, 2000ms);
    const auto lockWait = std::min<std::chrono::milliseconds>(left / 2 + 1ms, kLockWaitMax);
    const std::string ms = std::to_string(std::max<std::int64_t>(1, left.count()));
    switch (settings_.engine) {
        case Engine::kSqlite:
            sqlite3_busy_timeout(poco_->sqlite(), static_cast<int>(lockWait.count()));
            return;
        case Engine::kPostgresql:
            query({"SELECT set_config('statement_timeout', '" + ms +
                       "', false) || set_config('lock_timeout', '" +
                       std::to_string(lockWait.count()) + "', false)",
                   {}},
                  {}, 1);
            return;
        case Engine::kMysql:
            break;
    }
    const bool mariaDb =
        mysql_get_server_info(poco_->mysql()) != nullptr && mariadb_connection(poco_->mysql()) != 0;
    const std::string lock =
        ", innodb_lock_wait_timeout = " + std::to_string(wholeSeconds(lockWait));
    const std::string time =
        mariaDb ? "max_statement_time = " + std::to_string(static_cast<double>(left.count()) / 1000)
                : "max_execution_time = " + ms;
    execute({"SET SESSION " + time + lock, {}}, {});
}

namespace {

/// Keeps what a statement binds alive until it has run.
class Bindings {
  public:
    void add(data::Statement& statement, const Parameter& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            numbers_.push_back(*number);
            statement, data::Keywords::use(numbers_.back());
        } else {
            const auto* text = std::get_if<std::string>(&value);
            texts_.push_back(text != nullptr ? NullableText(*text) : NullableText());
            statement, data::Keywords::use(texts_.back());
        }
    }

  private:
    std::deque<::Poco::Int64> numbers_;
    std::deque<NullableText> texts_;
};

void bind(data::Statement& statement, Bindings& bindings, const Prepared& prepared,
          const Parameters& parameters) {
    for (const auto& name : prepared.parameters) {
        const auto found = parameters.find(name);
        if (found == parameters.end()) {
            throw tny::config("The mapping uses :" + name + ", which has no value here.");
        }
        bindings.add(statement, found->second);
    }
}

}  // namespace

std::vector<Row> Database::query(const Prepared& prepared, const Parameters& parameters,
                                 std::size_t columns) {
    data::Statement statement(poco_->session());
    Bindings bindings;
    std::deque<std::vector<NullableText>> answer(columns);
    try {
        statement << prepared.sql;
        for (auto& column : answer) statement, data::Keywords::into(column);
        bind(statement, bindings, prepared, parameters);
        statement.execute();
    } catch (const ::Poco::Exception& e) {
        poco_->fail(e);
    }
    std::vector<Row> rows(columns == 0 ? 0 : answer.front().size());
    for (auto& row : rows) row.resize(columns);
    for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (!answer[c][r].isNull()) rows[r][c] = answer[c][r].value();
        }
    }
    return rows;
}

std::size_t Database::execute(const Prepared& prepared, const Parameters& parameters) {
    data::Statement statement(poco_->session());
    Bindings bindings;
    try {
        statement << prepared.sql;
        bind(statement, bindings, prepared, parameters);
        return statement.execute();
    } catch (const ::Poco::Exception& e) {
        poco_->fail(e);
    }
}

void Database::begin() {
    if (settings_.engine == Engine::kSqlite) {
        execute({"BEGIN IMMEDIATE", {}}, {});
        return;
    }
    try {
        poco_->session().begin();
    } catch (const ::Poco::Exception& e) {
        poco_->fail(e);
    }
}

void Database::commit() {
    if (settings_.engine == Engine::kSqlite) {
        execute({"COMMIT", {}}, {});
        return;
    }
    try {
        poco_->session().commit();
    } catch (const ::Poco::Exception& e) {
        poco_->fail(e);
    }
}

void Database::rollback() noexcept {
    try {
        if (settings_.engine == Engine::kSqlite) {
            execute({"ROLLBACK", {}}, {});
        } else {
            poco_->session().rollback();
        }
    } catch (...) {
        close();
    }
}

std::string Database::version() {
    switch (settings_.engine) {
        case Engine::kSqlite:
            return std::string("SQLite ") + sqlite3_libversion();
        case Engine::kMysql:
            return (mariadb_connection(poco_->mysql()) != 0 ? "MariaDB " : "MySQL ") +
                   std::string(mysql_get_server_info(poco_->mysql()));
        case Engine::kPostgresql:
            break;
    }
    const int number = PQserverVersion(poco_->postgres());
    return "PostgreSQL " + std::to_string(number / 10000) + "." + std::to_string(number % 10000);
}

}  // namespace tenantry::sql
