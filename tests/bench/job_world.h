/// A platform with a real store, a job engine and directories that answer at once: what is measured
/// is Tenantry.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/job_engine.h"
#include "kernel/jobs/planner.h"
#include "kernel/store/store.h"
#include "kernel/sync/engine.h"
#include "kernel/view/memory_view.h"
#include "tenants/access.h"
#include "tenants/connections.h"
#include "tenants/organizations.h"
#include "tests/fakes/accounts_kit.h"

namespace tenantry::bench {

inline base::Deadline soon() {
    return base::Deadline::after(std::chrono::minutes{10});
}

using Steady = std::chrono::steady_clock;

template <class T>
T must(base::Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    std::exit(1);
}

/// The users of one connection: "u0", "u1" ... Each call of perform leaves its time.
class NoopDirectory {
  public:
    explicit NoopDirectory(int users) : users_(static_cast<std::size_t>(users)) {}
    std::atomic<std::chrono::milliseconds> delay{std::chrono::milliseconds{0}};

    [[nodiscard]] int users() const { return static_cast<int>(users_.size()); }
    void act(const domain::ActRequest& request);
    [[nodiscard]] domain::OwnedRecord record(std::size_t user) const;
    /// Nothing before it was asked.
    [[nodiscard]] std::optional<Steady::time_point> performedAt(int user) const;

  private:
    struct State {
        std::atomic<bool> suspended = false;
        std::atomic<std::int64_t> performedNs = 0;
    };
    std::vector<State> users_;
};

/// One connector, "bench.noop", whose configuration names the number of its directory.
class NoopHost final : public domain::ConnectorHost {
  public:
    /// `callsPerSecond` 0: no limit.
    NoopHost(int directories, int usersEach, double callsPerSecond);
    NoopDirectory& directory(int number) {
        return *directories_.at(static_cast<std::size_t>(number));
    }
    [[nodiscard]] std::vector<domain::ConnectorDescriptor> connectors() const override {
        return {descriptor_};
    }
    base::Result<std::shared_ptr<domain::Connector>> open(domain::OpenRequest request,
                                                          base::Deadline deadline) override;

  private:
    domain::ConnectorDescriptor descriptor_;
    std::vector<std::unique_ptr<NoopDirectory>> directories_;
};

struct JobWorld {
    JobWorld(store::StoreOptions options, int directories, int usersEach, double callsPerSecond,
             jobs::EngineOptions engine = {});
    ~JobWorld() { jobEngine.stop(); }

    /// For everybody.
    domain::Plan plan(const std::string& verb);
    domain::JobId confirm(const domain::Plan& plan);
    domain::JobId start(const std::string& verb) { return confirm(plan(verb)); }
    jobs::JobView wait(const domain::JobId& id,
                       const std::function<bool(const jobs::JobView&)>& until);
    base::UserId user(int directory, int number) const;

    base::SystemClock clock;
    struct Quiet final : domain::EventSink {
        void publish(const domain::Event&) override {}
    } events;
    std::unique_ptr<store::Store> store;
    base::CallMeter meter;
    NoopHost host;
    view::MemoryView view{clock};
    tenants::Organizations organizations;
    testing::AccountsKit kit;
    tenants::Access& access = kit.access;
    tenants::Connections connections;
    sync::Engine engine;
    jobs::ActionRunner runner;
    jobs::Planner planner;
    jobs::JobEngine jobEngine;
    jobs::JobDesk desk;
    std::optional<domain::Operator> asker;

  private:
    static jobs::JobPolicy noLimits();
    void populate(int directories);
    base::OrganizationId add(const std::string& slug, const base::OrganizationId& parent,
                             domain::OrganizationKind kind);
    std::vector<base::ConnectionId> connectionIds_;
};

}  // namespace tenantry::bench
