/// What the contract of the store ports runs on: the fake, SQLite, and a real MariaDB.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "kernel/domain/ports/connector_memory.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/store/store.h"
#include "tests/fakes/authority.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/child_process.h"
#include "tests/support/mariadb_server.h"

namespace tenantry::testing {

enum class StoreKind { kFake = 1, kSqlite, kMariaDb };

std::string name(StoreKind kind);

/// The program's MariaDB, started when it is first wanted. Null when none can be.
MariaDbServer* mariaDb();

/// An empty store of one kind, behind its ports.
class StoreUnderTest {
  public:
    virtual ~StoreUnderTest() = default;
    virtual domain::OrganizationStore& organizations() = 0;
    virtual domain::ConnectionStore& connections() = 0;
    virtual domain::ConnectorMemoryStore& memory() = 0;
    virtual domain::UserStore& users() = 0;
    virtual domain::ActivityStore& activity() = 0;
    virtual domain::AccountStore& accounts() = 0;
    virtual domain::AccountVault& vault() = 0;
    virtual domain::DocumentStore& documents() = 0;
    virtual domain::PasskeyStore& passkeys() = 0;
};

/// The options of a new, empty database of its own, which lives as long as the holder.
struct EmptyDatabase {
    explicit EmptyDatabase(StoreKind kind);
    ~EmptyDatabase();
    [[nodiscard]] store::StoreOptions options() const;

    TempFolder folder;
    std::string connectionString;
    std::string schema;  ///< MariaDB: the database's name
    base::SecretText password;
    base::SealingKey key = base::SealingKey::generate();
};

/// The fixture of all store contract tests; skips MariaDB loudly where it cannot run.
class StoreContract : public ::testing::TestWithParam<StoreKind> {
  protected:
    void SetUp() override;

    static base::Deadline soon() { return base::Deadline::after(std::chrono::seconds{20}); }
    domain::OrganizationStore& organizations() { return store_->organizations(); }
    domain::ConnectionStore& connections() { return store_->connections(); }
    domain::ConnectorMemoryStore& memory() { return store_->memory(); }
    domain::UserStore& users() { return store_->users(); }
    domain::ActivityStore& activity() { return store_->activity(); }
    domain::AccountStore& accounts() { return store_->accounts(); }
    domain::AccountVault& vault() { return store_->vault(); }
    domain::DocumentStore& documents() { return store_->documents(); }
    domain::PasskeyStore& passkeys() { return store_->passkeys(); }

    FakeClock clock_;
    std::unique_ptr<StoreUnderTest> store_;
};

std::string kindName(const ::testing::TestParamInfo<StoreKind>& kind);

}  // namespace tenantry::testing

/// Runs a suite on every kind of store.
#define TNY_ON_EVERY_STORE(Suite)                                                       \
    INSTANTIATE_TEST_SUITE_P(Stores, Suite,                                             \
                             ::testing::Values(tenantry::testing::StoreKind::kFake,     \
                                               tenantry::testing::StoreKind::kSqlite,   \
                                               tenantry::testing::StoreKind::kMariaDb), \
                             tenantry::testing::kindName)
