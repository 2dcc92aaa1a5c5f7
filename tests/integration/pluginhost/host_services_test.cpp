// HTTP, memory, clock and limits as a connector meets them, in this process and in a worker: both
// must behave alike.
#include <gtest/gtest.h>

#include "kernel/base/json.h"
#include "kernel/pluginhost/http/cassette.h"
#include "tests/fakes/fake_clock.h"
#include "tests/integration/pluginhost/fixture.h"
#include "tests/support/background.h"
#include "tests/support/http_backend.h"

namespace tenantry::pluginhost {
namespace {

using base::ErrorCode;
using testing::HttpBackend;

constexpr const char* kToken = "s3cr3t-token-value";

class HostServices : public ::testing::TestWithParam<bool> {
  protected:
    static void SetUpTestSuite() {
        if (!HttpBackend::unavailable()) backend_ = new HttpBackend();
    }
    static void TearDownTestSuite() {
        delete backend_;
        backend_ = nullptr;
    }
    void SetUp() override {
        if (const auto why = HttpBackend::unavailable()) GTEST_SKIP() << *why;
        host_ = std::make_unique<PluginHost>(options());
    }
    static bool isolated() { return GetParam(); }
    static PluginHostOptions options() {
        PluginHostOptions out = hostOptions(isolated());
        out.inProcess.insert("test.web");
        if (isolated()) out.inProcess.clear();
        out.http.addresses.allowLoopback = true;
        return out;
    }
    std::shared_ptr<domain::Connector> open(PluginHost& host, const std::string& config = {}) {
        domain::OpenRequest request;
        request.connection = connection_;
        request.connector = "test.web";
        request.configJson = config.empty() ? R"({"token":{"$secret":"token"},"base_url":")" +
                                                  backend_->url() + "\"}"
                                            : config;
        request.secret = [](std::string_view ref) -> base::Result<base::SecretText> {
            if (ref != "token") return base::notFound("No such secret.");
            return base::SecretText(kToken);
        };
        auto opened = host.open(std::move(request), soon());
        if (!opened) throw std::runtime_error(opened.error().text());
        return *opened;
    }
    std::shared_ptr<domain::Connector> open() { return open(*host_); }
    static base::Result<domain::OwnedRecord> get(domain::Connector& connector,
                                                 const std::string& id,
                                                 std::chrono::milliseconds within = 20s) {
        return connector.get("user", id, soon(within));
    }
    static std::int64_t sizeOf(const domain::OwnedRecord& record) {
        return (*base::Json::parse(record.body))["size"].intOr(-1);
    }
    static std::string loginOf(const domain::OwnedRecord& record) {
        return (*base::Json::parse(record.body))["login"].stringOr("");
    }
    static base::Result<domain::ActReply> remember(domain::Connector& connector,
                                                   const std::string& args) {
        domain::ActRequest request;
        request.action = "x.test.remember";
        request.id = "m";
        request.argsJson = args;
        return connector.perform(request, soon());
    }

    static HttpBackend* backend_;
    base::ConnectionId connection_{base::newUuid()};
    std::unique_ptr<PluginHost> host_;
};
HttpBackend* HostServices::backend_ = nullptr;
INSTANTIATE_TEST_SUITE_P(Both, HostServices, ::testing::Values(false, true),
                         [](const auto& one) { return one.param ? "Isolated" : "InProcess"; });

#define EXPECT_CODE(result, wanted)                                                     \
    do {                                                                                \
        const auto& answered = (result);                                                \
        ASSERT_FALSE(answered);                                                         \
        EXPECT_EQ(answered.error().code, ErrorCode::wanted) << answered.error().text(); \
        EXPECT_EQ(answered.error().text().find(kToken), std::string::npos);             \
    } while (false)

TEST_P(HostServices, TheBackendGetsTheSecretAndTheConnectorDoesNot) {
    const auto connector = open();
    const auto seen = connector->check(soon());
    ASSERT_TRUE(seen) << seen.error().text();
    ASSERT_EQ(seen->size(), 1u);
    EXPECT_EQ(seen->at(0).message, "Bearer [secret]");
    EXPECT_EQ(backend_->requests().back(), std::string("GET /echo Bearer ") + kToken);
}

TEST_P(HostServices, AListingGoesPageByPage) {
    const auto connector = open(*host_, R"({"token":{"$secret":"token"},"total":95,"base_url":")" +
                                            backend_->url() + "\"}");
    Listed listed;
    const auto end = list(*connector, listed);
    ASSERT_TRUE(end) << end.error().text();
    EXPECT_EQ(*end, domain::ReadEnd::kComplete);
    EXPECT_EQ(listed.records.size(), 95u);
}

TEST_P(HostServices, StatusesBecomeWhatTheHostMustDo) {
    const auto connector = open();
    EXPECT_CODE(get(*connector, "status?code=401"), kUnauthenticated);
    EXPECT_CODE(get(*connector, "status?code=404"), kNotFound);
    EXPECT_CODE(get(*connector, "status?code=503"), kUnavailable);
    const auto limited = get(*connector, "status?code=429&h_Retry-After=3");
    EXPECT_CODE(limited, kTooMany);
    EXPECT_EQ(limited.error().retryAfter, 3000ms);
}

TEST_P(HostServices, ABigBodyStreamsWholeAndInBounds) {
    const auto connector = open();
    const auto streamed = get(*connector, "stream:big?bytes=30000000");
    ASSERT_TRUE(streamed) << streamed.error().text();
    EXPECT_EQ(sizeOf(*streamed), 30'000'000);
    const auto tooBig = get(*connector, "stream:big?bytes=70000000");
    EXPECT_CODE(tooBig, kInternal);
    EXPECT_NE(tooBig.error().message.find("67108864"), std::string::npos) << tooBig.error().text();
}

TEST_P(HostServices, WhatIsNotWantedEndsAtOnceEvenWhenTheAnswerStandsStill) {
    const auto connector = open();
    const auto began = std::chrono::steady_clock::now();
    const auto big = get(*connector, "stop:big?bytes=60000000");
    ASSERT_TRUE(big) << big.error().text();
    EXPECT_LT(sizeOf(*big), 1'000'000);
    const auto stalled = get(*connector, "stop:stalled");
    ASSERT_TRUE(stalled) << stalled.error().text();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
    ASSERT_TRUE(get(*connector, "twice:echo")) << "and the next call is none the worse";
}

TEST_P(HostServices, RecordsMayBeEmittedWhileAnAnswerComes) {
    const auto connector = open();
    const auto got = get(*connector, "emit:big?bytes=20000000");
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(sizeOf(*got), 20'000'000);
}

TEST_P(HostServices, NoOtherServiceIsGivenFromWithinAnAnswer) {
    const auto connector = open();
    const auto got = get(*connector, "nest:echo");
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_EQ(loginOf(*got), "http 52;kv 52;secret 52;throttle 52;");
}

TEST_P(HostServices, OnlyListedHostsAreAsked) {
    const auto connector = open();
    for (const char* url : {"url:http://evil.example/", "url:http://169.254.169.254/latest",
                            "url:http://127.0.0.1:1/", "url:ftp://127.0.0.1/"})
        EXPECT_CODE(get(*connector, url), kInvalidArgument);
    // It is listed, and does not exist.
    EXPECT_CODE(get(*connector, "url:http://x.listed.example/"), kUnavailable);
}

TEST_P(HostServices, LoopbackIsRefusedUnlessItIsAllowedAlsoByName) {
    PluginHostOptions strict = options();
    strict.http.addresses.allowLoopback = false;
    PluginHost host(strict);
    for (const auto& url : {backend_->url(), backend_->namedUrl()}) {
        const auto refused = get(*open(host, R"({"base_url":")" + url + "\"}"), "stream:echo");
        EXPECT_CODE(refused, kInvalidArgument);
        EXPECT_NE(refused.error().message.find("http-allow-loopback"), std::string::npos)
            << refused.error().text();
        EXPECT_TRUE(refused.error().needsPerson);
    }
}

TEST_P(HostServices, ARedirectToAForbiddenPlaceIsRefusedAndALoopEnds) {
    const auto connector = open();
    const auto meta = get(*connector, "redirect?to=http://169.254.169.254/latest/meta-data");
    EXPECT_CODE(meta, kInternal);
    EXPECT_NE(meta.error().message.find("169.254.169.254"), std::string::npos);
    EXPECT_CODE(get(*connector, "loop"), kInternal);
    ASSERT_TRUE(get(*connector, "redirect?to=/echo"));
}

/// A backend that sends everybody on to `to`; whatever else is asked goes to the real client.
class Front final : public http::Exchange {
  public:
    Front(std::string to, http::CurlOptions options) : to_(std::move(to)), curl_(options) {}
    http::Outcome send(const http::Request& request, http::Receiver& receiver,
                       const http::Waiting& waiting) override {
        if (request.url.find("front.example") == std::string::npos)
            return curl_.send(request, receiver, waiting);
        receiver.head({302, {{"location", to_}}});
        return std::nullopt;
    }

  private:
    const std::string to_;
    http::CurlExchange curl_;
};

TEST_P(HostServices, ARedirectToAListedNameOfAForbiddenAddressIsRefused) {
    // The configuration names both hosts; only its address tells that one is this machine.
    const auto config =
        R"({"base_url":"http://front.example","also":")" + backend_->namedUrl() + "\"}";
    for (const bool allowed : {false, true}) {
        auto fronted = options();
        fronted.http.addresses.allowLoopback = allowed;
        fronted.exchange = std::make_shared<Front>(backend_->namedUrl() + "/echo", fronted.http);
        PluginHost host(fronted);
        const auto got = get(*open(host, config), "stream:x");
        EXPECT_EQ(got.has_value(), allowed);
        if (!got) {
            EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument) << got.error().text();
        }
    }
}

TEST_P(HostServices, ALostReadMayBeRepeatedAndALostWriteIsUnknown) {
    const auto connector = open();
    for (const char* page : {"truncated", "dropped"}) {
        const auto read = get(*connector, page);
        EXPECT_CODE(read, kUnavailable);
        EXPECT_FALSE(read.error().outcomeUnknown);
        const auto write = act(*connector, "user.suspend", page);
        EXPECT_CODE(write, kUnavailable);
        EXPECT_TRUE(write.error().outcomeUnknown);
    }
    const auto failed = act(*connector, "user.suspend", "status?code=500");
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().outcomeUnknown);
}

TEST_P(HostServices, NothingWasSentMeansNothingHappened) {
    const auto connector = open(*host_, R"({"base_url":"http://127.0.0.1:)" +
                                            std::to_string(testing::freeLoopbackPort()) + "\"}");
    const auto write = act(*connector, "user.suspend", "echo");
    EXPECT_CODE(write, kUnavailable);
    EXPECT_FALSE(write.error().outcomeUnknown);
}

TEST_P(HostServices, ASilentBackendEndsAtTheDeadline) {
    const auto connector = open();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_CODE(get(*connector, "stream:silent", 500ms), kDeadline);
    const auto write = act(*connector, "user.suspend", "silent", soon(500ms));
    ASSERT_FALSE(write);
    EXPECT_TRUE(write.error().outcomeUnknown);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
}

TEST_P(HostServices, APauseTheBackendAskedForHoldsTheBucketAlsoForAnotherOpening) {
    const auto one = open();
    const auto other = open();
    ASSERT_FALSE(get(*one, "twice:status?code=429&h_Retry-After=60", 5s));
    const auto paused = get(*other, "twice:echo", 2s);
    EXPECT_CODE(paused, kTooMany);
    EXPECT_GT(paused.error().retryAfter, 50s) << paused.error().text();
    ASSERT_TRUE(get(*other, "echo")) << "what names another bucket, or none, goes on";
}

TEST_P(HostServices, TwoOpeningsOfAConnectionShareTheirTurns) {
    const auto one = open();
    const auto other = open();
    const auto began = std::chrono::steady_clock::now();
    testing::Background beside([&] { return get(*other, "twice:echo"); });
    ASSERT_TRUE(get(*one, "twice:echo"));
    ASSERT_TRUE(beside.get());
    // A burst of one, then one each 200 ms: four turns take at least 600.
    EXPECT_GE(std::chrono::steady_clock::now() - began, 590ms);
}

TEST_P(HostServices, AnotherConnectionHasTurnsOfItsOwn) {
    const auto one = open();
    ASSERT_FALSE(get(*one, "twice:status?code=429&h_Retry-After=60", 5s));
    connection_ = base::ConnectionId(base::newUuid());
    EXPECT_TRUE(get(*open(), "twice:echo"));
}

TEST_P(HostServices, TheMemoryIsKeptWithinItsBoundAndTheClockIsTheHosts) {
    auto timed = options();
    const auto clock = std::make_shared<testing::FakeClock>(base::fromMillis(1'234'567'890'123));
    timed.clock = clock;
    PluginHost host(timed);
    const auto connector = open(host);
    const auto put = remember(*connector, R"({"key":"k","put":"höld"})");
    ASSERT_TRUE(put) << put.error().text();
    EXPECT_EQ(loginOf(put->records.at(0)), "höld");
    EXPECT_EQ((*base::Json::parse(put->records.at(0).body))["now"].intOr(0), 1'234'567'890'123);
    EXPECT_EQ(loginOf(remember(*connector, R"({"key":"other"})")->records.at(0)), "(none)");
    EXPECT_EQ(loginOf(remember(*connector, R"({"key":"k","remove":true})")->records.at(0)),
              "(none)");
    const auto most = remember(*connector, R"({"key":"k","size":1048575})");
    ASSERT_TRUE(most) << most.error().text();
    EXPECT_EQ(sizeOf(most->records.at(0)), 1'048'575);
    EXPECT_FALSE(remember(*connector, R"({"key":"k2","size":1048576})"));
    EXPECT_FALSE(remember(*connector, R"({"key":"k","size":9000000})"));
    EXPECT_FALSE(remember(*connector, R"({"key":"","put":"x"})"));
    EXPECT_EQ(sizeOf(remember(*connector, R"({"key":"k"})")->records.at(0)), 1'048'575);
}

TEST_P(HostServices, WhatWasRecordedIsPlayedWithoutTheBackend) {
    const testing::TempFolder folder;
    const std::string path = (folder.path() / "cassette.json").string();
    http::CurlOptions curl;
    curl.addresses.allowLoopback = true;
    const auto recorder =
        std::make_shared<http::Recorder>(std::make_shared<http::CurlExchange>(curl), path);
    auto recording = options();
    recording.exchange = recorder;
    {
        PluginHost host(recording);
        Listed listed;
        ASSERT_TRUE(list(*open(host), listed));
        ASSERT_TRUE(get(*open(host), "echo"));
    }
    ASSERT_TRUE(recorder->save());
    auto cassette = http::Cassette::load(path);
    ASSERT_TRUE(cassette) << cassette.error().text();
    EXPECT_EQ(cassette->json().find(kToken), std::string::npos);

    const auto before = backend_->requests().size();
    const auto replayer = std::make_shared<http::Replayer>(*cassette);
    auto playing = options();
    playing.exchange = replayer;
    PluginHost host(playing);
    Listed listed;
    ASSERT_TRUE(list(*open(host), listed));
    EXPECT_EQ(listed.records.size(), 25u);
    ASSERT_TRUE(get(*open(host), "echo"));
    EXPECT_TRUE(replayer->unplayed().empty());
    const auto missing = get(*open(host), "echo");
    EXPECT_CODE(missing, kUnavailable);
    EXPECT_NE(missing.error().message.find("no further answer"), std::string::npos);
    EXPECT_EQ(backend_->requests().size(), before);
}

TEST_P(HostServices, AWorkerThatDiesInTheMiddleOfAnAnswerIsNoticedAtOnce) {
    if (!isolated()) GTEST_SKIP() << "in this process a connector's death is ours";
    const auto connector = open();
    const auto began = std::chrono::steady_clock::now();
    const auto dead = get(*connector, "die:stalled");
    EXPECT_CODE(dead, kUnavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
    EXPECT_TRUE(get(*connector, "echo")) << "and the next worker serves";
}

}  // namespace
}  // namespace tenantry::pluginhost
