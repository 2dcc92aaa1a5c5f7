// The view against SQLite, and MariaDB if asked, with the best index for each question, over the
// same users in one run. Prints a table of medians, 99th percentiles and ratios; times alone say
// nothing.
//
//   view_bench [users] [tenants] [--alone] [--mariadb] [--only TEXT]
//
//   --alone: without databases; --mariadb: with MariaDB too, which takes some minutes; --only: the
//   rows whose names hold TEXT
#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "kernel/base/memory.h"
#include "kernel/base/text.h"
#include "tests/bench/mariadb_baseline.h"
#include "tests/bench/sqlite_baseline.h"

namespace tenantry::testing {
namespace {

using domain::UserField;
using Steady = std::chrono::steady_clock;

struct Times {
    double median = 0, p99 = 0;  ///< milliseconds
};

double millisSince(Steady::time_point begin) {
    return std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
}

Times timesOf(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return {all[all.size() / 2], all[std::min(all.size() - 1, all.size() * 99 / 100)]};
}

/// What this thread has worked: a busy machine makes the clock on the wall say nothing.
double workedMillis() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double clockMillis() {
    return std::chrono::duration<double, std::milli>(Steady::now().time_since_epoch()).count();
}

/// Until it took two seconds, or as often as `most`.
template <class F>
Times measure(std::size_t most, double (*now)(), F&& body) {
    std::vector<double> all;
    const auto begin = Steady::now();
    for (std::size_t i = 0; i < most && (i < 3 || millisSince(begin) < 2000); ++i) {
        const double start = now();
        body(i);
        all.push_back(now() - start);
    }
    return timesOf(std::move(all));
}

std::uint64_t residentBytes() {
    std::ifstream in("/proc/self/statm");
    std::uint64_t size = 0, resident = 0;
    in >> size >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// A question to a database; the number tells which of many.
using Theirs = std::function<void(Baseline&, std::size_t)>;

class Bench {
  public:
    Bench(const BenchSize& size, bool alone, bool mariadb, std::string only)
        : world_(size), size_(size), only_(std::move(only)) {
        if (!alone) sqlite_.emplace();
        if (!mariadb) return;
        if (const auto why = MariaDbServer::unavailable())
            std::printf("without MariaDB: %s\n", why->c_str());
        else
            mariadb_.emplace();
    }

    void load() {
        malloc_trim(0);
        const auto before = residentBytes();
        auto begin = Steady::now();
        world_.load([&](const BenchTenant& tenant, const std::vector<domain::User>& users) {
            if (sqlite_) sqlite_->add(tenant, users);
            if (mariadb_) mariadb_->add(tenant, users);
            for (std::size_t i = 0; i < users.size(); i += 97) {
                samples_.push_back(users[i].username);
                samples_.push_back(users[i].displayName);
            }
        });
        const double loaded = millisSince(begin);
        begin = Steady::now();
        world_.view.settle();
        std::printf("made and loaded in %.1f s%s, settled in %.1f s more\n", loaded / 1000,
                    sqlite_ ? " with the rows of the databases" : "", millisSince(begin) / 1000);
        malloc_trim(0);
        tellSizes(before);
        std::printf("\n\n%-44s %9s %9s %9s %9s %8s %8s", "milliseconds of one core", "view", "p99",
                    "SQLite", "p99", "ratio", "reach");
        std::printf("%s\n", mariadb_ ? "  MariaDB       p99    ratio" : "");
        std::fflush(stdout);
    }

    void tellSizes(std::uint64_t before) {
        const auto stats = world_.view.stats();
        const auto users = static_cast<double>(stats.users);
        std::printf("%llu users, %zu tenants, %llu segments; %.0f bytes a user in the index",
                    static_cast<unsigned long long>(stats.users), size_.tenants,
                    static_cast<unsigned long long>(stats.segments),
                    static_cast<double>(stats.bytes) / users);
        if (!sqlite_)
            std::printf(", %.0f resident", static_cast<double>(residentBytes() - before) / users);
        if (sqlite_) {
            sqlite_->finish();
            std::printf(", SQLite %.0f", static_cast<double>(sqlite_->bytes()) / users);
        }
        if (mariadb_) {
            mariadb_->finish();
            std::printf(", MariaDB %.0f", static_cast<double>(mariadb_->bytes()) / users);
        }
    }

    void row(const char* name, const char* reach, const std::function<void(std::size_t)>& ours,
             const Theirs& theirs = {}) {
        if (std::string_view(name).find(only_) == std::string_view::npos) return;
        ours(0);
        const auto mine = measure(2000, workedMillis, ours);
        std::printf("%-44s %9.4f %9.4f", name, mine.median, mine.p99);
        // A database in this process is timed as the view is; another process by the clock.
        const auto compare = [&](Baseline& other, double (*now)(), const char* goal) {
            theirs(other, 0);
            const auto times = measure(2000, now, [&](std::size_t i) { theirs(other, i); });
            std::printf(" %9.3f %9.3f %8.1f%s%s", times.median, times.p99,
                        times.median / mine.median, *goal != '\0' ? " " : "", goal);
        };
        const bool compares = theirs && sqlite_;
        if (compares)
            compare(*sqlite_, workedMillis, reach);
        else
            std::printf(" %9s %9s %8s %8s", "", "", "", reach);
        if (theirs && mariadb_) compare(*mariadb_, clockMillis, "");
        std::printf("\n");
        std::fflush(stdout);
    }

    domain::UserPage ask(const domain::Scope& scope, const std::string& filter,
                         const std::string& search, std::vector<domain::SortKey> sort,
                         std::size_t offset = 0, std::vector<UserField> facets = {}) {
        domain::UserQuery query;
        if (!filter.empty()) query.filter = domain::Filter::parse(filter).value();
        query.search = search;
        query.sort = std::move(sort);
        query.offset = offset;
        query.facets = std::move(facets);
        if (!query.facets.empty()) query.limit = 1;
        return world_.view.query(scope, query).value();
    }

    void pages() {
        const auto all = world_.scopeOf(BenchWorld::kPlatform);
        std::vector<domain::Scope> partners;
        for (std::uint64_t i = 0; i < 100; ++i)
            partners.push_back(world_.scopeOf(BenchWorld::partner(i)));
        const std::vector<domain::SortKey> byName{{UserField::kLastName, false}};
        row(
            "Q1 one partner by last name", "3",
            [&](std::size_t i) { ask(partners[i % 100], "", "", byName); },
            [&](Baseline& theirs, std::size_t i) {
                theirs.ask(
                    "SELECT u.* FROM users u WHERE partner=? ORDER BY last_name,id LIMIT 100",
                    {static_cast<std::int64_t>(BenchWorld::partner(i % 100))});
            });
        row(
            "Q2 whole platform by last name", "10", [&](std::size_t) { ask(all, "", "", byName); },
            [&](Baseline& theirs, std::size_t) {
                theirs.ask("SELECT u.* FROM users u ORDER BY last_name,id LIMIT 100");
            });
        const auto half = size_.users / 2;
        row(
            "Q3 the page in the middle", "500",
            [&](std::size_t) { ask(all, "", "", byName, half); },
            [&](Baseline& theirs, std::size_t) {
                theirs.ask("SELECT u.* FROM users u ORDER BY last_name,id LIMIT 100 OFFSET ?",
                           {static_cast<std::int64_t>(half)});
            });
        const auto deep = size_.users * 4 / 10;
        row(
            "Q3c ACTIVE only, at 40%", "200",
            [&](std::size_t) { ask(all, R"(status eq "ACTIVE")", "", byName, deep); },
            [&](Baseline& theirs, std::size_t) {
                theirs.ask(
                    "SELECT u.* FROM users u WHERE status=3 ORDER BY last_name,id LIMIT "
                    "100 OFFSET ?",
                    {static_cast<std::int64_t>(deep)});
            });
        const std::vector<domain::SortKey> byLogin{{UserField::kLastLoginAt, false}};
        row(
            "Q4 distributor, locked out, no MFA, by sign-in", "2",
            [&](std::size_t i) {
                ask(distributor(i), R"(status eq "LOCKED_OUT" and mfa.enrolled eq false)", "",
                    byLogin);
            },
            [&](Baseline& theirs, std::size_t i) {
                const auto number = static_cast<std::int64_t>(BenchWorld::distributor(i % 10));
                theirs.ask(
                    "SELECT u.* FROM users u WHERE distributor=? AND status=6 AND mfa=2 ORDER "
                    "BY last_login,id LIMIT 100",
                    {number});
                theirs.ask("SELECT count(*) FROM users WHERE distributor=? AND status=6 AND mfa=2",
                           {number});
            });
    }

    const domain::Scope& distributor(std::size_t i) {
        if (distributors_.empty())
            for (std::uint64_t n = 0; n < 10; ++n)
                distributors_.push_back(world_.scopeOf(BenchWorld::distributor(n)));
        return distributors_[i % 10];
    }

    void searches() {
        const auto all = world_.scopeOf(BenchWorld::kPlatform);
        const std::vector<domain::SortKey> byName{{UserField::kLastName, false}};
        for (const char* needle : {"son", "smi", "j", "sm"})
            row((std::string("Q5 search '") + needle + "'").c_str(),
                needle[1] == '\0' || needle[2] == '\0' ? "1000" : "40",
                [&](std::size_t) { ask(all, "", needle, byName); },
                [&](Baseline& theirs, std::size_t) { theirs.search(needle, 0); });
        RandomSource random{7};
        std::vector<std::string> needles;
        while (needles.size() < 2000) {
            const auto text = base::searchFold(random.of(samples_));
            if (text.empty()) continue;
            needles.push_back(text.substr(random.below(text.size()), 1 + random.below(6)));
        }
        row(
            "Q5 search random 1 to 6 characters", "30",
            [&](std::size_t i) { ask(all, "", needles[i % needles.size()], byName); },
            [&](Baseline& theirs, std::size_t i) {
                theirs.search(base::searchFold(needles[i % needles.size()]), 0);
            });
        const auto partner = world_.scopeOf(BenchWorld::partner(42));
        row(
            "Q5p search inside one partner", "50",
            [&](std::size_t i) { ask(partner, "", needles[i % needles.size()], byName); },
            [&](Baseline& theirs, std::size_t i) {
                theirs.search(base::searchFold(needles[i % needles.size()]),
                              static_cast<std::int64_t>(BenchWorld::partner(42)));
            });
    }

    void facets() {
        row(
            "Q6 facets state, organization; filtered", "200",
            [&](std::size_t i) {
                ask(distributor(i), "mfa.enrolled eq false", "", {}, 0,
                    {UserField::kStatus, UserField::kOrganization});
            },
            [&](Baseline& theirs, std::size_t i) {
                const auto number = static_cast<std::int64_t>(BenchWorld::distributor(i % 10));
                theirs.ask(
                    "SELECT status,count(*) FROM users WHERE distributor=? AND mfa=2 GROUP BY "
                    "status",
                    {number});
                theirs.ask(
                    "SELECT organization,count(*) FROM users WHERE distributor=? AND mfa=2 "
                    "GROUP BY organization",
                    {number});
            });
        const auto all = world_.scopeOf(BenchWorld::kPlatform);
        row("   all facets of the whole platform", "", [&](std::size_t) {
            ask(all, "", "", {}, 0,
                {UserField::kStatus, UserField::kMfaEnrolled, UserField::kRoles,
                 UserField::kOrganization, UserField::kConnector, UserField::kAlerts});
        });
        row("   figures of all organizations", "",
            [&](std::size_t) { static_cast<void>(world_.view.summaries(all)); });
        row("   completeness, first asked", "", [&](std::size_t i) {
            world_.view.putConnection(world_.tenants()[i % size_.tenants].connection, {});
            static_cast<void>(world_.view.completeness(all));
        });
    }

    void limited() {
        const std::vector<domain::SortKey> byName{{UserField::kLastName, false}};
        const auto full = world_.scopeOf(BenchWorld::kPlatform);
        const auto narrowed = full.narrowedTo(uuid(BenchWorld::partner(7))).value();
        const auto limitedTo = world_.scopeOf(BenchWorld::partner(7));
        std::vector<domain::Grant> grants;
        for (std::uint64_t i = 0; i < 37; ++i)
            grants.push_back(
                {"tenant_administrator",
                 base::OrganizationId(uuid(BenchWorld::tenant(i * size_.tenants / 37)))});
        const auto scattered = world_.authority.operatorWith(grants).visible();
        row("full operator, one partner chosen", "",
            [&](std::size_t) { ask(narrowed, "", "", byName); });
        row("operator of that partner", "1.3x",
            [&](std::size_t) { ask(limitedTo, "", "", byName); });
        row("operator of 37 scattered tenants", "1.3x",
            [&](std::size_t) { ask(scattered, "", "", byName); });
        row("   the same, search 'son'", "",
            [&](std::size_t) { ask(scattered, "", "son", byName); });
    }

    void changes() {
        if (!only_.empty() && only_ != "changes" && only_ != "Q7") return;
        const auto scope = world_.scopeOf(BenchWorld::kPlatform);
        const auto& tenant = world_.tenants()[size_.tenants / 2];
        row(
            "Q7 a change, and the next query sees it", "0.05",
            [&](std::size_t i) {
                auto user = world_.makeUser(tenant, i % 200);
                user.phone = std::to_string(i);
                user.seenAt += std::chrono::milliseconds{i};
                world_.view.apply(tenant.connection.id, {.upserts = {user}}, 0);
                if (world_.view.get(scope, user.id).value().phone != user.phone) std::abort();
            },
            [&](Baseline& theirs, std::size_t i) {
                const auto at = static_cast<std::int64_t>(i);
                theirs.change(1 + at % 200, at);
            });
        std::atomic<bool> stop = false;
        std::atomic<std::uint64_t> written = 0;
        {
            std::jthread writer([&] { write(stop, written, std::chrono::milliseconds{2}); });
            const auto begin = Steady::now();
            RandomSource random{11};
            std::vector<double> all, worked;
            while (millisSince(begin) < 6000) {
                const auto text = base::searchFold(random.of(samples_));
                const auto start = Steady::now();
                const double before = workedMillis();
                ask(scope, "", text.substr(0, 1 + random.below(6)),
                    {{UserField::kLastName, false}});
                all.push_back(millisSince(start));
                worked.push_back(workedMillis() - before);
            }
            stop = true;
            const auto times = timesOf(std::move(worked)), wall = timesOf(std::move(all));
            std::printf(
                "%-44s %9.4f %9.4f   at %.0f changes a second, %llu segments; on the "
                "clock %.4f %.4f\n",
                "search while users come, change and go", times.median, times.p99,
                static_cast<double>(written) / millisSince(begin) * 1000,
                static_cast<unsigned long long>(world_.view.stats().segments), wall.median,
                wall.p99);
        }
    }

    /// As on any day: what was read a moment ago lies in small segments beside the large one.
    void trickle() {
        if (!only_.empty() && only_ != "trickle") return;
        std::atomic<bool> stop = false;
        std::atomic<std::uint64_t> written = 0;
        {
            std::jthread writer([&] { write(stop, written, std::chrono::milliseconds{2}); });
            while (written < 20'000) std::this_thread::sleep_for(std::chrono::milliseconds{10});
            stop = true;
        }
        stop = false;
        std::jthread writer([&] { write(stop, written, std::chrono::milliseconds{100}); });
        const auto all = world_.scopeOf(BenchWorld::kPlatform);
        const std::vector<domain::SortKey> byName{{UserField::kLastName, false}};
        only_.clear();
        row("Q2 while 100 changes a second come", "",
            [&](std::size_t) { ask(all, "", "", byName); });
        row("Q3 the same", "", [&](std::size_t) { ask(all, "", "", byName, size_.users / 2); });
        row("Q5 search 'son', the same", "", [&](std::size_t) { ask(all, "", "son", byName); });
        std::printf("   %llu segments then\n",
                    static_cast<unsigned long long>(world_.view.stats().segments));
        stop = true;
    }

    /// New users, changed ones, removed ones: ten at a time.
    void write(const std::atomic<bool>& stop, std::atomic<std::uint64_t>& written,
               std::chrono::milliseconds pause) {
        BenchWorld maker({1, size_.tenants});
        auto next = Steady::now();
        for (std::size_t i = 0; !stop; ++i) {
            const auto& tenant = world_.tenants()[i * 31 % size_.tenants];
            std::vector<domain::User> users;
            for (std::size_t k = 0; k < 8; ++k)
                users.push_back(maker.makeUser(tenant, k % 2 == 0 ? k : 2000 + i * 8 + k));
            world_.view.apply(tenant.connection.id,
                              {.upserts = users,
                               .seenAt = world_.clock.now(),
                               .tombstones = {users.front().id, users.back().id}},
                              0);
            written += 10;
            next += pause;
            std::this_thread::sleep_until(next);
        }
    }

  private:
    BenchWorld world_;
    BenchSize size_;
    std::string only_;
    std::optional<SqliteBaseline> sqlite_;
    std::optional<MariaDbBaseline> mariadb_;
    std::vector<domain::Scope> distributors_;
    std::vector<std::string> samples_;
};

}  // namespace
}  // namespace tenantry::testing

int main(int count, char** arguments) {
    tenantry::base::keepFreedMemory();  // as the server does
    tenantry::testing::BenchSize size;
    bool alone = false, mariadb = false;
    std::string only;
    int at = 0;
    for (int i = 1; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "--alone")
            alone = true;
        else if (word == "--mariadb")
            mariadb = true;
        else if (word == "--only" && i + 1 < count)
            only = arguments[++i];
        else
            (at++ == 0 ? size.users : size.tenants) = std::stoull(word);
    }
    tenantry::testing::Bench bench(size, alone, mariadb, only);
    bench.load();
    bench.pages();
    bench.searches();
    bench.facets();
    bench.limited();
    bench.trickle();
    bench.changes();
    return 0;
}
