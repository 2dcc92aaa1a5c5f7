// The contract of ConnectionStore, on every store: what is put comes back, secrets only by their
// own connection and name, and a removed connection leaves nothing behind.
#include <gmock/gmock.h>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;
using base::SecretText;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class ConnectionStoreContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (!IsSkipped()) branches_ = putBranches(organizations(), connections());
    }
    Branches branches_;
};
TNY_ON_EVERY_STORE(ConnectionStoreContract);

TEST_P(ConnectionStoreContract, ANewConnectionWasNeverRead) {
    EXPECT_THAT(connections().loadConnections(soon()).value(),
                UnorderedElementsAre(Pair(branches_.northDirectory, domain::ConnectionHealth{}),
                                     Pair(branches_.southDirectory, domain::ConnectionHealth{})));
}

TEST_P(ConnectionStoreContract, HealthComesBackWithEveryField) {
    const auto health = fullHealth();
    ASSERT_TRUE(connections().putHealth(branches_.northDirectory.id, health, soon()));
    EXPECT_THAT(connections().loadConnections(soon()).value(),
                UnorderedElementsAre(Pair(branches_.northDirectory, health),
                                     Pair(branches_.southDirectory, domain::ConnectionHealth{})));
}

TEST_P(ConnectionStoreContract, HealthOfNoConnectionIsNotFound) {
    const auto refused =
        connections().putHealth(base::ConnectionId(base::newUuid()), fullHealth(), soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_P(ConnectionStoreContract, PuttingAgainReplacesAndKeepsTheHealth) {
    auto changed = branches_.northDirectory;
    const auto health = fullHealth();
    ASSERT_TRUE(connections().putHealth(changed.id, health, soon()));
    changed.name = "Renamed";
    changed.enabled = true;
    changed.configJson = "{}";
    ASSERT_TRUE(connections().putConnection(changed, {}, soon()));
    EXPECT_THAT(connections().loadConnections(soon()).value(),
                UnorderedElementsAre(Pair(changed, health),
                                     Pair(branches_.southDirectory, domain::ConnectionHealth{})));
}

TEST_P(ConnectionStoreContract, AnOrganizationThatIsNotThereIsAConflict) {
    const auto refused = connections().putConnection(connectionOf(platform()), {}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
}

TEST_P(ConnectionStoreContract, ASecretIsReadByItsConnectionAndNameOnly) {
    const auto& north = branches_.northDirectory;
    const SecretText password(awkwardText());
    ASSERT_TRUE(connections().putConnection(north, {{"bind_password", password}}, soon()));
    EXPECT_EQ(connections().secret(north.id, "bind_password", soon()).value().reveal(),
              password.reveal());
    for (const auto& [id, ref] :
         {std::pair{north.id, "token"}, std::pair{branches_.southDirectory.id, "bind_password"}}) {
        const auto none = connections().secret(id, ref, soon());
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
    }
}

TEST_P(ConnectionStoreContract, ASecretThatIsNotNamedStays) {
    const auto& north = branches_.northDirectory;
    ASSERT_TRUE(connections().putConnection(
        north, {{"one", SecretText("1")}, {"two", SecretText("2")}}, soon()));
    ASSERT_TRUE(connections().putConnection(north, {{"two", SecretText("zwei")}}, soon()));
    EXPECT_EQ(connections().secret(north.id, "one", soon()).value().reveal(), "1");
    EXPECT_EQ(connections().secret(north.id, "two", soon()).value().reveal(), "zwei");
}

TEST_P(ConnectionStoreContract, RemovingTakesSecretsHealthAndUsers) {
    const auto& north = branches_.northDirectory;
    ASSERT_TRUE(connections().putConnection(north, {{"one", SecretText("1")}}, soon()));
    domain::UserChanges changes;
    changes.upserts = {fullUser(north, "1")};
    ASSERT_TRUE(users().applyUsers(north.id, changes, soon()));

    ASSERT_TRUE(connections().removeConnection(north.id, soon()));
    EXPECT_FALSE(connections().secret(north.id, "one", soon()));
    EXPECT_THAT(users().usersOf(north.id, soon()).value(), IsEmpty());
    EXPECT_EQ(connections().loadConnections(soon()).value().size(), 1U);
    const auto again = connections().removeConnection(north.id, soon());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::kNotFound);

    // Nothing of it comes back with it.
    ASSERT_TRUE(connections().putConnection(north, {}, soon()));
    EXPECT_FALSE(connections().secret(north.id, "one", soon()));
    EXPECT_THAT(users().usersOf(north.id, soon()).value(), IsEmpty());
    EXPECT_EQ(users().applyUsers(north.id, changes, soon()).value(), 1U);
}

TEST_P(ConnectionStoreContract, UsersMoveWithTheirConnection) {
    auto moved = branches_.northDirectory;
    domain::UserChanges changes;
    changes.upserts = {fullUser(moved, "1"), bareUser(moved, "2")};
    const auto before = users().applyUsers(moved.id, changes, soon()).value();
    moved.organization = branches_.southTenant.id;
    ASSERT_TRUE(connections().putConnection(moved, {}, soon()));
    const auto found = users().usersOf(moved.id, soon()).value();
    ASSERT_EQ(found.size(), 2U);
    for (const auto& user : found) EXPECT_EQ(user.organization, branches_.southTenant.id);
    EXPECT_EQ(users().applyUsers(moved.id, {}, soon()).value(), before + 2)
        << "whoever follows the revision hears of the move";
}

}  // namespace
}  // namespace tenantry::testing
