#include "tests/contract/store/engines.h"

#include <stdexcept>

#include "tests/fakes/fake_store.h"

namespace tenantry::testing {

namespace {

class FakeUnderTest final : public StoreUnderTest {
  public:
    domain::OrganizationStore& organizations() override { return store_; }
    domain::ConnectionStore& connections() override { return store_; }
    domain::ConnectorMemoryStore& memory() override { return store_; }
    domain::UserStore& users() override { return store_; }
    domain::ActivityStore& activity() override { return store_; }
    domain::AccountStore& accounts() override { return store_; }
    domain::AccountVault& vault() override { return store_; }
    domain::DocumentStore& documents() override { return store_; }
    domain::PasskeyStore& passkeys() override { return store_; }

  private:
    FakeStore store_;
};

class RealUnderTest final : public StoreUnderTest {
  public:
    RealUnderTest(StoreKind kind, const base::Clock& clock) : database_(kind) {
        auto opened = store::Store::open(database_.options(), clock,
                                         base::Deadline::after(std::chrono::seconds{30}));
        if (!opened) throw std::runtime_error(opened.error().text());
        store_ = std::move(*opened);
    }
    domain::OrganizationStore& organizations() override { return *store_; }
    domain::ConnectionStore& connections() override { return *store_; }
    domain::ConnectorMemoryStore& memory() override { return *store_; }
    domain::UserStore& users() override { return *store_; }
    domain::ActivityStore& activity() override { return *store_; }
    domain::AccountStore& accounts() override { return *store_; }
    domain::AccountVault& vault() override { return *store_; }
    domain::DocumentStore& documents() override { return *store_; }
    domain::PasskeyStore& passkeys() override { return *store_; }

  private:
    EmptyDatabase database_;
    std::unique_ptr<store::Store> store_;
};

}  // namespace

std::string name(StoreKind kind) {
    switch (kind) {
        case StoreKind::kFake:
            return "Fake";
        case StoreKind::kSqlite:
            return "Sqlite";
        case StoreKind::kMariaDb:
            return "MariaDb";
    }
    return "";
}

std::string kindName(const ::testing::TestParamInfo<StoreKind>& kind) {
    return name(kind.param);
}

MariaDbServer* mariaDb() {
    static std::unique_ptr<MariaDbServer> server =
        MariaDbServer::unavailable() ? nullptr : std::make_unique<MariaDbServer>();
    return server.get();
}

EmptyDatabase::EmptyDatabase(StoreKind kind) {
    if (kind != StoreKind::kMariaDb) {
        connectionString = "sqlite://" + (folder.path() / "tenantry.db").string();
        return;
    }
    static int count = 0;
    schema = "store_" + std::to_string(++count);
    MariaDbServer& server = *mariaDb();
    server.createDatabase(schema);
    connectionString = std::string("mysql://") + MariaDbServer::kUser + "@" + MariaDbServer::kHost +
                       ":" + std::to_string(server.port()) + "/" + schema;
    password = base::SecretText(MariaDbServer::kPassword);
}

EmptyDatabase::~EmptyDatabase() {
    if (!schema.empty()) mariaDb()->execute("", "DROP DATABASE `" + schema + "`");
}

store::StoreOptions EmptyDatabase::options() const {
    return {connectionString, password, key, base::limits::kStoreSessions};
}

void StoreContract::SetUp() {
    if (GetParam() == StoreKind::kFake) {
        store_ = std::make_unique<FakeUnderTest>();
        return;
    }
    if (GetParam() == StoreKind::kMariaDb)
        if (const auto why = MariaDbServer::unavailable()) GTEST_SKIP() << *why;
    store_ = std::make_unique<RealUnderTest>(GetParam(), clock_);
}

}  // namespace tenantry::testing
