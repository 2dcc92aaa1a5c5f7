// Two operators who set the policy of one organization at the same moment, and what a policy keeps
// of the trail. What an operator sees and sets is in tests/api/policies_test.cpp.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tenants/housekeeper.h"
#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using base::Deadline;
using testing::soon;
using testing::World;

/// Writes at once, and lets the first who wrote wait for its answer.
class SlowAnswer final : public domain::DocumentStore {
  public:
    explicit SlowAnswer(domain::DocumentStore& store) : store_(store) {}
    base::Status putDocument(const domain::Document& document, Deadline deadline) override {
        const auto written = store_.putDocument(document, deadline);
        if (!isFirst_.exchange(false)) return written;
        written_.set_value();
        answered_.get_future().wait_for(std::chrono::seconds{20});
        return written;
    }
    void waitUntilWritten() { written_.get_future().wait_for(std::chrono::seconds{20}); }
    void answer() { answered_.set_value(); }

    base::Status addDocument(const domain::Document& document, Deadline deadline) override {
        return store_.addDocument(document, deadline);
    }
    base::Result<domain::Document> document(std::string_view kind, std::string_view id,
                                            Deadline deadline) override {
        return store_.document(kind, id, deadline);
    }
    base::Result<std::vector<domain::Document>> documents(std::string_view kind,
                                                          std::string_view owner,
                                                          Deadline deadline) override {
        return store_.documents(kind, owner, deadline);
    }
    base::Status removeDocument(std::string_view kind, std::string_view id,
                                Deadline deadline) override {
        return store_.removeDocument(kind, id, deadline);
    }
    base::Status removeExpired(base::TimePoint now, Deadline deadline) override {
        return store_.removeExpired(now, deadline);
    }

  private:
    domain::DocumentStore& store_;
    std::atomic<bool> isFirst_ = true;
    std::promise<void> written_, answered_;
};

TEST(Policies, OfTwoWhoSetOneTheLastThatIsStoredHolds) {
    World world;
    SlowAnswer store(world.store);
    Policies policies(store, world.organizations, {});
    const auto north = world.organizationId("north");
    const auto admin = world.administrator("north");
    PolicyRules early, late;
    early.inactiveDays = 10;
    late.inactiveDays = 20;
    bool isPut = false;
    std::jthread first(
        [&] { isPut = static_cast<bool>(policies.put(admin, north, early, soon())); });
    store.waitUntilWritten();
    EXPECT_TRUE(policies.put(admin, north, late, soon()));
    store.answer();
    first.join();
    ASSERT_TRUE(isPut);
    EXPECT_EQ(policies.of(north).inactiveDays, 20);
    Policies again(store, world.organizations, {});
    ASSERT_TRUE(again.load(soon()));
    EXPECT_EQ(again.of(north).inactiveDays, 20) << "as after a restart";
    EXPECT_EQ(policies.put(world.administrator("south"), north, early, soon()).error().code,
              base::ErrorCode::kNotFound)
        << "an operator of another branch";
}

TEST(Policies, AnOrganizationKeepsItsTrailLonger) {
    World world;
    world.openPortal();
    Policy platform;
    platform.activityDays = 30;
    Policies policies(world.store, world.organizations, platform);
    PolicyRules rules;
    rules.activityDays = 100;
    const auto north = world.organizationId("north"), south = world.organizationId("south");
    ASSERT_TRUE(policies.put(world.administrator("north"), north, rules, soon()));
    HousekeeperPolicy rounds;
    rounds.keepTrail = std::chrono::hours{24 * 30};
    Housekeeper housekeeper{{world.kit.accounts, world.access, world.store, world.store,
                             world.store, world.store, world.organizations, world.clock, &policies},
                            rounds};
    for (const auto& organization : {north, south}) {
        domain::Activity entry;
        entry.id = base::ActivityId(base::newUuid());
        entry.at = world.clock.now();
        entry.organization = organization;
        entry.action = "user.suspend";
        ASSERT_TRUE(world.store.append(entry, soon()));
    }
    const auto kept = [&](const base::OrganizationId& organization) {
        for (const auto& one : world.store.activities())
            if (one.organization == organization && one.action == "user.suspend") return true;
        return false;
    };
    world.clock.advance(std::chrono::hours{24 * 31});
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_TRUE(kept(north));
    EXPECT_FALSE(kept(south));
    world.clock.advance(std::chrono::hours{24 * 70});
    ASSERT_TRUE(housekeeper.runOnce(soon()));
    EXPECT_FALSE(kept(north));
}

}  // namespace
}  // namespace tenantry::tenants
