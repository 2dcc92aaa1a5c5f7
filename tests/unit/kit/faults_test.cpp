#include "plugins/sdk/kit/faults.h"

#include <gtest/gtest.h>

namespace tenantry::kit {
namespace {

namespace http = pluginhost::http;

/// Answers every request with its number.
class Numbered final : public http::Exchange {
  public:
    http::Outcome send(const http::Request&, http::Receiver& receiver,
                       const http::Waiting&) override {
        receiver.head({200, {{"content-length", "8"}}});
        receiver.data(std::to_string(10'000'000 + ++count));
        return {};
    }
    int count = 0;
};

struct Taken final : http::Receiver {
    bool head(const http::Head& got) override {
        status = got.status;
        headers = got.headers;
        return true;
    }
    bool data(std::string_view chunk) override {
        body += chunk;
        return true;
    }
    int status = 0;
    http::Headers headers;
    std::string body;
};

class FaultyNetwork : public ::testing::Test {
  protected:
    http::Outcome ask(Taken& into, const std::string& method = "GET") {
        http::Request request;
        request.method = method;
        request.url = "http://backend.example/users";
        pluginhost::CancelSignal signal(std::chrono::steady_clock::now() +
                                        std::chrono::milliseconds(200));
        return exchange_->send(request, into, {signal});
    }
    const std::shared_ptr<Numbered> real_ = std::make_shared<Numbered>();
    const std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
    const std::shared_ptr<http::Exchange> exchange_ = withFaults(real_, faults_);
};

TEST_F(FaultyNetwork, OnlyTheRequestsThatWereChosenMeetTheFault) {
    faults_->arm(Fault::kServerError, /*from=*/1, /*times=*/1);
    std::string statuses;
    for (int i = 0; i < 3; ++i) {
        Taken taken;
        EXPECT_FALSE(ask(taken));
        statuses += std::to_string(taken.status) + " ";
    }
    EXPECT_EQ(statuses, "200 500 200 ");
    EXPECT_EQ(faults_->seen(), 3);
    EXPECT_EQ(faults_->hit(), 1);
    EXPECT_EQ(real_->count, 2);
}

TEST_F(FaultyNetwork, ALostAnswerTakesEffectAndALostRequestDoesNot) {
    Taken taken;
    faults_->arm(Fault::kLostAfter, 0, 1, /*writesOnly=*/true);
    EXPECT_FALSE(ask(taken));
    const auto lost = ask(taken, "POST");
    ASSERT_TRUE(lost);
    EXPECT_TRUE(lost->sent);
    EXPECT_EQ(real_->count, 2);
    faults_->arm(Fault::kLostBefore);
    const auto refused = ask(taken, "POST");
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->sent);
    EXPECT_EQ(real_->count, 2);
}

TEST_F(FaultyNetwork, ATruncatedAnswerIsHalfOfItAndSaysNothingOfItsLength) {
    Taken taken;
    faults_->arm(Fault::kTruncated);
    EXPECT_FALSE(ask(taken));
    EXPECT_EQ(taken.body, "1000");
    EXPECT_EQ(http::find(taken.headers, "content-length"), nullptr);
}

TEST_F(FaultyNetwork, ARepeatedPageIsTheLastThatCame) {
    Taken first;
    EXPECT_FALSE(ask(first));
    faults_->arm(Fault::kRepeatedPage);
    Taken again;
    EXPECT_FALSE(ask(again));
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(real_->count, 1);
}

TEST_F(FaultyNetwork, ASlowAnswerEndsWithTheDeadline) {
    Taken taken;
    faults_->arm(Fault::kSlow);
    const auto late = ask(taken);
    ASSERT_TRUE(late);
    EXPECT_EQ(late->what, http::Failed::kTimeout);
}

}  // namespace
}  // namespace tenantry::kit
