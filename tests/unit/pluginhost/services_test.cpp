// Secrets are struck out, limits hold, counters add up.
#include "kernel/pluginhost/services.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace tenantry::pluginhost {
namespace {

using namespace std::chrono_literals;

class ServicesTest : public testing::Test {
  protected:
    ServicesTest() {
        request_.connection = base::ConnectionId("5f0c7c1e-0000-4000-8000-000000000001");
        request_.secret = [](std::string_view ref) -> base::Result<base::SecretText> {
            if (ref == "pw") return base::SecretText("pa\"ss\\word");
            if (ref == "pin") return base::SecretText("12");
            return base::notFound("none");
        };
        descriptor_.id = "test.x";
        descriptor_.limits = {{"api", 20, 2}};
    }
    std::shared_ptr<ConnectionServices> services() {
        return std::make_shared<ConnectionServices>(request_, descriptor_, metrics_);
    }
    domain::OpenRequest request_;
    domain::ConnectorDescriptor descriptor_;
    std::shared_ptr<MetricCounters> metrics_ = std::make_shared<MetricCounters>();
};

TEST_F(ServicesTest, ASecretIsStruckOutPlainAndAsJsonOnceItWasUsed) {
    const auto s = services();
    EXPECT_EQ(s->redacted("pa\"ss\\word"), "pa\"ss\\word") << "unknown before";
    ASSERT_TRUE(s->secret("pw"));
    EXPECT_EQ(s->redacted("bind with pa\"ss\\word failed"), "bind with [secret] failed");
    EXPECT_EQ(s->redacted(R"({"pw":"pa\"ss\\word"})"), R"({"pw":"[secret]"})");
}

TEST_F(ServicesTest, ASecretTooShortToFindIsNotSoughtFor) {
    const auto s = services();
    ASSERT_TRUE(s->secret("pin"));
    EXPECT_EQ(s->redacted("12 users"), "12 users");
}

TEST_F(ServicesTest, ALostSecretIsAnError) {
    EXPECT_FALSE(services()->secret("none"));
}

TEST_F(ServicesTest, TurnsComeAtTheDeclaredRate) {
    const auto s = services();
    CancelSignal signal(std::chrono::steady_clock::now() + 10s);
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(s->throttle("api", 1, signal), ConnectionServices::Turn::kGranted);
    // A burst of two, then one each 50 ms.
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, 195ms);
    EXPECT_LT(took, 2s);
}

TEST_F(ServicesTest, ATurnThatWouldComeTooLateIsRefusedAtOnceAndCostsNothing) {
    const auto s = services();
    CancelSignal signal(std::chrono::steady_clock::now() + 20ms);
    EXPECT_EQ(s->throttle("api", 2, signal), ConnectionServices::Turn::kGranted);
    EXPECT_EQ(s->throttle("api", 2, signal), ConnectionServices::Turn::kTooLate);
    CancelSignal later(std::chrono::steady_clock::now() + 10s);
    EXPECT_EQ(s->throttle("api", 2, later), ConnectionServices::Turn::kGranted);
    EXPECT_EQ(s->throttle("api", 3, later), ConnectionServices::Turn::kNoSuchBucket)
        << "more than the burst can never come";
    EXPECT_EQ(s->throttle("none", 1, later), ConnectionServices::Turn::kNoSuchBucket);
}

TEST_F(ServicesTest, CountersAddUpAndAreBounded) {
    services()->metric("pages", 2);
    services()->metric("pages", 3);
    EXPECT_EQ(metrics_->snapshot().at("test.x/pages"), 5);
    for (int i = 0; i < 2000; ++i) services()->metric("m" + std::to_string(i), 1);
    EXPECT_EQ(metrics_->snapshot().size(), MetricCounters::kMetricsMax);
}

TEST(CancelSignalTest, ItsDescriptorBecomesReadableAtTheDeadlineAndAtCancel) {
    const auto readable = [](int fd, int ms) {
        pollfd one{fd, POLLIN, 0};
        return ::poll(&one, 1, ms) == 1;
    };
    CancelSignal byTime(std::chrono::steady_clock::now() + 50ms);
    EXPECT_FALSE(byTime.cancelled());
    EXPECT_FALSE(readable(byTime.fd(), 0));
    EXPECT_TRUE(readable(byTime.fd(), 2000));
    EXPECT_TRUE(byTime.cancelled());

    CancelSignal byHand(std::chrono::steady_clock::now() + 1h);
    const int fd = byHand.fd();
    std::jthread other([&] { byHand.cancel(); });
    EXPECT_TRUE(readable(fd, 2000));
    EXPECT_TRUE(byHand.cancelled());

    CancelSignal before(std::chrono::steady_clock::now() + 1h);
    before.cancel();
    EXPECT_TRUE(readable(before.fd(), 2000)) << "asked for after the cancel";
}

TEST_F(ServicesTest, LabelsCountApartWithinABound) {
    const auto s = services();
    s->metric("pages", 1, R"({"kind":"user"})");
    s->metric("pages", 2, R"({"kind":"user"})");
    s->metric("pages", 4);
    EXPECT_EQ(metrics_->snapshot().at("test.x/pages{kind=user}"), 3);
    EXPECT_EQ(metrics_->snapshot().at("test.x/pages"), 4);
    for (int i = 0; i < 100; ++i) s->metric("pages", 1, R"({"user":")" + std::to_string(i) + "\"}");
    EXPECT_EQ(metrics_->snapshot().size(), MetricCounters::kLabelSetsMax + 2);
    EXPECT_EQ(metrics_->snapshot().at("test.x/pages{other}"), 81);
}

TEST_F(ServicesTest, WhatIsNoShortLabelIsLeftOut) {
    const auto s = services();
    s->metric("a", 1, R"({"b":2,"list":[1],"long":")" + std::string(200, 'x') + "\",\"ok\":true}");
    s->metric("a", 1, "nonsense");
    EXPECT_EQ(metrics_->snapshot().at("test.x/a{b=2,ok=true}"), 1);
    EXPECT_EQ(metrics_->snapshot().at("test.x/a"), 1);
}

TEST_F(ServicesTest, OpeningsOfOneConnectionShareTheirTurnsAndOthersDoNot) {
    const SharedServices shared;
    const auto open = [&] {
        return std::make_shared<ConnectionServices>(request_, descriptor_, metrics_, shared);
    };
    const auto one = open();
    const auto other = open();
    CancelSignal signal(std::chrono::steady_clock::now() + 20ms);
    EXPECT_EQ(one->throttle("api", 2, signal), ConnectionServices::Turn::kGranted);
    EXPECT_EQ(other->throttle("api", 2, signal), ConnectionServices::Turn::kTooLate);
    request_.connection = base::ConnectionId("5f0c7c1e-0000-4000-8000-000000000002");
    EXPECT_EQ(open()->throttle("api", 2, signal), ConnectionServices::Turn::kGranted);
}

}  // namespace
}  // namespace tenantry::pluginhost
