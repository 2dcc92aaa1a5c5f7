// Actions on the plain users table on each engine, in real databases: an action changes the row it
// names and nothing else. The database is looked into behind the connector's back.
#include <gmock/gmock.h>
#include <sodium.h>

#include "tests/integration/sql/plain_fixture.h"

namespace tenantry::sql::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using PlainAct = Plain;

TEST_P(PlainAct, SuspendAndUnsuspendChangeTheRowAndOnlyIt) {
    add(1, "ann");
    add(2, "bob");
    auto connection = open();
    const auto done = connection.perform("user.suspend", "1");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).body.str("status"), "SUSPENDED");
    EXPECT_EQ(cell("status", 1), "disabled");
    EXPECT_TRUE(isSet("updated_at", 1));
    EXPECT_EQ(cell("status", 2), "active");
    EXPECT_FALSE(isSet("updated_at", 2));
    EXPECT_EQ(connection.perform("user.suspend", "1").records.at(0).etag, done.records[0].etag)
        << "already so: nothing is written again";
    ASSERT_TRUE(connection.perform("user.unsuspend", "1").ok());
    EXPECT_EQ(cell("status", 1), "active");
}

TEST_P(PlainAct, UnlockClearsTheLockAndItsCounter) {
    add(1, "ann", ", status, locked_at, failed_logins", ", 'locked', '2026-11-22 03:24:08', 5");
    const auto done = open().perform("user.unlock", "1");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_EQ(done.records.at(0).body.str("status"), "ACTIVE");
    EXPECT_EQ(cell("status", 1), "active");
    EXPECT_EQ(cell("failed_logins", 1), "0");
    EXPECT_FALSE(isSet("locked_at", 1));
}

TEST_P(PlainAct, ForcePasswordChangeMarksTheRow) {
    add(1, "ann");
    const auto done = open().perform("user.force_password_change", "1");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_EQ(done.records.at(0).body.str("status"), "AWAITING_NEW_PASSWORD");
}

TEST_P(PlainAct, ResetPasswordStoresAHashOfTheSecretItShowsOnce) {
    add(1, "ann", ", status, failed_logins", ", 'locked', 9");
    const auto done = open().perform("user.reset_password", "1");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    const std::string secret = done.replies.at("secret").text();
    EXPECT_EQ(secret.size(), 20u);
    const std::string hash = cell("password_hash", 1);
    EXPECT_THAT(hash, HasSubstr("$argon2id$"));
    EXPECT_EQ(crypto_pwhash_str_verify(hash.c_str(), secret.data(), secret.size()), 0);
    EXPECT_EQ(done.records.at(0).body.str("status"), "AWAITING_NEW_PASSWORD");
    for (const auto& log : host_.logs) EXPECT_THAT(log.fields, Not(HasSubstr(secret)));
}

TEST_P(PlainAct, ResetPasswordTakesAGivenOneAndDoesNotRepeatIt) {
    add(1, "ann");
    const auto done =
        open().perform("user.reset_password", "1", R"({"new_password":"Correct horse 7"})");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_EQ(done.replies.count("secret"), 0u);
    EXPECT_EQ(crypto_pwhash_str_verify(cell("password_hash", 1).c_str(), "Correct horse 7", 15), 0);
}

TEST_P(PlainAct, EditPatchesOnlyWhatWasGiven) {
    add(1, "ann", ", first_name, phone", ", 'Ann', '+1'");
    const auto done = open().perform(
        "user.edit", "1",
        R"({"attributes":{"last_name":"O'Neil; DROP TABLE users -- :id ? $1 \\","phone":null,)"
        R"("roles":["boss"]}})");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).body.str("last_name"), "O'Neil; DROP TABLE users -- :id ? $1 \\");
    EXPECT_EQ(cell("first_name", 1), "Ann");
    EXPECT_EQ(cell("role", 1), "boss");
    EXPECT_FALSE(isSet("phone", 1));
}

TEST_P(PlainAct, EditRefusesWhatTheMappingDoesNotLetChange) {
    add(1, "ann");
    auto connection = open();
    const auto refused =
        connection.perform("user.edit", "1", R"({"attributes":{"username":"eve"}})");
    EXPECT_EQ(refused.status, TNY_E_ARGUMENT);
    EXPECT_EQ(refused.error.pointer(), "/attributes/username");
    EXPECT_EQ(connection.perform("user.edit", "1", R"({"attributes":{"first_name":7}})").status,
              TNY_E_ARGUMENT);
    EXPECT_EQ(connection.perform("user.edit", "1", R"({"attributes":{}})").status, TNY_E_ARGUMENT);
    EXPECT_EQ(cell("username", 1), "ann");
}

TEST_P(PlainAct, EditOfAValueTooLongIsRefusedAndNotCut) {
    if (GetParam() != Engine::kMysql) GTEST_SKIP() << "the columns of this engine have no length";
    add(1, "ann", ", phone", ", '+1'");
    const auto refused = open().perform(
        "user.edit", "1", R"({"attributes":{"phone":")" + std::string(100, '1') + R"("}})");
    EXPECT_EQ(refused.status, TNY_E_ARGUMENT) << refused.error.message();
    EXPECT_EQ(cell("phone", 1), "+1");
}

TEST_P(PlainAct, ADuplicateIsRefusedWithoutNamingAnyone) {
    add(1, "ann");
    add(2, "bob");
    auto connection = open();
    const auto refused = connection.perform(
        "user.edit", "2", R"({"attributes":{"first_name":"B","email":"ann@example.com"}})");
    EXPECT_EQ(refused.status, TNY_E_EXISTS);
    EXPECT_THAT(refused.error.message() + refused.error.detail(), Not(HasSubstr("ann")));
    EXPECT_FALSE(isSet("first_name", 2)) << "the whole edit is undone";
    EXPECT_TRUE(connection.perform("user.suspend", "2").ok()) << "the session is still good";
}

TEST_P(PlainAct, DeleteMarksTheRowAndAgainIsNoError) {
    add(1, "ann");
    auto connection = open();
    const auto done = connection.perform("user.delete", "1");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_EQ(done.records.at(0).op, TNY_OP_DELETE);
    EXPECT_TRUE(isSet("deleted_at", 1));
    EXPECT_EQ(connection.get("user", "1").status, TNY_E_NOT_FOUND);
    EXPECT_TRUE(connection.perform("user.delete", "1").ok());
    EXPECT_EQ(connection.perform("user.suspend", "1").status, TNY_E_NOT_FOUND);
}

TEST_P(PlainAct, AStaleEtagIsAConflictAndChangesNothing) {
    add(1, "ann");
    auto connection = open();
    tny::FakeAct act;
    act.action = "user.suspend";
    act.id = "1";
    act.expectEtag = connection.get("user", "1").records.at(0).etag;
    backend_->execute("UPDATE users SET phone = '+99' WHERE id = 1");
    EXPECT_EQ(connection.perform(act).status, TNY_E_CONFLICT);
    EXPECT_EQ(cell("status", 1), "active");
    act.expectEtag = connection.get("user", "1").records.at(0).etag;
    EXPECT_EQ(connection.perform(act).status, TNY_OK);
}

TEST_P(PlainAct, ADryRunChangesNothing) {
    add(1, "ann");
    tny::FakeAct act;
    act.action = "user.suspend";
    act.id = "1";
    act.dryRun = true;
    EXPECT_EQ(open().perform(act).status, TNY_OK);
    EXPECT_EQ(cell("status", 1), "active");
}

TEST_P(PlainAct, UnknownUsersAndActionsAreSaidSo) {
    auto connection = open();
    EXPECT_EQ(connection.perform("user.suspend", "99").status, TNY_E_NOT_FOUND);
    EXPECT_EQ(connection.perform("user.suspend", "1 OR 1=1").status, TNY_E_NOT_FOUND);
    EXPECT_EQ(connection.perform("user.reset_mfa", "1").status, TNY_E_UNSUPPORTED);
}

std::string customSuspend(const std::string& sql) {
    return R"("mapping":"custom","custom":{"mapping":1,"user":{"table":"users",)"
           R"("id":{"column":"id","type":"integer"},"attributes":{"username":{"column":"username"}},)"
           R"("states":{"native":{"column":"status"},"otherwise":"SUSPENDED",)"
           R"("values":{"active":"ACTIVE","disabled":"SUSPENDED"}}},)"
           R"("actions":{"user.suspend":{"statements":[{"sql":")" +
           sql + R"("}]}}})";
}

TEST_P(PlainAct, AStatementThatDoesNotDoWhatItShouldIsUndone) {
    add(1, "ann");
    const auto wrong = open(customSuspend("UPDATE {t:users} SET phone = 'x' WHERE id = :id"))
                           .perform("user.suspend", "1");
    EXPECT_EQ(wrong.status, TNY_E_CONFIG);
    EXPECT_FALSE(isSet("phone", 1));
    const auto broken = open(customSuspend("UPDATE {t:users} SET nosuch = 'x' WHERE id = :id"))
                            .perform("user.suspend", "1");
    EXPECT_EQ(broken.status, TNY_E_CONFIG) << broken.error.message();
    const auto right =
        open(customSuspend("UPDATE {t:users} SET status = 'disabled' WHERE id = :id"))
            .perform("user.suspend", "1");
    EXPECT_EQ(right.status, TNY_OK) << right.error.message();
    EXPECT_EQ(cell("status", 1), "disabled");
}

TEST_P(PlainAct, TheLastOneWinsOnlyIfItSawTheFirst) {
    add(1, "ann");
    auto one = open();
    auto two = open();
    const std::string etag = one.get("user", "1").records.at(0).etag;
    tny::FakeAct act;
    act.id = "1";
    act.expectEtag = etag;
    act.action = "user.suspend";
    EXPECT_EQ(one.perform(act).status, TNY_OK);
    act.action = "user.force_password_change";
    EXPECT_EQ(two.perform(act).status, TNY_E_CONFLICT);
}

INSTANTIATE_TEST_SUITE_P(Engines, PlainAct,
                         ::testing::Values(Engine::kSqlite, Engine::kMysql, Engine::kPostgresql),
                         [](const auto& engine) { return nameOf(engine.param); });

}  // namespace
}  // namespace tenantry::sql::testing
