// The trail as evidence, on the server as it is installed: killed at any moment while it writes,
// and changed behind its back. `tenantry activity verify` tells.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "tests/api/api_client.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPassword = "correct horse battery";  // as ApiClient signs in

std::string program(const std::string& name) {
    const char* build = std::getenv("TENANTRY_BUILD_DIR");
    return fs::absolute(std::string(build == nullptr ? ".build/dev" : build) + "/bin/" + name);
}

/// tenantryd on a folder of its own.
class Daemon {
  public:
    Daemon() { fs::create_directories(folder_.path() / "connectors"); }

    void start() {
        std::ofstream(log(), std::ios::trunc);
        ChildProcess::Options options;
        options.command = {program("tenantryd"), "--data-dir=" + (folder_.path() / "data").string(),
                           "--connectors=" + (folder_.path() / "connectors").string(), "--port=0"};
        options.log = log();
        process_ = std::make_unique<ChildProcess>(options);
        url_ = after("Tenantry serves at ");
        port_ = static_cast<std::uint16_t>(std::stoi(url_.substr(url_.rfind(':') + 1)));
    }
    /// The word behind `text` in what it prints; waits for it.
    std::string after(const std::string& text) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (std::chrono::steady_clock::now() < until && process_->running()) {
            std::ifstream in(log());
            std::stringstream all;
            all << in.rdbuf();
            const auto printed = all.str();
            const auto at = printed.find(text);
            const auto end = at == std::string::npos ? at : printed.find('\n', at);
            if (end != std::string::npos)
                return printed.substr(at + text.size(), end - at - text.size());
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        throw std::runtime_error("tenantryd does not serve: " + tailOf(log()));
    }
    void kill() { process_->stop(SIGKILL); }
    void stop() { process_->stop(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string database() const { return folder_.path() / "data/tenantry.db"; }

    CommandResult verify(const std::string& token) {
        return runCommand(
            {.command = {"/usr/bin/env", "-i", "TENANTRY_URL=" + url_, "TENANTRY_TOKEN=" + token,
                         "COLUMNS=200", program("tenantry"), "activity", "verify"},
             .runAs = {},
             .log = {}});
    }

  private:
    [[nodiscard]] fs::path log() const { return folder_.path() / "log"; }
    TempFolder folder_;
    std::unique_ptr<ChildProcess> process_;
    std::string url_;
    std::uint16_t port_ = 0;
};

void setUp(Daemon& daemon) {
    const auto link = daemon.after("Set up Tenantry at ");
    const auto made =
        ApiClient(daemon.port())
            .post("/api/v1/setup", R"({"token":")" + link.substr(link.find("token=") + 6) +
                                       R"(","username":"ada","email":"ada@msp.example",)" +
                                       R"("password":")" + kPassword +
                                       R"(","platform_name":"Nordwind"})");
    if (made.status != 201) throw std::runtime_error(made.body);
}

/// Makes organizations, on several connections, until the server is gone; the names of those that
/// it said were made.
std::vector<std::string> writeUntilKilled(Daemon& daemon, const std::string& token, int round,
                                          std::chrono::milliseconds life) {
    constexpr int kWriters = 4;
    std::vector<std::vector<std::string>> made(kWriters);
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w)
        writers.emplace_back([&, w] {
            ApiClient client(daemon.port());
            try {
                for (int i = 0;; ++i) {
                    const std::string name = "kept-" + std::to_string(round) + "-" +
                                             std::to_string(w) + "-" + std::to_string(i);
                    const auto reply = client.bare(
                        "POST", "/api/v1/organizations",
                        R"({"name":")" + name + R"(","kind":"partner","parent":"nordwind"})",
                        {{"Authorization", "Bearer " + token}});
                    if (reply.status == 201) made[static_cast<std::size_t>(w)].push_back(name);
                }
            } catch (const std::exception&) {
                // It was killed.
            }
        });
    std::this_thread::sleep_for(life);
    daemon.kill();
    for (auto& one : writers) one.join();
    std::vector<std::string> all;
    for (auto& some : made) all.insert(all.end(), some.begin(), some.end());
    return all;
}

void execute(const std::string& file, const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    EXPECT_GE(sqlite3_changes(db), 1) << "something was changed: " << sql;
    sqlite3_close(db);
}

TEST(Evidence, KilledAtAnyMomentWhileItWritesTheTrailIsWholeAndLacksNothing) {
    if (!fs::exists(program("tenantryd"))) GTEST_SKIP() << "SKIPPED: tenantryd is not built";
    Daemon daemon;
    daemon.start();
    setUp(daemon);
    std::random_device random;
    std::vector<std::string> made;
    for (int round = 1; round <= 4; ++round) {
        const auto token = ApiClient(daemon.port(), "ada").token();
        const std::chrono::milliseconds life{150 + random() % 600};
        const auto some = writeUntilKilled(daemon, token, round, life);
        made.insert(made.end(), some.begin(), some.end());
        daemon.start();
        ApiClient ada(daemon.port(), "ada");
        const auto checked = daemon.verify(ada.token());
        EXPECT_EQ(checked.exitCode, 0)
            << "killed after " << life.count() << " ms: " << checked.output;
        EXPECT_NE(checked.output.find("all chains whole."), std::string::npos) << checked.output;
        const auto trail = ada.get("/api/v1/activity/export?format=ndjson").body;
        for (const auto& name : made)
            EXPECT_NE(trail.find("\"" + name + "\""), std::string::npos)
                << name << " was answered as made, and the trail lacks it";
    }
    std::cout << made.size() << " organizations were made in four lives\n";
    EXPECT_GT(made.size(), 4U);
}

TEST(Evidence, WhatWasAlteredRemovedOrPutElsewhereInTheDatabaseIsTold) {
    if (!fs::exists(program("tenantryd"))) GTEST_SKIP() << "SKIPPED: tenantryd is not built";
    Daemon daemon;
    daemon.start();
    setUp(daemon);
    const auto token = [&] { return ApiClient(daemon.port(), "ada").token(); };
    ApiClient ada(daemon.port(), "ada");
    for (int i = 0; i < 12; ++i)
        ASSERT_EQ(ada.patch("/api/v1/organizations/nordwind",
                            R"({"tags":["t)" + std::to_string(i) + "\"]}", {{"If-Match", "*"}})
                      .status,
                  200);
    EXPECT_EQ(daemon.verify(token()).exitCode, 0);
    daemon.stop();
    const fs::path whole = daemon.database(), kept = whole.string() + ".kept";
    fs::copy_file(whole, kept);
    const std::string sixth = "(SELECT activity_id FROM activity_links WHERE sequence = 6)";
    const std::pair<const char*, std::string> forgeries[] = {
        {"altered", "UPDATE activities SET detail = 'Nothing happened.' WHERE id = " + sixth},
        {"another's", "UPDATE activities SET actor_name = 'eve' WHERE id = " + sixth},
        {"removed", "DELETE FROM activities WHERE id = " + sixth},
        {"removed with its link", "DELETE FROM activities WHERE id = " + sixth +
                                      "; DELETE FROM activity_links WHERE sequence = 6"},
        {"put elsewhere",
         "UPDATE activity_links SET sequence = 99 WHERE sequence = 6;"
         "UPDATE activity_links SET sequence = 6 WHERE sequence = 7;"
         "UPDATE activity_links SET sequence = 7 WHERE sequence = 99"},
    };
    for (const auto& [what, sql] : forgeries) {
        fs::copy_file(kept, whole, fs::copy_options::overwrite_existing);
        for (const char* end : {"-wal", "-shm"}) fs::remove(whole.string() + end);
        execute(whole, sql);
        daemon.start();
        const auto checked = daemon.verify(token());
        EXPECT_NE(checked.exitCode, 0) << what << ": " << checked.output;
        EXPECT_NE(checked.output.find("BROKEN"), std::string::npos) << what << checked.output;
        EXPECT_NE(checked.output.find("not whole"), std::string::npos) << what;
        daemon.stop();
    }
    fs::copy_file(kept, whole, fs::copy_options::overwrite_existing);
    daemon.start();
    EXPECT_EQ(daemon.verify(token()).exitCode, 0) << "as it was";
}

}  // namespace
}  // namespace tenantry::testing
