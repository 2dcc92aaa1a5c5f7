// Goal: the SCIM grammar is read as RFC 7644 writes it, and a mistake is explained where it stands.
// Method: tables of expressions with the tree they must give, written back in brackets, and of
// refusals with words of the message.
#include "kernel/domain/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernel/base/limits.h"

namespace tenantry::domain {
namespace {

using testing::HasSubstr;
using Kind = FilterNode::Kind;
using ValueKind = FilterNode::ValueKind;

std::string_view word(Comparator c) {
    static constexpr std::array<std::string_view, 11> kWords{"",   "eq", "ne", "co", "sw", "ew",
                                                             "gt", "ge", "lt", "le", "pr"};
    return kWords[static_cast<std::size_t>(c)];
}

std::string valueOf(const FilterNode& n) {
    switch (n.valueKind) {
        case ValueKind::kNone:
            return "";
        case ValueKind::kNull:
            return " null";
        case ValueKind::kBool:
            return n.boolean ? " true" : " false";
        case ValueKind::kNumber:
            return " #" + n.text;
        case ValueKind::kText:
            return " '" + n.text + "'";
        case ValueKind::kTime:
            return " @" + base::toRfc3339(n.time);
    }
    return "?";
}

std::string shown(const FilterNode& n) {
    std::string out;
    switch (n.kind) {
        case Kind::kAnd:
        case Kind::kOr:
            for (const auto& child : n.children)
                out += (out.empty() ? "" : n.kind == Kind::kAnd ? " & " : " | ") + shown(child);
            return "(" + out + ")";
        case Kind::kNot:
            return "!" + shown(n.children.at(0));
        case Kind::kElement:
            return std::string(name(n.field)) + "[" + shown(n.children.at(0)) + "]";
        case Kind::kCompare:
            out = n.field == UserField::kAttribute ? "attributes." + n.attribute
                                                   : std::string(name(n.field));
            if (n.field == UserField::kOrganization && !n.attribute.empty())
                out += "." + n.attribute;
            return out + " " + std::string(word(n.comparator)) + valueOf(n);
    }
    return "?";
}

struct Good {
    const char* name;
    const char* text;
    const char* tree;
};
class FilterReads : public testing::TestWithParam<Good> {};
TEST_P(FilterReads, AsTheRfcSays) {
    const auto filter = Filter::parse(GetParam().text);
    ASSERT_TRUE(filter) << filter.error().message;
    EXPECT_EQ(shown(filter->root()), GetParam().tree);
    EXPECT_EQ(filter->text(), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(
    Grammar, FilterReads,
    testing::Values(
        // RFC 7644 figure 2, over our fields
        Good{"UserNameEq", R"(userName eq "bjensen")", "username eq 'bjensen'"},
        Good{"FamilyNameCo", R"(last_name co "O'Malley")", "last_name co 'O'Malley'"},
        Good{"UserNameSw", R"(userName sw "J")", "username sw 'J'"},
        Good{"UrnPrefix", R"(urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J")",
             "username sw 'J'"},
        Good{"TitlePr", "phone pr", "phone pr"},
        Good{"LastModifiedGt", R"(modified_at gt "2011-05-13T04:42:34Z")",
             "modified_at gt @2011-05-13T04:42:34Z"},
        Good{"LastModifiedGe", R"(modified_at ge "2011-05-13T06:42:34+02:00")",
             "modified_at ge @2011-05-13T04:42:34Z"},
        Good{"LastModifiedLt", R"(modified_at lt "2011-05-13T04:42:34.125Z")",
             "modified_at lt @2011-05-13T04:42:34.125Z"},
        Good{"LastModifiedLe", R"(modified_at le "2011-05-13")",
             "modified_at le @2011-05-13T00:00:00Z"},
        Good{"PrAndEq", R"(phone pr and status eq "ACTIVE")", "(phone pr & status eq 'ACTIVE')"},
        Good{"PrOrEq", R"(phone pr or status eq "ACTIVE")", "(phone pr | status eq 'ACTIVE')"},
        Good{"AndWithGroup",
             R"(status eq "ACTIVE" and (email co "example.com" or email co "example.org"))",
             "(status eq 'ACTIVE' & (email co 'example.com' | email co 'example.org'))"},
        Good{"NotGroup",
             R"(status ne "ACTIVE" and not (email co "example.com" or email co "example.org"))",
             "(status ne 'ACTIVE' & !(email co 'example.com' | email co 'example.org'))"},
        Good{"ValuePath", "mfa[enrolled eq true and required eq false]",
             "(mfa.enrolled eq true & mfa.required eq false)"},
        Good{"ElementPath", R"(roles[value sw "a" and value ew "n"] or roles pr)",
             "(roles[(roles sw 'a' & roles ew 'n')] | roles pr)"},
        // Precedence, RFC 7644 section 3.4.2.2: grouping, not, and, or
        Good{"AndBindsTighter", "id pr or email pr and phone pr or username pr",
             "(id pr | (email pr & phone pr) | username pr)"},
        Good{"NotBindsTightest", "not (id pr) and email pr", "(!id pr & email pr)"},
        Good{"NotWithoutSpace", "not(id pr)", "!id pr"},
        Good{"NestedGroups", "((((id pr))))", "id pr"},
        // Case, space, names
        Good{"KeywordsIgnoreCase", R"(USERNAME EQ "x" AND NOT (Email PR) OR id Eq NULL)",
             "((username eq 'x' & !email pr) | id eq null)"},
        Good{"AnySpace", " \tid   eq\n\"x\"\r", "id eq 'x'"},
        Good{"NoSpaceAroundBrackets", R"((id eq "x")and(id pr))", "(id eq 'x' & id pr)"},
        Good{"KeywordAsValue", R"(username eq "and")", "username eq 'and'"},
        Good{"WordStartingWithKeyword", R"(attributes.android eq "x")",
             "attributes.android eq 'x'"},
        Good{"RoleAlias", R"(role eq "admin")", "roles eq 'admin'"},
        Good{"OrganizationParts", R"(organization[slug eq "acme"] and organization.id pr)",
             "(organization.slug eq 'acme' & organization.id pr)"},
        Good{"OrganizationPath", R"(organization.path eq "nord")", "organization.path eq 'nord'"},
        Good{"AttributePath", R"(attributes[badge eq 17 and desk.floor eq "2"])",
             "(attributes.badge eq #17 & attributes.desk.floor eq '2')"},
        // Values
        Good{"Escapes", R"(username eq "a\"b\\c\/d\n\u00fc\ud83d\ude00")",
             "username eq 'a\"b\\c/d\nü😀'"},
        Good{"Utf8", "last_name eq \"Müller\"", "last_name eq 'Müller'"},
        Good{"EmptyText", R"(phone eq "")", "phone eq ''"},
        Good{"Numbers", "attributes.n gt -1.5e3", "attributes.n gt #-1.5e3"},
        Good{"TrueInCapitals", "federated_only eq TRUE", "federated_only eq true"},
        Good{"NullTime", "last_login_at eq null", "last_login_at eq null"},
        Good{"StatusIgnoresCase", R"(status eq "locked_out")", "status eq 'LOCKED_OUT'"},
        Good{"PartOfStatus", R"(status sw "LOCK")", "status sw 'LOCK'"},
        Good{"AlertWord", R"(alerts eq "NO_MFA")", "alerts eq 'no_mfa'"},
        Good{"CauseNone", R"(status_cause eq "")", "status_cause eq ''"},
        Good{"BracketsInText", R"(username eq "a)b]c(")", "username eq 'a)b]c('"}),
    [](const auto& row) { return row.param.name; });

struct Bad {
    const char* name;
    const char* text;
    std::vector<const char*> words;
};
class FilterRefuses : public testing::TestWithParam<Bad> {};
TEST_P(FilterRefuses, AndSaysWhereAndWhy) {
    const auto filter = Filter::parse(GetParam().text);
    ASSERT_FALSE(filter);
    EXPECT_EQ(filter.error().code, base::ErrorCode::kInvalidArgument);
    for (const char* words : GetParam().words)
        EXPECT_THAT(filter.error().message, HasSubstr(words));
}
INSTANTIATE_TEST_SUITE_P(
    Mistakes, FilterRefuses,
    testing::Values(
        Bad{"Empty", "  ", {"empty"}},
        Bad{"NoOperator", "status", {"Column 7", "expected eq, ne", "the end"}},
        Bad{"EqualsSign", "status = \"ACTIVE\"", {"Column 8", "expected eq, ne", "\"=\""}},
        Bad{"NoValue", "status eq", {"Column 10", "expected a value", "the end"}},
        Bad{"BareWord", "status eq ACTIVE", {"Column 11", "double quotes: \"ACTIVE\""}},
        Bad{"SingleQuotes", "status eq 'ACTIVE'", {"Column 11", "double quotes"}},
        Bad{"OpenText", "id eq \"x", {"Column 7", "closing double quote"}},
        Bad{"BackslashAtEnd", "id eq \"x\\", {"Column 7", "closing double quote"}},
        Bad{"BadEscape", R"(id eq "\q")", {"Column 7", "escape"}},
        Bad{"HalfSurrogate", R"(id eq "\ud83d")", {"Column 7", "escape"}},
        Bad{"ControlCharacter", "id eq \"a\nb\"", {"Column 9", "control character"}},
        Bad{"Misspelt",
            R"(stauts eq "ACTIVE")",
            {"Column 1", "\"stauts\"", "nearest is \"status\""}},
        Bad{"MisspeltInside",
            "id pr and last_logn_at pr",
            {"Column 11", "nearest is \"last_login_at\""}},
        Bad{"FarFromAll", R"(favourite_colour eq "x")", {"Column 1", "the fields are id,"}},
        Bad{"UnknownInBrackets",
            "mfa[enroled eq true]",
            {"Column 5", "\"mfa.enroled\"", "nearest is \"mfa.enrolled\""}},
        Bad{"TimeIsNoTime",
            R"(last_login_at gt "yesterday")",
            {"Column 18", "\"last_login_at\" holds a time", "2026-08-01"}},
        Bad{"TimeIsNoDay", R"(created_at gt "2026-02-30")", {"Column 15", "time"}},
        Bad{"TimeIsNumber", "created_at gt 17", {"Column 15", "time"}},
        Bad{"TimeContains", R"(created_at co "2026")", {"Column 1", "is a time and has only"}},
        Bad{"UnknownStatus",
            R"(status eq "LOCKED")",
            {"Column 11", "\"LOCKED\" is not a value of \"status\"", "LOCKED_OUT"}},
        Bad{"UnknownAlert", R"(alerts eq "bored")", {"Column 11", "no_mfa"}},
        Bad{"StatusHasNoOrder", R"(status gt "ACTIVE")", {"Column 1", "no order"}},
        Bad{"FlagAsText", R"(mfa.enrolled eq "true")", {"Column 17", "without quotes"}},
        Bad{"FlagGreater", "mfa.enrolled gt false", {"Column 1", "true or false"}},
        Bad{"TextAsNumber", "username eq 5", {"Column 13", "holds text"}},
        Bad{"NullGreater", "username gt null", {"Column 1", "null has only"}},
        Bad{"NotWithoutBrackets", "not id pr", {"Column 5", "expected \"(\" after \"not\""}},
        Bad{"OpenBracket", "(id pr", {"Column 7", "to close column 1"}},
        Bad{"OpenSquare", "mfa[enrolled pr", {"Column 16", "to close column 4"}},
        Bad{"SpareBracket", "id pr)", {"Column 6", "there is no \"(\""}},
        Bad{"NothingAfterAnd", "id pr and ", {"Column 11", "expected a field", "the end"}},
        Bad{"TwoTerms", "id pr email pr", {"Column 7", "expected \"and\", \"or\" or the end"}},
        Bad{"ValueInFront", "\"x\" eq id", {"Column 1", "expected a field"}},
        Bad{"NestedPath", "attributes[roles[value pr]]", {"Column 17", "inside brackets"}},
        Bad{"PathOnPlainField", "username[value pr]", {"Column 1", "has no parts"}},
        Bad{"OtherUrn", "urn:example:User:userName pr", {"Column 1", "there is no field"}},
        Bad{"HugeNumber", "attributes.n eq 1e999", {"Column 17", "number"}},
        Bad{"OctalNumber", "attributes.n eq 017", {"Column 17", "is not a number"}},
        Bad{"ColumnsCountCharacters", "last_name eq \"Müß\" and x pr", {"Column 24"}},
        Bad{"InvalidUtf8", "id eq \"\xff\"", {"UTF-8"}}),
    [](const auto& row) { return row.param.name; });

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

TEST(FilterBounds, DepthIsBounded) {
    const auto nested = [](std::size_t depth) {
        return Filter::parse(repeated("(", depth) + "id pr" + repeated(")", depth));
    };
    EXPECT_TRUE(nested(base::limits::kFilterDepthMax));
    const auto tooDeep = nested(base::limits::kFilterDepthMax + 1);
    ASSERT_FALSE(tooDeep);
    EXPECT_THAT(tooDeep.error().message, HasSubstr("nests deeper than 32"));
    EXPECT_FALSE(Filter::parse(repeated("not(", 2000) + "id pr" + repeated(")", 2000)));
}

TEST(FilterBounds, TermsAreBounded) {
    const auto terms = [](std::size_t count) {
        return Filter::parse("id pr" + repeated(" or id pr", count - 1));
    };
    EXPECT_TRUE(terms(base::limits::kFilterTermsMax));
    const auto tooMany = terms(base::limits::kFilterTermsMax + 1);
    ASSERT_FALSE(tooMany);
    EXPECT_THAT(tooMany.error().message, HasSubstr("more than 200 comparisons"));
}

TEST(FilterBounds, BytesAreBounded) {
    const auto text = "username eq \"" + repeated("x", base::limits::kFilterBytesMax) + "\"";
    const auto tooLong = Filter::parse(text);
    ASSERT_FALSE(tooLong);
    EXPECT_THAT(tooLong.error().message, HasSubstr("longer than"));
}

TEST(FilterFields, EveryFieldIsFoundByItsName) {
    for (auto i = static_cast<std::uint8_t>(UserField::kId);
         i < static_cast<std::uint8_t>(UserField::kAttribute); ++i) {
        const auto field = static_cast<UserField>(i);
        EXPECT_EQ(userField(name(field)), field) << name(field);
        EXPECT_TRUE(Filter::parse(std::string(name(field)) + " pr")) << name(field);
    }
    EXPECT_EQ(userField("MFA"), UserField::kMfaEnrolled);
    EXPECT_EQ(userField("attributes.badge"), std::nullopt);
}

}  // namespace
}  // namespace tenantry::domain
