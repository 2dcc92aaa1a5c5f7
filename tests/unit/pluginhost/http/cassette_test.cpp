// What is recorded can be played, holds no secret, and says what it lacks.
#include "kernel/pluginhost/http/cassette.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "kernel/pluginhost/http/cassette_scrub.h"

namespace tenantry::pluginhost::http {
namespace {

using namespace std::chrono_literals;

/// Answers with what was asked.
class Echo final : public Exchange {
  public:
    int asked = 0;
    Outcome send(const Request& request, Receiver& receiver, const Waiting&) override {
        ++asked;
        if (request.url.find("down") != std::string::npos)
            return Failure{Failed::kConnect, false, "It is down.", "curl 7"};
        receiver.head({200, {{"Content-Type", "text/plain"}, {"Set-Cookie", "sid=1"}}});
        receiver.data(std::to_string(asked) + ' ');
        receiver.data(request.method + ' ' + request.body + " \xff");
        return std::nullopt;
    }
};

struct Got final : Receiver {
    Head answer;
    std::string body;
    bool head(const Head& h) override { return answer = h, true; }
    bool data(std::string_view chunk) override { return body += chunk, true; }
};

class CassetteTest : public ::testing::Test {
  protected:
    Outcome send(Exchange& exchange, const std::string& method, const std::string& url,
                 const std::string& body = {}) {
        Request request;
        request.method = method;
        request.url = url;
        request.body = body;
        request.headers = {
            {"Authorization", "Bearer s3cr3t-token"}, {"X-Key", "s3cr3t-token"}, {"Accept", "*/*"}};
        request.secrets = {base::SecretText("s3cr3t-token")};
        got = {};
        return exchange.send(request, got, {signal});
    }
    CancelSignal signal{std::chrono::steady_clock::now() + 10s};
    std::shared_ptr<Echo> echo = std::make_shared<Echo>();
    std::string path =
        std::filesystem::temp_directory_path() / ("cassette_test." + std::to_string(::getpid()));
    Got got;
    void TearDown() override { std::filesystem::remove(path); }
};

TEST_F(CassetteTest, WhatWasRecordedIsPlayedAgainWithoutTheBackend) {
    Recorder recorder(echo, path);
    EXPECT_FALSE(send(recorder, "GET", "https://a/1"));
    EXPECT_FALSE(send(recorder, "POST", "https://a/1", R"({"x":1})"));
    EXPECT_FALSE(send(recorder, "GET", "https://a/1"));
    EXPECT_TRUE(send(recorder, "GET", "https://a/down"));
    ASSERT_TRUE(recorder.save());
    auto cassette = Cassette::load(path);
    ASSERT_TRUE(cassette) << cassette.error().text();

    Replayer replayer(*cassette);
    EXPECT_EQ(replayer.unplayed().size(), 4u);
    EXPECT_FALSE(send(replayer, "POST", "https://a/1", R"({"x":1})"));
    EXPECT_EQ(got.body, "2 POST {\"x\":1} \xff");
    EXPECT_FALSE(send(replayer, "GET", "https://a/1"));
    EXPECT_EQ(got.body, "1 GET  \xff");
    EXPECT_EQ(*find(got.answer.headers, "content-type"), "text/plain");
    EXPECT_FALSE(send(replayer, "GET", "https://a/1"));
    EXPECT_EQ(got.body, "3 GET  \xff");
    const auto down = send(replayer, "GET", "https://a/down");
    ASSERT_TRUE(down);
    EXPECT_EQ(down->what, Failed::kConnect);
    EXPECT_TRUE(replayer.unplayed().empty());
    EXPECT_EQ(echo->asked, 4);
}

TEST_F(CassetteTest, WhatIsMissingIsNamed) {
    Recorder recorder(echo, path);
    EXPECT_FALSE(send(recorder, "GET", "https://a/1"));
    Replayer replayer(recorder.cassette());
    auto missing = send(replayer, "GET", "https://a/2");
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->what, Failed::kNotRecorded);
    EXPECT_NE(missing->message.find("GET https://a/2"), std::string::npos);
    EXPECT_FALSE(send(replayer, "GET", "https://a/1"));
    missing = send(replayer, "GET", "https://a/1");
    ASSERT_TRUE(missing);
    EXPECT_NE(missing->message.find("no further answer to GET https://a/1"), std::string::npos);
    EXPECT_TRUE(send(replayer, "PUT", "https://a/1"));
}

TEST_F(CassetteTest, NoSecretReachesTheFile) {
    Recorder recorder(echo, path);
    EXPECT_FALSE(send(recorder, "POST", "https://a/1?api_key=hunter22&page_token=p2",
                      R"({"password":"hunter22","nested":[{"client_secret":"hunter22"}],)"
                      R"("nextPageToken":"p3","note":"s3cr3t-token"})"));
    EXPECT_FALSE(send(recorder, "POST", "https://a/form", "user=ada&password=hunter22"));
    const std::string text = recorder.cassette().json();
    EXPECT_EQ(text.find("hunter22"), std::string::npos) << text;
    EXPECT_EQ(text.find("s3cr3t-token"), std::string::npos) << text;
    EXPECT_EQ(text.find("sid=1"), std::string::npos) << text;
    EXPECT_NE(text.find("page_token=p2"), std::string::npos);
    EXPECT_NE(text.find("p3"), std::string::npos);
    EXPECT_NE(text.find("user=ada"), std::string::npos);
    // And it still plays, with another secret.
    Replayer replayer(recorder.cassette());
    EXPECT_FALSE(send(replayer, "POST", "https://a/form", "user=ada&password=other-one"));
}

TEST_F(CassetteTest, AFileThatIsNoCassetteSaysSo) {
    EXPECT_FALSE(Cassette::load("/nowhere/x.json"));
    EXPECT_FALSE(Cassette::parse("{}"));
    EXPECT_FALSE(Cassette::parse(R"({"tenantry_cassette":1,"exchanges":[{}]})"));
    const auto byHand = Cassette::parse(
        R"({"tenantry_cassette":1,"exchanges":[{"request":{"method":"GET","url":"https://a/"},)"
        R"("response":{"status":200,"body":"hi"}}]})");
    ASSERT_TRUE(byHand) << byHand.error().text();
    Replayer replayer(*byHand);
    EXPECT_FALSE(send(replayer, "GET", "https://a/"));
    EXPECT_EQ(got.body, "hi");
}

TEST(SecretName, IsKnownInEveryStyleAndPageTokensAreNone) {
    for (const char* one : {"password", "Client-Secret", "accessToken", "X-Api-Key",
                            "REFRESH_TOKEN", "Set-Cookie", "authorization"})
        EXPECT_TRUE(isSecretName(one)) << one;
    for (const char* one : {"page_token", "nextPageToken", "token_type", "secretary", "x"})
        EXPECT_FALSE(isSecretName(one)) << one;
}

}  // namespace
}  // namespace tenantry::pluginhost::http
