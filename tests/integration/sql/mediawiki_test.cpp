// MediaWiki's own tables (tests/data/sql/mediawiki_1.39.sql) on MariaDB, with rows as MediaWiki
// writes them: binary text and times, blocks in a table of their own, a hidden system user.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/sql/backends.h"

namespace tenantry::sql::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRows = R"(
INSERT INTO user (user_id, user_name, user_real_name, user_password, user_newpassword, user_email, user_touched, user_token, user_registration, user_editcount) VALUES
  (1, 'Admin', '', ':pbkdf2:sha512:30000:64:AAAA:BBBB', '', '', '20261122064543', '2ade41b6a93c90ee8321df9cf874ae61', '20261122064542', 3),
  (2, 'MediaWiki default', '', '', '', '', '20261122064542', '*** INVALID ***', '20261122064542', 1),
  (3, 'Zoë Ω', 'Zoë Real', ':pbkdf2:sha512:30000:64:AAAA:BBBB', 'x', 'zoe@example.com', '20261122064543', '3ade41b6a93c90ee8321df9cf874ae61', NULL, 0),
  (4, 'Blocked', '', ':pbkdf2:sha512:30000:64:AAAA:BBBB', '', 'b@example.com', '20261122064543', '4ade41b6a93c90ee8321df9cf874ae61', '20261122064542', 0),
  (5, 'Once blocked', '', ':pbkdf2:sha512:30000:64:AAAA:BBBB', '', 'o@example.com', '20261122064543', '5ade41b6a93c90ee8321df9cf874ae61', '20261122064542', 0),
  (6, 'Expired', '', ':pbkdf2:sha512:30000:64:AAAA:BBBB', '', 'e@example.com', '20261122064543', '6ade41b6a93c90ee8321df9cf874ae61', '20261122064542', 0);
UPDATE user SET user_password_expires = '20200101000000' WHERE user_id = 6;
INSERT INTO user_groups (ug_user, ug_group, ug_expiry) VALUES (1, 'sysop', NULL), (1, 'bureaucrat', NULL), (3, 'bot', '20200101000000');
INSERT INTO actor (actor_id, actor_user, actor_name) VALUES (1, 1, 'Admin'), (2, 2, 'MediaWiki default'), (3, 3, 'Zoë Ω');
INSERT INTO comment (comment_id, comment_hash, comment_text) VALUES (1, 0, '');
INSERT INTO ipblocks (ipb_address, ipb_user, ipb_by_actor, ipb_reason_id, ipb_timestamp, ipb_expiry, ipb_range_start, ipb_range_end) VALUES
  ('Blocked', 4, 1, 1, '20261122064542', 'infinity', '', ''),
  ('Once blocked', 5, 1, 1, '20200101000000', '20200201000000', '', '');
)";

class MediaWiki : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string why;
        backend_ = makeBackend(Engine::kMysql, why);
        if (!backend_) GTEST_SKIP() << why;
        host_.secrets["pw"] = "app-Passw0rd";
        backend_->execute(readTestFile("mediawiki_1.39.sql") + kRows);
    }
    tny::FakeConnection open() {
        return host_.open<SqlConnector>(backend_->config(R"("mapping":"mediawiki")"));
    }

    tny::FakeHost host_;
    std::unique_ptr<Backend> backend_;
};

TEST_F(MediaWiki, UsersComeWithoutTheSystemUserAndWithTheirBlocks) {
    const auto all = open().listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message() << all.error.detail();
    std::vector<std::string> seen;
    for (const auto& r : all.records) {
        seen.push_back(r.body.str("username") + " " + r.body.str("status"));
    }
    EXPECT_THAT(seen,
                ::testing::ElementsAre("Admin ACTIVE", "Zoë Ω ACTIVE", "Blocked SUSPENDED",
                                       "Once blocked ACTIVE", "Expired AWAITING_NEW_PASSWORD"));
    EXPECT_EQ(all.records[0].body["roles"].dump(), R"(["bureaucrat","sysop"])");
    EXPECT_EQ(all.records[0].body.str("created_at"), "2026-11-22T06:45:42Z");
    EXPECT_EQ(all.records[0].body.integer("edits", -1), 3);
    EXPECT_FALSE(all.records[1].body.has("roles")) << "an expired membership is none";
    EXPECT_FALSE(all.records[1].body.has("created_at"));
    EXPECT_EQ(all.records[1].body.str("email"), "zoe@example.com");
    EXPECT_EQ(all.records[1].body.str("display_name"), "Zoë Real");
}

TEST_F(MediaWiki, OneBrokenNameCostsOneRecord) {
    backend_->execute("UPDATE user SET user_real_name = x'c328' WHERE user_id = 3");
    const auto all = open().listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    EXPECT_EQ(all.records.size(), 5u);
    EXPECT_EQ(host_.metrics["tny.bad_records"], 1.0);
}

TEST_F(MediaWiki, SuspendSetsABlockWithoutAnEndAndUnsuspendLiftsIt) {
    auto connection = open();
    const auto done = connection.perform("user.suspend", "3");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).body.str("status"), "SUSPENDED");
    EXPECT_EQ(backend_->value("SELECT CONCAT(ipb_address, '/', ipb_expiry, '/', ipb_by_actor, '/', "
                              "ipb_sitewide) FROM ipblocks WHERE ipb_user = 3"),
              "Zoë Ω/infinity/2/1");
    backend_->execute(
        "INSERT INTO ipblocks (ipb_address, ipb_user, ipb_by_actor, ipb_reason_id, ipb_timestamp, "
        "ipb_auto, ipb_expiry, ipb_range_start, ipb_range_end, ipb_parent_block_id) SELECT "
        "'192.0.2.1', 0, 2, 1, '20261122064542', 1, 'infinity', '', '', ipb_id FROM ipblocks WHERE "
        "ipb_user = 3");
    const auto lifted = connection.perform("user.unsuspend", "3");
    ASSERT_EQ(lifted.status, TNY_OK) << lifted.error.message() << lifted.error.detail();
    EXPECT_EQ(lifted.records.at(0).body.str("status"), "ACTIVE");
    EXPECT_EQ(backend_->value("SELECT COUNT(*) FROM ipblocks"), "2")
        << "the automatic block went too, the others stay";
    ASSERT_TRUE(connection.perform("user.suspend", "5").ok()) << "an old block is replaced";
    EXPECT_EQ(backend_->value("SELECT COUNT(*) FROM comment"), "2") << "the reason is kept once";
}

TEST_F(MediaWiki, PasswordActionsWriteWhatMediaWikiReads) {
    auto connection = open();
    const auto forced = connection.perform("user.force_password_change", "3");
    ASSERT_EQ(forced.status, TNY_OK) << forced.error.message();
    EXPECT_EQ(forced.records.at(0).body.str("status"), "AWAITING_NEW_PASSWORD");
    const auto reset = connection.perform("user.reset_password", "1");
    ASSERT_EQ(reset.status, TNY_OK) << reset.error.message() << reset.error.detail();
    EXPECT_FALSE(reset.replies.at("secret").text().empty());
    EXPECT_THAT(backend_->value("SELECT user_password FROM user WHERE user_id = 1"),
                ::testing::MatchesRegex(":pbkdf2:sha512:30000:64:[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+"));
    EXPECT_THAT(backend_->value("SELECT user_token FROM user WHERE user_id = 1"),
                ::testing::MatchesRegex("[0-9a-f]{32}"));
}

TEST_F(MediaWiki, EditAndDeleteSayTheTruth) {
    auto connection = open();
    const auto done = connection.perform(
        "user.edit", "3", R"({"attributes":{"email":"new@example.com","display_name":""}})");
    ASSERT_EQ(done.status, TNY_OK) << done.error.message() << done.error.detail();
    EXPECT_EQ(done.records.at(0).body.str("email"), "new@example.com");
    const auto refused = connection.perform("user.delete", "3");
    EXPECT_EQ(refused.status, TNY_E_UNSUPPORTED);
    EXPECT_THAT(refused.error.message(), HasSubstr("does not delete users"));
}

TEST_F(MediaWiki, CheckFits) {
    const auto check = open().check();
    ASSERT_EQ(check.status, TNY_OK) << check.error.message() << check.error.detail();
    EXPECT_THAT(check.replies.at("diagnostics").dump(), HasSubstr("5 users"));
}

}  // namespace
}  // namespace tenantry::sql::testing
