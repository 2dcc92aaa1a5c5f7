// Goal: ids have their form, and a user's id is the same wherever and whenever it is made.
#include "kernel/base/ids.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

namespace tenantry::base {
namespace {

static_assert(!std::is_convertible_v<UserId, OrganizationId>, "a swap of two ids must not compile");
static_assert(!std::is_constructible_v<UserId, OrganizationId>);

TEST(Ids, ANewUuidIsRandomVersionFour) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto id = newUuid();
        ASSERT_TRUE(isUuid(id)) << id;
        EXPECT_EQ(id[14], '4');
        EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
        EXPECT_TRUE(seen.insert(id).second);
    }
}

TEST(Ids, AUsersIdIsVersionFiveOfConnectionAndNativeId) {
    // uuid.uuid5(uuid.NAMESPACE_DNS, "www.example.com") of Python's standard library
    const ConnectionId dns("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    EXPECT_EQ(userIdOf(dns, "www.example.com").text(), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    EXPECT_NE(userIdOf(dns, "a"), userIdOf(dns, "b"));
    EXPECT_NE(userIdOf(ConnectionId(newUuid()), "a"), userIdOf(ConnectionId(newUuid()), "a"));
}

TEST(Ids, OnlyTheCanonicalFormIsAUuid) {
    EXPECT_TRUE(isUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"));
    for (const char* text :
         {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b4-00c04fd430c88",
          "6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "6ba7b8109dad-11d1-80b4-00c04fd430c8-",
          "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "{6ba7b810-9dad-11d1-80b4-00c04fd430c}"})
        EXPECT_FALSE(isUuid(text)) << text;
}

}  // namespace
}  // namespace tenantry::base
