// Every way in which a connector can take its process down or out of hand, each beside a healthy
// connector whose calls go on. After each the connector works again.
#include <signal.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <set>
#include <thread>

#include "kernel/base/json.h"
#include "tests/integration/pluginhost/healthy.h"

namespace tenantry::pluginhost {
namespace {

PluginHostOptions quickOptions() {
    PluginHostOptions options = hostOptions(/*isolated=*/true, /*grace=*/300ms);
    options.worker.watch.every = 200ms;
    options.worker.watch.cpuFor = 1s;
    options.worker.watch.drainFor = 200ms;
    return options;
}

class PluginFault : public testing::Test {
  protected:
    /// Makes the fault, by a listing, and tells how that ended.
    std::string listingOf(const std::string& fault, std::chrono::milliseconds within = 20s) {
        connector_ = open(host_, "test.faulty", R"({"fault":")" + fault + "\"}");
        Listed some;
        const auto end = list(*connector_, some, soon(within));
        return end ? "ok" : std::string(base::name(end.error().code)) + ": " + end.error().message;
    }
    /// The connection that failed, and another one of the same connector.
    void expectRecovered() {
        EXPECT_TRUE(connector_->get("user", "a", soon()));
        EXPECT_TRUE(open(host_, "test.faulty", R"({"fault":"none"})")->get("user", "a", soon()));
        healthy_.stop();
    }
    static void expectSays(const std::string& what, const std::string& words) {
        EXPECT_NE(what.find(words), std::string::npos) << what;
    }
    base::Json report() {
        const auto reports = host_.reports("test.faulty").value();
        if (reports.empty()) return {};
        return base::Json::parse(reports.front().json).value();
    }

    PluginHost host_{quickOptions()};
    Healthy healthy_{host_};
    std::shared_ptr<domain::Connector> connector_;
};

TEST_F(PluginFault, SegmentationFault) {
    expectSays(listingOf("segv"), "unavailable: The connector's process ended with signal 11");
    EXPECT_TRUE(report()["code_offset"].isString()) << "where in its file";
    expectRecovered();
}

TEST_F(PluginFault, Abort) {
    expectSays(listingOf("abort"), "signal 6");
    expectRecovered();
}

TEST_F(PluginFault, EndlessRecursion) {
    expectSays(listingOf("overflow"), "signal 11");
    expectRecovered();
}

TEST_F(PluginFault, EndlessLoop) {
    const std::string end = listingOf("loop");
    expectSays(end, "% of a core for ");
    expectSays(end, "with nothing to show, of at most 50 %");
    expectRecovered();
}

TEST_F(PluginFault, EndlessLoopOnAThreadOfItsOwn) {
    EXPECT_EQ(listingOf("background_loop"), "ok");
    for (int i = 0; i < 500 && report().missing(); ++i) std::this_thread::sleep_for(20ms);
    expectSays(report()["detail"].stringOr(""), "% of a core");
    expectRecovered();
}

TEST_F(PluginFault, IgnoredCancel) {
    expectSays(listingOf("deaf", 200ms), "\"list\" did not return within 300 ms");
    expectRecovered();
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // memory is not limited there
TEST_F(PluginFault, FourGibibytesTouched) {
    const std::string end = listingOf("allocate");
    // The allocation fails, as on a machine without memory, unless the kernel looks just before.
    if (end.find("MB of at most 96 MB") == std::string::npos) expectSays(end, "internal: ");
    expectRecovered();
}

TEST_F(PluginFault, FourGibibytesAtOnce) {
    expectSays(listingOf("reserve"), "internal: ");
    expectRecovered();
}

TEST_F(PluginFault, MemoryThatNoLimitOfTheSystemSees) {
    const std::string end = listingOf("shared");
    expectSays(end, "The connector's process was stopped: it used ");
    expectSays(end, " MB of at most 96 MB");
    EXPECT_GT(report()["memory_bytes"].intOr(0), 96 << 20);
    expectRecovered();
}
#endif

TEST_F(PluginFault, DescriptorLeak) {
    EXPECT_EQ(listingOf("files"), "ok");
    // The process is let go when its calls are done: another one serves the next.
    for (int i = 0; i < 300; ++i) {
        if (open(host_, "test.faulty", R"({"fault":"none"})")->check(soon())) break;
        std::this_thread::sleep_for(20ms);
    }
    expectRecovered();
    EXPECT_TRUE(report().missing()) << "nobody is to blame for growing old";
}

TEST_F(PluginFault, GarbageFrames) {
    expectSays(listingOf("garbage"), "The connector's process ");
    expectRecovered();
}

TEST_F(PluginFault, OversizedFrame) {
    expectSays(listingOf("oversized"), "sent a frame of more than 4 MiB and was stopped");
    expectRecovered();
}

TEST_F(PluginFault, WritingToStandardOutput) {
    EXPECT_EQ(listingOf("stdout"), "ok");
    expectRecovered();
}

TEST_F(PluginFault, ExitWithSuccess) {
    expectSays(listingOf("exit"), "ended with exit status 0");
    EXPECT_EQ(report()["exit_status"].intOr(-1), 0);
    expectRecovered();
}

TEST_F(PluginFault, ExitWithoutCleaningUp) {
    expectSays(listingOf("quick_exit"), "ended with exit status 0");
    expectRecovered();
}

TEST_F(PluginFault, KilledFromInside) {
    expectSays(listingOf("kill"), "signal 9");
    expectRecovered();
}

TEST_F(PluginFault, RefusedConfiguration) {
    EXPECT_THROW(listingOf("refuse"), std::runtime_error);
    connector_ = open(host_, "test.faulty", R"({"fault":"none"})");
    expectRecovered();
}

/// Reads segment after segment, as sync does, and kills the worker when it has taken so many.
class KillingReader final : public domain::RecordSink {
  public:
    explicit KillingReader(std::size_t killAt) : killAt_(killAt) {}
    domain::Flow record(const domain::Record& record) override {
        ids.emplace(record.id);
        if (++delivered == killAt_) killed = killWorkers();
        return domain::Flow::kMore;
    }
    void checkpoint(std::string_view to) override { cursor = to; }

    std::set<std::string> ids;
    std::string cursor;
    std::size_t delivered = 0;
    bool killed = false;

  private:
    static bool killWorkers() {
        bool any = false;
        for (const pid_t worker : childrenOfThisProcess()) any |= ::kill(worker, SIGKILL) == 0;
        return any;
    }
    const std::size_t killAt_;
};

TEST(PluginKill, AtARandomMomentOfAReadOfHalfAMillionUsersNothingIsLostNorReadFromZero) {
    constexpr std::size_t kUsers = 500'000;
    constexpr std::size_t kPage = 500;
    const char* given = std::getenv("TENANTRY_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    std::mt19937 random(seed);
    const auto killAt = std::uniform_int_distribution<std::size_t>(1, kUsers)(random);
    std::cout << "TENANTRY_TEST_SEED=" << seed << ": killed at record " << killAt << std::endl;

    PluginHost host(hostOptions(/*isolated=*/true));
    const auto connector = open(host, "test.memory", R"({"users":500000,"page":500})");
    KillingReader reader(killAt);
    int failures = 0;
    for (bool complete = false; !complete && failures < 5;) {
        domain::ReadRequest request;
        request.cursor = reader.cursor;
        request.budgetRecords = 100'000;
        const auto end = connector->list(request, reader, soon(60s));
        if (!end) ++failures;
        complete = end && *end == domain::ReadEnd::kComplete;
    }
    EXPECT_TRUE(reader.killed);
    EXPECT_LE(failures, 1) << "killed once; in the last moment nothing need have been lost";
    EXPECT_EQ(reader.ids.size(), kUsers);
    EXPECT_EQ(reader.ids.count("u0") + reader.ids.count("u499999"), 2u);
    EXPECT_LE(reader.delivered, kUsers + kPage) << "what follows the last checkpoint comes again";
}

}  // namespace
}  // namespace tenantry::pluginhost
