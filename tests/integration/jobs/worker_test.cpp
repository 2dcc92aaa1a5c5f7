// Jobs of an action that finishes later, through a real connector in its worker process: it is
// asked for by whichever process is there, and reaches the backend once.
#include <signal.h>

#include "tests/fakes/loopback_http.h"
#include "tests/integration/jobs/job_world.h"
#include "tests/integration/kit/rest_directory.h"
#include "tests/integration/pluginhost/fixture.h"

namespace tenantry::jobs {
namespace {

using domain::Outcome;
using testing::JobWorld;
using testing::soon;

pluginhost::PluginHostOptions options() {
    pluginhost::PluginHostOptions out;
    out.folders = {TENANTRY_TEST_CONNECTORS};
    out.worker.program = TENANTRY_TEST_WORKER;
    out.worker.restartMin = std::chrono::milliseconds{10};
    out.http = testing::loopbackHttp();
    return out;
}
EngineOptions quick() {
    EngineOptions out;
    out.operationPollMin = std::chrono::milliseconds{50};
    return out;
}

struct WorkerJobTest : ::testing::Test {
    kit::RestDirectory backend;
    pluginhost::PluginHost host{options()};
    JobWorld world{quick(), {}, &host};
    domain::Operator asker = world.administrator("north");

    WorkerJobTest() {
        tenants::NewConnection request;
        request.connector = "test.reference";
        request.name = "Reference";
        request.configJson =
            R"({"base_url":")" + backend.url() + R"(/one","token":"t0ken-of-one"})";
        const auto made =
            world.connections.unsafeCreate(world.organizationId("north-tenant"), request, soon());
        if (!made) throw std::runtime_error(made.error().text());
        world.read(made->id);
    }
    int count(const std::string& what) { return std::stoi(backend.run(what, {}).value()); }
    void say(const std::string& what) { ASSERT_TRUE(backend.run(what, {})); }
    domain::JobId moveOne() {
        auto request = world.all("x.reference.move");
        request.selection.query.reset();
        request.selection.ids = {world.list(asker).items.front().user().id};
        const auto plan = world.planner->make(asker, request, soon()).value();
        return world.confirm(asker, plan.plan).value().job.id;
    }
    /// Until the backend has been asked how it goes, and has not finished.
    void waitUntilAsked() {
        for (int i = 0; i < 2000 && count("asked") == 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        ASSERT_GT(count("asked"), 0);
    }
};

TEST_F(WorkerJobTest, EveryUserIsMovedOnce) {
    const auto id = world.start(asker, "x.reference.move");
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.job.state, domain::JobState::kFinished) << job.job.stateDetail;
    EXPECT_EQ(job.sums.of(Outcome::kDone), 25U);
    EXPECT_EQ(count("effects"), 25);
    EXPECT_EQ(count("asked"), 25);
}

TEST_F(WorkerJobTest, AWorkerThatWasKilledMeanwhileIsAskedByTheNextOne) {
    say("hold");
    const auto id = moveOne();
    waitUntilAsked();
    const auto workers = pluginhost::childrenOfThisProcess();
    ASSERT_FALSE(workers.empty());
    for (const auto pid : workers) ::kill(pid, SIGKILL);
    say("release");
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kDone), 1U) << world.items(id).front().detail;
    EXPECT_EQ(count("effects"), 1);
    EXPECT_NE(pluginhost::childrenOfThisProcess(), workers);
}

TEST_F(WorkerJobTest, AnEngineThatStartsAgainAsksForWhatTheFormerOneLeft) {
    say("hold");
    const auto id = moveOne();
    waitUntilAsked();
    world.jobEngine->stop();
    for (const auto pid : pluginhost::childrenOfThisProcess()) ::kill(pid, SIGKILL);
    say("release");
    world.begin();
    EXPECT_EQ(world.finish(asker, id).sums.of(Outcome::kDone), 1U);
    EXPECT_EQ(count("effects"), 1);
}

TEST_F(WorkerJobTest, AConnectorTellsWhenItWantsToBeAskedAgain) {
    say("hold");
    const auto connector = pluginhost::open(
        host, "test.reference",
        R"({"base_url":")" + backend.url() + R"(/one","token":{"$secret":"pw"}})", "t0ken-of-one");
    const auto begun = pluginhost::act(*connector, "x.reference.move", "u01").value();
    EXPECT_TRUE(begun.pending);
    EXPECT_EQ(begun.operation, "op1");
    EXPECT_EQ(begun.retryAfter, std::chrono::milliseconds{-1}) << "it did not say";
    const auto still = connector->poll(begun.operation, soon()).value();
    EXPECT_TRUE(still.pending);
    EXPECT_EQ(still.retryAfter, std::chrono::milliseconds{70});
    say("release");
    const auto done = connector->poll(begun.operation, soon()).value();
    EXPECT_FALSE(done.pending);
    EXPECT_EQ(done.records.size(), 1U) << "the new state";
    EXPECT_EQ(connector->poll("op9", soon()).error().code, base::ErrorCode::kNotFound);
}

TEST_F(WorkerJobTest, WhatTheBackendForgotIsUnknown) {
    say("hold");
    const auto id = moveOne();
    waitUntilAsked();
    say("reset");
    const auto job = world.finish(asker, id);
    EXPECT_EQ(job.sums.of(Outcome::kUnknown), 1U);
    EXPECT_NE(world.items(id).front().detail.find("does not know the operation"),
              std::string::npos);
    EXPECT_EQ(count("effects"), 0) << "the fresh directory was asked for nothing";
}

}  // namespace
}  // namespace tenantry::jobs
