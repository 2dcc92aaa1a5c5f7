// The grammar of a mapping: the ready ones parse, and what breaks the grammar is refused with a
// pointer to the place.
#include "plugins/sql/mapping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "plugins/sql/settings.h"

namespace tenantry::sql {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSmall =
    R"({"mapping":1,"user":{"table":"people","id":{"column":"id"},"attributes":{"username":{"column":"login"}}},"actions":{}})";

Mapping parse(const tny::Json& json) {
    return parseMapping(tny::Config(json, "/custom"));
}

/// The small mapping with `value` at the place that `path` names.
tny::Json with(std::initializer_list<const char*> path, const tny::Json& value) {
    tny::Json root = tny::Json::parse(kSmall);
    const std::function<tny::Json(const tny::Json&, const char* const*, const char* const*)> put =
        [&](const tny::Json& at, const char* const* from, const char* const* end) -> tny::Json {
        if (from == end) return value;
        tny::Json copy = at.isObject() ? at : tny::Json::object();
        copy.set(*from, put(copy[*from], from + 1, end));
        return copy;
    };
    return put(root, path.begin(), path.end());
}

struct BadCase {
    const char* name;
    tny::Json mapping;
    const char* pointer;
};

class BadMapping : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadMapping, IsRefusedWithAPointer) {
    try {
        parse(GetParam().mapping);
        FAIL() << "it was accepted";
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_CONFIG);
        EXPECT_EQ(e.pointer(), GetParam().pointer) << e.message();
    }
}

tny::Json object(const char* text) {
    return tny::Json::parse(text);
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, BadMapping,
    ::testing::Values(
        BadCase{"OtherVersion", with({"mapping"}, 2), "/custom/mapping"},
        BadCase{"UnknownKey", with({"tables"}, 1), "/custom/tables"},
        BadCase{"NoTable", with({"user", "table"}, ""), "/custom/user"},
        BadCase{"TableAndFrom", with({"user", "from"}, "x r"), "/custom/user"},
        BadCase{"NoUsername", with({"user", "attributes"}, object("{}")),
                "/custom/user/attributes"},
        BadCase{"StatusAsAttribute",
                with({"user", "attributes", "status"}, object(R"({"column":"s"})")),
                "/custom/user/attributes"},
        BadCase{"ColumnAndSql",
                with({"user", "attributes", "a"}, object(R"({"column":"s","sql":"1"})")),
                "/custom/user/attributes/a"},
        BadCase{"NeitherColumnNorSql", with({"user", "attributes", "a"}, object("{}")),
                "/custom/user/attributes/a"},
        BadCase{"UnknownType",
                with({"user", "attributes", "a"}, object(R"({"column":"s","type":"date"})")),
                "/custom/user/attributes/a/type"},
        BadCase{"WritableExpression",
                with({"user", "attributes", "a"}, object(R"({"sql":"1","writable":true})")),
                "/custom/user/attributes/a"},
        BadCase{"UnknownState",
                with({"user", "states"},
                     object(R"({"rules":[{"column":"x","is":"set","state":"FROZEN"}]})")),
                "/custom/user/states/rules/0/state"},
        BadCase{"UnknownTest",
                with({"user", "states"},
                     object(R"({"rules":[{"column":"x","is":"odd","state":"STAGED"}]})")),
                "/custom/user/states/rules/0/is"},
        BadCase{"NativeWithoutOtherwise",
                with({"user", "states"}, object(R"({"native":{"column":"s"},"values":{}})")),
                "/custom/user/states/otherwise"},
        BadCase{"UnknownAction", with({"actions", "user.fire"}, object("{}")),
                "/custom/actions/user.fire"},
        BadCase{"ActionWithoutStatements", with({"actions", "user.suspend"}, object("{}")),
                "/custom/actions/user.suspend"},
        BadCase{"StatementWithoutSql",
                with({"actions", "user.suspend"}, object(R"({"statements":[{"rows":"one"}]})")),
                "/custom/actions/user.suspend/statements/0/sql"},
        BadCase{"UnknownRows",
                with({"actions", "user.suspend"},
                     object(R"({"statements":[{"sql":"x","rows":"two"}]})")),
                "/custom/actions/user.suspend/statements/0/rows"},
        BadCase{"UnknownHash", with({"password_hash"}, "md5"), "/custom/password_hash"},
        BadCase{"MembershipOfText", with({"membership"}, object(R"({"attribute":"username"})")),
                "/custom/membership/attribute"}),
    [](const auto& row) { return row.param.name; });

TEST(Mapping, TheSmallestIsAccepted) {
    const Mapping mapping = parse(tny::Json::parse(kSmall));
    EXPECT_EQ(mapping.user.table, "people");
    EXPECT_EQ(mapping.action("user.suspend"), nullptr);
    EXPECT_NE(mapping.attribute("username"), nullptr);
}

TEST(Mapping, EveryReadyOneSpeaksAboutEveryAction) {
    for (const char* name : {"plain", "wordpress", "mediawiki"}) {
        const auto text = presetText(name);
        ASSERT_TRUE(text) << name;
        const Mapping mapping = parseMapping(tny::Config(*text));
        EXPECT_EQ(mapping.name, name);
        for (const auto& action : kActions) {
            EXPECT_NE(mapping.action(action), nullptr) << name << " " << action;
        }
    }
    EXPECT_EQ(presetText("joomla"), std::nullopt);
}

TEST(Mapping, AReadyOneWorksAsCustomToo) {
    const std::string config = R"({"engine":"sqlite","file":"/x.db","mapping":"custom","custom":)" +
                               std::string(*presetText("plain")) + "}";
    EXPECT_EQ(readSettings(config).mapping.actions.size(), kActions.size());
}

struct SettingsCase {
    const char* name;
    const char* json;
    const char* pointer;
};

class BadSettings : public ::testing::TestWithParam<SettingsCase> {};

TEST_P(BadSettings, AreRefusedWithAPointer) {
    try {
        readSettings(GetParam().json);
        FAIL() << "they were accepted";
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_CONFIG);
        EXPECT_EQ(e.pointer(), GetParam().pointer) << e.message();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadSettings,
    ::testing::Values(
        SettingsCase{"Engine", R"({"engine":"oracle","mapping":"plain"})", "/engine"},
        SettingsCase{"RelativeFile", R"({"engine":"sqlite","file":"x.db","mapping":"plain"})",
                     "/file"},
        SettingsCase{"NoHost", R"({"engine":"mysql","mapping":"plain"})", "/host"},
        SettingsCase{
            "HostWithSeparator",
            R"({"engine":"mysql","host":"a;user=root","database":"d","username":"u","mapping":"plain"})",
            "/host"},
        SettingsCase{
            "DatabaseWithBlank",
            R"({"engine":"postgresql","host":"a","database":"d sslmode=disable","username":"u","mapping":"plain"})",
            "/database"},
        SettingsCase{
            "Port",
            R"({"engine":"mysql","host":"a","port":70000,"database":"d","username":"u","mapping":"plain"})",
            "/port"},
        SettingsCase{
            "Tls",
            R"({"engine":"mysql","host":"a","database":"d","username":"u","tls":"maybe","mapping":"plain"})",
            "/tls"},
        SettingsCase{"Mapping", R"({"engine":"sqlite","file":"/x","mapping":"joomla"})",
                     "/mapping"},
        SettingsCase{"EngineOfMapping", R"({"engine":"sqlite","file":"/x","mapping":"wordpress"})",
                     "/mapping"},
        SettingsCase{"Prefix",
                     R"({"engine":"sqlite","file":"/x","mapping":"plain","table_prefix":"a-b"})",
                     "/table_prefix"},
        SettingsCase{"NoCustom", R"({"engine":"sqlite","file":"/x","mapping":"custom"})",
                     "/custom"}),
    [](const auto& row) { return row.param.name; });

TEST(Settings, AskForTlsUnlessTheServerIsHere) {
    const auto tlsFor = [](const std::string& host) {
        return readSettings(R"({"engine":"mysql","host":")" + host +
                            R"(","database":"d","username":"u","mapping":"plain"})")
            .tls;
    };
    EXPECT_EQ(tlsFor("127.0.0.1"), Tls::kOff);
    EXPECT_EQ(tlsFor("localhost"), Tls::kOff);
    EXPECT_EQ(tlsFor("db.example.com"), Tls::kRequire);
}

}  // namespace
}  // namespace tenantry::sql
