// What the isolation is for: a connector that dies takes nothing with it. Isolated only, because in
// this process it would take the test.
#include <signal.h>

#include <fstream>
#include <thread>

#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::pluginhost {
namespace {

class PluginCrash : public testing::Test {
  protected:
    PluginHost host_{hostOptions(/*isolated=*/true)};
};

TEST_F(PluginCrash, ANullDereferenceKillsOnlyItsWorkerAndTheNextCallWorks) {
    const auto bystander = memory(host_, 100);
    const auto crashing = naughty(host_, "null");
    const auto neighbour = naughty(host_, "nothing");  // the same connector, another connection

    Listed none;
    const auto crashed = list(*crashing, none);
    ASSERT_FALSE(crashed);
    EXPECT_EQ(crashed.error().code, base::ErrorCode::kUnavailable);
    EXPECT_NE(crashed.error().message.find("signal 11"), std::string::npos)
        << crashed.error().message;
    EXPECT_FALSE(crashed.error().outcomeUnknown) << "it was a reading";

    EXPECT_TRUE(crashing->get("user", "a", soon())) << "the next call on the same connection";
    EXPECT_TRUE(neighbour->get("user", "a", soon())) << "the others of the same connector";
    Listed all;
    EXPECT_TRUE(list(*bystander, all)) << "the others never notice";
    EXPECT_EQ(all.records.size(), 100u);
}

TEST_F(PluginCrash, AWriteThatDiesIsOfUnknownOutcome) {
    const auto crashed = act(*naughty(host_, "null"));
    ASSERT_FALSE(crashed);
    EXPECT_EQ(crashed.error().code, base::ErrorCode::kUnavailable);
    EXPECT_TRUE(crashed.error().outcomeUnknown);
}

TEST_F(PluginCrash, OthersInTheSameWorkerSeeARetryableFailureAndRecover) {
    const auto waiting = naughty(host_, "polite");
    const auto crashing = naughty(host_, "abort");
    base::Result<domain::ReadEnd> seen = domain::ReadEnd::kComplete;
    std::jthread reader([&] {
        Listed none;
        seen = list(*waiting, none, soon(10s));
    });
    std::this_thread::sleep_for(100ms);  // so that the reading is under way
    Listed none;
    EXPECT_FALSE(list(*crashing, none));
    reader.join();
    ASSERT_FALSE(seen);
    EXPECT_EQ(seen.error().code, base::ErrorCode::kUnavailable);
    EXPECT_NE(seen.error().message.find("signal 6"), std::string::npos) << seen.error().message;
    EXPECT_TRUE(waiting->get("user", "a", soon()));
}

TEST_F(PluginCrash, AnExitIsReportedWithItsStatus) {
    Listed none;
    const auto ended = list(*naughty(host_, "exit"), none);
    ASSERT_FALSE(ended);
    EXPECT_NE(ended.error().message.find("exit status 3"), std::string::npos);
}

TEST_F(PluginCrash, ACrashWhileOpeningIsAnErrorOfOpen) {
    domain::OpenRequest request;
    request.connection = base::ConnectionId(base::newUuid());
    request.connector = "test.naughty";
    request.configJson = R"({"mischief":"crash_in_open"})";
    const auto refused = host_.open(request, soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
    EXPECT_TRUE(naughty(host_, "nothing")->get("user", "a", soon()));
}

TEST_F(PluginCrash, AConnectionThatCrashesTwiceIsPausedAloneAndOthersGoOn) {
    const auto crashing = naughty(host_, "null");
    const auto neighbour = naughty(host_, "nothing");
    Listed none;
    ASSERT_FALSE(list(*crashing, none));
    ASSERT_FALSE(list(*crashing, none));
    const auto paused = list(*crashing, none);
    ASSERT_FALSE(paused);
    EXPECT_NE(paused.error().message.find("paused"), std::string::npos) << paused.error().message;
    EXPECT_TRUE(neighbour->get("user", "a", soon()));
}

TEST_F(PluginCrash, ThreeCrashesPauseTheConnectorButNoOther) {
    const auto neighbour = naughty(host_, "nothing");
    Listed none;
    for (int i = 0; i < 3; ++i) ASSERT_FALSE(list(*naughty(host_, "abort"), none));
    const auto paused = neighbour->get("user", "a", soon());
    ASSERT_FALSE(paused);
    EXPECT_NE(paused.error().message.find("paused"), std::string::npos) << paused.error().message;
    EXPECT_THROW(naughty(host_, "nothing"), std::runtime_error) << "nor is another one opened";
    EXPECT_TRUE(memory(host_, 3)->get("user", "u1", soon()));
}

TEST_F(PluginCrash, AWorkerKilledFromOutsideComesBackWithTheNextCall) {
    const auto connector = memory(host_, 10);
    ASSERT_TRUE(connector->get("user", "u1", soon()));
    std::vector<pid_t> workers = childrenOfThisProcess();
    ASSERT_EQ(workers.size(), 1u);
    ASSERT_EQ(::kill(workers[0], SIGKILL), 0);
    bool works = false;
    for (int i = 0; i < 20 && !works; ++i) works = connector->get("user", "u1", soon()).has_value();
    EXPECT_TRUE(works);
}

TEST_F(PluginCrash, NoWorkerIsLeftBehind) {
    {
        PluginHost host(hostOptions(/*isolated=*/true));
        ASSERT_TRUE(memory(host, 3)->get("user", "u1", soon()));
        EXPECT_FALSE(childrenOfThisProcess().empty());
    }
    EXPECT_TRUE(childrenOfThisProcess().empty());
}

}  // namespace
}  // namespace tenantry::pluginhost
