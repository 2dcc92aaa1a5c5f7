// The view against SQLite in memory, the named baseline, over the same 100,000 users in one run: a
// page, a deep page, a search, facets. Ratios are printed at the end; times alone say nothing.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <iomanip>
#include <iostream>
#include <map>

#include "kernel/view/memory_view.h"
#include "tests/unit/domain/authority.h"
#include "tests/unit/view/random_source.h"

namespace tenantry::testing {
namespace {

constexpr std::size_t kUsers = 100'000;
constexpr std::uint64_t kTenants = 400;

const std::vector<std::string> kFirst{"Ada",  "Maeve", "Łukasz", "Jörg",  "Sofía", "Wei",
                                      "Omar", "Nadia", "Ivan",   "Chloe", "Tom",   "Ines"};
const std::vector<std::string> kSyllables{"son", "smi", "berg", "ka",  "ro", "ler",
                                          "mül", "ven", "tak",  "dor", "li", "an"};

/// The users in a table, with the indexes an author would add for these queries.
class Baseline {
  public:
    Baseline() {
        sqlite3_open(":memory:", &db_);
        run("CREATE TABLE users(id TEXT PRIMARY KEY, organization TEXT, username TEXT, "
            "last_name TEXT COLLATE NOCASE, status TEXT, mfa INTEGER, modified_at INTEGER, "
            "search TEXT)");
    }
    ~Baseline() { sqlite3_close(db_); }
    Baseline(const Baseline&) = delete;
    Baseline& operator=(const Baseline&) = delete;

    void run(const std::string& sql) { sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr); }
    void add(const domain::User& user) {
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(db_, "INSERT INTO users VALUES(?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
        const auto text = [&](int at, const std::string& value) {
            sqlite3_bind_text(insert, at, value.c_str(), -1, SQLITE_TRANSIENT);
        };
        text(1, user.id.text());
        text(2, user.organization.text());
        text(3, user.username);
        text(4, user.lastName);
        text(5, std::string(domain::name(user.status)));
        sqlite3_bind_int(insert, 6, static_cast<int>(user.mfaEnrolled));
        sqlite3_bind_int64(insert, 7, base::toMillis(*user.modifiedAt));
        text(8, user.username + "\n" + user.displayName + "\n" + user.email);
        sqlite3_step(insert);
        sqlite3_finalize(insert);
    }
    /// All rows of the answer, read.
    std::size_t ask(const std::string& sql) {
        sqlite3_stmt* query = nullptr;
        sqlite3_prepare_v2(db_, sql.c_str(), -1, &query, nullptr);
        std::size_t rows = 0;
        while (sqlite3_step(query) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(query); ++i)
                benchmark::DoNotOptimize(sqlite3_column_text(query, i));
            ++rows;
        }
        sqlite3_finalize(query);
        return rows;
    }

  private:
    sqlite3* db_ = nullptr;
};

struct World {
    World() {
        std::vector<domain::Organization> all{
            organization(1, 0, domain::OrganizationKind::kPlatform, "Platform")};
        for (std::uint64_t i = 2; i < 2 + kTenants; ++i)
            all.push_back(
                organization(i, 1, domain::OrganizationKind::kTenant, "Org " + std::to_string(i)));
        authority.setOrganizations(all);
        baseline.run("BEGIN");
        for (std::uint64_t i = 2; i < 2 + kTenants; ++i) addDirectory(i);
        baseline.run("COMMIT");
        baseline.run("CREATE INDEX by_name ON users(last_name, id)");
        baseline.run("CREATE INDEX by_time ON users(modified_at DESC, id)");
        baseline.run("CREATE INDEX by_status ON users(status, mfa)");
        baseline.run("ANALYZE");
        scope = authority.scopeOf(1);
    }
    void addDirectory(std::uint64_t number) {
        domain::Connection connection;
        connection.id = base::ConnectionId(uuid(100'000 + number));
        connection.organization = base::OrganizationId(uuid(number));
        view.putConnection(connection, {});
        std::vector<domain::User> users;
        for (std::size_t i = 0; i < kUsers / kTenants; ++i) {
            users.push_back(makeUser(connection, i));
            baseline.add(users.back());
        }
        view.apply(connection.id, users, {}, clock.now(), {}, std::nullopt);
    }
    domain::User makeUser(const domain::Connection& connection, std::size_t i) {
        domain::User user;
        user.connection = connection.id;
        user.organization = connection.organization;
        user.nativeId = std::to_string(i);
        user.id = base::userIdOf(user.connection, user.nativeId);
        user.firstName = random.of(kFirst);
        user.lastName = random.of(kSyllables) + random.of(kSyllables) + random.of(kSyllables);
        user.displayName = user.firstName + " " + user.lastName;
        user.username = user.firstName.substr(0, 1) + user.lastName + std::to_string(i);
        user.email = user.username + "@example.org";
        if (random.oneIn(10)) user.status = domain::UserStatus::kLockedOut;
        user.mfaEnrolled = static_cast<domain::Tristate>(1 + random.below(3));
        user.modifiedAt = clock.now() - std::chrono::seconds{random.below(10'000'000)};
        return user;
    }

    FakeClock clock;
    view::MemoryView view{clock};
    Authority authority{clock, &view};
    Baseline baseline;
    domain::Scope scope;
    RandomSource random{20261122};
};

World& world() {
    static World one;
    return one;
}

struct Question {
    const char* name;
    domain::UserQuery (*view)();
    std::vector<const char*> sql;
};

domain::UserQuery byName(std::size_t offset) {
    domain::UserQuery query;
    query.sort = {{domain::UserField::kLastName, false}};
    query.offset = offset;
    return query;
}

const std::vector<Question>& questions() {
    static const std::vector<Question> all{
        {"page",
         [] { return byName(0); },
         {"SELECT * FROM users ORDER BY last_name, id LIMIT 100", "SELECT count(*) FROM users"}},
        {"deep_page",
         [] { return byName(50'000); },
         {"SELECT * FROM users ORDER BY last_name, id LIMIT 100 OFFSET 50000",
          "SELECT count(*) FROM users"}},
        {"filtered_page",
         [] {
             auto query = byName(0);
             query.filter =
                 domain::Filter::parse(R"(status eq "LOCKED_OUT" and mfa.enrolled eq false)")
                     .value();
             return query;
         },
         {"SELECT * FROM users WHERE status='LOCKED_OUT' AND mfa=2 ORDER BY last_name, id LIMIT "
          "100",
          "SELECT count(*) FROM users WHERE status='LOCKED_OUT' AND mfa=2"}},
        {"search",
         [] {
             auto query = byName(0);
             query.search = "sonberg";
             return query;
         },
         {"SELECT * FROM users WHERE search LIKE '%sonberg%' ORDER BY last_name, id LIMIT 100",
          "SELECT count(*) FROM users WHERE search LIKE '%sonberg%'"}},
        {"facets",
         [] {
             auto query = byName(0);
             query.limit = 0;
             query.facets = {domain::UserField::kStatus, domain::UserField::kMfaEnrolled,
                             domain::UserField::kOrganization};
             return query;
         },
         {"SELECT status, count(*) FROM users GROUP BY status",
          "SELECT mfa, count(*) FROM users GROUP BY mfa",
          "SELECT organization, count(*) FROM users GROUP BY organization"}},
    };
    return all;
}

/// Keeps the time of each run by name, to print ratios.
class RatioReporter : public benchmark::ConsoleReporter {
  public:
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs) times_[run.benchmark_name()] = run.GetAdjustedRealTime();
        ConsoleReporter::ReportRuns(runs);
    }
    void printRatios() const {
        std::cout << "\nSQLite in memory / view (above 1: the view is faster), " << kUsers
                  << " users\n";
        for (const auto& one : questions())
            std::cout << "  " << std::left << std::setw(16) << one.name << std::fixed
                      << std::setprecision(2)
                      << times_.at(std::string("sqlite/") + one.name) /
                             times_.at(std::string("view/") + one.name)
                      << "\n";
    }

  private:
    std::map<std::string, double> times_;
};

void registerAll() {
    for (const auto& one : questions()) {
        benchmark::RegisterBenchmark(
            (std::string("view/") + one.name).c_str(),
            [&one](benchmark::State& state) {
                const auto query = one.view();
                for (auto _ : state)
                    benchmark::DoNotOptimize(world().view.query(world().scope, query).value());
            })
            ->Unit(benchmark::kMillisecond);
        benchmark::RegisterBenchmark(
            (std::string("sqlite/") + one.name).c_str(),
            [&one](benchmark::State& state) {
                for (auto _ : state)
                    for (const char* sql : one.sql)
                        benchmark::DoNotOptimize(world().baseline.ask(sql));
            })
            ->Unit(benchmark::kMillisecond);
    }
}

}  // namespace
}  // namespace tenantry::testing

int main(int count, char** arguments) {
    benchmark::Initialize(&count, arguments);
    tenantry::testing::registerAll();
    // Filling both is not part of the first measurement.
    static_cast<void>(tenantry::testing::world());
    tenantry::testing::RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    reporter.printRatios();
    return 0;
}
