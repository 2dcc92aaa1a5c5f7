// user.edit as a patch: only what differs, only the value that is shown, nothing it may not touch.
#include "plugins/ldap/edit.h"

#include <gtest/gtest.h>

namespace tenantry::ldap {
namespace {

Settings settings() {
    return readSettings(tny::Config(R"({"url":"ldap://h","base_dn":"dc=x"})"));
}

const Entry kAnn{"uid=ann,dc=x",
                 {{"sn", {"Lee"}},
                  {"givenname", {"Ann"}},
                  {"mail", {"ann@x.org", "a.lee@x.org"}},
                  {"employeetype", {"staff", "admin"}}}};

std::vector<Change> edit(const char* json) {
    return changesOf(tny::Json::parse(json), kAnn, settings());
}

TEST(Edit, ReplacesASingleValue) {
    const auto changes = edit(R"({"first_name":"Anna"})");
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].how, Change::How::kReplace);
    EXPECT_EQ(changes[0].attribute, "givenName");
    EXPECT_EQ(changes[0].values, std::vector<std::string>{"Anna"});
}

TEST(Edit, WritesNothingForWhatIsAlreadySo) {
    EXPECT_TRUE(
        edit(R"({"first_name":"Ann","last_name":"Lee","roles":["admin","staff"]})").empty());
    EXPECT_TRUE(edit(R"({"phone":null})").empty());
}

TEST(Edit, RemovesWithNull) {
    const auto changes = edit(R"({"first_name":null})");
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_TRUE(changes[0].values.empty());
}

TEST(Edit, ReplacesOnlyTheShownOneOfSeveralValues) {
    const auto changes = edit(R"({"email":"new@x.org"})");
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].how, Change::How::kDelete);
    EXPECT_EQ(changes[0].values, std::vector<std::string>{"ann@x.org"});
    EXPECT_EQ(changes[1].how, Change::How::kAdd);
    EXPECT_EQ(edit(R"({"email":"a.lee@x.org"})").size(), 1U);
}

TEST(Edit, RefusesWithAPointerToTheField) {
    for (const auto& [json, pointer] : {std::pair{R"({"login":"x"})", "/attributes/login"},
                                        {R"({"status":"active"})", "/attributes/status"},
                                        {R"({"last_name":""})", "/attributes/last_name"},
                                        {R"({"phone":7})", "/attributes/phone"},
                                        {R"({"roles":"admin"})", "/attributes/roles"},
                                        {R"({})", "/attributes"}}) {
        try {
            edit(json);
            FAIL() << json;
        } catch (const tny::Error& error) {
            EXPECT_EQ(error.code(), TNY_E_ARGUMENT);
            EXPECT_EQ(error.pointer(), pointer);
        }
    }
}

}  // namespace
}  // namespace tenantry::ldap
