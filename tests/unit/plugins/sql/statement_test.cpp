// The text of a mapping becomes a statement of an engine: quoting, prefixes and parameters, and
// what is refused.
#include "plugins/sql/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tenantry/error.hpp>

namespace tenantry::sql {
namespace {

using ::testing::ElementsAre;

std::string refusal(Engine engine, const std::string& text) {
    try {
        prepare(engine, "", text);
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_CONFIG);
        return e.message();
    }
    return "";
}

TEST(QuoteIdentifier, DoublesTheQuoteOfTheEngine) {
    EXPECT_EQ(quoteIdentifier(Engine::kMysql, "user"), "`user`");
    EXPECT_EQ(quoteIdentifier(Engine::kPostgresql, "user"), "\"user\"");
    EXPECT_EQ(quoteIdentifier(Engine::kMysql, "a`; DROP TABLE x"), "`a``; DROP TABLE x`");
    EXPECT_EQ(quoteIdentifier(Engine::kSqlite, "a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(quoteIdentifier(Engine::kPostgresql, "hr.users"), "\"hr\".\"users\"");
}

TEST(QuoteIdentifier, RefusesWhatIsNoName) {
    for (const std::string& bad : {std::string(), std::string("a."), std::string("a\nb"),
                                   std::string("a\0b", 3), std::string(200, 'x')}) {
        EXPECT_THROW(quoteIdentifier(Engine::kSqlite, bad), tny::Error) << bad;
    }
}

TEST(TablePrefix, IsLettersDigitsAndUnderscores) {
    EXPECT_NO_THROW(checkTablePrefix("wp_7_"));
    EXPECT_NO_THROW(checkTablePrefix(""));
    EXPECT_THROW(checkTablePrefix("wp'; --"), tny::Error);
    EXPECT_THROW(checkTablePrefix("wp-"), tny::Error);
    EXPECT_THROW(checkTablePrefix(std::string(33, 'a')), tny::Error);
}

TEST(Prepare, NumbersParametersAsEachEngineWantsThem) {
    const std::string text =
        "UPDATE {t:users} SET {c:order} = :value, n = :now WHERE id = :id OR x = :id";
    const auto mysql = prepare(Engine::kMysql, "wp_", text);
    EXPECT_EQ(mysql.sql, "UPDATE `wp_users` SET `order` = ?, n = ? WHERE id = ? OR x = ?");
    EXPECT_THAT(mysql.parameters, ElementsAre("value", "now", "id", "id"));
    const auto postgres = prepare(Engine::kPostgresql, "", text);
    EXPECT_EQ(postgres.sql, "UPDATE \"users\" SET \"order\" = $1, n = $2 WHERE id = $3 OR x = $3");
    EXPECT_THAT(postgres.parameters, ElementsAre("value", "now", "id"));
}

TEST(Prepare, PutsThePrefixBeforeTheTableAndIntoLiterals) {
    EXPECT_EQ(
        prepare(Engine::kMysql, "wp_", "SELECT '{prefix}capabilities', '{t:x}' FROM {t:db.users}")
            .sql,
        "SELECT 'wp_capabilities', '{t:x}' FROM `db`.`wp_users`");
}

TEST(Prepare, LeavesLiteralsCommentsAndCastsAlone) {
    EXPECT_TRUE(
        prepare(Engine::kSqlite, "", "SELECT ':id; ? it''s', \":x\" FROM t").parameters.empty());
    EXPECT_TRUE(prepare(Engine::kSqlite, "", "SELECT 1 -- :id ; ?\n FROM t").parameters.empty());
    EXPECT_TRUE(prepare(Engine::kSqlite, "", "SELECT 1 /* :id ; ' */ FROM t").parameters.empty());
    EXPECT_TRUE(prepare(Engine::kMysql, "", "SELECT '\\':id' FROM t").parameters.empty());
    EXPECT_EQ(prepare(Engine::kPostgresql, "", "SELECT a::text, :b").sql, "SELECT a::text, $1");
    EXPECT_EQ(prepare(Engine::kSqlite, "", "SELECT '12:30'").sql, "SELECT '12:30'");
}

TEST(Prepare, RefusesMoreThanOneStatementAndWhatItDoesNotKnow) {
    EXPECT_THAT(refusal(Engine::kMysql, "SELECT 1; DROP TABLE users"), ::testing::HasSubstr("';'"));
    EXPECT_THAT(refusal(Engine::kMysql, "SELECT ?"), ::testing::HasSubstr("'?'"));
    EXPECT_THAT(refusal(Engine::kMysql, "SELECT {x:y}"), ::testing::HasSubstr("{x:y}"));
    EXPECT_THAT(refusal(Engine::kMysql, "SELECT {t:users"), ::testing::HasSubstr("'}'"));
    EXPECT_THAT(refusal(Engine::kSqlite, "SELECT 'open"), ::testing::HasSubstr("end"));
    EXPECT_THAT(refusal(Engine::kSqlite, "SELECT 1 /* open"), ::testing::HasSubstr("end"));
    // With standard strings a backslash does not hide the quote, so the text ends and goes on.
    EXPECT_NE(refusal(Engine::kPostgresql, "SELECT 'a\\'; DROP TABLE users --'"), "");
}

}  // namespace
}  // namespace tenantry::sql
