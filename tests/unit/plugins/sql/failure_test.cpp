// From an engine's error to what the host must do, and that no text of a row gets into a message.
#include "plugins/sql/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenantry::sql {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

tny::Error errorOf(Fault fault, const std::string& text = "") {
    return toError(Failure(fault, "1", text));
}

TEST(Failure, IsToldInTheClosedSet) {
    EXPECT_EQ(errorOf(faultOfMysql(1045)).code(), TNY_E_AUTH);
    EXPECT_EQ(errorOf(faultOfMysql(1142)).code(), TNY_E_PERMISSION);
    EXPECT_EQ(errorOf(faultOfMysql(1049)).code(), TNY_E_CONFIG);
    EXPECT_EQ(errorOf(faultOfMysql(1049)).pointer(), "/database");
    EXPECT_EQ(errorOf(faultOfMysql(1146)).code(), TNY_E_CONFIG);
    EXPECT_EQ(errorOf(faultOfMysql(1054)).code(), TNY_E_CONFIG);
    EXPECT_EQ(errorOf(faultOfMysql(2003)).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfMysql(1205)).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfMysql(1213)).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfMysql(1047)).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfMysql(1062)).code(), TNY_E_EXISTS);
    EXPECT_EQ(errorOf(faultOfMysql(1406)).code(), TNY_E_ARGUMENT);
    EXPECT_EQ(errorOf(faultOfMysql(1451)).code(), TNY_E_POLICY);
    EXPECT_EQ(errorOf(faultOfMysql(1969)).code(), TNY_E_TIMEOUT);
    EXPECT_EQ(errorOf(faultOfSqlState("28P01")).code(), TNY_E_AUTH);
    EXPECT_EQ(errorOf(faultOfSqlState("42501")).code(), TNY_E_PERMISSION);
    EXPECT_EQ(errorOf(faultOfSqlState("42703")).code(), TNY_E_CONFIG);
    EXPECT_EQ(errorOf(faultOfSqlState("40P01")).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfSqlState("23505")).code(), TNY_E_EXISTS);
    EXPECT_EQ(errorOf(faultOfSqlState("57014")).code(), TNY_E_TIMEOUT);
    EXPECT_EQ(errorOf(faultOfSqlite(5)).code(), TNY_E_UNAVAILABLE);
    EXPECT_EQ(errorOf(faultOfSqlite(2067)).code(), TNY_E_EXISTS);
    EXPECT_EQ(errorOf(faultOfSqlite(1032)).code(), TNY_E_PERMISSION);
    EXPECT_EQ(errorOf(faultOfSqlite(26)).code(), TNY_E_CONFIG);
}

TEST(Failure, OnlyDeadlocksAndLocksAreWorthRepeating) {
    EXPECT_TRUE(Failure(faultOfMysql(1213), "", "").repeatable());
    EXPECT_TRUE(Failure(faultOfMysql(1205), "", "").repeatable());
    EXPECT_TRUE(Failure(faultOfSqlState("40001"), "", "").repeatable());
    EXPECT_FALSE(Failure(faultOfMysql(1062), "", "").repeatable());
    EXPECT_FALSE(Failure(faultOfMysql(2013), "", "").repeatable());
}

TEST(Failure, NamesTablesAndColumnsButNeverQuotesRows) {
    EXPECT_THAT(errorOf(Fault::kUnknownColumn, "Unknown column 'r.phone' in 'SELECT'").message(),
                HasSubstr("\"r.phone\""));
    EXPECT_THAT(errorOf(Fault::kUnknownTable, "no such table: main.users").message(),
                HasSubstr("\"main.users\""));
    const auto duplicate =
        errorOf(Fault::kDuplicate, "Duplicate entry 'ann@example.com' for key 'email'");
    EXPECT_THAT(duplicate.message() + duplicate.detail(), Not(HasSubstr("ann")));
    const auto bad = errorOf(Fault::kBadValue, "Incorrect value: 'secret' for column");
    EXPECT_THAT(bad.message() + bad.detail(), Not(HasSubstr("secret")));
    EXPECT_EQ(namedIn("near 'ann@example.com'"), "") << "that is no name";
}

}  // namespace
}  // namespace tenantry::sql
