/// A whole site on loopback: the real front, access, connections, sync, jobs and view, on a store
/// in memory and scripted directories. Two partners that must not see each other.
///
/// nordwind (platform) > north, south, west (partners) > north-tenant, south-tenant; a tenant has
/// one directory of the same name. west is empty: what tests make, they make there.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "api/rest/front.h"
#include "kernel/base/crypto.h"
#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/planner.h"
#include "kernel/store/store.h"
#include "kernel/view/memory_view.h"
#include "tenants/housekeeper.h"
#include "tenants/oidc/federation.h"
#include "tenants/portal.h"
#include "tests/fakes/accounts_kit.h"
#include "tests/fakes/fake_store.h"
#include "tests/fakes/fake_supervision.h"
#include "tests/fakes/loopback_http.h"
#include "tests/fakes/scripted_connector.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {

class Site {
  public:
    static constexpr const char* kPassword = "correct horse battery";

    /// An empty one has no organization and no account.
    explicit Site(bool empty = false);
    ~Site();

    [[nodiscard]] std::string url() const;
    /// "GET /api/v1/users", as routed.
    [[nodiscard]] std::vector<std::string> operations() const { return front_.operations(); }
    [[nodiscard]] std::uint16_t port() const { return front_.port(); }
    ScriptedDirectory& directory(const std::string& name) { return host_.directory(name); }
    [[nodiscard]] base::ConnectionId connection(const std::string& organization) const;
    [[nodiscard]] std::string setupToken();
    /// Reads a directory and waits for the end.
    sync::Run read(const std::string& organization);

    [[nodiscard]] base::OrganizationId organizationId(const std::string& slug) const;

    FakeStore& store() { return store_; }
    view::MemoryView& view() { return view_; }
    tenants::Organizations& organizations() { return organizations_; }
    /// The database of plans and jobs.
    [[nodiscard]] std::string jobsFile() const { return (folder_.path() / "jobs.db").string(); }
    AccountsKit& kit() { return kit_; }
    FakeSupervision& supervision() { return supervision_; }

  private:
    void populate();
    void addOrganization(const std::string& slug, const std::string& name,
                         const std::string& parent, domain::OrganizationKind kind);
    void addAccount(const std::string& username, const std::string& role,
                    const std::string& organization);
    void connect(const std::string& organization);

    base::SystemClock clock_;
    FakeStore store_;
    ScriptedHost host_;
    FakeSupervision supervision_;
    view::MemoryView view_{clock_};
    rest::Front front_{clock_};
    tenants::Organizations organizations_{store_, view_, front_.events(), clock_};
    AccountsKit kit_{store_, organizations_, clock_};
    tenants::Access& access_ = kit_.access;
    tenants::PortalHost connectors_{host_};
    tenants::Connections connections_{{store_, connectors_, view_, front_.events(), clock_}};
    tenants::Portal portal_{{kit_.accounts, kit_.access, kit_.roles, connections_, store_, store_,
                             view_, front_.events(), clock_}};
    pluginhost::http::CurlExchange http_{loopbackHttp()};
    tenants::Federation federation_{{kit_.access, kit_.accounts, store_, store_, organizations_,
                                     http_, clock_, /*allowPlainLoopback=*/true}};
    tenants::Housekeeper housekeeper_{
        {kit_.accounts, kit_.access, store_, store_, store_, store_, organizations_, clock_}, {}};
    sync::Engine engine_{
        {connections_, connections_, store_, store_, store_, view_, front_.events(), clock_}};
    jobs::ActionRunner runner_{
        {connections_, connections_, store_, store_, view_, view_, front_.events(), clock_,
         [this](const domain::User& user) { return portal_.protectedBecause(user); }}};
    TempFolder folder_;
    std::unique_ptr<store::Store> jobStore_ =
        store::Store::open(
            {"sqlite://" + (folder_.path() / "jobs.db").string(), {}, base::SealingKey::generate()},
            clock_, base::Deadline::after(std::chrono::seconds{20}))
            .value();
    jobs::Planner planner_{{*jobStore_, runner_, view_, connections_, connectors_, clock_}};
    jobs::JobEngine jobEngine_{
        {*jobStore_, runner_, access_, connections_, connectors_, front_.events(), clock_}, {}};
    jobs::JobDesk desk_{{*jobStore_, jobEngine_, store_, front_.events(), clock_}, policy()};

    /// More than five users need an approval: small enough to be tested.
    static jobs::JobPolicy policy() {
        jobs::JobPolicy out;
        out.approvalAbove = 5;
        return out;
    }
};

}  // namespace tenantry::testing
