// What a page of users costs through the whole server: session, scope, view, JSON, HTTP on
// loopback. Prints requests a second and latencies as wrk measures them, beside an answer that
// does next to nothing in the same run.
//
//   http_bench [users] [connections] [seconds]        needs wrk (Debian: apt-get install wrk)
//   http_bench --organizations N [users]    the lists of organizations with N tenants, one by one
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/log.h"
#include "kernel/base/memory.h"
#include "tests/api/api_client.h"
#include "tests/api/site.h"
#include "tests/bench/view_world.h"

namespace tenantry::testing {
namespace {

/// Users of a large directory in the view of the site; no store keeps them.
void fill(Site& site, const std::string& organization, std::size_t users) {
    BenchWorld maker({1, 1});
    BenchTenant tenant;
    tenant.organization = organization == "north-tenant" ? 1 : 2;
    tenant.connection.id = site.connection(organization);
    tenant.connection.organization = site.organizationId(organization);
    const auto filling = site.view().fill();
    for (std::size_t i = 0; i < users; ++i) filling->add(maker.makeUser(tenant, i));
    filling->finish();
}

/// Tenants below a hundred partners, each with a directory.
void spread(Site& site, std::size_t tenants, std::size_t users) {
    const auto deadline = base::Deadline::after(std::chrono::minutes{10});
    BenchWorld maker({users, tenants});
    const auto root = site.organizationId("nordwind");
    const auto tree = maker.scopeOf(BenchWorld::kPlatform).tree();
    for (domain::Ordinal at = 1; at < tree->size(); ++at) {
        auto one = tree->at(at);
        if (one.parent == tree->at(0).id) one.parent = root;
        if (!site.store().putOrganization(one, deadline)) std::abort();
    }
    if (!site.organizations().load(deadline)) std::abort();
    domain::ConnectionHealth health;
    health.state = domain::ConnectionState::kCurrent;
    health.since = health.lastAttemptAt.emplace(base::SystemClock().now());
    health.lastCompleteAt = health.since;
    for (const auto& tenant : maker.tenants()) site.view().putConnection(tenant.connection, health);
    const auto filling = site.view().fill();
    for (const auto& tenant : maker.tenants())
        for (std::size_t i = 0; i < users / tenants; ++i) filling->add(maker.makeUser(tenant, i));
    filling->finish();
}

/// The median of some, in milliseconds, as a client that asks one after the other sees it.
void ask(ApiClient& client, const char* name, const std::string& target) {
    std::vector<double> times;
    Reply reply;
    for (int i = 0; i < 21; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        reply = client.get(target);
        const auto took = std::chrono::steady_clock::now() - begin;
        times.push_back(std::chrono::duration<double, std::milli>(took).count());
    }
    const double first = times.front();
    std::sort(times.begin(), times.end());
    std::printf("%-52s %8.2f ms %8.2f ms %8.2f ms  status %d, %zu bytes; %s\n", name,
                times[times.size() / 2], times.back(), first, reply.status, reply.body.size(),
                reply.header("server-timing").c_str());
}

void askForOrganizations(std::size_t tenants, std::size_t users) {
    Site site;
    spread(site, tenants, users);
    site.view().settle();
    ApiClient admin(site.port(), "admin");
    std::printf("%zu organizations, %llu users\n%-52s %11s %11s %11s\n",
                site.organizations().tree()->size(),
                static_cast<unsigned long long>(site.view().stats().users), "", "median", "slowest",
                "first");
    const std::string partner = uuid(BenchWorld::partner(50));
    ask(admin, "an answer of a few bytes", "/healthz");
    ask(admin, "picker: opened", "/api/v1/organizations?limit=50");
    ask(admin, "picker: typed 'tenant 1234'", "/api/v1/organizations?limit=50&q=tenant%201234");
    ask(admin, "tree: below the platform", "/api/v1/organizations?mode=tree&limit=200");
    ask(admin, "tree: below a partner",
        "/api/v1/organizations?mode=tree&limit=500&parent=" + partner);
    ask(admin, "facet of organizations and states",
        "/api/v1/users?limit=1&facets=organization,status");
    ask(admin, "the same, of one partner",
        "/api/v1/users?limit=1&facets=organization,status&scope=" + partner);
    ask(admin, "completeness", "/api/v1/completeness");
}

void run(const Site& site, const std::string& cookie, const char* name, const std::string& target,
         const std::string& options) {
    std::printf("%s\n", name);
    std::fflush(stdout);
    const std::string command = "wrk " + options + " --latency -H 'Cookie: " + cookie + "' '" +
                                site.url() + target +
                                "' | grep -E 'Requests/sec|Transfer/sec|50%|99%|Non-2xx|errors'";
    if (std::system(command.c_str()) != 0) std::printf("  wrk is missing or failed\n");
}

}  // namespace
}  // namespace tenantry::testing

int main(int count, char** arguments) {
    using namespace tenantry::testing;
    tenantry::base::keepFreedMemory();
    tenantry::base::setLogLevel(tenantry::base::LogLevel::kError);
    const auto number = [&](int at, std::size_t otherwise) {
        return count > at ? std::stoull(arguments[at]) : otherwise;
    };
    if (count > 2 && std::string_view(arguments[1]) == "--organizations") {
        askForOrganizations(number(2, 40'000), number(3, 1'000'000));
        return 0;
    }
    const std::size_t users = number(1, 1'000'000), connections = number(2, 64);
    const std::string options =
        "-t1 -c" + std::to_string(connections) + " -d" + std::to_string(number(3, 5)) + "s";
    Site site;
    for (const char* tenant : {"north-tenant", "south-tenant"}) fill(site, tenant, users / 2);
    site.view().settle();
    ApiClient admin(site.port(), "admin");
    const auto page = admin.get("/api/v1/users?sort=last_name&limit=100");
    std::printf("%zu users, %zu connections; a page of 100 rows has %zu bytes; Server-Timing: %s\n",
                users, connections, page.body.size(), page.header("server-timing").c_str());
    run(site, admin.cookie(), "an answer of a few bytes (/healthz)", "/healthz", options);
    run(site, admin.cookie(), "100 users of the platform by last name",
        "/api/v1/users?sort=last_name&limit=100", options);
    run(site, admin.cookie(), "25 users that hold 'son'",
        "/api/v1/users?sort=last_name&limit=25&q=son", options);
    return 0;
}
