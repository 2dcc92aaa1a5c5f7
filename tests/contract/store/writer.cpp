// The victim of durability_test: applies numbered batches without end, and says each that is
// committed. Arguments: connection string, key in base64, connection id, organization id, batch to
// begin with. The password comes in the environment.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "kernel/store/store.h"
#include "tests/contract/store/batches.h"

int main(int argc, char** argv) {
    using namespace tenantry;
    if (argc != 6) return 2;
    const char* password = std::getenv("TNY_TEST_STORE_PASSWORD");
    auto key = base::SealingKey::fromBase64(base::SecretText(argv[2]));
    if (!key) return 3;
    const base::SystemClock clock;
    const auto soon = [] { return base::Deadline::after(std::chrono::seconds{20}); };
    auto store = store::Store::open(
        {argv[1], base::SecretText(password == nullptr ? "" : password), *key, 2}, clock, soon());
    if (!store) return 4;
    domain::Connection connection;
    connection.id = base::ConnectionId(argv[3]);
    connection.organization = base::OrganizationId(argv[4]);
    for (std::uint64_t n = std::stoull(argv[5]);; ++n) {
        domain::Activity entry;
        entry.id = base::ActivityId(base::newUuid());
        entry.at = clock.now();
        entry.organization = connection.organization;
        entry.action = "batch";
        entry.outcome = "done";
        entry.detail = std::to_string(n);
        if (!(*store)->append(entry, soon())) return 7;
        const auto revision =
            (*store)->applyUsers(connection.id, testing::batch(connection, n), soon());
        if (!revision) return 5;
        const std::string line = std::to_string(n) + "\n";
        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) return 6;
    }
}
