#include "tests/support/postgres_server.h"

#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

namespace tenantry::testing {
namespace {

namespace fs = std::filesystem;

// The newest server of Debian's layout, or an empty path.
fs::path binaries() {
    for (const char* version : {"17", "16", "15", "14", "13"}) {
        const fs::path folder = fs::path("/usr/lib/postgresql") / version / "bin";
        if (access((folder / "postgres").c_str(), X_OK) == 0) return folder;
    }
    return {};
}

std::string serverUser() {
    return geteuid() == 0 ? "nobody" : "";
}

}  // namespace

std::optional<std::string> PostgresServer::unavailable() {
    if (binaries().empty()) {
        return "PostgreSQL tests did not run: there is no server in /usr/lib/postgresql "
               "(package postgresql)";
    }
    return std::nullopt;
}

PostgresServer::PostgresServer() {
    install();
    start();
}

PostgresServer::~PostgresServer() {
    stop();
}

void PostgresServer::install() {
    giveTo(folder_.path(), serverUser());
    const fs::path passwordFile = folder_.path() / "password";
    std::ofstream(passwordFile) << kPassword << "\n";
    giveTo(passwordFile, serverUser());
    ChildProcess::Options options;
    options.command = {binaries() / "initdb",
                       "-D",
                       folder_.path() / "data",
                       "-U",
                       kUser,
                       "--auth-local=trust",
                       "--auth-host=scram-sha-256",
                       "--pwfile=" + passwordFile.string(),
                       "--no-sync",
                       "-E",
                       "UTF8",
                       "--locale=C"};
    options.runAs = serverUser();
    const CommandResult result = runCommand(options);
    if (result.exitCode != 0) throw std::runtime_error("initdb: " + result.output);
}

void PostgresServer::start() {
    if (port_ == 0) port_ = freeLoopbackPort();
    ChildProcess::Options options;
    options.command = {binaries() / "postgres",
                       "-D",
                       folder_.path() / "data",
                       "-p",
                       std::to_string(port_),
                       "-k",
                       folder_.path(),
                       "-c",
                       "listen_addresses=127.0.0.1",
                       "-c",
                       "fsync=off",
                       "-c",
                       "shared_buffers=16MB"};
    options.runAs = serverUser();
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    waitUntilReady();
}

void PostgresServer::waitUntilReady() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (true) {
        // A listening port is not enough: it may still say "the database system is starting up".
        try {
            run("postgres", "SELECT 1");
            return;
        } catch (const std::runtime_error&) {
            if (!process_->running() || std::chrono::steady_clock::now() > end) {
                throw std::runtime_error("PostgreSQL did not start:\n" +
                                         tailOf(folder_.path() / "log"));
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::string PostgresServer::run(const std::string& database, const std::string& sql) {
    ChildProcess::Options options;
    options.command = {binaries() / "psql",
                       "-X",
                       "-q",
                       "-A",
                       "-t",
                       "-F",
                       "\t",
                       "-v",
                       "ON_ERROR_STOP=1",
                       "-h",
                       folder_.path(),
                       "-p",
                       std::to_string(port_),
                       "-U",
                       kUser,
                       "-d",
                       database};
    const CommandResult result = runCommand(options, sql);
    if (result.exitCode != 0) throw std::runtime_error("PostgreSQL: " + result.output);
    return result.output;
}

void PostgresServer::createDatabase(const std::string& name) {
    execute("postgres", "DROP DATABASE IF EXISTS \"" + name + "\" WITH (FORCE)");
    execute("postgres", "CREATE DATABASE \"" + name + "\"");
}

void PostgresServer::execute(const std::string& database, const std::string& sql) {
    run(database, sql);
}

std::string PostgresServer::query(const std::string& database, const std::string& sql) {
    return run(database, sql);
}

// "Fast shutdown": do not wait for clients that stay connected.
void PostgresServer::stop() {
    process_->stop(SIGINT);
}
void PostgresServer::pause() {
    process_->pause();
}
void PostgresServer::resume() {
    process_->resume();
}

}  // namespace tenantry::testing
