// Reading the plain users table on each engine, in real databases.
#include <gmock/gmock.h>

#include <set>

#include "tests/integration/sql/plain_fixture.h"

namespace tenantry::sql::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using PlainRead = Plain;

TEST_P(PlainRead, GivesEveryColumnOfAUserAndNeverThePasswordHash) {
    add(7, "ann",
        ", first_name, last_name, phone, mfa_enabled, last_login_at, updated_at, password_hash",
        ", 'Ån', 'O''Neil 李', '+1', " + yes() +
            ", '2026-11-22 03:24:08', '2026-11-22 04:00:00', 'SECRET-HASH'");
    auto connection = open();
    const auto all = connection.listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message() << all.error.detail();
    ASSERT_EQ(all.records.size(), 1u);
    const auto& ann = all.records[0];
    EXPECT_EQ(ann.id, "7");
    EXPECT_FALSE(ann.etag.empty());
    EXPECT_EQ(ann.body.str("username"), "ann");
    EXPECT_EQ(ann.body.str("first_name"), "Ån");
    EXPECT_EQ(ann.body.str("last_name"), "O'Neil 李");
    EXPECT_EQ(ann.body.str("email"), "ann@example.com");
    EXPECT_EQ(ann.body.str("phone"), "+1");
    EXPECT_EQ(ann.body.str("status"), "ACTIVE");
    EXPECT_EQ(ann.body.str("native_status"), "active");
    EXPECT_TRUE(ann.body.boolean("mfa_enrolled", false));
    EXPECT_EQ(ann.body["roles"].dump(), R"(["staff"])");
    EXPECT_EQ(ann.body.str("last_login_at"), "2026-11-22T03:24:08Z");
    EXPECT_EQ(ann.body.str("created_at"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(ann.body.str("modified_at"), "2026-11-22T04:00:00Z");
    EXPECT_EQ(ann.modifiedMs, 1795320000000);
    EXPECT_THAT(ann.body.dump(), Not(HasSubstr("SECRET-HASH")));
    EXPECT_EQ(connection.get("user", "7").records.at(0).etag, ann.etag);
}

TEST_P(PlainRead, TellsEveryStateAndAllThatHoldAtOnce) {
    int id = 0;
    for (const char* status : {"active", "disabled", "locked", "invited", "staged", "expired"}) {
        ++id;
        add(id, "u" + std::to_string(id), ", status", std::string(", '") + status + "'");
    }
    add(7, "u7", ", locked_at, must_change_password", ", '2026-11-22 03:24:08', " + yes());
    add(8, "u8", ", status", ", 'banned'");
    add(9, "u9", ", deleted_at", ", '2026-11-22 03:24:08'");
    const auto all = open().listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    std::vector<std::string> states;
    for (const auto& record : all.records) states.push_back(record.body["status"].dump());
    EXPECT_THAT(states, ElementsAre(R"("ACTIVE")", R"("SUSPENDED")", R"("LOCKED_OUT")",
                                    R"("PROVISIONED")", R"("STAGED")", R"("AWAITING_NEW_PASSWORD")",
                                    R"(["LOCKED_OUT","AWAITING_NEW_PASSWORD"])", R"("SUSPENDED")"));
}

TEST_P(PlainRead, GivesTheSameSetWhateverTheBudgetAndResumesAnywhere) {
    for (int id = 1; id <= 23; ++id) add(id * 3, "u" + std::to_string(id));
    auto connection = open();
    std::vector<std::string> whole;
    for (const auto& r : connection.listAll("user").records) whole.push_back(r.id);
    ASSERT_EQ(whole.size(), 23u);
    for (const std::uint32_t budget : {1u, 7u, 100u}) {
        tny::FakeRead read;
        read.budgetRecords = budget;
        std::vector<std::string> ids;
        const auto all = connection.listAll(read);
        EXPECT_EQ(all.status, TNY_OK);
        for (const auto& r : all.records) ids.push_back(r.id);
        EXPECT_EQ(ids, whole) << "budget " << budget;
    }
    tny::FakeRead rest;
    rest.cursor = "30";
    EXPECT_EQ(open().listAll(rest).records.size(), 13u);
    rest.cursor = "not a cursor";
    EXPECT_EQ(connection.list(rest).status, TNY_E_CURSOR_EXPIRED);
}

TEST_P(PlainRead, OfAnEmptyTableIsComplete) {
    const auto all = open().listAll("user");
    EXPECT_EQ(all.status, TNY_OK) << all.error.message();
    EXPECT_TRUE(all.records.empty());
}

TEST_P(PlainRead, StoppedByTheHostIsNotComplete) {
    for (int id = 1; id <= 5; ++id) add(id, "u" + std::to_string(id));
    host_.stopAfter = 2;
    EXPECT_EQ(open().list().status, TNY_MORE);
}

TEST_P(PlainRead, OfManyUsersIsWhole) {
    std::string rows;
    for (int id = 1; id <= 3000; ++id) {
        rows += (id > 1 ? ",(" : "(") + std::to_string(id) + ",'user" + std::to_string(id) + "')";
    }
    backend_->execute("INSERT INTO users (id, username) VALUES " + rows);
    const auto all = open().listAll("user");
    EXPECT_EQ(all.status, TNY_OK);
    std::set<std::string> ids;
    for (const auto& r : all.records) ids.insert(r.id);
    EXPECT_EQ(ids.size(), 3000u);
}

TEST_P(PlainRead, LosesOneRecordAndNotAllToTextThatIsNotUtf8) {
    if (GetParam() == Engine::kPostgresql) GTEST_SKIP() << "PostgreSQL never stores such text";
    const bool mysql = GetParam() == Engine::kMysql;
    if (mysql) backend_->execute("ALTER TABLE users MODIFY first_name VARBINARY(120)");
    add(1, "ann");
    add(2, "bob", ", first_name", mysql ? ", x'ff41'" : ", CAST(x'ff41' AS TEXT)");
    add(3, "cid");
    const auto all = open().listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    ASSERT_EQ(all.records.size(), 3u);
    EXPECT_EQ(all.records[1].op, TNY_OP_UNCHANGED) << "seen, so that nobody takes it for deleted";
    EXPECT_EQ(host_.metrics["tny.bad_records"], 1.0);
    EXPECT_EQ(open().get("user", "2").status, TNY_E_DATA);
}

TEST_P(PlainRead, OfAnotherIdOrKindSaysSo) {
    auto connection = open();
    EXPECT_EQ(connection.get("user", "99").status, TNY_E_NOT_FOUND);
    EXPECT_EQ(connection.get("user", "ann").status, TNY_E_NOT_FOUND);
    tny::FakeRead read;
    read.kind = "device";
    EXPECT_EQ(connection.list(read).status, TNY_E_UNSUPPORTED);
    read.kind = "user";
    read.delta = true;
    EXPECT_EQ(connection.list(read).status, TNY_E_UNSUPPORTED);
}

TEST_P(PlainRead, ListsGroupsAndMemberships) {
    add(1, "ann");
    add(2, "bob");
    backend_->execute("UPDATE users SET role = 'boss' WHERE id = 2");
    auto connection = open();
    const auto groups = connection.listAll("group");
    ASSERT_EQ(groups.status, TNY_OK) << groups.error.message();
    EXPECT_EQ(groups.records.size(), 2u);
    const auto edges = connection.listAll("membership");
    ASSERT_EQ(edges.records.size(), 2u);
    EXPECT_EQ(edges.records[1].id, "2:boss");
    tny::FakeRead mine;
    mine.kind = "group";
    mine.parentKind = "user";
    mine.parentId = "2";
    const auto own = connection.list(mine);
    ASSERT_EQ(own.records.size(), 1u);
    EXPECT_EQ(own.records[0].body.str("name"), "boss");
}

TEST_P(PlainRead, CheckCountsUsersOrNamesWhatIsMissing) {
    add(1, "ann");
    auto connection = open();
    const auto good = connection.check();
    ASSERT_EQ(good.status, TNY_OK) << good.error.message() << good.error.detail();
    EXPECT_THAT(good.replies.at("diagnostics").dump(), HasSubstr("shows 1 user"));
    backend_->execute("ALTER TABLE users DROP COLUMN phone");
    const auto bad = connection.check();
    EXPECT_EQ(bad.status, TNY_E_CONFIG);
    EXPECT_THAT(bad.error.message(), HasSubstr("\"phone\""));
    EXPECT_EQ(bad.error.pointer(), "/mapping");
    const auto list = connection.list();
    EXPECT_EQ(list.status, TNY_E_CONFIG) << "a broken read must not look complete";
    EXPECT_THAT(list.error.message(), HasSubstr("\"phone\""));
    backend_->execute("DROP TABLE users");
    EXPECT_EQ(connection.check().status, TNY_E_CONFIG);
    EXPECT_THAT(connection.check().error.message(), HasSubstr("\"users\""));
}

TEST_P(PlainRead, CheckRefusesAnIdThatIsNotUnique) {
    add(1, "ann");
    add(2, "bob");
    const auto check =
        open(
            R"("mapping":"custom","custom":{"mapping":1,"user":{"table":"users","id":{"column":"role"},)"
            R"("attributes":{"username":{"column":"username"}}},"actions":{}})")
            .check();
    EXPECT_EQ(check.status, TNY_E_CONFIG);
    EXPECT_EQ(check.error.pointer(), "/custom/user/id");
}

TEST_P(PlainRead, SchemaSaysWhatThisMappingCanDo) {
    const auto reply = open().schema().replies.at("actions");
    EXPECT_TRUE(reply["user.suspend"].boolean("supported", false));
    EXPECT_TRUE(reply["user.delete"].boolean("emulated", false));
}

INSTANTIATE_TEST_SUITE_P(Engines, PlainRead,
                         ::testing::Values(Engine::kSqlite, Engine::kMysql, Engine::kPostgresql),
                         [](const auto& engine) { return nameOf(engine.param); });

}  // namespace
}  // namespace tenantry::sql::testing
