#include "kernel/store/store.h"

#include <fcntl.h>
#include <unistd.h>

#include "kernel/store/database.h"
#include "kernel/store/schema.h"

namespace tenantry::store {

using base::Deadline;
using base::Result;

namespace {

/// A new file is for its owner only. One that is there is not touched: closing a second descriptor
/// of it would drop the locks that SQLite holds in this process.
void makePrivate(const std::string& path) {
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);
}

}  // namespace

Store::Store(std::unique_ptr<Database> database, base::SealingKey key, const base::Clock& clock)
    : database_(std::move(database)), key_(std::move(key)), clock_(clock) {}

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const base::Clock& clock,
                                           Deadline deadline) {
    TNY_CHECKED(base::initCrypto());
    TNY_TRY(auto location, parseLocation(options.connectionString));
    if (location.engine == Engine::kSqlite) makePrivate(location.path);
    auto database = std::make_unique<Database>(
        Database::Options{std::move(location), std::move(options.password), options.sessions});
    TNY_CHECKED(
        base::within("store", migrate(*database, migrations(database->engine()), clock, deadline)));
    auto out = std::unique_ptr<Store>(
        new Store(std::move(database), std::move(options.sealingKey), clock));
    TNY_CHECKED(base::within("store", out->linkFormerEntries(deadline)));
    return out;
}

}  // namespace tenantry::store
