#include "tests/bench/job_world.h"

#include <thread>

#include "kernel/base/json.h"

namespace tenantry::bench {

namespace {

std::string descriptorOf(double callsPerSecond) {
    std::string limits;
    if (callsPerSecond > 0)
        limits = R"("limits": [{"bucket": "api", "rate": )" + std::to_string(callsPerSecond) +
                 R"(, "burst": 1}],)";
    return R"({
      "tny": 1, "id": "bench.noop", "name": "No-op", "vendor": "Tenantry", "version": "1.0.0",
      "abi": {"major": 1}, "concurrency": {"per_instance": 4},)" +
           limits + R"(
      "config": {"type": "object", "properties": {"number": {"type": "integer"}}},
      "kinds": {"user": {"attributes": {
        "login": {"type": "string", "maps": "login"},
        "state": {"type": "string", "maps": "status",
                  "values": {"active": "ACTIVE", "disabled": "SUSPENDED"}}}}},
      "actions": {"user.suspend": {}, "user.unsuspend": {}}})";
}

class NoopConnector final : public domain::Connector {
  public:
    NoopConnector(const domain::ConnectorDescriptor& descriptor, NoopDirectory& directory)
        : descriptor_(descriptor), directory_(directory) {}
    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const override {
        return descriptor_;
    }
    base::Result<std::vector<domain::Diagnostic>> check(base::Deadline) override {
        return std::vector<domain::Diagnostic>{};
    }
    base::Result<domain::ReadEnd> list(const domain::ReadRequest&, domain::RecordSink& sink,
                                       base::Deadline) override {
        for (int i = 0; i < directory_.users(); ++i) {
            const auto record = directory_.record(static_cast<std::size_t>(i));
            if (sink.record(record.view()) == domain::Flow::kStop) return domain::ReadEnd::kMore;
        }
        return domain::ReadEnd::kComplete;
    }
    base::Result<domain::OwnedRecord> get(const std::string&, const std::string& id,
                                          base::Deadline) override {
        std::this_thread::sleep_for(directory_.delay.load());
        return directory_.record(std::stoul(id.substr(1)));
    }
    base::Result<domain::Capabilities> capabilities(base::Deadline) override {
        domain::Capabilities out;
        for (const auto& [name, action] : descriptor_.actions) out[name] = {};
        return out;
    }
    base::Result<domain::ActReply> perform(const domain::ActRequest& request,
                                           base::Deadline) override {
        std::this_thread::sleep_for(directory_.delay.load());
        directory_.act(request);
        domain::ActReply reply;
        reply.records.push_back(directory_.record(std::stoul(request.id.substr(1))));
        return reply;
    }
    base::Result<domain::ActReply> poll(const std::string&, base::Deadline) override {
        return base::unsupported("Everything is done at once.");
    }

  private:
    const domain::ConnectorDescriptor& descriptor_;
    NoopDirectory& directory_;
};

}  // namespace

void NoopDirectory::act(const domain::ActRequest& request) {
    auto& user = users_.at(std::stoul(request.id.substr(1)));
    user.suspended = request.action == "user.suspend";
    user.performedNs = std::chrono::nanoseconds(Steady::now().time_since_epoch()).count();
}

std::optional<Steady::time_point> NoopDirectory::performedAt(int user) const {
    const auto at = users_.at(static_cast<std::size_t>(user)).performedNs.load();
    if (at == 0) return std::nullopt;
    return Steady::time_point(std::chrono::nanoseconds(at));
}

domain::OwnedRecord NoopDirectory::record(std::size_t user) const {
    domain::OwnedRecord out;
    const bool suspended = users_.at(user).suspended;
    out.kind = "user";
    out.id = "u" + std::to_string(user);
    out.etag = suspended ? "2" : "1";
    out.body =
        R"({"login":")" + out.id + R"(","state":")" + (suspended ? "disabled" : "active") + "\"}";
    return out;
}

NoopHost::NoopHost(int directories, int usersEach, double callsPerSecond)
    : descriptor_(must(domain::parseDescriptor(descriptorOf(callsPerSecond)))) {
    for (int i = 0; i < directories; ++i)
        directories_.push_back(std::make_unique<NoopDirectory>(usersEach));
}

base::Result<std::shared_ptr<domain::Connector>> NoopHost::open(domain::OpenRequest request,
                                                                base::Deadline) {
    TNY_TRY(const auto config, base::Json::parse(request.configJson));
    return std::shared_ptr<domain::Connector>(std::make_shared<NoopConnector>(
        descriptor_, directory(static_cast<int>(config["number"].intOr(0)))));
}

jobs::JobPolicy JobWorld::noLimits() {
    jobs::JobPolicy out;
    out.approvalAbove = out.canaryFrom = 1'000'000'000;
    return out;
}

JobWorld::JobWorld(store::StoreOptions options, int directories, int usersEach,
                   double callsPerSecond, jobs::EngineOptions engineOptions)
    : store(must(store::Store::open(std::move(options), clock, soon()))),
      host(directories, usersEach, callsPerSecond),
      organizations(*store, view, events, clock),
      kit(*store, organizations, clock),
      connections({*store, host, view, events, clock}),
      engine({connections, connections, *store, *store, *store, view, events, clock}),
      runner({connections,
              connections,
              *store,
              *store,
              view,
              view,
              events,
              clock,
              {},
              store.get(),
              &meter}),
      planner({*store, runner, view, connections, host, clock}),
      jobEngine({*store, runner, access, connections, host, events, clock, &meter}, engineOptions),
      desk({*store, jobEngine, *store, events, clock}, noLimits()) {
    connections.attach(engine);
    populate(directories);
    must(jobEngine.start(soon()));
}

base::OrganizationId JobWorld::add(const std::string& slug, const base::OrganizationId& parent,
                                   domain::OrganizationKind kind) {
    domain::Organization one;
    one.id = base::OrganizationId(base::newUuid());
    one.parent = parent;
    one.slug = one.name = slug;
    one.kind = kind;
    must(organizations.unsafePut(one, soon()));
    return one.id;
}

/// The users are put where a reading puts them: what is measured is not the reading.
void JobWorld::populate(int directories) {
    const auto root = add("platform", {}, domain::OrganizationKind::kPlatform);
    domain::Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = root;
    account.username = "chief";
    account.email = "chief@msp.example";
    account.grants = {{"platform_administrator", root}};
    must(access.unsafeAddAccount(account, base::SecretText("a long enough password"), soon()));
    const auto now = clock.now();
    for (int d = 0; d < directories; ++d) {
        const auto tenant = add("t" + std::to_string(d), root, domain::OrganizationKind::kTenant);
        tenants::NewConnection wish;
        wish.connector = "bench.noop";
        wish.name = "directory";
        wish.configJson = R"({"number":)" + std::to_string(d) + "}";
        const auto connection = must(connections.unsafeCreate(tenant, wish, soon()));
        connectionIds_.push_back(connection.id);
        domain::ConnectionHealth health;
        health.state = domain::ConnectionState::kCurrent;
        for (const auto* action : {"user.suspend", "user.unsuspend"})
            health.capabilities[action] = {};
        connections.setHealth(connection.id, health);
        domain::UserChanges changes;
        for (int u = 0; u < host.directory(d).users(); ++u) {
            domain::User user;
            user.connection = connection.id;
            user.organization = tenant;
            user.nativeId = user.username = "u" + std::to_string(u);
            user.id = base::userIdOf(connection.id, user.nativeId);
            user.status = domain::UserStatus::kActive;
            user.nativeStatus = "active";
            user.etag = "1";
            user.seenAt = now;
            changes.upserts.push_back(user);
        }
        changes.seenAt = now;
        view.apply(connection.id, changes, must(store->applyUsers(connection.id, changes, soon())));
    }
    asker = must(access.unsafeOperatorFor(account.id, soon()));
}

base::UserId JobWorld::user(int directory, int number) const {
    return base::userIdOf(connectionIds_.at(static_cast<std::size_t>(directory)),
                          "u" + std::to_string(number));
}

domain::Plan JobWorld::plan(const std::string& verb) {
    jobs::PlanRequest request;
    request.verb = verb;
    request.selection.query = domain::UserQuery{};
    request.reason = "bench";
    return must(planner.make(*asker, request, soon())).plan;
}

domain::JobId JobWorld::confirm(const domain::Plan& plan) {
    return must(desk.confirm(*asker, {plan.id, plan.hash, std::nullopt}, soon())).job.id;
}

jobs::JobView JobWorld::wait(const domain::JobId& id,
                             const std::function<bool(const jobs::JobView&)>& until) {
    for (;;) {
        auto job = must(desk.get(*asker, id, soon()));
        if (until(job)) return job;
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
}

}  // namespace tenantry::bench
