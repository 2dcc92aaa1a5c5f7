#include "tests/support/mariadb_server.h"

#include <signal.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

namespace tenantry::testing {
namespace {

constexpr const char* kServer = "/usr/sbin/mariadbd";
constexpr const char* kInstaller = "/usr/bin/mariadb-install-db";
constexpr const char* kClient = "/usr/bin/mariadb";

// mariadbd refuses to run as root, and Debian's package brings this user.
std::string serverUser() {
    return geteuid() == 0 ? "mysql" : "";
}

std::string runClient(const std::string& socket, const std::string& database,
                      const std::string& sql) {
    ChildProcess::Options options;
    options.command = {
        kClient,   "--no-defaults",       "--socket=" + socket, "--user=root",
        "--batch", "--skip-column-names", "--binary-mode",      "--default-character-set=utf8mb4"};
    if (!database.empty()) options.command.push_back(database);
    const CommandResult result = runCommand(options, sql);
    if (result.exitCode != 0) throw std::runtime_error("MariaDB: " + result.output);
    return result.output;
}

}  // namespace

std::optional<std::string> MariaDbServer::unavailable() {
    for (const char* program : {kServer, kInstaller, kClient}) {
        if (access(program, X_OK) != 0) {
            return std::string("MariaDB tests did not run: ") + program +
                   " is missing (package mariadb-server)";
        }
    }
    return std::nullopt;
}

MariaDbServer::MariaDbServer() {
    install();
    start();
    const std::string account = std::string("'") + kUser + "'@'127.0.0.1'";
    execute("", "CREATE USER " + account + " IDENTIFIED BY '" + kPassword +
                    "'; GRANT ALL ON *.* TO " + account + " WITH GRANT OPTION;");
}

MariaDbServer::~MariaDbServer() = default;

std::string MariaDbServer::socket() const {
    return (folder_.path() / "s.sock").string();
}

void MariaDbServer::install() {
    giveTo(folder_.path(), serverUser());
    ChildProcess::Options options;
    options.command = {kInstaller, "--no-defaults",
                       "--force",  // the machine's name need not resolve
                       "--datadir=" + (folder_.path() / "data").string(),
                       // A server that starts removes the temporary tables of all others in the
                       // same folder: so each has its own.
                       "--tmpdir=" + folder_.path().string(),
                       "--auth-root-authentication-method=normal", "--skip-test-db"};
    options.runAs = serverUser();
    const CommandResult result = runCommand(options);
    if (result.exitCode != 0) throw std::runtime_error("mariadb-install-db: " + result.output);
}

void MariaDbServer::start() {
    if (port_ == 0) port_ = freeLoopbackPort();
    ChildProcess::Options options;
    const std::string folder = folder_.path().string();
    options.command = {kServer,
                       "--no-defaults",
                       "--datadir=" + folder + "/data",
                       "--tmpdir=" + folder,
                       "--socket=" + socket(),
                       "--pid-file=" + folder + "/pid",
                       "--port=" + std::to_string(port_),
                       "--bind-address=127.0.0.1",
                       "--innodb-flush-log-at-trx-commit=2",
                       "--innodb-buffer-pool-size=32M",
                       "--character-set-server=utf8mb4",
                       "--skip-name-resolve"};
    options.runAs = serverUser();
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    waitUntilReady();
}

void MariaDbServer::waitUntilReady() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!portAnswers(port_)) {
        if (!process_->running() || std::chrono::steady_clock::now() > end) {
            throw std::runtime_error("MariaDB did not start:\n" + tailOf(folder_.path() / "log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void MariaDbServer::createDatabase(const std::string& name) {
    execute("", "DROP DATABASE IF EXISTS `" + name + "`; CREATE DATABASE `" + name +
                    "` CHARACTER SET utf8mb4;");
}

void MariaDbServer::execute(const std::string& database, const std::string& sql) {
    runClient(socket(), database, sql);
}

std::string MariaDbServer::query(const std::string& database, const std::string& sql) {
    return runClient(socket(), database, sql);
}

void MariaDbServer::crash() {
    process_->stop(SIGKILL);
    start();
}

void MariaDbServer::stop() {
    process_->stop();
}
void MariaDbServer::pause() {
    process_->pause();
}
void MariaDbServer::resume() {
    process_->resume();
}

}  // namespace tenantry::testing
