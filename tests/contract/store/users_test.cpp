// The contract of UserStore, on every store: what is applied comes back field by field, older
// readings change nothing, tombstones are out of sight, and the revision moves with each change.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <thread>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::ErrorCode;
using domain::User;
using domain::UserChanges;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class UserStoreContract : public StoreContract {
  protected:
    void SetUp() override {
        StoreContract::SetUp();
        if (!IsSkipped()) branches_ = putBranches(organizations(), connections());
    }
    std::uint64_t apply(const UserChanges& changes) {
        return users().applyUsers(north().id, changes, soon()).value();
    }
    std::vector<User> stored() { return users().usersOf(north().id, soon()).value(); }
    const domain::Connection& north() const { return branches_.northDirectory; }
    const domain::Connection& south() const { return branches_.southDirectory; }

    Branches branches_;
};
TNY_ON_EVERY_STORE(UserStoreContract);

TEST_P(UserStoreContract, AnUpsertComesBackWithEveryField) {
    const User full = fullUser(north(), awkwardText());
    const User bare = bareUser(north(), "2");
    apply({.upserts = {full, bare}});
    EXPECT_THAT(stored(), UnorderedElementsAre(full, bare));
}

TEST_P(UserStoreContract, EveryStatusAndTristateSurvives) {
    UserChanges changes;
    for (int status = 1; status <= static_cast<int>(domain::kUserStatusCount); ++status)
        for (const auto mfa :
             {domain::Tristate::kUnknown, domain::Tristate::kNo, domain::Tristate::kYes}) {
            User user = bareUser(north(), std::to_string(changes.upserts.size()));
            user.status = static_cast<domain::UserStatus>(status);
            user.mfaEnrolled = mfa;
            changes.upserts.push_back(user);
        }
    apply(changes);
    EXPECT_THAT(stored(), ::testing::UnorderedElementsAreArray(changes.upserts));
}

TEST_P(UserStoreContract, AnotherConnectionsUsersAreNotAmongThem) {
    apply({.upserts = {fullUser(north(), "1")}});
    EXPECT_THAT(users().usersOf(south().id, soon()).value(), IsEmpty());
    EXPECT_THAT(users().usersOf(base::ConnectionId(base::newUuid()), soon()).value(), IsEmpty());
}

TEST_P(UserStoreContract, LoadingShowsTheUsersOfAllConnections) {
    const User one = fullUser(north(), "1");
    const User other = fullUser(south(), "1");
    apply({.upserts = {one}});
    ASSERT_TRUE(users().applyUsers(south().id, {.upserts = {other}}, soon()));
    std::vector<User> loaded;
    ASSERT_TRUE(users().loadUsers([&](User&& user) { loaded.push_back(std::move(user)); }, soon()));
    EXPECT_THAT(loaded, UnorderedElementsAre(one, other));
}

TEST_P(UserStoreContract, TheStoreMayBeUsedWhileUsersAreBeingLoaded) {
    apply({.upserts = {fullUser(north(), "1"), fullUser(north(), "2")}});
    int seen = 0;
    ASSERT_TRUE(users().loadUsers(
        [&](User&& user) {
            ++seen;
            user.seenAt = moment(20);
            EXPECT_TRUE(users().applyUsers(north().id, {.upserts = {user}}, soon()));
        },
        soon()));
    EXPECT_EQ(seen, 2);
}

TEST_P(UserStoreContract, TheRevisionMovesWithEachChangeOfItsConnection) {
    EXPECT_EQ(apply({.upserts = {fullUser(north(), "1")}}), 1U);
    EXPECT_EQ(apply({.upserts = {fullUser(north(), "1")}}), 2U);
    EXPECT_EQ(users().applyUsers(south().id, {}, soon()).value(), 1U);
    EXPECT_EQ(apply({}), 3U);
    const auto all = users().userRevisions(soon()).value();
    EXPECT_EQ(all.at(north().id), 3U);
    EXPECT_EQ(all.at(south().id), 1U);
}

TEST_P(UserStoreContract, AConnectionThatIsNotThereTakesNoUsers) {
    auto gone = north();
    gone.id = base::ConnectionId(base::newUuid());
    const auto refused = users().applyUsers(gone.id, {.upserts = {fullUser(gone, "1")}}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
}

TEST_P(UserStoreContract, AUserOfAnotherConnectionIsRefusedAndNothingIsWritten) {
    const auto refused = users().applyUsers(
        north().id, {.upserts = {fullUser(north(), "1"), fullUser(south(), "1")}}, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(stored(), IsEmpty());
    EXPECT_EQ(apply({}), 1U) << "the revision has not moved";
}

TEST_P(UserStoreContract, AnUpsertOlderThanWhatIsStoredIsIgnored) {
    User now = fullUser(north(), "1");
    User before = now;
    before.seenAt = now.seenAt - std::chrono::milliseconds{1};
    before.username = "from an older page";
    apply({.upserts = {now}});
    apply({.upserts = {before}});
    EXPECT_THAT(stored(), UnorderedElementsAre(now));
    User same = now;
    same.username = "of the same moment";
    apply({.upserts = {same}});
    EXPECT_THAT(stored(), UnorderedElementsAre(same));
}

TEST_P(UserStoreContract, OfTwoUpsertsOfOneUserTheLaterIsKept) {
    User first = fullUser(north(), "1");
    User second = first;
    second.seenAt += std::chrono::milliseconds{1};
    second.username = "second";
    apply({.upserts = {first, second}});
    EXPECT_THAT(stored(), UnorderedElementsAre(second));
    second.username = "third";
    first.username = "older";
    apply({.upserts = {second, first}});
    EXPECT_THAT(stored(), UnorderedElementsAre(second));
}

TEST_P(UserStoreContract, SeenMovesTheMomentForwardOnly) {
    User user = fullUser(north(), "1");
    apply({.upserts = {user}});
    apply({.seen = {user.id}, .seenAt = moment(30)});
    user.seenAt = moment(30);
    EXPECT_THAT(stored(), UnorderedElementsAre(user));
    apply({.seen = {user.id, base::UserId(base::newUuid())}, .seenAt = moment(29)});
    EXPECT_THAT(stored(), UnorderedElementsAre(user));
}

TEST_P(UserStoreContract, ATombstoneIsOutOfSightUntilANewerUpsertRevivesIt) {
    User user = fullUser(north(), "1");
    const User other = fullUser(north(), "2");
    apply({.upserts = {user, other}});
    apply({.seenAt = moment(30), .tombstones = {user.id}});
    EXPECT_THAT(stored(), UnorderedElementsAre(other));
    int loaded = 0;
    ASSERT_TRUE(users().loadUsers([&](User&&) { ++loaded; }, soon()));
    EXPECT_EQ(loaded, 1);

    apply({.seen = {user.id}, .seenAt = moment(31)});
    EXPECT_THAT(stored(), UnorderedElementsAre(other)) << "seen is no upsert";
    user.seenAt = moment(29);
    apply({.upserts = {user}});
    EXPECT_THAT(stored(), UnorderedElementsAre(other))
        << "a page that was asked for before the user was deleted still shows it";
    user.seenAt = moment(32);
    apply({.upserts = {user}});
    EXPECT_THAT(stored(), UnorderedElementsAre(user, other));
}

TEST_P(UserStoreContract, ATombstoneOlderThanWhatIsStoredIsIgnored) {
    const User user = fullUser(north(), "1");
    apply({.upserts = {user}});
    apply({.seenAt = user.seenAt - std::chrono::milliseconds{1},
           .tombstones = {user.id, base::UserId(base::newUuid())}});
    EXPECT_THAT(stored(), UnorderedElementsAre(user));
}

TEST_P(UserStoreContract, HealthIsWrittenWithTheUsers) {
    const auto health = fullHealth();
    apply({.upserts = {fullUser(north(), "1")}, .health = health});
    const auto all = connections().loadConnections(soon()).value();
    for (const auto& [connection, known] : all)
        EXPECT_EQ(known, connection.id == north().id ? health : domain::ConnectionHealth{});
}

TEST_P(UserStoreContract, BatchesOfEverySizeComeBackWhole) {
    // Around the sizes at which statements are cut, and more than one page of reading.
    std::map<base::UserId, User> model;
    int next = 0;
    for (const std::size_t size :
         {std::size_t{1}, base::limits::kStoreBatchRows - 1, base::limits::kStoreBatchRows,
          base::limits::kStoreBatchRows * 3 + 7, std::size_t{9'000}}) {
        UserChanges changes;
        for (std::size_t i = 0; i < size; ++i)
            changes.upserts.push_back(fullUser(north(), std::to_string(next++)));
        for (const auto& user : changes.upserts) model[user.id] = user;
        apply(changes);
    }
    UserChanges marks{.seenAt = moment(40)};
    for (auto& [id, user] : model) {
        const auto kind = std::hash<base::UserId>{}(id) % 3;
        if (kind == 0) marks.seen.push_back(id);
        if (kind == 1) marks.tombstones.push_back(id);
    }
    apply(marks);
    for (const auto& id : marks.seen) model[id].seenAt = moment(40);
    for (const auto& id : marks.tombstones) model.erase(id);

    auto found = stored();
    ASSERT_EQ(found.size(), model.size());
    for (const auto& user : found) ASSERT_EQ(user, model.at(user.id));
}

TEST_P(UserStoreContract, ARecordOfAMegabyteFits) {
    UserChanges changes;
    for (int i = 0; i < 12; ++i) {
        User user = fullUser(north(), std::to_string(i));
        user.attributesJson = "{\"blob\":\"" + std::string(1024 * 1024, '\'') + "\"}";
        changes.upserts.push_back(user);
    }
    apply(changes);
    EXPECT_THAT(stored(), ::testing::UnorderedElementsAreArray(changes.upserts));
}

TEST_P(UserStoreContract, BytesThatAreNotTextAreReplacedNotRefused) {
    if (GetParam() == StoreKind::kFake) GTEST_SKIP() << "the fake keeps bytes as they are";
    User user = fullUser(north(), "1");
    user.displayName = "bad \xFF byte";
    apply({.upserts = {user}});
    EXPECT_EQ(stored().at(0).displayName, "bad \xEF\xBF\xBD byte");
}

TEST_P(UserStoreContract, WritersOfManyThreadsLoseNothing) {
    constexpr int kThreads = 6;
    constexpr int kBatches = 8;
    {
        std::vector<std::jthread> writers;
        for (int t = 0; t < kThreads; ++t)
            writers.emplace_back([&, t] {
                // Two connections, and ids in opposite orders: so that locks meet.
                const auto& connection = t % 2 == 0 ? north() : south();
                for (int b = 0; b < kBatches; ++b) {
                    UserChanges changes;
                    for (int i = 0; i < 50; ++i)
                        changes.upserts.push_back(
                            fullUser(connection, std::to_string(t) + "-" + std::to_string(i)));
                    if (t % 3 == 0) std::reverse(changes.upserts.begin(), changes.upserts.end());
                    EXPECT_TRUE(users().applyUsers(connection.id, changes, soon()));
                }
            });
    }
    EXPECT_EQ(stored().size(), 3U * 50U);
    EXPECT_EQ(apply({}), 3U * kBatches + 1);
}

}  // namespace
}  // namespace tenantry::testing
