// What a page of users costs through the whole server: session, scope, view, JSON, HTTP on
// loopback. Prints requests a second and latencies as wrk measures them, beside an answer that
// does next to nothing in the same run.
//
//   http_bench [users] [connections] [seconds]        needs wrk (Debian: apt-get install wrk)
#include <cstdio>
#include <cstdlib>
#include <string>

#include "kernel/base/log.h"
#include "kernel/base/memory.h"
#include "tests/api/api_client.h"
#include "tests/api/site.h"
#include "tests/bench/view_world.h"

namespace tenantry::testing {
namespace {

/// Users of a large directory in the view of the site; no store keeps them.
void fill(Site& site, const std::string& organization, std::size_t users) {
    constexpr std::size_t kBatch = 20'000;
    BenchWorld maker({1, 1});
    BenchTenant tenant;
    tenant.organization = organization == "north-tenant" ? 1 : 2;
    tenant.connection.id = site.connection(organization);
    tenant.connection.organization = site.organizationId(organization);
    for (std::size_t at = 0; at < users; at += kBatch) {
        domain::UserChanges batch{.seenAt = maker.clock.now()};
        for (std::size_t i = at; i < std::min(users, at + kBatch); ++i)
            batch.upserts.push_back(maker.makeUser(tenant, i));
        site.view().apply(tenant.connection.id, batch, 0);
    }
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
