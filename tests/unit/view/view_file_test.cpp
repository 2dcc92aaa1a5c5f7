// Goal: a view that comes from its file says what it said before, where the store is still the
// same, and nothing where it is not; a file that is damaged, of another state or of other rules
// brings nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/child_process.h"
#include "tests/unit/view/view_world.h"

namespace tenantry::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ViewFile : public ViewWorld, public ::testing::Test {
  protected:
    ViewFile() {
        put({user(4, "ann"), user(4, "Änne"), user(5, "bob")});
        view.settle();
        put({user(8, "cid")});  // stands beside the segments
    }

    [[nodiscard]] std::string path() const { return (folder.path() / "view").string(); }
    base::Status save() { return view.save(path(), "stamp"); }

    /// A view as it is at the next start, before its users come.
    struct Next {
        explicit Next(ViewFile& world) : view(world.clock) {
            view.setTree(world.authority.scopeOf(1).tree());
            for (const std::uint64_t tenant : {4, 5, 8}) connect(world, tenant);
        }
        void connect(ViewFile& world, std::uint64_t tenant) {
            domain::Connection one;
            one.id = base::ConnectionId(uuid(10 + tenant));
            one.organization = base::OrganizationId(uuid(tenant));
            view.putConnection(one, world.healthOf(domain::ConnectionState::kCurrent));
        }
        std::vector<std::string> names(ViewFile& world, std::uint64_t organizationNumber = 1) {
            domain::UserQuery query;
            query.sort = domain::parseSort("username").value();
            return usernames(
                view.query(world.authority.scopeOf(organizationNumber), query).value());
        }
        view::MemoryView view;
    };
    static view::MemoryView::Revisions revisions(std::uint64_t ofFour = 0) {
        return {{base::ConnectionId(uuid(14)), ofFour},
                {base::ConnectionId(uuid(15)), 0},
                {base::ConnectionId(uuid(18)), 0}};
    }

    TempFolder folder;
};

TEST_F(ViewFile, BringsEveryUserBackAsItWas) {
    ASSERT_TRUE(save());
    Next next(*this);
    EXPECT_THAT(next.view.restore(path(), "stamp", revisions()).value(), IsEmpty());
    EXPECT_THAT(next.names(*this), ElementsAre("ann", "Änne", "bob", "cid"));
    EXPECT_THAT(next.names(*this, 6), ElementsAre("cid")) << "an operator of one branch";
    for (const char* name : {"ann", "Änne"})
        EXPECT_EQ(next.view.get(authority.scopeOf(4), user(4, name).id).value(), user(4, name));
    // And it goes on changing.
    next.view.apply(
        user(4, "ann").connection,
        {.upserts = {user(4, "dora")}, .seenAt = clock.now(), .tombstones = {user(4, "ann").id}},
        1);
    next.view.settle();
    EXPECT_THAT(next.names(*this), ElementsAre("Änne", "bob", "cid", "dora"));
}

TEST_F(ViewFile, AConnectionThatMovedOnInTheStoreIsLeftOutAndNamed) {
    ASSERT_TRUE(save());
    Next next(*this);
    EXPECT_THAT(next.view.restore(path(), "stamp", revisions(1)).value(),
                ElementsAre(base::ConnectionId(uuid(14))));
    EXPECT_THAT(next.names(*this), ElementsAre("bob", "cid"));
    next.view.apply(user(4, "ann").connection, {.upserts = {user(4, "ann")}}, 0);
    EXPECT_THAT(next.names(*this), ElementsAre("ann", "bob", "cid"));
}

TEST_F(ViewFile, AConnectionThatIsGoneTakesItsUsersAlong) {
    ASSERT_TRUE(save());
    Next next(*this);
    next.view.removeConnection(base::ConnectionId(uuid(15)));
    EXPECT_THAT(next.view.restore(path(), "stamp", revisions()).value(), IsEmpty());
    EXPECT_THAT(next.names(*this), ElementsAre("ann", "Änne", "cid"));
}

TEST_F(ViewFile, AConnectionThatWentBeforeLeavesNoTrace) {
    view.removeConnection(base::ConnectionId(uuid(15)));  // its rows are dead, and still there
    ASSERT_TRUE(save());
    Next next(*this);
    EXPECT_THAT(next.view.restore(path(), "stamp", revisions()).value(),
                ElementsAre(base::ConnectionId(uuid(15))));
    EXPECT_THAT(next.names(*this), ElementsAre("ann", "Änne", "cid"));
}

TEST_F(ViewFile, RevisionsAreFollowedOneByOne) {
    const auto four = base::ConnectionId(uuid(14));
    view.apply(four, {.seen = {user(4, "ann").id}, .seenAt = clock.now()}, 1);
    view.apply(four, {.seen = {user(4, "ann").id}, .seenAt = clock.now()}, 2);
    ASSERT_TRUE(save());
    Next next(*this);
    EXPECT_THAT(next.view.restore(path(), "stamp", revisions(2)).value(), IsEmpty());

    // Two writers that came in the other order than the store had them.
    view.apply(four, {.seen = {user(4, "ann").id}, .seenAt = clock.now()}, 4);
    view.apply(four, {.seen = {user(4, "ann").id}, .seenAt = clock.now()}, 3);
    ASSERT_TRUE(save());
    Next later(*this);
    EXPECT_THAT(later.view.restore(path(), "stamp", revisions(4)).value(), ElementsAre(four));
    EXPECT_THAT(later.names(*this), ElementsAre("bob", "cid"));
}

TEST_F(ViewFile, AFileOfAnotherStateIsRefused) {
    Next next(*this);
    EXPECT_EQ(next.view.restore(path(), "stamp", revisions()).error().code,
              base::ErrorCode::kNotFound);
    ASSERT_TRUE(save());
    const auto refused = next.view.restore(path(), "another", revisions());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kConflict);
    EXPECT_THAT(next.names(*this), IsEmpty());
}

TEST_F(ViewFile, ADamagedFileBringsNobody) {
    ASSERT_TRUE(save());
    std::ifstream in(path(), std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto write = [this](const std::string& bytes) {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << bytes;
    };
    Next next(*this);
    const std::size_t step = std::max<std::size_t>(whole.size() / 400, 1);
    for (std::size_t at = 0; at < whole.size(); at += step) {
        write(whole.substr(0, at));
        ASSERT_FALSE(next.view.restore(path(), "stamp", revisions())) << "cut at " << at;
        std::string bad = whole;
        bad[at] = static_cast<char>(bad[at] ^ 0x40);
        write(bad);
        ASSERT_FALSE(next.view.restore(path(), "stamp", revisions())) << "changed at " << at;
    }
    EXPECT_THAT(next.names(*this), IsEmpty());
    write(whole);
    EXPECT_TRUE(next.view.restore(path(), "stamp", revisions()));
    EXPECT_THAT(next.names(*this), ElementsAre("ann", "Änne", "bob", "cid"));
}

TEST_F(ViewFile, IsItsOwnersOnlyAndReplacedInOneStep) {
    ASSERT_TRUE(save());
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(path()).permissions(),
              perms::owner_read | perms::owner_write);
    ASSERT_TRUE(save());
    EXPECT_FALSE(std::filesystem::exists(path() + ".new"));
    const auto refused = view.save((folder.path() / "no/such/folder").string(), "stamp");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tenantry::testing
