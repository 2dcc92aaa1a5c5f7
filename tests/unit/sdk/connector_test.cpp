// A connector class behind its C tables: requests arrive whole, exceptions stop at the seam.
#include <gtest/gtest.h>

#include <tenantry/fake_host.hpp>

namespace {

class Sample final : public tny::Connector {
  public:
    Sample(tny::Call&, std::string_view tenant, std::string_view json)
        : tenant_(tenant), config_(json), mood_(config_.str("mood", "calm")) {
        if (mood_ == "broken") config_.complain("mood", "another mood");
    }
    void check(tny::Call& c) override {
        c.reply("diagnostics", tny::Json::array().push("it answers"));
        if (mood_ == "down") throw tny::unavailable("It is away.").backend(81, "-1").detail("d");
        if (mood_ == "buggy") (void)std::string("x").at(7);
        if (mood_ == "odd") throw 42;
    }
    tny_status list(tny::Call& c, const tny::Read& q) override {
        if (q.kind != "user") throw tny::unsupported("Only users.");
        (void)c.emit(tny::user("1").set("tenant", tenant_).set("asked", q.asks("badge")));
        return TNY_OK;
    }
    void get(tny::Call&, std::string_view, std::string_view id) override {
        throw tny::notFound("No user " + std::string(id) + ".");
    }
    void schema(tny::Call& c) override {
        c.reply("actions", tny::Capabilities()
                               .cannot("user.suspend", "It keeps no disabled state.")
                               .emulates("user.unlock", "By clearing the counter.")
                               .json());
    }
    tny_status perform(tny::Call& c, const tny::Act& a) override {
        if (a.action != "user.edit") return Connector::perform(c, a);
        c.emit(tny::user(std::string(a.id)).set("name", a.args["name"]).set("dry", a.dryRun));
        c.throttle("api", 2);
        c.metric("edits", 1);
        c.log(tny::LogLevel::kInfo, "edited", tny::Json::object({{"id", a.id}}));
        return TNY_OK;
    }

  private:
    std::string tenant_;
    tny::Config config_;
    std::string mood_;
};

TEST(SdkConnector, ListSeesTenantAndAttributes) {
    tny::FakeHost host;
    auto c = host.open<Sample>("{}", "acme");
    tny::FakeRead read;
    read.attributes = "name,badge";
    const auto got = c.listAll(read);
    ASSERT_EQ(got.records.size(), 1u);
    EXPECT_EQ(got.records[0].body.str("tenant"), "acme");
    EXPECT_TRUE(got.records[0].body.boolean("asked", false));
}

TEST(SdkConnector, AThrownErrorReachesTheHostWhole) {
    tny::FakeHost host;
    const auto got = host.open<Sample>(R"({"mood":"down"})").check();
    EXPECT_EQ(got.status, TNY_E_UNAVAILABLE);
    EXPECT_EQ(got.error.message(), "It is away.");
    EXPECT_EQ(got.error.detail(), "d");
    EXPECT_EQ(got.error.backendStatus(), 81);
    EXPECT_EQ(got.error.backendCode(), "-1");
    EXPECT_TRUE(got.replies.count("diagnostics"));
}

TEST(SdkConnector, AForeignExceptionBecomesAnInternalFault) {
    tny::FakeHost host;
    const auto got = host.open<Sample>(R"({"mood":"buggy"})").check();
    EXPECT_EQ(got.status, TNY_E_INTERNAL);
    EXPECT_FALSE(got.error.detail().empty());
    EXPECT_EQ(host.open<Sample>(R"({"mood":"odd"})").check().status, TNY_E_INTERNAL);
}

TEST(SdkConnector, AWrongConfigurationNamesItsField) {
    tny::FakeHost host;
    try {
        host.open<Sample>(R"({"mood":"broken"})");
        FAIL();
    } catch (const tny::Error& e) {
        EXPECT_EQ(e.code(), TNY_E_CONFIG);
        EXPECT_EQ(e.pointer(), "/mood");
    }
    EXPECT_THROW(host.open<Sample>("{not json"), tny::Error);
}

TEST(SdkConnector, ActionsCarryArgumentsAndUseTheServices) {
    tny::FakeHost host;
    auto c = host.open<Sample>("{}");
    const auto got = c.perform("user.edit", "9", R"({"name":"Ada"})");
    ASSERT_TRUE(got.ok());
    EXPECT_EQ(got.records.at(0).body.str("name"), "Ada");
    EXPECT_EQ(host.throttled["api"], 2u);
    EXPECT_DOUBLE_EQ(host.metrics["edits"], 1);
    ASSERT_EQ(host.logs.size(), 1u);
    EXPECT_EQ(host.logs[0].fields, R"({"id":"9"})");
    EXPECT_EQ(c.perform("user.nothing", "9").status, TNY_E_UNSUPPORTED);
}

TEST(SdkConnector, AnInstanceSaysWhatItCannotDo) {
    tny::FakeHost host;
    const auto got = host.open<Sample>("{}").schema();
    const auto& actions = got.replies.at("actions");
    EXPECT_FALSE(actions["user.suspend"].boolean("supported", true));
    EXPECT_EQ(actions["user.suspend"].str("reason"), "It keeps no disabled state.");
    EXPECT_TRUE(actions["user.unlock"].boolean("emulated", false));
}

TEST(SdkConnector, NotFoundIsItsOwnStatus) {
    tny::FakeHost host;
    EXPECT_EQ(host.open<Sample>("{}").get("user", "1").status, TNY_E_NOT_FOUND);
}

}  // namespace
