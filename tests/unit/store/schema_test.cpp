// The schema: made once whoever comes first, refused when it is newer or not ours, and never
// touched then.
#include "kernel/store/schema.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

#include "kernel/store/rows.h"
#include "kernel/store/store.h"
#include "tests/fakes/fake_clock.h"
#include "tests/support/child_process.h"

namespace tenantry::store {
namespace {

using base::Deadline;
using base::ErrorCode;
using base::Status;

class SchemaTest : public ::testing::Test {
  protected:
    static Deadline soon() { return Deadline::after(std::chrono::seconds{20}); }
    std::string path() const { return (folder_.path() / "t.db").string(); }
    base::Result<std::unique_ptr<Store>> open() {
        return Store::open({"sqlite://" + path(), {}, key_, 2}, clock_, soon());
    }
    void run(const std::string& statement) {
        Location location;
        location.path = path();
        Database database{{location, {}, 2}};
        ASSERT_TRUE(database.write(
            [&](Session& session) -> Status {
                session.sql() << statement;
                return base::ok();
            },
            soon()));
    }
    testing::TempFolder folder_;
    testing::FakeClock clock_;
    base::SealingKey key_ = base::SealingKey::generate();
};

TEST_F(SchemaTest, ANewFileIsForItsOwnerOnly) {
    ASSERT_TRUE(open());
    struct stat found {};
    ASSERT_EQ(::stat(path().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(SchemaTest, OpeningAgainChangesNothing) {
    ASSERT_TRUE(open());
    EXPECT_TRUE(open());
}

TEST_F(SchemaTest, ManyThatOpenAtOnceMakeItOnce) {
    std::vector<std::jthread> openers;
    for (int i = 0; i < 8; ++i)
        openers.emplace_back([&] {
            const auto opened = open();
            EXPECT_TRUE(opened) << opened.error().text();
        });
}

TEST_F(SchemaTest, ANewerSchemaIsRefusedInWords) {
    ASSERT_TRUE(open());
    run("INSERT INTO schema_migrations VALUES (7, 'of tomorrow', 'x', 0)");
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(refused.error().message.find("newer Tenantry"), std::string::npos);
    EXPECT_NE(refused.error().message.find("version 7"), std::string::npos);
}

TEST_F(SchemaTest, AChangedStepIsRefused) {
    ASSERT_TRUE(open());
    run("UPDATE schema_migrations SET checksum = 'other'");
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
}

TEST_F(SchemaTest, AnotherProgramsDatabaseIsLeftAlone) {
    run("CREATE TABLE users (name TEXT)");
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
    run("INSERT INTO users (name) VALUES ('still theirs')");
    run("CREATE TABLE schema_migrations (made INTEGER)");  // it was not made by us
}

TEST_F(SchemaTest, WhatIsNoDatabaseIsRefused) {
    std::ofstream(path()) << std::string(5000, 'x');
    EXPECT_FALSE(open());
    testing::FakeClock clock;
    const auto nowhere = Store::open({"sqlite:///no/such/folder/t.db", {}, key_, 2}, clock, soon());
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, ErrorCode::kUnavailable);
}

TEST_F(SchemaTest, AFailedStepLeavesTheFormerSchema) {
    Location location;
    location.path = path();
    Database database{{location, {}, 2}};
    const std::array<Migration, 1> one{{{1, "one", "CREATE TABLE a (x INTEGER);\n"}}};
    const std::array<Migration, 2> two{{one[0],
                                        {2, "two",
                                         "CREATE TABLE b (x INTEGER);\n"
                                         "CREATE TABLE c (nonsense;\n"}}};
    const std::array<Migration, 2> better{{one[0], {2, "two", "CREATE TABLE b (x INTEGER);\n"}}};
    ASSERT_TRUE(migrate(database, one, clock_, soon()));
    EXPECT_FALSE(migrate(database, two, clock_, soon()));
    EXPECT_TRUE(migrate(database, better, clock_, soon())) << "b was not left behind";
}

TEST_F(SchemaTest, ASecretIsSealedInTheFileAndOpensInItsPlaceOnly) {
    auto store = open().value();
    domain::Organization root;
    root.id = base::OrganizationId(base::newUuid());
    root.kind = domain::OrganizationKind::kPlatform;
    root.slug = "platform";
    ASSERT_TRUE(store->putOrganization(root, soon()));
    domain::Connection connection;
    connection.id = base::ConnectionId(base::newUuid());
    connection.organization = root.id;
    ASSERT_TRUE(store->putConnection(
        connection, {{"one", base::SecretText("hunter2-hunter2")}, {"two", base::SecretText("x")}},
        soon()));
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
        std::ifstream in(file.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        EXPECT_EQ(bytes.find("hunter2-hunter2"), std::string::npos) << file.path();
    }
    run("UPDATE connection_secrets SET sealed = (SELECT sealed FROM connection_secrets WHERE ref = "
        "'one') WHERE ref = 'two'");
    const auto moved = store->secret(connection.id, "two", soon());
    ASSERT_FALSE(moved) << "one that was moved does not open";
    EXPECT_EQ(moved.error().code, ErrorCode::kInternal);
    EXPECT_EQ(store->secret(connection.id, "one", soon()).value().reveal(), "hunter2-hunter2");
    key_ = base::SealingKey::generate();
    EXPECT_FALSE(open().value()->secret(connection.id, "one", soon())) << "another key";
}

}  // namespace
}  // namespace tenantry::store
