// Connection strings: what each part means, and that a wrong one is refused in words that hold no
// secret.
#include "kernel/store/location.h"

#include <gtest/gtest.h>

namespace tenantry::store {
namespace {

TEST(Location, SqliteNamesAFile) {
    EXPECT_EQ(parseLocation("sqlite:///var/lib/t.db").value().path, "/var/lib/t.db");
    EXPECT_EQ(parseLocation("sqlite://t.db").value().path, "t.db");
    EXPECT_EQ(parseLocation("sqlite:///a folder/t.db").value().engine, Engine::kSqlite);
}

TEST(Location, MysqlNamesEveryPart) {
    const auto one =
        parseLocation("mysql://app@db.example:3307/tenantry?tls_ca=/etc/ca%20s.pem").value();
    EXPECT_EQ(one.engine, Engine::kMysql);
    EXPECT_EQ(one.host, "db.example");
    EXPECT_EQ(one.port, 3307);
    EXPECT_EQ(one.user, "app");
    EXPECT_EQ(one.database, "tenantry");
    EXPECT_EQ(one.tlsCa, "/etc/ca s.pem");
}

TEST(Location, MysqlHasDefaultsAndOtherForms) {
    EXPECT_EQ(parseLocation("mariadb://app@db/t").value().port, 3306);
    const auto six = parseLocation("mysql://a%40b@[::1]:33/t").value();
    EXPECT_EQ(six.user, "a@b");
    EXPECT_EQ(six.host, "::1");
    EXPECT_EQ(six.port, 33);
    EXPECT_EQ(parseLocation("mysql://app@/t?socket=/run/s.sock").value().socket, "/run/s.sock");
}

TEST(Location, AWrongOneIsRefusedInWords) {
    for (const char* text :
         {"", "tenantry.db", "sqlite://", "sqlite:///a\"b", "postgres://a@b/c", "mysql://",
          "mysql://host/db", "mysql://user@/db", "mysql://user@host", "mysql://user@host:0/db",
          "mysql://user@host:99999/db", "mysql://user@host:x/db", "mysql://user@[::1/db",
          "mysql://user@host/db?timeout=3", "mysql://us%zz@host/db", "mysql://us%00@host/db"}) {
        const auto refused = parseLocation(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidArgument) << text;
        EXPECT_FALSE(refused.error().message.empty()) << text;
    }
}

TEST(Location, APasswordIsRefusedAndNotRepeated) {
    const auto refused = parseLocation("mysql://user:hunter2@host/db");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::store
