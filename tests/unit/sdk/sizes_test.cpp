// Goal: a connector built today runs on hosts of an earlier and of a later header. Method: the
// host's table and the requests cut short or lengthened, each alone in memory of exactly that size,
// so that a sanitizer sees a read beyond it.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <tenantry/fake_host.hpp>
#include <tenantry/http.hpp>
#include <tenantry/kv.hpp>

namespace {

/// The first `bytes` of a struct and nothing behind them.
template <class Struct>
class Cut {
  public:
    Cut(const Struct& whole, std::size_t bytes) : memory_(std::make_unique<char[]>(bytes)) {
        std::memset(memory_.get(), 0x5a, bytes);
        std::memcpy(memory_.get(), &whole, std::min(bytes, sizeof whole));
        const auto size = static_cast<std::uint32_t>(bytes);
        std::memcpy(memory_.get(), &size, sizeof size);
    }
    const Struct* get() const { return reinterpret_cast<const Struct*>(memory_.get()); }

  private:
    std::unique_ptr<char[]> memory_;
};

/// Tells what it was asked for.
class Echo final : public tny::Connector {
  public:
    Echo(tny::Call&, std::string_view, std::string_view) {}
    void check(tny::Call& c) override { c.reply("diagnostics", tny::Json::array().push("here")); }
    tny_status list(tny::Call& c, const tny::Read& q) override {
        EXPECT_TRUE(c.emit(std::vector<tny::Record>{tny::user("1").set("cursor", q.cursor)}));
        EXPECT_TRUE(c.checkpoint(std::to_string(q.budgetRecords)));
        return TNY_MORE;
    }
    void get(tny::Call& c, std::string_view kind, std::string_view) override {
        if (kind == "limiter") c.throttle("api");
        if (kind == "http") tny::http(c).get("https://acme.example/").send();
        if (kind == "memory") tny::Kv(c).put("a", "b");
        if (kind == "time") c.reply("time", tny::nowMs(c));
    }
    tny_status perform(tny::Call& c, const tny::Act& a) override {
        c.emit(tny::user("1").set("key", a.key).set("actor", a.actor));
        return TNY_OK;
    }
};

tny::FakeConnection open(tny::FakeHost& host, const tny_host* table) {
    return host.open(tny::Plugin<Echo>::enter(table, "{}"), "{}");
}
const tny_read* readOf(const tny_host* table) {
    return static_cast<const tny_read*>(
        tny::Plugin<Echo>::enter(table, "{}")->get_interface(tny::str("tny.read/1")));
}

TEST(AHostOfAnEarlierHeader, DoesWithoutWhatItHasNot) {
    tny::FakeHost host;
    const Cut<tny_host> shorter(*host.table(), offsetof(tny_host, throttle));
    ASSERT_LT(shorter.get()->size, sizeof(tny_host));
    auto echo = open(host, shorter.get());
    EXPECT_EQ(echo.check().status, TNY_OK);
    EXPECT_EQ(echo.list().records.size(), 1U);
    for (const char* kind : {"limiter", "http", "memory", "time"})
        EXPECT_EQ(echo.get(kind, "1").status, TNY_E_UNSUPPORTED) << kind;
}

TEST(AHostOfALaterHeader, IsUsedAsFarAsItIsKnown) {
    tny::FakeHost host;
    const Cut<tny_host> longer(*host.table(), sizeof(tny_host) + 64);
    auto echo = open(host, longer.get());
    EXPECT_EQ(echo.check().status, TNY_OK);
    EXPECT_EQ(echo.get("memory", "1").status, TNY_OK);
    EXPECT_EQ(host.kv.at("a"), "b");
}

class RequestSizes : public ::testing::TestWithParam<std::size_t> {};

TEST_P(RequestSizes, AReadIsReadAsFarAsItGoes) {
    tny::FakeHost host;
    auto echo = open(host, host.table());
    tny_read_req whole{};
    whole.kind = tny::str("user");
    whole.cursor = tny::str("here");
    whole.budget_records = 7;
    const Cut<tny_read_req> req(whole, GetParam());
    tny_instance* instance = nullptr;
    const auto* plugin = tny::Plugin<Echo>::enter(host.table(), "{}");
    host.run([&](tny_call* c) { return plugin->open(c, {}, tny::str("{}"), &instance); });
    const auto listed =
        host.run([&](tny_call* c) { return readOf(host.table())->list(instance, c, req.get()); });
    plugin->close(instance);
    ASSERT_EQ(listed.status, TNY_MORE) << listed.error.message();
    const bool cursor = GetParam() >= offsetof(tny_read_req, filter_json);
    const bool budget = GetParam() >= offsetof(tny_read_req, budget_ms);
    EXPECT_EQ(listed.records.at(0).body.str("cursor"), cursor ? "here" : "");
    EXPECT_EQ(listed.checkpoints.at(0), budget ? "7" : "2000");
}

INSTANTIATE_TEST_SUITE_P(FromTheFirstFieldsToMoreThanAll, RequestSizes,
                         ::testing::Values(offsetof(tny_read_req, cursor),
                                           offsetof(tny_read_req, filter_json),
                                           offsetof(tny_read_req, budget_records),
                                           offsetof(tny_read_req, budget_ms), sizeof(tny_read_req),
                                           sizeof(tny_read_req) + 48));

TEST(AnActionOfAnEarlierHeader, IsReadAsFarAsItGoes) {
    tny::FakeHost host;
    const auto* plugin = tny::Plugin<Echo>::enter(host.table(), "{}");
    const auto* act = static_cast<const tny_act*>(plugin->get_interface(tny::str("tny.act/1")));
    tny_act_req whole{};
    whole.action = tny::str("user.suspend");
    whole.idempotency_key = tny::str("key");
    whole.actor_json = tny::str("me");
    const Cut<tny_act_req> req(whole, offsetof(tny_act_req, actor_json));
    tny_instance* instance = nullptr;
    host.run([&](tny_call* c) { return plugin->open(c, {}, tny::str("{}"), &instance); });
    const auto done = host.run([&](tny_call* c) { return act->perform(instance, c, req.get()); });
    plugin->close(instance);
    ASSERT_EQ(done.status, TNY_OK) << done.error.message();
    EXPECT_EQ(done.records.at(0).body.str("key"), "key");
    EXPECT_EQ(done.records.at(0).body.str("actor"), "");
}

}  // namespace
