// The job engine: how close to the theoretical minimum a job over 500 limited directories ends, how
// long an urgent action waits behind it, what a directory that answers in 30 s costs the others,
// and how many items a second become durable, beside what the databases can do at all. Real time;
// ratios are of one run. Arguments: "schedule", "items", or nothing for both.
#include <mysql/mysql.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include "kernel/base/log.h"
#include "tests/bench/job_world.h"
#include "tests/support/child_process.h"
#include "tests/support/mariadb_server.h"

namespace tenantry::bench {
namespace {

constexpr int kConnections = 500;
constexpr int kUsersEach = 20;
constexpr double kCallsPerSecond = 5;

double secondsSince(Steady::time_point begun) {
    return std::chrono::duration<double>(Steady::now() - begun).count();
}

template <class F>
double seconds(F&& work) {
    const auto begun = Steady::now();
    work();
    return secondsSince(begun);
}

store::StoreOptions sqlite(const testing::TempFolder& folder, const std::string& name) {
    return {
        "sqlite://" + (folder.path() / (name + ".db")).string(), {}, base::SealingKey::generate()};
}

double secondsFrom(Steady::time_point begun, Steady::time_point end) {
    return std::chrono::duration<double>(end - begun).count();
}

/// When each directory but the first had its last item, in seconds since `begun`; shorter while one
/// has not.
std::vector<double> ends(JobWorld& world, Steady::time_point begun) {
    std::vector<double> out;
    for (int d = 1; d < kConnections; ++d) {
        double last = 0;
        for (int u = 0; u < kUsersEach; ++u) {
            const auto at = world.host.directory(d).performedAt(u);
            if (!at) return out;
            last = std::max(last, secondsFrom(begun, *at));
        }
        out.push_back(last);
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// A read, a call and a read-back for each user; the first needs no waiting.
constexpr double kMinimum = (kUsersEach - 1) * jobs::kCallsPerItem / kCallsPerSecond;

/// In the middle of a job: an urgent one, for a user whose turn has not come, in a lane that is
/// full.
void measureUrgent(JobWorld& world) {
    std::vector<double> waits;
    for (int d = 1; d <= 20; ++d) {
        int user = 0;
        while (user < kUsersEach && world.host.directory(d).performedAt(user)) ++user;
        if (user == kUsersEach) continue;
        const auto asked = Steady::now();
        jobs::ActionRequest request;
        request.user = world.user(d, user);
        request.action = domain::Action::kSuspend;
        must(world.runner.run(*world.asker, request, soon()));
        waits.push_back(secondsFrom(asked, *world.host.directory(d).performedAt(user)) * 1000);
    }
    std::sort(waits.begin(), waits.end());
    if (waits.empty()) {
        std::printf("urgent suspend: the job was over before its middle\n");
        return;
    }
    std::printf(
        "urgent suspend in the middle reaches its backend: median %.1f ms, slowest of %zu "
        "%.1f ms (at most 200)\n",
        waits[waits.size() / 2], waits.size(), waits.back());
}

/// When the first of all was asked.
Steady::time_point beginOf(JobWorld& world) {
    auto first = Steady::time_point::max();
    for (int d = 1; d < kConnections; ++d)
        for (int u = 0; u < kUsersEach; ++u)
            if (const auto at = world.host.directory(d).performedAt(u))
                first = std::min(first, *at);
    return first;
}

/// One run of the job, in a database of its own.
struct Run {
    double median = 0, last = 0;  ///< seconds to the ends of the directories but the first
    double whole = 0;             ///< to the end of the job, when no directory is slow
};

Run schedule(const testing::TempFolder& folder, const std::string& name, bool slow, bool urgent) {
    JobWorld world(sqlite(folder, name), kConnections, kUsersEach, kCallsPerSecond);
    if (slow) world.host.directory(0).delay = std::chrono::seconds{30};
    const auto plan = world.plan("suspend");
    // Confirming also writes the trail of 500 organizations; the job runs meanwhile.
    domain::JobId id;
    std::jthread confirming([&] { id = world.confirm(plan); });
    while (beginOf(world) == Steady::time_point::max())
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    const auto begun = beginOf(world);
    if (urgent) {
        while (secondsSince(begun) < kMinimum / 2)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        measureUrgent(world);
    }
    auto others = ends(world, begun);
    while (others.size() + 1 < kConnections) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        others = ends(world, begun);
    }
    confirming.join();
    Run out{others[others.size() / 2], others.back(), 0};
    if (slow) {
        static_cast<void>(world.desk.cancel(*world.asker, id, soon()));
        return out;
    }
    world.wait(id, [](const auto& job) { return job.job.state == domain::JobState::kFinished; });
    out.whole = secondsSince(begun);
    return out;
}

double median(std::vector<double> of) {
    std::sort(of.begin(), of.end());
    return of[of.size() / 2];
}

std::string list(const std::vector<double>& of) {
    std::string out;
    char text[32];
    for (const double one : of) {
        std::snprintf(text, sizeof text, "%s%.2f", out.empty() ? "" : " ", one);
        out += text;
    }
    return out;
}

/// With and without the slow directory by turns, so that what else the machine does meets both.
void measureSchedule(const testing::TempFolder& folder) {
    constexpr int kRounds = 3;
    std::vector<double> evenMedian, evenLast, slowMedian, slowLast, whole;
    for (int round = 0; round < kRounds; ++round) {
        const auto n = std::to_string(round);
        // The urgent ones borrow from the budget of their directories: not where ends are compared.
        const auto even = schedule(folder, "even" + n, /*slow=*/false, /*urgent=*/false);
        const auto slow = schedule(folder, "slow" + n, /*slow=*/true, /*urgent=*/false);
        evenMedian.push_back(even.median);
        evenLast.push_back(even.last);
        slowMedian.push_back(slow.median);
        slowLast.push_back(slow.last);
        whole.push_back(even.whole);
    }
    schedule(folder, "urgent", /*slow=*/false, /*urgent=*/true);
    std::printf(
        "500 connections at %.0f calls/s, %d users each (3 calls a user), from the first call to "
        "the end of the job: %s s; median %.3fx of the minimum %.2f s (at most 1.15)\n",
        kCallsPerSecond, kUsersEach, list(whole).c_str(), median(whole) / kMinimum, kMinimum);
    const auto [least, most] = std::minmax_element(evenMedian.begin(), evenMedian.end());
    std::printf(
        "the other 499 end, minimum %.2f s, runs by turns:\n"
        "  alone:                        median directory %s s, last %s s\n"
        "  beside one of 30 s an answer: median directory %s s, last %s s\n"
        "  median of runs: %.3fx and %.3fx of the minimum: %+.2f %% for the slow one; equal runs "
        "differ by %.2f %%\n",
        kMinimum, list(evenMedian).c_str(), list(evenLast).c_str(), list(slowMedian).c_str(),
        list(slowLast).c_str(), median(evenMedian) / kMinimum, median(slowMedian) / kMinimum,
        (median(slowMedian) / median(evenMedian) - 1) * 100, (*most / *least - 1) * 100);
    std::fflush(stdout);
}

/// What SQLite itself writes durably, with rows as large as an item's.
void rawSqlite(const testing::TempFolder& folder) {
    sqlite3* db = nullptr;
    sqlite3_open((folder.path() / "raw.db").c_str(), &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (job TEXT, n "
                 "INTEGER, body TEXT, PRIMARY KEY (job, n)) WITHOUT ROWID",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO t VALUES ('j', ?, ?)", -1, &insert, nullptr);
    const std::string body(300, 'x');
    int n = 0;
    for (const int batch : {1, 100, 1000}) {
        const int count = batch == 1 ? 2'000 : 50'000;
        const double took = seconds([&] {
            for (int at = 0; at < count; at += batch) {
                sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
                for (int i = 0; i < batch; ++i) {
                    sqlite3_bind_int(insert, 1, ++n);
                    sqlite3_bind_text(insert, 2, body.data(), static_cast<int>(body.size()),
                                      SQLITE_STATIC);
                    sqlite3_step(insert);
                    sqlite3_reset(insert);
                }
                sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
            }
        });
        std::printf("SQLite   raw durable inserts, FULL, %4d a commit: %9.0f rows/s\n", batch,
                    count / took);
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
}

void rawMariaDb(const testing::MariaDbServer& server) {
    MYSQL* db = mysql_init(nullptr);
    if (mysql_real_connect(db, testing::MariaDbServer::kHost, testing::MariaDbServer::kUser,
                           testing::MariaDbServer::kPassword, "raw",
                           static_cast<unsigned>(server.port()), nullptr, 0) == nullptr) {
        std::printf("MariaDB: %s\n", mysql_error(db));
        return;
    }
    const auto run = [&](const std::string& sql) {
        if (mysql_real_query(db, sql.data(), sql.size()) != 0)
            std::printf("MariaDB: %s\n", mysql_error(db));
    };
    run("CREATE TABLE raw (n INT PRIMARY KEY, body TEXT)");
    const std::string body(300, 'x');
    int n = 0;
    for (const int batch : {1, 100, 1000}) {
        const int count = batch == 1 ? 2'000 : 50'000;
        const double took = seconds([&] {
            for (int at = 0; at < count; at += batch) {
                std::string sql = "INSERT INTO raw VALUES ";
                for (int i = 0; i < batch; ++i)
                    sql += (i == 0 ? "(" : ",(") + std::to_string(++n) + ",'" + body + "')";
                run(sql);
            }
        });
        std::printf("MariaDB  raw durable inserts, %4d rows a statement and commit: %9.0f rows/s\n",
                    batch, count / took);
    }
    mysql_close(db);
}

/// The store's own words for items, grouped as the journal groups them.
void itemWrites(JobWorld& world, const char* engine) {
    world.jobEngine.stop();  // what follows is the store alone
    const auto id = world.start("unsuspend");
    std::vector<std::uint32_t> numbers;
    must(world.store->eachJobItem(
        id, true, [&](domain::JobItem&& item) { numbers.push_back(item.number); }, soon()));
    const auto now = world.clock.now();
    for (const std::size_t batch : {std::size_t{1}, std::size_t{64}, std::size_t{1000}}) {
        const std::size_t count = std::min<std::size_t>(batch == 1 ? 500 : 5000, numbers.size());
        std::vector<domain::JobStore::ItemKey> keys;
        for (std::size_t i = 0; i < count; ++i) keys.push_back({id, numbers[i]});
        const auto fences =
            must(world.store->claim(keys, "bench", now, now + std::chrono::minutes{5}, soon()));
        const auto write = [&](domain::ItemState state) {
            return seconds([&] {
                for (std::size_t at = 0; at < count; at += batch) {
                    std::vector<domain::ItemChange> changes;
                    for (std::size_t i = at; i < std::min(at + batch, count); ++i) {
                        auto& change = changes.emplace_back();
                        change.job = id;
                        change.number = numbers[i];
                        change.fence = fences[i];
                        change.state = state;
                        change.beforeJson = R"({"status":"SUSPENDED","username":"u1"})";
                        change.detail = "u1 is no longer suspended.";
                        change.endedAt = now;
                    }
                    must(world.store->changeItems(changes, soon()));
                }
            });
        };
        const double marked = write(domain::ItemState::kCalling);
        const double given = write(domain::ItemState::kWaiting);
        std::printf("%-8s item writes, durable, %4zu a group: %9.0f marks/s %9.0f give-backs/s\n",
                    engine, batch, static_cast<double>(count) / marked,
                    static_cast<double>(count) / given);
    }
}

void throughput(const char* engine, store::StoreOptions options) {
    jobs::EngineOptions engineOptions;
    if (const char* workers = std::getenv("TENANTRY_BENCH_WORKERS"))
        engineOptions.workers = std::strtoull(workers, nullptr, 10);
    JobWorld world(std::move(options), kConnections, kUsersEach, 0, engineOptions);
    const auto plan = world.plan("suspend");
    domain::JobId id;
    double ended = 0;
    {
        std::jthread confirming([&] { id = world.confirm(plan); });
        while (beginOf(world) == Steady::time_point::max())
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        while (ends(world, beginOf(world)).size() + 1 < kConnections)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        ended = secondsSince(beginOf(world));
    }
    world.wait(id, [](const auto& one) { return one.job.state == domain::JobState::kFinished; });
    std::printf(
        "%-8s engine, no-op backend, each item marked, done, read back, written to the list "
        "and the trail: %d items in %.2f s, %.0f items/s\n",
        engine, kConnections * kUsersEach, ended, kConnections * kUsersEach / ended);
    itemWrites(world, engine);
    std::fflush(stdout);
}

void measureItems(const testing::TempFolder& folder) {
    rawSqlite(folder);
    throughput("SQLite", sqlite(folder, "items"));
    if (const auto why = testing::MariaDbServer::unavailable()) {
        std::printf("%s\n", why->c_str());
        return;
    }
    testing::MariaDbServer server;
    server.execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    server.createDatabase("bench");
    server.createDatabase("raw");
    rawMariaDb(server);
    throughput("MariaDB",
               {std::string("mysql://") + testing::MariaDbServer::kUser +
                    "@127.0.0.1:" + std::to_string(server.port()) + "/bench",
                base::SecretText(testing::MariaDbServer::kPassword), base::SealingKey::generate()});
}

}  // namespace
}  // namespace tenantry::bench

int main(int argc, char** argv) {
    using namespace tenantry;
    base::setLogLevel(base::LogLevel::kError);
    bench::must(base::initCrypto());
    const testing::TempFolder folder;
    const std::string only = argc > 1 ? argv[1] : "";
    if (only != "items") bench::measureSchedule(folder);
    if (only != "schedule") bench::measureItems(folder);
}
