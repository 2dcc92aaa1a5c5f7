// Escaping, times and DNs, by tables; the escapes are RFC 4515's, the times RFC 4517's.
#include "plugins/ldap/text.h"

#include <gtest/gtest.h>

namespace tenantry::ldap {
namespace {

TEST(EscapeFilter, LeavesNothingThatCouldEndOrOpenAFilter) {
    EXPECT_EQ(escapeFilter("Parens R Us (for all your parenthetical needs)"),
              "Parens R Us \\28for all your parenthetical needs\\29");
    EXPECT_EQ(escapeFilter("*"), "\\2a");
    EXPECT_EQ(escapeFilter("C:\\MyFile"), "C:\\5cMyFile");
    EXPECT_EQ(escapeFilter(std::string_view("\0\0\0\4", 4)), "\\00\\00\\00\\04");
    EXPECT_EQ(escapeFilter("Lu\xc4\x8di\xc4\x87"), "Lu\\c4\\8di\\c4\\87");
    EXPECT_EQ(escapeFilter("plain-1.2=3&|!"), "plain-1.2=3&|!");
}

struct TimeCase {
    const char* text;
    const char* iso;  ///< empty: refused
};

class ParseTime : public ::testing::TestWithParam<TimeCase> {};

TEST_P(ParseTime, ReadsGeneralizedTimeAsTheStandardWritesIt) {
    const auto ms = parseTime(GetParam().text);
    EXPECT_EQ(ms ? isoTime(*ms) : "", GetParam().iso) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseTime,
    ::testing::Values(TimeCase{"20261122060838Z", "2026-11-22T06:08:38Z"},
                      TimeCase{"20261122060839.642147Z", "2026-11-22T06:08:39.642Z"},
                      TimeCase{"199412161032Z", "1994-12-16T10:32:00Z"},
                      TimeCase{"199412160532-0500", "1994-12-16T10:32:00Z"},
                      TimeCase{"1994121610,5Z", "1994-12-16T10:30:00Z"},
                      TimeCase{"20240229000000Z", "2024-02-29T00:00:00Z"},
                      TimeCase{"20230229000000Z", ""},
                      TimeCase{"19691231235959Z", "1969-12-31T23:59:59Z"},
                      TimeCase{"20261122060838+01", "2026-11-22T05:08:38Z"},
                      TimeCase{"000001010000Z", ""}, TimeCase{"", ""},
                      TimeCase{"20261122060838", ""}, TimeCase{"20261322060838Z", ""},
                      TimeCase{"2026112206083Z", ""}, TimeCase{"20261122060838Zx", ""},
                      TimeCase{"20261122060838.Z", ""}));

TEST(FoldDn, MakesSpellingsOfOneNameEqual) {
    EXPECT_EQ(foldDn("UID=Ann,  OU=People,DC=Example,DC=org"),
              foldDn("uid=ann,ou=people,dc=example,dc=org"));
    EXPECT_EQ(foldDn("cn=a\\2cb,dc=x"), foldDn("cn=a\\,b,dc=x"));
    EXPECT_NE(foldDn("cn=a,dc=x"), foldDn("cn=b,dc=x"));
    EXPECT_EQ(foldDn("No DN"), "no dn");
}

TEST(IsUuid, TakesOnlyTheCanonicalForm) {
    EXPECT_TRUE(isUuid("e765dd9c-7a86-1041-9237-6b3247696544"));
    EXPECT_FALSE(isUuid("e765dd9c7a86104192376b3247696544"));
    EXPECT_FALSE(isUuid("e765dd9c-7a86-1041-9237-6b324769654*"));
    EXPECT_FALSE(isUuid(""));
}

}  // namespace
}  // namespace tenantry::ldap
