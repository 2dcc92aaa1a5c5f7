// Connections: secrets go in and never come out, changes merge, and another branch sees none of it.
#include <gtest/gtest.h>

#include "tests/fakes/world.h"

namespace tenantry::tenants {
namespace {

using testing::soon;
using testing::World;

NewConnection request(const std::string& organization) {
    NewConnection out;
    out.organization = organization;
    out.connector = "test.scripted";
    out.name = "Staff";
    out.configJson = R"({"directory":"d","password":"very secret value"})";
    return out;
}

TEST(ConnectionsTest, KeepsTheSecretApartAndGivesItToTheConnectorOnly) {
    World world;
    const auto asker = world.administrator("north");
    const auto made = world.connections.create(asker, request("north-tenant"), soon());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(made->connection.configJson.find("very secret value"), std::string::npos);
    EXPECT_EQ(made->secretsSet, std::vector<std::string>{"password"});
    const auto known = world.connections.find(made->connection.id);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->connection.configJson.find("very secret value"), std::string::npos);
    ASSERT_TRUE(world.connections.open(made->connection.id, soon()));
    EXPECT_EQ(world.host.lastPassword(), "very secret value");
}

TEST(ConnectionsTest, AChangeKeepsWhatItDoesNotName) {
    World world;
    const auto asker = world.administrator("north");
    const auto made = world.connections.create(asker, request("north-tenant"), soon()).value();
    ConnectionChange change;
    change.name = "People";
    change.configJson = R"({"directory":"other"})";
    const auto changed = world.connections.change(asker, made.connection.id, change, soon());
    ASSERT_TRUE(changed) << changed.error().text();
    EXPECT_EQ(changed->connection.name, "People");
    EXPECT_EQ(changed->secretsSet, std::vector<std::string>{"password"});
    ASSERT_TRUE(world.connections.open(made.connection.id, soon()));
    EXPECT_EQ(world.host.lastPassword(), "very secret value");
}

TEST(ConnectionsTest, AnotherAddressNeedsTheSecretAgain) {
    World world;
    const auto asker = world.administrator("north");
    auto first = request("north-tenant");
    first.configJson = R"({"directory":"d","password":"very secret value","address":"a.example"})";
    const auto made = world.connections.create(asker, first, soon()).value();
    ConnectionChange change;
    change.configJson = R"({"address":"evil.example"})";
    const auto refused = world.connections.change(asker, made.connection.id, change, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().pointer, "/config/password");
    EXPECT_FALSE(world.connections.testSaved(asker, made.connection.id, change.configJson, soon()));
    change.configJson = R"({"address":null})";
    EXPECT_FALSE(world.connections.change(asker, made.connection.id, change, soon()));
    change.configJson = R"({"address":"a.example"})";
    EXPECT_TRUE(world.connections.change(asker, made.connection.id, change, soon()));
    change.configJson = R"({"address":"b.example","password":"another secret value"})";
    EXPECT_TRUE(world.connections.change(asker, made.connection.id, change, soon()));
    ASSERT_TRUE(world.connections.open(made.connection.id, soon()));
    EXPECT_EQ(world.host.lastPassword(), "another secret value");
}

TEST(ConnectionsTest, NamesTheFieldThatIsWrong) {
    World world;
    const auto asker = world.administrator("north");
    auto bad = request("north-tenant");
    bad.configJson = R"({"password":"x"})";
    const auto made = world.connections.create(asker, bad, soon());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, base::ErrorCode::kInvalidArgument);
    EXPECT_EQ(made.error().pointer, "/config/directory");
}

TEST(ConnectionsTest, AnOperatorOfAnotherBranchCanNeitherSeeNorTouchIt) {
    World world;
    const auto owner = world.administrator("north");
    const auto stranger = world.administrator("south");
    const auto made = world.connections.create(owner, request("north-tenant"), soon()).value();
    const auto id = made.connection.id;
    const auto absent = [](const auto& result) {
        return !result && result.error().code == base::ErrorCode::kNotFound;
    };
    EXPECT_TRUE(world.connections.list(stranger).empty());
    EXPECT_TRUE(absent(world.connections.get(stranger, id)));
    EXPECT_TRUE(absent(world.connections.change(stranger, id, {}, soon())));
    EXPECT_TRUE(absent(world.connections.remove(stranger, id, soon())));
    EXPECT_TRUE(absent(world.connections.testSaved(stranger, id, std::nullopt, soon())));
    EXPECT_TRUE(absent(world.connections.create(stranger, request("north-tenant"), soon())));
    EXPECT_TRUE(absent(world.connections.test(stranger, request("north-tenant"), soon())));
    EXPECT_EQ(world.connections.list(owner).size(), 1U);
}

TEST(ConnectionsTest, RefusesAHelpDeskAndSaysWhichPermissionIsMissing) {
    World world;
    const auto help = world.operatorWith("help_desk", "north");
    const auto made = world.connections.create(help, request("north-tenant"), soon());
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, base::ErrorCode::kForbidden);
    EXPECT_NE(made.error().message.find("connections.manage"), std::string::npos);
}

TEST(ConnectionsTest, ATestTellsInWordsAndStoresNothing) {
    World world;
    const auto asker = world.administrator("north");
    world.host.directory("d").fill(7);
    const auto good = world.connections.test(asker, request("north-tenant"), soon());
    ASSERT_TRUE(good);
    EXPECT_TRUE(good->ok);
    EXPECT_EQ(good->users, 7U);
    world.host.directory("d").fail("check",
                                   base::unauthenticated("The password is wrong.").at("/password"));
    const auto bad = world.connections.test(asker, request("north-tenant"), soon());
    ASSERT_TRUE(bad);
    EXPECT_FALSE(bad->ok);
    EXPECT_EQ(bad->detail, "The password is wrong.");
    EXPECT_EQ(bad->pointer, "/config/password");
    EXPECT_TRUE(world.connections.list(asker).empty());
}

TEST(ConnectionsTest, RemovingForgetsItsUsers) {
    World world;
    const auto asker = world.administrator("north");
    world.host.directory("north-tenant").fill(5);
    const auto id = world.connect("north-tenant");
    world.read(id);
    EXPECT_EQ(world.list(asker).total, 5U);
    ASSERT_TRUE(world.connections.remove(asker, id, soon()));
    EXPECT_EQ(world.list(asker).total, 0U);
    EXPECT_TRUE(world.store.usersOf(id, soon()).value().empty());
}

}  // namespace
}  // namespace tenantry::tenants
