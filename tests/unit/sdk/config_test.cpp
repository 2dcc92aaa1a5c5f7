// Configuration access: the right value, or a complaint that points at the field.
#include <gtest/gtest.h>

#include <tenantry/fake_host.hpp>

namespace {

TEST(SdkConfig, NamesTheFieldThatIsMissingWithAPointer) {
    const tny::Config config(R"({"tls":{"port":"x"}})");
    try {
        config.sub("tls").integer("port");
        FAIL();
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_CONFIG);
        EXPECT_EQ(e.pointer(), "/tls/port");
    }
    EXPECT_EQ(config.pointerTo("a/b~c"), "/a~1b~0c");
}

TEST(SdkConfig, OptionalValuesFallBackOnlyWhenAbsent) {
    const tny::Config config(R"({"a":1,"b":null})");
    EXPECT_EQ(config.str("none", "d"), "d");
    EXPECT_EQ(config.integer("b", 5), 5);
    EXPECT_THROW(config.str("a", "d"), tny::Error);
    EXPECT_THROW(config.boolean("a", true), tny::Error);
}

TEST(SdkConfig, SecretsAreResolvedThroughTheCall) {
    tny::FakeHost host;
    host.secrets["ref-1"] = "hunter2";
    const tny::Config config(R"({"password":{"$secret":"ref-1"},"lost":{"$secret":"gone"}})");
    host.run([&](tny_call* raw) {
        tny::Call call(host.table(), raw);
        EXPECT_EQ(config.secret(call, "password"), "hunter2");
        EXPECT_EQ(config.secret(call, "absent"), "");
        EXPECT_THROW(config.secret(call, "lost"), tny::Error);
        return TNY_OK;
    });
}

}  // namespace
