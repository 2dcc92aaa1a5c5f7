// The real client against a real server: what is kept, who is trusted, and every way in which an
// answer fails to come.
#include <gtest/gtest.h>

#include <thread>

#include "kernel/base/json.h"
#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/http/limits.h"
#include "tests/support/http_backend.h"

namespace tenantry::pluginhost::http {
namespace {

using namespace std::chrono_literals;
using testing::HttpBackend;

struct Got final : Receiver {
    Head answer;
    std::string body;
    std::size_t stopAfter = 0;
    std::function<void()> onHead = [] {};
    bool head(const Head& h) override {
        answer = h;
        onHead();
        return true;
    }
    bool data(std::string_view chunk) override {
        body += chunk;
        return stopAfter == 0 || body.size() < stopAfter;
    }
};

CurlOptions local() {
    CurlOptions options;
    options.addresses.allowLoopback = true;
    return options;
}

class CurlTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (HttpBackend::unavailable()) return;
        plain_ = new HttpBackend();
        tls_ = new HttpBackend(/*tls=*/true);
    }
    static void TearDownTestSuite() {
        delete plain_;
        delete tls_;
        plain_ = tls_ = nullptr;
    }
    void SetUp() override {
        if (const auto why = HttpBackend::unavailable()) GTEST_SKIP() << *why;
    }
    Outcome send(Exchange& exchange, const std::string& url, const std::string& method = "GET",
                 std::chrono::milliseconds within = 10s) {
        CancelSignal signal(std::chrono::steady_clock::now() + within);
        Request request;
        request.method = method;
        request.url = url;
        request.body = method == "POST" ? "body" : "";
        got.answer = {};
        got.body.clear();
        began_ = std::chrono::steady_clock::now();
        return exchange.send(request, got, {signal});
    }
    [[nodiscard]] auto took() const { return std::chrono::steady_clock::now() - began_; }

    static HttpBackend* plain_;
    static HttpBackend* tls_;
    Got got;
    std::chrono::steady_clock::time_point began_;
};
HttpBackend* CurlTest::plain_ = nullptr;
HttpBackend* CurlTest::tls_ = nullptr;

#define EXPECT_FAILED(outcome, kind, wasSent)                     \
    do {                                                          \
        const Outcome failed = (outcome);                         \
        ASSERT_TRUE(failed);                                      \
        EXPECT_EQ(failed->what, Failed::kind) << failed->message; \
        EXPECT_EQ(failed->sent, wasSent) << failed->message;      \
        EXPECT_FALSE(failed->message.empty());                    \
    } while (false)

TEST_F(CurlTest, SendsWhatItIsGivenAndNothingOfItsOwn) {
    CurlExchange curl(local());
    CancelSignal signal(std::chrono::steady_clock::now() + 10s);
    Request request;
    request.method = "PATCH";
    request.url = plain_->url() + "/echo?x=1";
    request.body = "{}";
    request.headers = {{"X-One", "1"}, {"X-Empty", ""}};
    ASSERT_FALSE(curl.send(request, got, {signal}));
    EXPECT_EQ(got.answer.status, 200);
    const auto seen = base::Json::parse(got.body);
    ASSERT_TRUE(seen);
    EXPECT_EQ((*seen)["method"].stringOr(""), "PATCH");
    EXPECT_EQ((*seen)["body"].stringOr(""), "{}");
    const auto headers = (*seen)["headers"];
    EXPECT_EQ(headers["x-one"].stringOr(""), "1");
    EXPECT_EQ(headers["x-empty"].stringOr("-"), "");
    EXPECT_EQ(headers["user-agent"].stringOr(""), "Tenantry");
    EXPECT_TRUE(headers["content-type"].missing());
    EXPECT_TRUE(headers["expect"].missing());
}

TEST_F(CurlTest, KeepsAConnectionForReadsAndOpensAFreshOneForWrites) {
    CurlExchange curl(local());
    std::vector<std::string> connections;
    for (const char* method : {"GET", "GET", "POST", "DELETE"}) {
        ASSERT_FALSE(send(curl, plain_->url() + "/connection", method));
        connections.push_back(got.body);
    }
    EXPECT_EQ(connections[0], connections[1]);
    EXPECT_NE(connections[1], connections[2]);
    EXPECT_NE(connections[2], connections[3]);
}

TEST_F(CurlTest, AnAddressIsJudgedAfterTheNameWasResolved) {
    CurlExchange curl({});
    EXPECT_FAILED(send(curl, plain_->namedUrl() + "/echo"), kRefused, false);
    EXPECT_FAILED(send(curl, plain_->url() + "/echo"), kRefused, false);
    EXPECT_FAILED(send(curl, "http://169.254.169.254/latest/meta-data"), kRefused, false);
    EXPECT_FAILED(send(curl, "http://2852039166/"), kRefused, false);
    EXPECT_FAILED(send(curl, "http://[::ffff:169.254.169.254]/"), kRefused, false);
    EXPECT_FAILED(send(curl, "http://0.0.0.0:" + std::to_string(plain_->port()) + "/"), kRefused,
                  false);
}

TEST_F(CurlTest, NobodyThereIsNoConnectionAndNothingWasSent) {
    CurlExchange curl(local());
    const std::string nobody =
        "http://127.0.0.1:" + std::to_string(testing::freeLoopbackPort()) + "/";
    EXPECT_FAILED(send(curl, nobody, "POST"), kConnect, false);
    EXPECT_FAILED(send(curl, "http://no-such-host.invalid/"), kConnect, false);
    EXPECT_FAILED(send(curl, "ftp://127.0.0.1/"), kInvalid, false);
}

TEST_F(CurlTest, TrustsTheAuthorityItIsGivenAndNoOther) {
    CurlExchange stranger(local());
    EXPECT_FAILED(send(stranger, tls_->namedUrl() + "/echo"), kTls, false);
    CurlOptions options = local();
    options.caFile = tls_->caFile();
    CurlExchange friendly(options);
    EXPECT_FALSE(send(friendly, tls_->namedUrl() + "/echo"));
    EXPECT_FALSE(send(friendly, tls_->url() + "/echo"));
    EXPECT_EQ(got.answer.status, 200);
    // Plain HTTP where TLS is spoken, and the other way round.
    EXPECT_TRUE(send(friendly, "http://127.0.0.1:" + std::to_string(tls_->port()) + "/echo"));
    EXPECT_TRUE(send(friendly, "https://127.0.0.1:" + std::to_string(plain_->port()) + "/echo"));
}

TEST_F(CurlTest, TheProxyIsAskedAndNotTheHost) {
    HttpBackend proxy;
    CurlOptions options;  // without loopback: the proxy itself is the operator's choice
    options.proxies = *ProxyRules::parse("*.direct.example=direct, *=" + proxy.url());
    CurlExchange curl(options);
    ASSERT_FALSE(send(curl, "http://backend.example/users"));
    EXPECT_EQ(got.body, "\"by proxy\"");
    EXPECT_EQ(proxy.requests().back(), "GET http://backend.example/users -");
    EXPECT_FAILED(send(curl, "http://x.direct.example/"), kConnect, false);
    // An address that is written out is judged all the same.
    EXPECT_FAILED(send(curl, "http://169.254.169.254/"), kRefused, false);
}

TEST_F(CurlTest, TlsGoesThroughTheProxyToTheHostItself) {
    HttpBackend proxy;
    CurlOptions options = local();
    options.caFile = tls_->caFile();
    options.proxies = *ProxyRules::parse(proxy.url());
    CurlExchange curl(options);
    ASSERT_FALSE(send(curl, tls_->namedUrl() + "/echo"));
    EXPECT_EQ(proxy.requests().back(), "CONNECT localhost:" + std::to_string(tls_->port()) + " -");
    // A tunnel that is not built was no request.
    EXPECT_FAILED(
        send(curl, "https://127.0.0.1:" + std::to_string(testing::freeLoopbackPort()) + "/",
             "POST"),
        kConnect, false);
}

TEST_F(CurlTest, ASilentServerEndsAtTheDeadline) {
    CurlExchange curl(local());
    EXPECT_FAILED(send(curl, plain_->url() + "/silent", "POST", 300ms), kTimeout, true);
    EXPECT_LT(took(), 1s);
    EXPECT_FAILED(send(curl, plain_->url() + "/slow", "GET", 500ms), kTimeout, true);
    EXPECT_LT(took(), 1s);
    EXPECT_FALSE(got.body.empty());
}

TEST_F(CurlTest, ACancelledCallEndsWithinASecond) {
    CurlExchange curl(local());
    for (const char* page : {"/silent", "/stalled"}) {
        CancelSignal signal(std::chrono::steady_clock::now() + 30s);
        std::jthread canceller([&] {
            std::this_thread::sleep_for(200ms);
            signal.cancel();
        });
        Request request;
        request.url = plain_->url() + page;
        const auto began = std::chrono::steady_clock::now();
        EXPECT_FAILED(curl.send(request, got, {signal}), kCancelled, true);
        EXPECT_LT(std::chrono::steady_clock::now() - began, 1200ms);
    }
}

TEST_F(CurlTest, ACallThatNobodyWaitsForEndsWithinASecond) {
    CurlExchange curl(local());
    CancelSignal signal(std::chrono::steady_clock::now() + 30s);
    Request request;
    request.url = plain_->url() + "/silent";
    const auto began = std::chrono::steady_clock::now();
    const auto gone = [&] { return std::chrono::steady_clock::now() > began + 300ms; };
    EXPECT_FAILED(curl.send(request, got, {signal, gone}), kCancelled, true);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1300ms);
}

TEST_F(CurlTest, ABrokenAnswerIsLostAndWasSent) {
    CurlExchange curl(local());
    for (const char* page : {"/truncated", "/dropped", "/nonsense"})
        EXPECT_FAILED(send(curl, plain_->url() + page, "POST"), kLost, true);
}

TEST_F(CurlTest, ALostWriteIsNotSentAgain) {
    CurlExchange curl(local());
    ASSERT_FALSE(send(curl, plain_->url() + "/echo"));  // a connection that could be kept
    const auto before = plain_->requests().size();
    EXPECT_FAILED(send(curl, plain_->url() + "/dropped", "POST"), kLost, true);
    EXPECT_EQ(plain_->requests().size(), before + 1);
}

TEST_F(CurlTest, AHeadBeyondItsBoundIsRefused) {
    CurlExchange curl(local());
    EXPECT_FALSE(send(curl, plain_->url() + "/head?bytes=" + std::to_string(32 * 1024)));
    EXPECT_FAILED(send(curl, plain_->url() + "/head?bytes=" + std::to_string(2 * kHeadBytesMax)),
                  kTooLarge, true);
}

TEST_F(CurlTest, TheReceiverMayStop) {
    CurlExchange curl(local());
    got.stopAfter = 100'000;
    EXPECT_FAILED(send(curl, plain_->url() + "/big?bytes=50000000"), kStopped, true);
    EXPECT_LT(got.body.size(), 200'000u);
}

TEST_F(CurlTest, ABigBodyComesInPieces) {
    CurlExchange curl(local());
    ASSERT_FALSE(send(curl, plain_->url() + "/big?bytes=20000000"));
    EXPECT_EQ(got.body.size(), 20'000'000u);
}

TEST_F(CurlTest, WhoFindsNoPlaceWaitsForOneAndNotBeyondTheDeadline) {
    CurlOptions options = local();
    options.lanesMax = 1;
    CurlExchange curl(options);
    std::jthread first([&] {
        CancelSignal signal(std::chrono::steady_clock::now() + 1500ms);
        Request request;
        request.url = plain_->url() + "/silent";
        Got other;
        EXPECT_TRUE(curl.send(request, other, {signal}));
    });
    std::this_thread::sleep_for(200ms);
    EXPECT_FAILED(send(curl, plain_->url() + "/echo", "GET", 300ms), kTimeout, false);
    EXPECT_FALSE(send(curl, plain_->url() + "/echo"));
}

TEST_F(CurlTest, ManyAtOnceShareTheLanes) {
    CurlOptions options = local();
    options.lanesMax = 4;
    CurlExchange curl(options);
    std::atomic<int> good{0};
    {
        std::vector<std::jthread> askers;
        for (int i = 0; i < 16; ++i)
            askers.emplace_back([&] {
                for (int n = 0; n < 5; ++n) {
                    CancelSignal signal(std::chrono::steady_clock::now() + 20s);
                    Request request;
                    request.url = plain_->url() + "/users";
                    Got one;
                    if (!curl.send(request, one, {signal}) && one.answer.status == 200) ++good;
                }
            });
    }
    EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace tenantry::pluginhost::http
