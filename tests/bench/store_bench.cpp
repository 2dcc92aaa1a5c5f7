// How fast users become durable, on each engine, at several batch sizes; how fast they are loaded;
// and what an activity list costs an operator of many organizations. Ratios are of one run.
// Arguments: users for the load (100000), organizations (5000).
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "kernel/base/log.h"
#include "kernel/store/store.h"
#include "tests/fakes/authority.h"
#include "tests/support/child_process.h"
#include "tests/support/mariadb_server.h"

namespace {

using namespace tenantry;

base::Deadline soon() {
    return base::Deadline::after(std::chrono::minutes{10});
}

template <class T>
T must(base::Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}

template <class F>
double seconds(F&& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

domain::User userOf(const domain::Connection& connection, std::size_t n) {
    domain::User user;
    const auto text = std::to_string(n);
    user.connection = connection.id;
    user.organization = connection.organization;
    user.nativeId = "uid=user" + text + ",ou=people,dc=example,dc=org";
    user.id = base::userIdOf(connection.id, user.nativeId);
    user.username = "user" + text;
    user.firstName = "Łukasz";
    user.lastName = "Straßenbauer-" + text;
    user.displayName = user.firstName + " " + user.lastName;
    user.email = user.username + "@example.org";
    user.nativeStatus = "enabled";
    user.roles = {"staff"};
    user.lastLoginAt = user.createdAt = user.modifiedAt = base::fromMillis(1'795'305'600'000);
    user.seenAt = base::fromMillis(1'795'305'600'000);
    user.etag = text;
    user.attributesJson = R"({"department":"Operations","title":"Engineer"})";
    return user;
}

std::vector<domain::User> usersOf(const domain::Connection& connection, std::size_t count) {
    std::vector<domain::User> out;
    for (std::size_t n = 0; n < count; ++n) out.push_back(userOf(connection, n));
    return out;
}

domain::Organization organization(const base::OrganizationId& parent, domain::OrganizationKind kind,
                                  const std::string& slug) {
    domain::Organization out;
    out.id = base::OrganizationId(base::newUuid());
    out.parent = parent;
    out.kind = kind;
    out.slug = out.name = slug;
    return out;
}

domain::Connection directory(store::Store& store, const domain::Organization& of) {
    domain::Connection out;
    out.id = base::ConnectionId(base::newUuid());
    out.organization = of.id;
    must(store.putConnection(out, {}, soon()));
    return out;
}

void measureUpserts(store::Store& store, const domain::Organization& root, const char* engine) {
    double rowByRow = 0;
    for (const std::size_t size : {1, 100, 500, 1000, 5000}) {
        const auto connection = directory(store, root);
        const std::size_t count = size == 1 ? 400 : std::max<std::size_t>(20'000, size);
        const auto users = usersOf(connection, count);
        const double took = seconds([&] {
            for (std::size_t at = 0; at < count; at += size) {
                domain::UserChanges changes;
                changes.upserts.assign(
                    users.begin() + static_cast<long>(at),
                    users.begin() + static_cast<long>(std::min(at + size, count)));
                must(store.applyUsers(connection.id, changes, soon()));
            }
        });
        const double rate = static_cast<double>(count) / took;
        if (size == 1) rowByRow = rate;
        std::printf("%-8s upserts, durable, %5zu a batch: %9.0f users/s  %6.1fx row by row\n",
                    engine, size, rate, rate / rowByRow);
    }
}

void measureLoad(store::Store& store, const domain::Organization& root, const char* engine,
                 std::size_t count) {
    const auto connection = directory(store, root);
    domain::UserChanges changes;
    changes.upserts = usersOf(connection, count);
    const double wrote = seconds([&] { must(store.applyUsers(connection.id, changes, soon())); });
    std::size_t loaded = 0;
    const double load =
        seconds([&] { must(store.loadUsers([&](domain::User&&) { ++loaded; }, soon())); });
    domain::UserChanges seen;
    for (const auto& user : changes.upserts) seen.seen.push_back(user.id);
    seen.seenAt = changes.upserts[0].seenAt + std::chrono::hours{1};
    const double marked = seconds([&] { must(store.applyUsers(connection.id, seen, soon())); });
    const auto rate = [](std::size_t n, double took) { return static_cast<double>(n) / took; };
    std::printf("%-8s one batch of %zu: %9.0f users/s\n", engine, count, rate(count, wrote));
    std::printf("%-8s load of %zu:     %9.0f users/s\n", engine, loaded, rate(loaded, load));
    std::printf("%-8s seen again:          %9.0f users/s\n", engine, rate(count, marked));
}

void measureActivity(store::Store& store, const domain::Organization& root, const char* engine,
                     std::size_t organizations) {
    const base::SystemClock clock;
    const auto partner =
        organization(root.id, domain::OrganizationKind::kPartner, "partner-of-many");
    must(store.putOrganization(partner, soon()));
    std::size_t made = 0;
    const double took = seconds([&] {
        for (std::size_t n = 0; n < organizations; ++n) {
            must(store.putOrganization(organization(partner.id, domain::OrganizationKind::kTenant,
                                                    "tenant-" + std::to_string(n)),
                                       soon()));
            ++made;
        }
    });
    std::printf("%-8s %zu organizations put, one by one: %.0f/s\n", engine, made,
                static_cast<double>(made) / took);
    testing::Authority authority(store, store, store, store, clock);
    const auto tree = authority.tree();
    for (int n = 0; n < 3'000; ++n) {
        domain::Activity entry;
        entry.id = base::ActivityId(base::newUuid());
        entry.at = base::fromMillis(n);
        entry.organization =
            tree->at(static_cast<domain::Ordinal>(static_cast<std::size_t>(n) * 13 % organizations))
                .id;
        must(store.append(entry, soon()));
    }
    const auto timed = [&](const char* whose, const domain::Scope& scope) {
        std::uint64_t total = 0;
        const double list = seconds([&] { total = must(store.list(scope, {}, soon())).total; });
        std::printf("%-8s activity list of %zu organizations (%s): %.1f ms, %llu entries\n", engine,
                    scope.size(), whose, list * 1000, static_cast<unsigned long long>(total));
    };
    timed("whole platform", authority.wholePlatform());
    timed("one partner", authority.scopeOf(partner.id));
}

void measure(const char* engine, store::StoreOptions options, std::size_t count,
             std::size_t organizations) {
    const base::SystemClock clock;
    const auto store = must(store::Store::open(std::move(options), clock, soon()));
    const auto root = organization({}, domain::OrganizationKind::kPlatform, "platform");
    must(store->putOrganization(root, soon()));
    measureUpserts(*store, root, engine);
    measureLoad(*store, root, engine, count);
    measureActivity(*store, root, engine, organizations);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    base::setLogLevel(base::LogLevel::kError);
    const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
    const std::size_t organizations = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 5'000;
    const testing::TempFolder folder;
    must(base::initCrypto());
    const auto key = base::SealingKey::generate();
    measure("SQLite", {"sqlite://" + (folder.path() / "bench.db").string(), {}, key}, count,
            organizations);
    if (const auto why = testing::MariaDbServer::unavailable()) {
        std::printf("%s\n", why->c_str());
        return 0;
    }
    testing::MariaDbServer server;
    server.execute("", "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
    server.createDatabase("bench");
    measure("MariaDB",
            {std::string("mysql://") + testing::MariaDbServer::kUser +
                 "@127.0.0.1:" + std::to_string(server.port()) + "/bench",
             base::SecretText(testing::MariaDbServer::kPassword), key},
            count, organizations);
}
