// What a connector's request becomes: secrets, redirects, repeats, bounds. The network is a
// function that plays it.
#include "kernel/pluginhost/http/client.h"

#include <gtest/gtest.h>

#include <deque>

#include "kernel/pluginhost/http/limits.h"
#include "kernel/pluginhost/http/scrubber.h"
#include "tests/fakes/fake_clock.h"

namespace tenantry::pluginhost::http {
namespace {

using namespace std::chrono_literals;

struct Reply {
    Head head;
    std::vector<std::string> pieces = {};
    Outcome failure = std::nullopt;
};

class Played final : public Exchange {
  public:
    std::deque<Reply> replies;
    std::vector<Request> requests;
    Outcome send(const Request& request, Receiver& receiver, const Waiting&) override {
        requests.push_back(request);
        if (replies.empty()) return Failure{Failed::kConnect, false, "Nothing to play.", ""};
        const Reply reply = replies.front();
        replies.pop_front();
        const Failure stopped{Failed::kStopped, true, "", ""};
        if (reply.head.status != 0) {
            if (!receiver.head(reply.head)) return stopped;
            for (const auto& piece : reply.pieces)
                if (!receiver.data(piece)) return stopped;
        }
        return reply.failure;
    }
};

struct Got final : Receiver {
    Head answer;
    std::string body;
    bool head(const Head& h) override {
        answer = h;
        return true;
    }
    bool data(std::string_view chunk) override {
        body += chunk;
        return true;
    }
};

class ClientTest : public ::testing::Test {
  protected:
    Outcome send(Asked asked) {
        const Client client(
            played,
            EgressList::of(R"({"u":"https://a.example","v":"https://b.example"})", "{}", {}),
            [this](std::string_view ref) -> base::Result<base::SecretText> {
                ++secretsAsked;
                if (ref == "token") return base::SecretText("s3cr3t-token");
                if (ref == "broken") return base::SecretText("line\nbreak");
                return base::notFound("none");
            },
            clock);
        return client.send(asked, got, {signal}, rate);
    }
    static Asked get(std::string_view url) {
        Asked asked;
        asked.method = "GET";
        asked.url = url;
        return asked;
    }
    const std::string& header(std::size_t request, std::string_view name) {
        static const std::string none = "(none)";
        const auto* value = find(played->requests.at(request).headers, name);
        return value == nullptr ? none : *value;
    }

    std::shared_ptr<Played> played = std::make_shared<Played>();
    testing::FakeClock clock;
    CancelSignal signal{std::chrono::steady_clock::now() + 10s};
    Got got;
    Rate rate;
    int secretsAsked = 0;
};

TEST_F(ClientTest, PutsTheSecretIntoTheHeaderAndStrikesItOutOfTheAnswer) {
    played->replies = {
        {{200, {{"X-Echo", "Bearer s3cr3t-token"}}}, {"you sent s3cr3", "t-token and s3c", "ret"}}};
    Asked asked = get("https://a.example/");
    asked.authRef = "token";
    EXPECT_FALSE(send(asked));
    EXPECT_EQ(header(0, "Authorization"), "Bearer s3cr3t-token");
    EXPECT_EQ(got.body, "you sent [secret] and s3cret");
    EXPECT_EQ(*find(got.answer.headers, "x-echo"), "Bearer [secret]");
}

TEST_F(ClientTest, ASecretMayStandInAnyHeaderAndAsBasic) {
    played->replies = {{{200, {}}, {"czM"}}};
    Asked asked = get("https://a.example/");
    asked.headers =
        "X-Api-Key: key {{secret:token}}!\nAuthorization: Basic {{basic:token:ada}}\nX: {{y}}\n";
    EXPECT_FALSE(send(asked));
    EXPECT_EQ(header(0, "X-Api-Key"), "key s3cr3t-token!");
    EXPECT_EQ(header(0, "Authorization"), "Basic YWRhOnMzY3IzdC10b2tlbg==");
    EXPECT_EQ(header(0, "X"), "{{y}}");
}

TEST_F(ClientTest, NoSecretIsOpenedForAPlaceItMayNotGoTo) {
    Asked asked = get("https://evil.example/");
    asked.authRef = "token";
    const auto out = send(asked);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->what, Failed::kRefused);
    EXPECT_EQ(secretsAsked, 0);
    EXPECT_TRUE(played->requests.empty());
}

TEST_F(ClientTest, AnUnknownSecretIsRefusedAndOneThatBreaksTheLineIsInvalid) {
    Asked asked = get("https://a.example/");
    asked.authRef = "other";
    EXPECT_EQ(send(asked)->what, Failed::kRefused);
    asked.authRef = "broken";
    const auto out = send(asked);
    EXPECT_EQ(out->what, Failed::kInvalid);
    EXPECT_EQ(out->message.find("line"), std::string::npos);
}

TEST_F(ClientTest, HeadersOfTheHostAndBrokenOnesAreRefused) {
    for (const char* bad : {"Host: x\n", "Content-Length: 3\n", "transfer-encoding: chunked\n",
                            "no colon\n", "X: a\rb\n", ": x\n", "X y: z\n"}) {
        Asked asked = get("https://a.example/");
        asked.headers = bad;
        EXPECT_EQ(send(asked)->what, Failed::kInvalid) << bad;
    }
    EXPECT_TRUE(played->requests.empty());
}

TEST_F(ClientTest, FollowsARedirectAndKeepsTheSecretAtTheSameHostOnly) {
    played->replies = {{{302, {{"location", "/two"}}}, {"moved"}},
                       {{307, {{"Location", "https://b.example/three"}}}, {}},
                       {{200, {}}, {"here"}}};
    Asked asked = get("https://a.example/one");
    asked.authRef = "token";
    asked.headers = "Accept: application/json\nCookie: a=b\nX-Key: {{secret:token}}\n";
    EXPECT_FALSE(send(asked));
    ASSERT_EQ(played->requests.size(), 3u);
    EXPECT_EQ(played->requests[1].url, "https://a.example/two");
    EXPECT_EQ(header(1, "Authorization"), "Bearer s3cr3t-token");
    EXPECT_EQ(played->requests[2].url, "https://b.example/three");
    EXPECT_EQ(header(2, "Authorization"), "(none)");
    EXPECT_EQ(header(2, "X-Key"), "(none)");
    EXPECT_EQ(header(2, "Cookie"), "(none)");
    EXPECT_EQ(header(2, "Accept"), "application/json");
    EXPECT_EQ(got.body, "here");
}

TEST_F(ClientTest, ARedirectToPlainHttpLosesTheSecret) {
    played->replies = {{{302, {{"location", "http://a.example/"}}}, {}}, {{200, {}}, {}}};
    Asked asked = get("https://a.example/one");
    asked.authRef = "token";
    EXPECT_FALSE(send(asked));
    EXPECT_EQ(header(1, "Authorization"), "(none)");
}

TEST_F(ClientTest, ARedirectToAHostThatIsNotListedIsRefused) {
    played->replies = {{{302, {{"location", "https://evil.example/x"}}}, {}}};
    const auto out = send(get("https://a.example/"));
    ASSERT_TRUE(out);
    EXPECT_EQ(out->what, Failed::kRedirects);
    EXPECT_NE(out->message.find("evil.example"), std::string::npos);
    EXPECT_EQ(played->requests.size(), 1u);
}

TEST_F(ClientTest, ALoopOfRedirectsEnds) {
    for (int i = 0; i < 20; ++i) played->replies.push_back({{302, {{"location", "/again"}}}, {}});
    const auto out = send(get("https://a.example/"));
    ASSERT_TRUE(out);
    EXPECT_EQ(out->what, Failed::kRedirects);
    EXPECT_EQ(played->requests.size(), 6u);
}

TEST_F(ClientTest, AWriteIsNotRedirected) {
    played->replies = {{{307, {{"location", "/two"}}}, {}}};
    Asked asked = get("https://a.example/");
    asked.method = "POST";
    EXPECT_FALSE(send(asked));
    EXPECT_EQ(got.answer.status, 307);
    EXPECT_EQ(played->requests.size(), 1u);
}

TEST_F(ClientTest, AsksAgainOnlyWhereNoConnectionCameAbout) {
    const Failure refused{Failed::kConnect, false, "down", ""};
    played->replies = {{{0, {}}, {}, refused}, {{200, {}}, {"up"}}};
    EXPECT_FALSE(send(get("https://a.example/")));
    EXPECT_EQ(got.body, "up");
    const Failure lost{Failed::kLost, true, "gone", ""};
    played->replies = {{{0, {}}, {}, lost}, {{200, {}}, {}}};
    EXPECT_EQ(send(get("https://a.example/"))->what, Failed::kLost);
    EXPECT_EQ(played->replies.size(), 1u);
}

TEST_F(ClientTest, TellsAboutRatesAndBelievesNoHeaderOfTheBackendThatLooksLikeOurs) {
    played->replies = {{{429, {{"Retry-After", "7"}, {"Tny-Retry-After-Ms", "1"}}}, {}}};
    EXPECT_FALSE(send(get("https://a.example/")));
    EXPECT_EQ(*find(got.answer.headers, "tny-retry-after-ms"), "7000");
    EXPECT_EQ(*find(got.answer.headers, "retry-after"), "7");
    EXPECT_EQ(rate.retryAfter, 7000ms);
}

TEST_F(ClientTest, ABodyBeyondTheBoundEndsTheRequest) {
    Reply reply{{200, {}}, {}};
    for (int i = 0; i < 70; ++i) reply.pieces.emplace_back(1024 * 1024, 'x');
    played->replies = {reply};
    const auto out = send(get("https://a.example/"));
    ASSERT_TRUE(out);
    EXPECT_EQ(out->what, Failed::kTooLarge);
    EXPECT_EQ(got.body.size(), kResponseBytesMax);
    Asked asked = get("https://a.example/");
    const std::string body(kRequestBytesMax + 1, 'x');
    asked.method = "POST";
    asked.body = body;
    EXPECT_EQ(send(asked)->what, Failed::kInvalid);
}

TEST(Scrubber, HoldsBackWhatMayBeTheBeginningOfASecret) {
    Scrubber scrubber(
        {base::SecretText("abcabd"), base::SecretText("xyz"), base::SecretText("quo\"te")});
    EXPECT_EQ(scrubber.feed("1abcab"), "1");
    EXPECT_EQ(scrubber.feed("cabd2"), "abc[secret]2");
    EXPECT_EQ(scrubber.feed("xyz"), "xyz") << "too short to be struck";
    EXPECT_EQ(scrubber.feed(R"({"a":"quo\"te"})"), R"({"a":"[secret]"})");
    EXPECT_EQ(scrubber.feed("ab"), "");
    EXPECT_EQ(scrubber.finish(), "ab");
}

}  // namespace
}  // namespace tenantry::pluginhost::http
