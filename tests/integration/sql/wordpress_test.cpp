// WordPress's own tables (tests/data/sql/wordpress_6.1.sql) on MariaDB, with rows as WordPress
// writes them: serialized roles, zero dates, no column that could disable anyone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/sql/backends.h"

namespace tenantry::sql::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRows = R"(
INSERT INTO wp_users (ID, user_login, user_pass, user_nicename, user_email, user_registered, display_name) VALUES
  (1, 'admin', '$P$BG/kg8uZGw7AUyKgYgQPo7cLDgk1h.0', 'admin', 'admin@example.com', '2026-11-22 06:45:38', 'admin'),
  (2, 'zoë', '$P$BpAvXic21OUKUT9c1.1KmBA8V7zReb.', 'zoe', 'zoe@example.com', '2026-11-22 06:45:39', 'Zoë Ω 李'),
  (3, 'import', '', 'import', '', '0000-00-00 00:00:00', '');
INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES
  (1, 'first_name', ''), (1, 'wp_capabilities', 'a:1:{s:13:"administrator";b:1;}'), (1, 'wp_user_level', '10'),
  (2, 'first_name', 'Zoë'), (2, 'last_name', 'Ωmega'),
  (2, 'wp_capabilities', 'a:3:{s:6:"author";b:1;s:6:"editor";b:0;s:10:"subscriber";b:1;}'),
  (2, 'session_tokens', 'a:0:{}');
INSERT INTO wp_options (option_name, option_value) VALUES ('wp_user_roles',
  'a:3:{s:13:"administrator";a:2:{s:4:"name";s:13:"Administrator";s:12:"capabilities";a:1:{s:10:"edit_users";b:1;}}s:6:"author";a:2:{s:4:"name";s:6:"Author";s:12:"capabilities";a:0:{}}s:10:"subscriber";a:2:{s:4:"name";s:10:"Subscriber";s:12:"capabilities";a:0:{}}}');
)";

class WordPress : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string why;
        backend_ = makeBackend(Engine::kMysql, why);
        if (!backend_) GTEST_SKIP() << why;
        host_.secrets["pw"] = "app-Passw0rd";
        // As WordPress itself connects: without the modes that refuse its zero dates.
        backend_->execute("SET sql_mode = '';" + readTestFile("wordpress_6.1.sql") + kRows);
    }
    tny::FakeConnection open() {
        return host_.open<SqlConnector>(
            backend_->config(R"("mapping":"wordpress","table_prefix":"wp_")"));
    }
    std::string count(const std::string& from) {
        return backend_->value("SELECT COUNT(*) FROM " + from);
    }

    tny::FakeHost host_;
    std::unique_ptr<Backend> backend_;
};

TEST_F(WordPress, UsersComeWithTheirRolesAndWithoutZeroDates) {
    const auto all = open().listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message() << all.error.detail();
    ASSERT_EQ(all.records.size(), 3u);
    EXPECT_EQ(all.records[0].body["roles"].dump(), R"(["administrator"])");
    EXPECT_FALSE(all.records[0].body.has("first_name"));
    const auto& zoe = all.records[1].body;
    EXPECT_EQ(zoe.str("username"), "zoë");
    EXPECT_EQ(zoe.str("display_name"), "Zoë Ω 李");
    EXPECT_EQ(zoe.str("last_name"), "Ωmega");
    EXPECT_EQ(zoe["roles"].dump(), R"(["author","subscriber"])");
    EXPECT_EQ(zoe.str("created_at"), "2026-11-22T06:45:39Z");
    EXPECT_EQ(zoe.str("status"), "ACTIVE");
    EXPECT_FALSE(all.records[2].body.has("created_at"));
    EXPECT_FALSE(all.records[2].body.has("roles"));
}

TEST_F(WordPress, GroupsAreItsRoles) {
    auto connection = open();
    const auto groups = connection.listAll("group");
    ASSERT_EQ(groups.status, TNY_OK) << groups.error.message();
    ASSERT_EQ(groups.records.size(), 3u);
    EXPECT_EQ(groups.records[0].id, "administrator");
    const auto edges = connection.listAll("membership");
    ASSERT_EQ(edges.records.size(), 3u);
    EXPECT_EQ(edges.records[1].id, "2:author");
}

TEST_F(WordPress, SuspendIsRefusedInWords) {
    auto connection = open();
    const auto refused = connection.perform("user.suspend", "2");
    EXPECT_EQ(refused.status, TNY_E_UNSUPPORTED);
    EXPECT_THAT(refused.error.message(), HasSubstr("WordPress keeps no disabled state"));
    const auto actions = connection.schema().replies.at("actions");
    EXPECT_FALSE(actions["user.suspend"].boolean("supported", true));
    EXPECT_THAT(actions["user.suspend"].str("reason"),
                HasSubstr("WordPress keeps no disabled state"));
    EXPECT_FALSE(actions["user.unlock"].boolean("supported", true));
}

TEST_F(WordPress, EditWritesTheUserAndItsMeta) {
    const auto done = open().perform(
        "user.edit", "2",
        R"({"attributes":{"first_name":"Zo'e","email":"new@example.com","display_name":"Z"}})");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).body.str("first_name"), "Zo'e");
    EXPECT_EQ(backend_->value("SELECT user_email FROM wp_users WHERE ID = 2"), "new@example.com");
    EXPECT_EQ(count("wp_usermeta WHERE user_id = 2 AND meta_key = 'first_name'"), "1");
    EXPECT_EQ(count("wp_usermeta WHERE user_id = 1 AND meta_key = 'first_name'"), "1");
    const auto emptied =
        open().perform("user.edit", "2", R"({"attributes":{"email":null,"last_name":""}})");
    ASSERT_EQ(emptied.status, TNY_OK) << emptied.error.message();
    EXPECT_EQ(count("wp_users WHERE ID = 2 AND user_email = ''"), "1") << "NULL is not allowed";
}

TEST_F(WordPress, ResetPasswordEndsTheSessions) {
    const auto done = open().perform("user.reset_password", "2");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_THAT(backend_->value("SELECT user_pass FROM wp_users WHERE ID = 2"),
                ::testing::StartsWith("$P$B"));
    EXPECT_EQ(count("wp_usermeta WHERE user_id = 2 AND meta_key = 'session_tokens'"), "0");
    EXPECT_EQ(backend_->value("SELECT user_pass FROM wp_users WHERE ID = 1"),
              "$P$BG/kg8uZGw7AUyKgYgQPo7cLDgk1h.0");
}

TEST_F(WordPress, DeleteTakesTheMetaAlong) {
    const auto done = open().perform("user.delete", "2");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).op, TNY_OP_DELETE);
    EXPECT_EQ(count("wp_users WHERE ID = 2"), "0");
    EXPECT_EQ(count("wp_usermeta WHERE user_id = 2"), "0");
    EXPECT_EQ(count("wp_users"), "2");
}

TEST_F(WordPress, DeleteOfAnAuthorOrOfTheLastAdministratorIsRefused) {
    backend_->execute(
        "SET sql_mode = ''; INSERT INTO wp_posts (post_author, post_content, post_title, "
        "post_excerpt, to_ping, pinged, post_content_filtered) VALUES (2, 'x', 'x', '', '', '', "
        "'')");
    auto connection = open();
    const auto author = connection.perform("user.delete", "2");
    EXPECT_EQ(author.status, TNY_E_POLICY);
    EXPECT_THAT(author.error.message(), HasSubstr("author of content"));
    const auto last = connection.perform("user.delete", "1");
    EXPECT_EQ(last.status, TNY_E_POLICY);
    EXPECT_THAT(last.error.message(), HasSubstr("last administrator"));
    EXPECT_EQ(count("wp_users"), "3");
    EXPECT_EQ(count("wp_usermeta WHERE user_id = 2 AND meta_key = 'session_tokens'"), "1");
}

TEST_F(WordPress, WithoutItsPrefixCheckSaysWhatMayBeMissing) {
    auto connection = host_.open<SqlConnector>(backend_->config(R"("mapping":"wordpress")"));
    const auto check = connection.check();
    EXPECT_EQ(check.status, TNY_E_CONFIG);
    EXPECT_THAT(check.error.message(), HasSubstr("prefix"));
}

}  // namespace
}  // namespace tenantry::sql::testing
