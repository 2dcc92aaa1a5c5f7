// Event streams through the real server: they leave the request threads, see only what they may,
// and end with their session.
#include "api/http/event_hub.h"

#include <gtest/gtest.h>

#include "api/http/server.h"
#include "api/rest/problem.h"
#include "kernel/base/limits.h"
#include "tests/unit/api/raw_client.h"

namespace tenantry::http {
namespace {

using testing::RawClient;

class EventHubTest : public ::testing::Test {
  protected:
    EventHubTest() : hub_([] { return std::string("{\"t\":1}"); }) {
        router_.add(Method::kGet, "/events/{topic}",
                    [this](const Request& request) { return open(request); });
        router_.add(Method::kGet, "/plain",
                    [](const Request&) { return Response::text(200, "text/plain", "plain"); });
        server_ = std::make_unique<Server>(
            ServerOptions{}, router_,
            [](const Request& request) { return rest::refusal(404, "No.", request.id); },
            rest::refusal);
        EXPECT_TRUE(server_->start());
    }

    Response open(const Request& request) {
        StreamWish wish;
        wish.account = "account-" + request.parameter("topic");
        wish.view =
            [topic = request.parameter("topic")](const Event& event) -> std::optional<std::string> {
            if (event.topics.empty() || event.topics.front() != topic) return std::nullopt;
            return event.data;
        };
        wish.alive = [] { return true; };
        if (const auto last = request.headers().get("Last-Event-ID")) {
            wish.lastSeen = std::stoull(*last);
        }
        auto stream = hub_.open(std::move(wish));
        if (!stream) return rest::problem(stream.error(), request.id);
        return Response::events(std::move(*stream));
    }

    std::unique_ptr<RawClient> listen(const std::string& topic, const std::string& fields = "") {
        auto client = std::make_unique<RawClient>(server_->port());
        client->send("GET /events/" + topic + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        client->readUntil("event: hello\ndata: {\"t\":1}\n\n");
        return client;
    }

    EventHub hub_;
    Router router_;
    std::unique_ptr<Server> server_;
};

TEST_F(EventHubTest, AListenerHearsItsOwnAndNothingOfOthers) {
    const auto a = listen("a");
    hub_.publish("users_changed", "{\"of\":\"b\"}", {"b"});
    hub_.publish("users_changed", "{\"of\":\"a\"}", {"a"});
    const auto seen = a->readUntil("{\"of\":\"a\"}\n\n");
    EXPECT_NE(seen.find("id: 2\nevent: users_changed\ndata: {\"of\":\"a\"}\n\n"),
              std::string::npos);
    EXPECT_EQ(seen.find("{\"of\":\"b\"}"), std::string::npos);
}

TEST_F(EventHubTest, WhatWasMissedIsSentAgain) {
    {
        const auto a = listen("a");
        hub_.publish("n", "{\"n\":1}", {"a"});
        a->readUntil("{\"n\":1}");
    }
    hub_.publish("n", "{\"n\":2}", {"a"});
    const auto again = listen("a", "Last-Event-ID: 1\r\n");
    const auto seen = again->readUntil("{\"n\":2}\n\n");
    EXPECT_NE(seen.find("{\"n\":2}"), std::string::npos);
    EXPECT_EQ(seen.find("{\"n\":1}"), std::string::npos);
}

TEST_F(EventHubTest, WhatIsForgottenAsksForANewStart) {
    const auto a = listen("a", "Last-Event-ID: 999\r\n");
    EXPECT_NE(a->readUntil("event: resync").find("event: resync"), std::string::npos);
}

TEST_F(EventHubTest, OneAccountHasSoManyPagesAndNoMore) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < base::limits::kEventStreamsPerAccountMax; ++i) {
        clients.push_back(listen("a"));
    }
    RawClient another(server_->port());
    const auto answer =
        another.exchange("GET /events/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 429 ", 0), 0U);
    EXPECT_NE(answer.find("Retry-After: 30"), std::string::npos);
}

TEST_F(EventHubTest, ListenersTakeNoRequestThread) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < base::limits::kHttpThreads * 2; ++i) {
        clients.push_back(listen("t" + std::to_string(i)));
    }
    RawClient other(server_->port());
    const auto answer =
        other.exchange("GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 ", 0), 0U);
    EXPECT_EQ(hub_.streams(), clients.size());
}

TEST_F(EventHubTest, AStoppedHubSaysBye) {
    const auto a = listen("a");
    hub_.stop();
    EXPECT_NE(a->readToEnd().find("event: bye"), std::string::npos);
    EXPECT_EQ(hub_.streams(), 0U);
}

}  // namespace
}  // namespace tenantry::http
