// Everything goes wrong at once: ten thousand items over five hundred connections, directories that
// throttle, hang, lose answers and die, a connector that crashes, and a server that is killed with
// -9 at five random moments. In the end each reported outcome is held against the true state of the
// directory. The seed is printed, and taken from TENANTRY_CHAOS_SEED.
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

#include "kernel/base/json.h"
#include "tests/integration/jobs/chaos_backends.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

using base::Json;
using std::chrono::milliseconds;

constexpr int kScripted = 470;  ///< directories of the scripted backends ...
constexpr int kCrashing = 30;   ///< ... of which the last ones crash their connector
constexpr int kReal = 30;       ///< SQLite databases behind the sql connector
constexpr int kUsersEach = 20;
constexpr int kDead = 5;
constexpr int kKills = 5;
constexpr const char* kPassword = "correct horse battery";

std::string buildFolder() {
    const char* folder = ::getenv("TENANTRY_BUILD_DIR");
    return folder == nullptr ? ".build/dev" : folder;
}

std::uint64_t seedOfThisRun() {
    if (const char* given = ::getenv("TENANTRY_CHAOS_SEED"))
        return std::strtoull(given, nullptr, 10);
    return std::random_device{}();
}

/// A users table as the `plain` mapping of the sql connector describes it.
void makeDatabase(const std::string& file, int directory) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    std::string sql =
        "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL, first_name TEXT, "
        "last_name TEXT, email TEXT, phone TEXT, status TEXT NOT NULL DEFAULT 'active', "
        "failed_logins INTEGER NOT NULL DEFAULT 0, locked_at TEXT, must_change_password INTEGER "
        "NOT NULL DEFAULT 0, mfa_enabled INTEGER, role TEXT, last_login_at TEXT, created_at TEXT, "
        "updated_at TEXT, deleted_at TEXT, password_hash TEXT);";
    for (int u = 0; u < kUsersEach; ++u)
        sql += "INSERT INTO users (username) VALUES ('" + ChaosBackends::userName(directory, u) +
               "');";
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(db);
}

std::map<std::string, std::string> statesIn(const std::string& file) {
    std::map<std::string, std::string> out;
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, "SELECT username, status FROM users", -1, &statement, nullptr);
    while (sqlite3_step(statement) == SQLITE_ROW)
        out[reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))] =
            reinterpret_cast<const char*>(sqlite3_column_text(statement, 1));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return out;
}

/// tenantryd, its operators, and the hand that kills it.
class KilledServer {
  public:
    explicit KilledServer(const TempFolder& folder)
        : folder_(folder.path().string()), port_(freeLoopbackPort()) {
        std::filesystem::create_directory(folder_ + "/connectors");
        for (const auto& [from, file] :
             {std::pair("connectors", "sql.so"), std::pair("test-connectors", "test_chaos.so"),
              std::pair("test-connectors", "test_crashing.so")})
            std::filesystem::copy_file(std::filesystem::path(buildFolder()) / from / file,
                                       std::filesystem::path(folder_) / "connectors" / file);
    }
    std::vector<std::string> command(const std::vector<std::string>& before) const {
        std::vector<std::string> out{
            std::filesystem::absolute(buildFolder() + "/bin/tenantryd").string()};
        out.insert(out.end(), before.begin(), before.end());
        for (const auto& option :
             {"--data-dir=" + folder_ + "/data", "--connectors=" + folder_ + "/connectors",
              "--port=" + std::to_string(port_), std::string("--http-allow-loopback=yes"),
              std::string("--log-level=warning"), std::string("--jobs-give-up-s=20"),
              std::string("--jobs-item-s=10")})
            out.push_back(option);
        return out;
    }
    void start() {
        process_ = std::make_unique<ChildProcess>(
            ChildProcess::Options{command({}), "", folder_ + "/log", "/"});
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (!portAnswers(port_)) {
            if (std::chrono::steady_clock::now() > until || !process_->running())
                throw std::runtime_error("tenantryd does not serve: " + tailOf(folder_ + "/log"));
            std::this_thread::sleep_for(milliseconds{20});
        }
    }
    void kill() {
        process_->stop(SIGKILL);
        process_.reset();
    }
    [[nodiscard]] std::string log() const { return tailOf(folder_ + "/log", 4000); }

    struct Answer {
        int status = 0;
        std::string body, cookie;
        [[nodiscard]] Json json() const {
            auto parsed = Json::parse(body);
            if (!parsed) throw std::runtime_error("no JSON: " + body);
            return *parsed;
        }
    };
    /// Once more while nobody answers: it may just be dead.
    Answer ask(const std::string& who, const std::string& method, const std::string& target,
               const std::string& body = "") {
        for (int tries = 0;; ++tries) {
            try {
                return send(who, method, target, body);
            } catch (const Poco::Exception&) {
                if (tries == 200) throw std::runtime_error("no answer to " + method + " " + target);
                std::this_thread::sleep_for(milliseconds{50});
            }
        }
    }
    Json get(const std::string& who, const std::string& target) {
        const auto answer = ask(who, "GET", target);
        if (answer.status != 200) throw std::runtime_error(target + ": " + answer.body);
        return answer.json();
    }
    void signIn(const std::string& who) {
        const auto answer = ask("", "POST", "/api/v1/session",
                                R"({"username":")" + who + R"(","password":")" + kPassword + "\"}");
        if (answer.status != 201) throw std::runtime_error("sign-in: " + answer.body);
        sessions_[who] = {answer.cookie, answer.json()["csrf_token"].stringOr("")};
    }

  private:
    Answer send(const std::string& who, const std::string& method, const std::string& target,
                const std::string& body) {
        namespace net = Poco::Net;
        net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port_));
        session.setTimeout(Poco::Timespan(60, 0));
        net::HTTPRequest request(method, target, net::HTTPMessage::HTTP_1_1);
        if (!body.empty()) request.setContentType("application/json");
        if (method != "GET") request.setContentLength(static_cast<std::streamsize>(body.size()));
        if (const auto known = sessions_.find(who); known != sessions_.end()) {
            request.set("Cookie", known->second.first);
            request.set("X-CSRF-Token", known->second.second);
        }
        session.sendRequest(request) << body;
        net::HTTPResponse response;
        Answer out;
        auto& in = session.receiveResponse(response);
        out.status = response.getStatus();
        Poco::StreamCopier::copyToString(in, out.body);
        const std::string cookie = response.get("Set-Cookie", "");
        out.cookie = cookie.substr(0, cookie.find(';'));
        return out;
    }

    std::string folder_;
    int port_;
    std::unique_ptr<ChildProcess> process_;
    std::map<std::string, std::pair<std::string, std::string>> sessions_;
};

/// platform > suspended, mailed (partners) > a tenant a directory.
class Chaos : public ::testing::Test {
  protected:
    Chaos() : backends({kScripted, kUsersEach, seed, kScripted - kCrashing}), server(folder) {}

    static bool mailed(int directory) { return directory < kScripted && directory % 2 == 1; }

    void import() {
        base::JsonWriter out;
        out.beginObject().key("organizations").beginArray();
        const auto organization = [&](const std::string& slug, const char* kind,
                                      const char* parent) {
            out.beginObject().key("slug").string(slug).key("name").string(slug);
            out.key("kind").string(kind);
            if (*parent != '\0') out.key("parent").string(parent);
            out.endObject();
        };
        organization("platform", "platform", "");
        organization("suspended", "partner", "platform");
        organization("mailed", "partner", "platform");
        for (int d = 0; d < kScripted + kReal; ++d)
            organization("t" + std::to_string(d), "tenant", mailed(d) ? "mailed" : "suspended");
        out.endArray().key("connections").beginArray();
        for (int d = 0; d < kScripted + kReal; ++d) {
            const bool real = d >= kScripted;
            out.beginObject().key("organization").string("t" + std::to_string(d));
            out.key("connector")
                .string(real                         ? "org.tenantry.sql"
                        : d >= kScripted - kCrashing ? "test.crashing"
                                                     : "test.chaos");
            out.key("name").string("directory").key("interval_s").number(std::int64_t{604'800});
            out.key("config").beginObject();
            if (real) {
                makeDatabase(databaseOf(d), d);
                out.key("engine").string("sqlite").key("mapping").string("plain");
                out.key("file").string(databaseOf(d));
            } else {
                out.key("base_url").string(backends.url(d));
            }
            out.endObject().endObject();
        }
        out.endArray().key("accounts").beginArray();
        for (const auto* name : {"chief", "second"}) {
            out.beginObject().key("username").string(name);
            out.key("email").string(std::string(name) + "@msp.example");
            out.key("home").string("platform").key("password").string(kPassword);
            out.key("grants").beginArray().beginObject();
            out.key("role").string("platform_administrator").key("organization").string("platform");
            out.endObject().endArray().endObject();
        }
        out.endArray().endObject();
        const std::string file = (folder.path() / "hierarchy.json").string();
        std::ofstream(file) << std::move(out).take();
        const auto imported = runCommand({server.command({"import", file}), "", {}, "/"});
        ASSERT_EQ(imported.exitCode, 0) << imported.output;
    }
    [[nodiscard]] std::string databaseOf(int directory) const {
        return (folder.path() / ("users-" + std::to_string(directory) + ".db")).string();
    }

    void waitForReadings() {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{120};
        for (;;) {
            const auto page = server.get("chief", "/api/v1/users?limit=1");
            if (page["total"].intOr(0) >= (kScripted + kReal) * kUsersEach &&
                page["completeness"]["current"].intOr(0) >= kScripted + kReal)
                return;
            ASSERT_LT(std::chrono::steady_clock::now(), until) << page.text() << server.log();
            std::this_thread::sleep_for(milliseconds{100});
        }
    }

    /// Planned by one, approved by another. The path of the job.
    std::string begin(const std::string& action, const std::string& scope) {
        const auto plan = server.ask("chief", "POST", "/api/v1/plans",
                                     R"({"action":")" + action + R"(","selection":{"scope":")" +
                                         scope + R"("},"reason":"chaos"})");
        EXPECT_EQ(plan.status, 201) << plan.body;
        const std::string hash = R"({"hash":")" + plan.json()["hash"].stringOr("") + "\"}";
        const auto job = server.ask(
            "chief", "POST", "/api/v1/plans/" + plan.json()["id"].stringOr("") + "/confirm", hash);
        EXPECT_EQ(job.status, 202) << job.body;
        EXPECT_EQ(job.json()["state"].stringOr(""), "awaiting_approval");
        const std::string path = "/api/v1/jobs/" + job.json()["id"].stringOr("");
        const auto approved = server.ask("second", "POST", path + "/approve", hash);
        EXPECT_EQ(approved.status, 200) << approved.body;
        return path;
    }

    /// Watches both to their end, kills the server at the moments that were drawn, and says "go on"
    /// where a job paused because much failed.
    void live(const std::vector<std::string>& jobs) {
        std::mt19937_64 dice(seed);
        std::set<std::int64_t> moments;
        constexpr int kAll = (kScripted + kReal) * kUsersEach;
        while (moments.size() < kKills)
            moments.insert(static_cast<std::int64_t>(kAll * (3 + dice() % 90) / 100));
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{400};
        for (;;) {
            std::int64_t ended = 0;
            bool over = true;
            for (const auto& path : jobs) {
                const auto job = server.get("chief", path);
                const auto state = job["state"].stringOr("");
                ended += job["total"].intOr(0) - job["outcomes"]["pending"].intOr(0);
                over = over && state == "finished";
                if (state != "paused") continue;
                ++pauses;
                server.ask("chief", "POST", path + "/resume");
            }
            if (!moments.empty() && ended >= *moments.begin()) {
                std::this_thread::sleep_for(milliseconds{dice() % 100});
                std::cout << "[  chaos   ] kill -9 at " << ended << " of " << kAll << std::endl;
                server.kill();
                ++kills;
                moments.erase(moments.begin());
                server.start();
                continue;
            }
            if (over) break;
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error(
                    "the jobs did not end: " + server.get("chief", jobs[0]).text() +
                    server.get("chief", jobs[1]).text() + server.log());
            std::this_thread::sleep_for(milliseconds{100});
        }
    }

    /// user to item, of all items of a job.
    std::map<std::string, Json> itemsOf(const std::string& path) {
        std::map<std::string, Json> out;
        for (std::size_t offset = 0;; offset += 1000) {
            const auto page =
                server.get("chief", path + "/items?limit=1000&offset=" + std::to_string(offset));
            for (const auto& item : page["items"].items()) {
                EXPECT_TRUE(out.emplace(item["username"].stringOr(""), item).second)
                    << "twice: " << item.text();
            }
            if (page["items"].size() < 1000) return out;
        }
    }

    const std::uint64_t seed = seedOfThisRun();
    TempFolder folder;
    ChaosBackends backends;
    KilledServer server;
    int kills = 0, pauses = 0;
};

/// Whether what was reported of a suspend is what the directory shows.
void holdSuspend(const Json& item, bool suspended) {
    const auto outcome = item["outcome"].stringOr("");
    if (outcome == "done" || outcome == "already_so") {
        EXPECT_TRUE(suspended) << item.text();
    }
    if (outcome == "failed" || outcome == "skipped" || outcome == "cancelled") {
        EXPECT_FALSE(suspended) << item.text();
    }
}

/// The same of a mail, which must not be sent twice, whatever happens.
void holdMail(const Json& item, const TrueUser& user) {
    const auto outcome = item["outcome"].stringOr("");
    EXPECT_LE(user.mails, 1) << item.text();
    EXPECT_LE(user.mailsReached, 1) << item.text();
    if (outcome == "done") {
        EXPECT_EQ(user.mails, 1) << item.text();
    }
    if (outcome == "failed" || outcome == "skipped" || outcome == "cancelled") {
        EXPECT_EQ(user.mails, 0) << item.text();
    }
}

TEST_F(Chaos, EveryOutcomeIsWhatTheDirectoryShows) {
    std::cout << "[  chaos   ] TENANTRY_CHAOS_SEED=" << seed << std::endl;
    const auto began = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                                began)
            .count();
    };
    import();
    server.start();
    server.signIn("chief");
    server.signIn("second");
    waitForReadings();
    std::cout << "[  chaos   ] 500 directories are read after " << elapsed() << " s" << std::endl;
    backends.begin();
    for (int d = 0; d < kDead; ++d) backends.kill(d * 40 + 7 + d % 2);
    const std::vector<std::string> jobs{begin("suspend", "suspended"),
                                        begin("reset_password", "mailed")};
    live(jobs);
    EXPECT_EQ(kills, kKills);

    std::map<std::string, std::map<std::string, std::uint64_t>> outcomes;
    std::map<std::string, std::uint64_t> why;
    std::map<std::string, std::string> real;
    for (int d = kScripted; d < kScripted + kReal; ++d) real.merge(statesIn(databaseOf(d)));
    const auto suspends = itemsOf(jobs[0]);
    const auto mails = itemsOf(jobs[1]);
    int repeatedSuspends = 0;
    for (int d = 0; d < kScripted + kReal; ++d)
        for (int u = 0; u < kUsersEach; ++u) {
            const auto name = ChaosBackends::userName(d, u);
            const auto& items = mailed(d) ? mails : suspends;
            const auto found = items.find(name);
            ASSERT_NE(found, items.end()) << "lost: " << name;
            const auto& item = found->second;
            ASSERT_NE(item["outcome"].stringOr(""), "pending") << item.text();
            ++outcomes[mailed(d) ? "reset_password" : "suspend"][item["outcome"].stringOr("")];
            if (item["outcome"].stringOr("") != "done")
                ++why[item["outcome"].stringOr("") + ": " + item["detail"].stringOr("")];
            if (d >= kScripted) {
                holdSuspend(item, real.at(name) != "active");
                continue;
            }
            const auto truth = backends.user(name);
            if (mailed(d)) {
                holdMail(item, truth);
            } else {
                holdSuspend(item, truth.state == "disabled");
                repeatedSuspends += truth.suspends > 1 ? 1 : 0;
            }
        }
    EXPECT_EQ(suspends.size() + mails.size(),
              static_cast<std::size_t>((kScripted + kReal) * kUsersEach));

    std::cout << "[  chaos   ] " << elapsed() << " s, " << kills << " kills, " << pauses
              << " pauses resumed, " << backends.requests() << " requests, " << kDead
              << " dead directories, " << kReal << " real databases\n";
    for (const auto& [action, counts] : outcomes) {
        std::cout << "[  chaos   ] " << action << ":";
        for (const auto& [outcome, count] : counts) std::cout << "  " << count << " " << outcome;
        std::cout << "\n";
    }
    for (const auto& [words, count] : why)
        std::cout << "[  chaos   ]   " << count << " x " << words << "\n";
    const auto counts = backends.counts();
    for (std::size_t i = 1; i < counts.size(); ++i) {
        std::cout << "[  chaos   ] injected " << name(static_cast<Mischief>(i)) << ": " << counts[i]
                  << "\n";
        // A connector that crashes again and again is put aside: how often is not ours to say.
        if (i < static_cast<std::size_t>(Mischief::kCrashBefore)) {
            EXPECT_GT(counts[i], 0U);
        }
    }
    EXPECT_GT(counts[static_cast<std::size_t>(Mischief::kCrashBefore)] +
                  counts[static_cast<std::size_t>(Mischief::kCrashAfter)],
              0U);
    std::cout << "[  chaos   ] suspends repeated (which is allowed): " << repeatedSuspends
              << (HasFailure() ? "; SOMETHING IS NOT AS REPORTED"
                               : "; mails sent twice: 0; items lost: 0; lies: 0")
              << std::endl;
}

}  // namespace
}  // namespace tenantry::testing
