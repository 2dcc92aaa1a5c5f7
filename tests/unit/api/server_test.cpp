// The real server on a real socket, with raw bytes: what a refused request looks like from outside,
// that a body never becomes the next request, and that answers carry what each must carry.
#include "api/http/server.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "api/rest/problem.h"
#include "tests/unit/api/raw_client.h"

namespace tenantry::http {
namespace {

using testing::countOf;
using testing::RawClient;

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() {
        router_.add(Method::kPost, "/echo", [](const Request& request) {
            return Response::text(200, "text/plain", "[" + request.body + "]");
        });
        router_.add(Method::kGet, "/plain", [this](const Request&) {
            ++served_;
            return Response::text(200, "text/plain", "plain");
        });
        router_.add(Method::kPost, "/ignore", [](const Request&) { return Response::empty(204); });
        router_.add(Method::kGet, "/throw", [](const Request&) -> Response {
            throw std::runtime_error("the password is swordfish");
        });
        router_.add(Method::kGet, "/stream", [](const Request&) {
            return Response::streamed("text/plain", [](ChunkSink& sink) -> base::Status {
                TNY_CHECKED(sink.write("one"));
                return sink.write("two");
            });
        });
        router_.add(Method::kGet, "/cut", [](const Request&) {
            return Response::streamed("text/plain", [](ChunkSink& sink) -> base::Status {
                TNY_CHECKED(sink.write("half"));
                return base::unavailable("no more");
            });
        });
        router_.add(Method::kGet, "/split", [](const Request&) {
            return Response::empty(200).header("X-Echo", "a\r\nEvil: 1");
        });
        server_ = std::make_unique<Server>(
            ServerOptions{.hosts = {"127.0.0.1", "localhost"}}, router_,
            [](const Request& request) { return rest::refusal(404, "No.", request.id); },
            rest::refusal);
        const auto started = server_->start();
        if (!started) throw std::runtime_error(started.error().text());
    }

    std::string exchange(const std::string& bytes) {
        return RawClient(server_->port()).exchange(bytes);
    }

    int served_ = 0;
    Router router_;
    std::unique_ptr<Server> server_;
};

const std::string kHost = "Host: localhost\r\n";
const std::string kClose = "Host: localhost\r\nConnection: close\r\n";

TEST_F(ServerTest, EveryAnswerCarriesRequestIdTimingAndSafeHeaders) {
    const auto answer = exchange("GET /plain HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 OK\r\n", 0), 0U);
    for (const char* header :
         {"X-Request-Id: ", "Server-Timing: total;dur=", "X-Content-Type-Options: nosniff",
          "Content-Length: 5", "Referrer-Policy: ", "frame-ancestors 'none'"}) {
        EXPECT_NE(answer.find(header), std::string::npos) << header;
    }
}

TEST_F(ServerTest, ARefusedRequestIsAnsweredOnceAndClosed) {
    const auto answer =
        exchange("POST /echo HTTP/1.1\r\n" + kHost +
                 "Content-Length: +5\r\n\r\nGET /plain HTTP/1.1\r\n" + kHost + "\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 400 ", 0), 0U);
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("application/problem+json"), std::string::npos);
    EXPECT_EQ(countOf(answer, "HTTP/1.1 "), 1);
    EXPECT_EQ(served_, 0);
}

TEST_F(ServerTest, ABodyNobodyReadsNeverBecomesTheNextRequest) {
    const std::string inner = "GET /plain HTTP/1.1\r\n" + kHost + "\r\n";
    for (const char* path : {"/ignore", "/nowhere"}) {
        exchange("POST " + std::string(path) + " HTTP/1.1\r\n" + kClose +
                 "Content-Length: " + std::to_string(inner.size()) + "\r\n\r\n" + inner);
    }
    EXPECT_EQ(served_, 0);
}

TEST_F(ServerTest, AChunkedBodyIsReadWholeAndTheNextRequestFollows) {
    const auto answer =
        exchange("POST /echo HTTP/1.1\r\n" + kHost +
                 "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                 "GET /plain HTTP/1.1\r\n" +
                 kClose + "\r\n");
    EXPECT_NE(answer.find("[abcde]"), std::string::npos);
    EXPECT_EQ(countOf(answer, "HTTP/1.1 200 OK"), 2);
}

TEST_F(ServerTest, ATruncatedChunkIsNotAWholeBody) {
    const auto answer = exchange("POST /echo HTTP/1.1\r\n" + kHost +
                                 "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 400 ", 0), 0U);
    EXPECT_EQ(answer.find("[abc"), std::string::npos);
}

TEST_F(ServerTest, ATooLargeBodyIsRefusedBeforeItIsSent) {
    const auto answer = exchange("POST /echo HTTP/1.1\r\n" + kHost +
                                 "Expect: 100-continue\r\nContent-Length: 3000000000\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 413 ", 0), 0U);
}

TEST_F(ServerTest, ContinuesWhenAskedTo) {
    RawClient client(server_->port());
    client.send("POST /echo HTTP/1.1\r\n" + kClose +
                "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_NE(client.readUntil("100 Continue\r\n\r\n").find("100 Continue"), std::string::npos);
    EXPECT_NE(client.exchange("ok").find("[ok]"), std::string::npos);
}

TEST_F(ServerTest, ATooLongHeadIs431) {
    std::string head = "GET /plain HTTP/1.1\r\n" + kHost;
    while (head.size() < 20'000) head += "X-Fill: " + std::string(1000, 'a') + "\r\n";
    EXPECT_EQ(exchange(head + "\r\n").rfind("HTTP/1.1 431 ", 0), 0U);
}

TEST_F(ServerTest, ATlsHelloIsAnsweredAtOnce) {
    EXPECT_EQ(exchange("\x16\x03\x01\x02").rfind("HTTP/1.1 400 ", 0), 0U);
}

TEST_F(ServerTest, AnotherHostIsMisdirected) {
    const auto answer = exchange("GET /plain HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 421 ", 0), 0U);
    EXPECT_EQ(served_, 0);
}

TEST_F(ServerTest, AThrowingHandlerTellsNothing) {
    const auto answer = exchange("GET /throw HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 500 ", 0), 0U);
    EXPECT_EQ(answer.find("swordfish"), std::string::npos);
}

TEST_F(ServerTest, AWrongMethodNamesTheRightOnes) {
    const auto answer = exchange("DELETE /plain HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 405 ", 0), 0U);
    EXPECT_NE(answer.find("Allow: GET, HEAD, OPTIONS"), std::string::npos);
}

TEST_F(ServerTest, HeadHasTheLengthAndNoBody) {
    const auto answer = exchange("HEAD /plain HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_NE(answer.find("Content-Length: 5"), std::string::npos);
    EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
}

TEST_F(ServerTest, AStreamIsChunkedAndWholeOrCut) {
    const auto whole = exchange("GET /stream HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_NE(whole.find("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"), std::string::npos);
    const auto cut = exchange("GET /cut HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_NE(cut.find("4\r\nhalf\r\n"), std::string::npos);
    EXPECT_EQ(cut.find("0\r\n\r\n"), std::string::npos);
}

TEST_F(ServerTest, AStreamInHttp10EndsWithTheConnection) {
    const auto answer = exchange("GET /stream HTTP/1.0\r\n\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.0 200 ", 0), 0U);
    EXPECT_EQ(answer.substr(answer.size() - 10), "\r\n\r\nonetwo");
}

TEST_F(ServerTest, AHeaderThatWouldSplitTheAnswerIsLeftOut) {
    const auto answer = exchange("GET /split HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_EQ(answer.find("Evil"), std::string::npos);
}

TEST_F(ServerTest, StopEndsIdleConnectionsSoon) {
    RawClient idle(server_->port());
    idle.send("GET /plain HTTP/1.1\r\n" + kHost + "\r\n");
    idle.readUntil("plain");
    const auto start = std::chrono::steady_clock::now();
    server_->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST_F(ServerTest, ManyIdleConnectionsGiveWayToABusyOne) {
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 150; ++i) idle.push_back(std::make_unique<RawClient>(server_->port()));
    const auto answer = exchange("GET /plain HTTP/1.1\r\n" + kClose + "\r\n");
    EXPECT_EQ(answer.rfind("HTTP/1.1 200 ", 0), 0U);
}

}  // namespace
}  // namespace tenantry::http
