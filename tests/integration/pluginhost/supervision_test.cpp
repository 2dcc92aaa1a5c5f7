// What an operator sees of a connector that dies, and can do about it; and how a version follows
// another while connections are in use.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "kernel/base/json.h"
#include "tests/integration/pluginhost/healthy.h"
#include "tests/support/child_process.h"

namespace tenantry::pluginhost {
namespace {

namespace fs = std::filesystem;
using tenantry::testing::TempFolder;

domain::ConnectorHealth healthOf(const PluginHost& host, const std::string& connector) {
    for (auto& one : host.health())
        if (one.connector == connector) return one;
    throw std::runtime_error("no health of " + connector);
}

std::shared_ptr<domain::Connector> faulty(PluginHost& host, const std::string& fault) {
    return open(host, "test.faulty", R"({"fault":")" + fault + "\"}");
}

class Supervision : public ::testing::Test {
  protected:
    PluginHostOptions options() {
        PluginHostOptions out = hostOptions(/*isolated=*/true);
        out.reportFolder = (folder_.path() / "reports").string();
        return out;
    }
    void crash(PluginHost& host, int times) {
        for (int i = 0; i < times; ++i) {
            Listed none;
            EXPECT_FALSE(list(*faulty(host, "segv"), none));
        }
    }
    tenantry::testing::TempFolder folder_;
};

TEST_F(Supervision, AReportTellsWhatHappenedAndWhatWasDone) {
    PluginHost host(options());
    const auto connector = faulty(host, "stderr");
    Listed none;
    ASSERT_FALSE(list(*connector, none));
    const auto reports = host.reports("test.faulty");
    ASSERT_TRUE(reports);
    ASSERT_EQ(reports->size(), 1u);
    const auto json = base::Json::parse(reports->front().json).value();
    EXPECT_EQ(json["version"].asString(), "1.0.0");
    EXPECT_EQ(json["sha256"].stringOr("").size(), 64u);
    EXPECT_GE(json["build_id"].stringOr("").size(), 16u);
    EXPECT_EQ(json["signal"].asInt(), 6);
    EXPECT_EQ(json["cause"].asString(), "crashed");
    EXPECT_EQ(json["calls"].items().at(0)["operation"].asString(), "list");
    EXPECT_EQ(json["calls"].items().at(0)["suspect"].asBool(), true);
    EXPECT_NE(json["log"].text().find("about_to_fail"), std::string::npos);
    EXPECT_NE(json["stderr"].stringOr("").find("last words of a library"), std::string::npos);
    EXPECT_NE(json["consequence"].stringOr("").find("starts again"), std::string::npos);
    EXPECT_EQ(host.reports("test.nobody").error().code, base::ErrorCode::kNotFound);
}

TEST_F(Supervision, TheLevelOfTheVeryFileIsShownAndNoOther) {
    const auto file = folder_.path() / "test_faulty.so";
    const auto badge = folder_.path() / "test_faulty.conformance.json";
    fs::copy_file(TENANTRY_TEST_CONNECTORS "/test_faulty.so", file);
    auto own = options();
    own.folders = {folder_.path().string()};
    PluginHost host(own);
    const auto put = [&](const std::string& sha256, const std::string& level) {
        std::ofstream(badge) << R"({"sha256":")" << sha256 << R"(","level":")" << level
                             << R"(","proved_at":"2026-11-20T06:00:00Z"})";
    };
    const auto sha256 = healthOf(host, "test.faulty").sha256;
    EXPECT_FALSE(healthOf(host, "test.faulty").conformance);
    put(sha256, "syncs");
    ASSERT_TRUE(healthOf(host, "test.faulty").conformance);
    EXPECT_EQ(healthOf(host, "test.faulty").conformance->level, "syncs");
    put(sha256, "splendid");
    EXPECT_FALSE(healthOf(host, "test.faulty").conformance) << "no such level";
    put(std::string(64, '0'), "certified");
    EXPECT_FALSE(healthOf(host, "test.faulty").conformance) << "of another build";
    put(sha256, "certified");
    fs::permissions(badge, fs::perms::others_write, fs::perm_options::add);
    EXPECT_FALSE(healthOf(host, "test.faulty").conformance) << "anybody may have written it";
    fs::remove(badge);
    ASSERT_EQ(::mkfifo(badge.c_str(), 0600), 0);
    EXPECT_FALSE(healthOf(host, "test.faulty").conformance) << "a pipe is not waited for";
}

TEST_F(Supervision, OnlyTheCallThatCrashedIsSuspected) {
    PluginHost host(options());
    const auto bystander = faulty(host, "deaf");
    const auto culprit = faulty(host, "segv");
    std::jthread waiting([&] {
        Listed none;
        EXPECT_FALSE(list(*bystander, none, soon(5s)));
    });
    std::this_thread::sleep_for(200ms);  // so that it is under way
    Listed none;
    ASSERT_FALSE(list(*culprit, none));
    waiting.join();
    const auto json = base::Json::parse(host.reports("test.faulty").value().front().json).value();
    ASSERT_EQ(json["calls"].size(), 2u);
    EXPECT_EQ(json["calls"].items().at(0)["suspect"].asBool(), false);
    EXPECT_EQ(json["calls"].items().at(1)["suspect"].asBool(), true);
}

TEST_F(Supervision, APauseHoldsUntilAnOperatorResumesIt) {
    PluginHost host(options());
    EXPECT_EQ(healthOf(host, "test.faulty").state, domain::ConnectorState::kIdle);
    EXPECT_EQ(host.resume("test.faulty", {}).error().code, base::ErrorCode::kConflict);
    const auto connector = faulty(host, "none");
    ASSERT_TRUE(connector->get("user", "a", soon()));
    EXPECT_EQ(healthOf(host, "test.faulty").state, domain::ConnectorState::kRunning);
    crash(host, 3);
    const auto paused = healthOf(host, "test.faulty");
    EXPECT_EQ(paused.state, domain::ConnectorState::kPaused);
    EXPECT_NE(paused.reason.find("ended 3 times within 5 minutes"), std::string::npos);
    EXPECT_EQ(paused.reports, 3u);
    EXPECT_FALSE(connector->get("user", "a", soon()));
    ASSERT_TRUE(host.resume("test.faulty", {}));
    EXPECT_TRUE(connector->get("user", "a", soon()));
    EXPECT_EQ(host.resume("test.nobody", {}).error().code, base::ErrorCode::kNotFound);
}

TEST_F(Supervision, ReportsAndPausesOutliveTheKernel) {
    {
        PluginHost host(options());
        crash(host, 3);
    }
    PluginHost host(options());
    EXPECT_EQ(healthOf(host, "test.faulty").state, domain::ConnectorState::kPaused);
    EXPECT_EQ(host.reports("test.faulty").value().size(), 3u);
    EXPECT_THROW(faulty(host, "none"), std::runtime_error);
    ASSERT_TRUE(host.resume("test.faulty", {}));
    EXPECT_TRUE(faulty(host, "none"));
    EXPECT_EQ(healthOf(PluginHost(options()), "test.faulty").state, domain::ConnectorState::kIdle);
}

TEST_F(Supervision, AQuarantinedConnectionIsNamedAndResumedAlone) {
    PluginHost host(options());
    const auto poison = faulty(host, "segv");
    Listed none;
    ASSERT_FALSE(list(*poison, none));
    ASSERT_FALSE(list(*poison, none));
    const auto health = healthOf(host, "test.faulty");
    ASSERT_EQ(health.quarantined.size(), 1u);
    EXPECT_EQ(health.quarantined[0].operation, "list");
    EXPECT_EQ(health.state, domain::ConnectorState::kRestarting) << "the others go on";
    EXPECT_FALSE(poison->get("user", "a", soon()));
    EXPECT_TRUE(faulty(host, "none")->get("user", "a", soon()));
    const auto other = base::ConnectionId(base::newUuid());
    EXPECT_EQ(host.resume("test.faulty", other).error().code, base::ErrorCode::kConflict);
    ASSERT_TRUE(host.resume("test.faulty", health.quarantined[0].connection));
    EXPECT_TRUE(poison->get("user", "a", soon()));
}

TEST_F(Supervision, AConnectionThatFailsInsideThreeTimesIsQuarantined) {
    PluginHost host(options());
    const auto buggy = faulty(host, "inside");
    for (int i = 0; i < 3; ++i) {
        Listed none;
        EXPECT_EQ(list(*buggy, none).error().code, base::ErrorCode::kInternal);
    }
    Listed none;
    const auto refused = list(*buggy, none);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kUnavailable);
    EXPECT_NE(refused.error().message.find("failed inside"), std::string::npos);
    EXPECT_TRUE(faulty(host, "none")->get("user", "a", soon()));
}

TEST_F(Supervision, AnAgedWorkerIsFollowedByAnotherWithoutAFailedCall) {
    PluginHostOptions aging = options();
    aging.worker.watch.every = 20ms;
    aging.worker.watch.ageMax = 100ms;
    PluginHost host(aging);
    const auto connector = open(host, "test.faulty", R"({"fault":"none"})");
    std::set<pid_t> seen;
    for (const auto until = std::chrono::steady_clock::now() + 1500ms;
         std::chrono::steady_clock::now() < until;) {
        const auto got = connector->get("user", "a", soon());
        ASSERT_TRUE(got) << got.error().text();
        for (const pid_t worker : childrenOfThisProcess()) seen.insert(worker);
    }
    EXPECT_GE(seen.size(), 3u);
    EXPECT_TRUE(host.reports("test.faulty").value().empty());
}

/// Kills the worker that runs, and waits until the host knows.
void killWorker(PluginHost& host, const std::string& connector, std::size_t reports) {
    for (const pid_t worker : childrenOfThisProcess()) ::kill(worker, SIGKILL);
    for (int i = 0; i < 500 && host.reports(connector)->size() < reports; ++i)
        std::this_thread::sleep_for(10ms);
}

/// A folder with one connector, whose file is replaced as an installer would.
class Upgrade : public Supervision {
  protected:
    Upgrade() { fs::create_directories(folder_.path() / "connectors"); }
    void install(int version) {
        const auto to = folder_.path() / "connectors" / "versioned.so";
        const auto beside = to.string() + ".new";
        fs::copy_file(fs::path(TENANTRY_TEST_VERSIONS) /
                          ("test_versioned_" + std::to_string(version) + ".so"),
                      beside);
        fs::permissions(beside, fs::perms::group_write | fs::perms::others_write,
                        fs::perm_options::remove);
        fs::rename(beside, to);
    }
    PluginHostOptions versionedOptions() {
        PluginHostOptions out = options();
        out.folders = {(folder_.path() / "connectors").string()};
        return out;
    }
    static std::string versionOf(domain::Connector& connector) {
        const auto got = connector.get("user", "u1", soon());
        if (!got) return got.error().text();
        return base::Json::parse(got->body).value()["version"].stringOr("");
    }
    static domain::RescanFinding rescan(PluginHost& host) {
        const auto found = host.rescan(soon());
        return found.size() == 1 ? found.front() : domain::RescanFinding{};
    }
};

using Outcome = domain::RescanFinding::Outcome;

TEST_F(Upgrade, AnotherVersionTakesOverWhileACallOfTheFormerEnds) {
    install(1);
    PluginHost host(versionedOptions());
    const auto connector = open(host, "test.versioned", "{}");
    EXPECT_EQ(versionOf(*connector), "1.0.0");
    Listed slow;
    std::jthread reading([&] { EXPECT_TRUE(list(*connector, slow)); });
    std::this_thread::sleep_for(200ms);  // so that it is under way
    install(2);
    const auto found = rescan(host);
    EXPECT_EQ(found.outcome, Outcome::kUpgraded) << found.detail;
    EXPECT_EQ(found.from + " " + found.to, "1.0.0 2.0.0");
    EXPECT_EQ(versionOf(*connector), "2.0.0");
    EXPECT_EQ(connector->descriptor().version, "2.0.0");
    EXPECT_LT(slow.records.size(), 50u) << "the former one still reads";
    reading.join();
    EXPECT_EQ(slow.records.size(), 50u);
    EXPECT_NE(slow.records.back().body.find("1.0.0"), std::string::npos);
    for (int i = 0; i < 200 && childrenOfThisProcess().size() > 1; ++i)
        std::this_thread::sleep_for(20ms);
    EXPECT_EQ(childrenOfThisProcess().size(), 1u) << "and ends when it is done";
}

TEST_F(Upgrade, BackToTheFormerVersionIsTheSameWayBack) {
    install(2);
    PluginHost host(versionedOptions());
    const auto connector = open(host, "test.versioned", "{}");
    EXPECT_EQ(versionOf(*connector), "2.0.0");
    install(1);
    EXPECT_EQ(rescan(host).outcome, Outcome::kUpgraded);
    EXPECT_EQ(versionOf(*connector), "1.0.0");
    EXPECT_EQ(rescan(host).outcome, Outcome::kUnchanged);
}

TEST_F(Upgrade, AVersionThatCannotOpenTheConnectionsDoesNotTakeOver) {
    install(1);
    PluginHost host(versionedOptions());
    const auto connector = open(host, "test.versioned", "{}");
    install(3);
    const auto found = rescan(host);
    EXPECT_EQ(found.outcome, Outcome::kRefused);
    EXPECT_NE(found.detail.find("A name is needed now."), std::string::npos) << found.detail;
    EXPECT_EQ(versionOf(*connector), "1.0.0");
    EXPECT_EQ(healthOf(host, "test.versioned").version, "1.0.0");
}

TEST_F(Upgrade, ANewConnectorIsFoundWithoutARestart) {
    PluginHost host(versionedOptions());
    EXPECT_TRUE(host.connectors().empty());
    install(1);
    EXPECT_EQ(rescan(host).outcome, Outcome::kAdded);
    EXPECT_EQ(versionOf(*open(host, "test.versioned", "{}")), "1.0.0");
}

TEST_F(Upgrade, AnotherVersionEndsAPause) {
    install(1);
    PluginHost host(versionedOptions());
    const auto connector = open(host, "test.versioned", "{}");
    for (std::size_t deaths = 1; deaths <= 3; ++deaths) {
        EXPECT_EQ(versionOf(*connector), "1.0.0");
        killWorker(host, "test.versioned", deaths);
    }
    EXPECT_EQ(healthOf(host, "test.versioned").state, domain::ConnectorState::kPaused);
    install(2);
    EXPECT_EQ(rescan(host).outcome, Outcome::kUpgraded);
    EXPECT_EQ(versionOf(*connector), "2.0.0");
}

}  // namespace
}  // namespace tenantry::pluginhost
