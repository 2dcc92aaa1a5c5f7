/// A small platform with a job engine, its jobs in a real SQLite database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/job_engine.h"
#include "kernel/jobs/planner.h"
#include "kernel/store/store.h"
#include "tests/fakes/world.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {

struct JobWorld : World {
    explicit JobWorld(jobs::EngineOptions options = {}, jobs::JobPolicy policy = {},
                      domain::ConnectorHost* plugged = nullptr)
        : World(plugged), options_(std::move(options)), policy_(policy) {
        jobStore = store::Store::open({"sqlite://" + (folder.path() / "jobs.db").string(),
                                       {},
                                       base::SealingKey::generate()},
                                      clock, soon())
                       .value();
        planner = std::make_unique<jobs::Planner>(
            jobs::Planner::Parts{*jobStore, runner, view, connections, installed, clock});
        begin();
    }

    /// As a process that starts does it.
    void begin() {
        jobEngine = std::make_unique<jobs::JobEngine>(
            jobs::EngineParts{*jobStore, runner, access, connections, installed, events, clock},
            options_);
        desk = std::make_unique<jobs::JobDesk>(
            jobs::JobDesk::Parts{*jobStore, *jobEngine, store, events, clock}, policy_);
        if (const auto started = jobEngine->start(soon()); !started)
            throw std::runtime_error(started.error().text());
    }

    /// A connection of `organization` with `count` active users, read.
    base::ConnectionId fill(const std::string& organization, int count) {
        host.directory(organization).fill(count);
        const auto id = connect(organization);
        read(id);
        return id;
    }
    [[nodiscard]] jobs::PlanRequest all(const std::string& verb) const {
        jobs::PlanRequest request;
        request.verb = verb;
        request.selection.query = domain::UserQuery{};
        request.reason = "test";
        return request;
    }
    base::Result<jobs::JobView> confirm(const domain::Operator& asker, const domain::Plan& plan) {
        return desk->confirm(asker, {plan.id, plan.hash, std::nullopt}, soon());
    }
    /// Plans and confirms for everybody the asker sees.
    domain::JobId start(const domain::Operator& asker, const std::string& verb) {
        const auto plan = planner->make(asker, all(verb), soon()).value();
        return confirm(asker, plan.plan).value().job.id;
    }
    jobs::JobView wait(const domain::Operator& asker, const domain::JobId& id,
                       const std::function<bool(const jobs::JobView&)>& until) {
        for (int i = 0; i < 3000; ++i) {
            auto job = desk->get(asker, id, soon()).value();
            if (until(job)) return job;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        throw std::runtime_error("the job did not get there");
    }
    jobs::JobView finish(const domain::Operator& asker, const domain::JobId& id) {
        return wait(asker, id, [](const jobs::JobView& job) {
            return job.job.state != domain::JobState::kRunning &&
                   job.job.state != domain::JobState::kScheduled;
        });
    }
    std::vector<domain::JobItem> items(const domain::JobId& id) {
        std::vector<domain::JobItem> out;
        static_cast<void>(jobStore->eachJobItem(
            id, false, [&](domain::JobItem&& item) { out.push_back(std::move(item)); }, soon()));
        return out;
    }

    TempFolder folder;
    std::unique_ptr<store::Store> jobStore;
    std::unique_ptr<jobs::Planner> planner;
    std::unique_ptr<jobs::JobEngine> jobEngine;
    std::unique_ptr<jobs::JobDesk> desk;

  private:
    jobs::EngineOptions options_;
    jobs::JobPolicy policy_;
};

}  // namespace tenantry::testing
