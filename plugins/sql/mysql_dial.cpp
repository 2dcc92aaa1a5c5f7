#include "plugins/sql/mysql_dial.h"

#include <mysql/mysql.h>

#include <cstdarg>
#include <mutex>

#include "plugins/sql/failure.h"

// The client library's interface for connection plugins (MariaDB Connector/C, client_plugin.h,
// interface version 0x0100). Debian's libmariadb-dev ships that header without the ma_compress.h it
// includes, so the two declarations stand here.
extern "C" {
struct st_mysql_client_plugin;
struct st_mysql_client_plugin* STDCALL
mysql_client_register_plugin(MYSQL* mysql, struct st_mysql_client_plugin* plugin);
}

namespace tenantry::sql {
namespace {

constexpr int kConnectionPlugin = 103;  // MARIADB_CLIENT_CONNECTION_PLUGIN
constexpr unsigned kInterfaceVersion = 0x0100;

struct ConnectionPlugin {
    int type;
    unsigned interfaceVersion;
    const char* name;
    const char* author;
    const char* description;
    unsigned version[3];
    const char* license;
    void* api;
    int (*init)(char*, size_t, int, va_list);
    int (*deinit)();
    int (*options)(const char*, const void*);
    MYSQL* (*connect)(MYSQL*, const char*, const char*, const char*, const char*, unsigned,
                      const char*, unsigned long);
    void (*close)(MYSQL*);
    int (*setOptions)(MYSQL*, unsigned, ...);
    int (*beforeCommand)(MYSQL*, int, const char*, size_t, my_bool, void*);
    my_bool (*reconnect)(MYSQL*);
    int (*reset)(MYSQL*);
};

thread_local MysqlDial* currentDial = nullptr;

void setTls(MYSQL* mysql, const MysqlDial& dial) {
    my_bool yes = 1;
    my_bool verify = dial.verify ? 1 : 0;
    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    if (!dial.caFile.empty()) mysql_options(mysql, MYSQL_OPT_SSL_CA, dial.caFile.c_str());
}

MYSQL* connectAsTold(MYSQL* mysql, const char*, const char* user, const char*, const char* database,
                     unsigned port, const char*, unsigned long flags) {
    MysqlDial* dial = currentDial;
    if (dial == nullptr) return nullptr;
    // "localhost" would otherwise mean a socket file at a place of the library's choosing.
    unsigned protocol = MYSQL_PROTOCOL_TCP;
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    if (dial->tls) setTls(mysql, *dial);
    if (dial->readTimeoutSeconds > 0) {
        mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &dial->readTimeoutSeconds);
        mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &dial->readTimeoutSeconds);
    }
    MYSQL* made =
        mysql->methods->db_connect(mysql, dial->host.c_str(), user, dial->password.c_str(),
                                   database, port, nullptr, flags | CLIENT_FOUND_ROWS);
    if (made == nullptr) {
        dial->errorCode = mysql_errno(mysql);
        dial->errorText = mysql_error(mysql);
    }
    return made;
}

// Asked before each command; -1 would refuse it. The library calls it without looking.
int allowCommand(MYSQL*, int, const char*, size_t, my_bool, void*) {
    return 0;
}

ConnectionPlugin makePlugin() {
    ConnectionPlugin plugin{};
    plugin.type = kConnectionPlugin;
    plugin.interfaceVersion = kInterfaceVersion;
    plugin.name = "tenantry";
    plugin.author = "Tenantry";
    plugin.description = "Connects with TLS, time limits and any password";
    plugin.version[0] = 1;
    plugin.license = "Apache-2.0";
    plugin.connect = connectAsTold;
    plugin.beforeCommand = allowCommand;
    return plugin;
}

}  // namespace

void registerMysqlDial() {
    static std::mutex mutex;
    static bool done = false;
    static ConnectionPlugin plugin = makePlugin();
    const std::lock_guard lock(mutex);
    if (done) return;
    MYSQL* scratch = mysql_init(nullptr);
    if (scratch == nullptr) throw Failure(Fault::kOther, "", "mysql_init");
    const bool registered =
        mysql_client_register_plugin(scratch, reinterpret_cast<st_mysql_client_plugin*>(&plugin)) !=
        nullptr;
    const std::string text = mysql_error(scratch);
    mysql_close(scratch);
    if (!registered) throw Failure(Fault::kOther, "", text);
    done = true;
}

MysqlDialScope::MysqlDialScope(MysqlDial& dial) {
    currentDial = &dial;
}
MysqlDialScope::~MysqlDialScope() {
    currentDial = nullptr;
}

}  // namespace tenantry::sql
