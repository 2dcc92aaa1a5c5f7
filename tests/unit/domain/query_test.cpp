// Goal: sort and facet lists of a request are read, and refused with the choice.
#include "kernel/domain/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tenantry::domain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ParseSort, ReadsColumnsAndDirections) {
    const auto keys = parseSort(" last_name, -LAST_LOGIN_AT ,mfa");
    ASSERT_TRUE(keys) << keys.error().message;
    ASSERT_EQ(keys->size(), 3U);
    EXPECT_EQ((*keys)[0].field, UserField::kLastName);
    EXPECT_FALSE((*keys)[0].descending);
    EXPECT_EQ((*keys)[1].field, UserField::kLastLoginAt);
    EXPECT_TRUE((*keys)[1].descending);
    EXPECT_EQ((*keys)[2].field, UserField::kMfaEnrolled);
}

TEST(ParseSort, NothingIsNoKeys) {
    const auto keys = parseSort("  ");
    ASSERT_TRUE(keys);
    EXPECT_THAT(*keys, IsEmpty());
}

TEST(ParseSort, NamesWhatCannotBeSortedBy) {
    for (const char* text : {"colour", "attributes.badge", "organization.path", "last_name,,id",
                             "last_name,", "--id"}) {
        const auto keys = parseSort(text);
        ASSERT_FALSE(keys) << text;
        EXPECT_THAT(keys.error().message, HasSubstr("Cannot sort by")) << text;
        EXPECT_THAT(keys.error().message, HasSubstr("last_name")) << text;
    }
    EXPECT_FALSE(parseSort("id,-id"));
    EXPECT_FALSE(parseSort("id,email,phone,status,username"));
}

TEST(ParseFacets, ReadsFieldsOnce) {
    const auto facets = parseFacets("status,mfa,role,status");
    ASSERT_TRUE(facets) << facets.error().message;
    EXPECT_THAT(*facets,
                ElementsAre(UserField::kStatus, UserField::kMfaEnrolled, UserField::kRoles));
}

TEST(ParseFacets, NamesWhatCannotBeCounted) {
    const auto facets = parseFacets("status,email");
    ASSERT_FALSE(facets);
    EXPECT_THAT(facets.error().message, HasSubstr("Cannot count by \"email\""));
}

}  // namespace
}  // namespace tenantry::domain
