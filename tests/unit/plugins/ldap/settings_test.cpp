// The configuration: its defaults, and which field each refusal names.
#include "plugins/ldap/settings.h"

#include <gtest/gtest.h>

namespace tenantry::ldap {
namespace {

Settings read(const std::string& more) {
    return readSettings(
        tny::Config(R"({"url":"ldap://h","base_dn":"dc=example,dc=org")" + more + "}"));
}

TEST(Settings, HaveDefaultsForAllButTheServer) {
    const Settings s = read("");
    EXPECT_EQ(s.tls, Tls::kStartTls);
    EXPECT_EQ(s.userBase, "dc=example,dc=org");
    EXPECT_EQ(s.userFilter, "(objectClass=inetOrgPerson)");
    EXPECT_EQ(s.fields.login, "uid");
    EXPECT_EQ(s.pageSize, 500);
    EXPECT_EQ(read(R"(,"user_filter":"uid=*")").userFilter, "(uid=*)");
}

TEST(Settings, TakeLdapsFromTheAddress) {
    const tny::Config config(R"({"url":"ldaps://h","base_dn":"dc=x"})");
    EXPECT_EQ(readSettings(config).tls, Tls::kLdaps);
}

struct Refusal {
    const char* json;
    const char* pointer;
};

class SettingsRefusal : public ::testing::TestWithParam<Refusal> {};

TEST_P(SettingsRefusal, NamesTheField) {
    try {
        read(GetParam().json);
        FAIL() << GetParam().json;
    } catch (const tny::Error& error) {
        EXPECT_EQ(error.code(), TNY_E_CONFIG);
        EXPECT_EQ(error.pointer(), GetParam().pointer);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Table, SettingsRefusal,
    ::testing::Values(Refusal{R"(,"tls":"ldaps")", "/tls"}, Refusal{R"(,"tls":"ssl")", "/tls"},
                      Refusal{R"(,"bind_dn":"admin")", "/bind_dn"},
                      Refusal{R"(,"user_base_dn":"people")", "/user_base_dn"},
                      Refusal{R"j(,"user_filter":"(uid=*))")j", "/user_filter"},
                      Refusal{R"(,"page_size":0)", "/page_size"},
                      Refusal{R"(,"attributes":{"email":"userPassword"})", "/attributes/email"},
                      Refusal{R"j(,"attributes":{"email":"mail)(x=*"})j", "/attributes/email"}));

}  // namespace
}  // namespace tenantry::ldap
