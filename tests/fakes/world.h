/// A whole small platform on fakes: two partners who must not see each other, each with a tenant
/// and a directory.
///
/// The only way to an Operator is a real tenants::Access, here on a store in memory.
#pragma once

#include <thread>

#include "kernel/base/crypto.h"
#include "kernel/jobs/action_runner.h"
#include "kernel/sync/engine.h"
#include "kernel/view/memory_view.h"
#include "tenants/access.h"
#include "tenants/connections.h"
#include "tenants/organizations.h"
#include "tenants/portal.h"
#include "tests/fakes/accounts_kit.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_store.h"
#include "tests/fakes/scripted_connector.h"

namespace tenantry::testing {

inline base::Deadline soon() {
    return base::Deadline::after(std::chrono::seconds{10});
}

struct World {
    FakeClock clock;
    FakeStore store;
    ScriptedHost host;
    domain::ConnectorHost& installed;  ///< `host`, or the one that the world was given
    RecordedEvents events;
    view::MemoryView view{clock};
    tenants::Organizations organizations{store, view, events, clock};
    AccountsKit kit{store, organizations, clock};
    tenants::Access& access = kit.access;
    tenants::PortalHost connectors{installed};
    tenants::Connections connections{{store, connectors, view, events, clock}};
    tenants::Portal portal{
        {kit.accounts, kit.access, kit.roles, connections, store, store, view, events, clock}};
    sync::Engine engine{{connections, connections, store, store, store, view, events, clock}};
    jobs::ActionRunner runner{
        {connections, connections, store, store, view, view, events, clock,
         [this](const domain::User& user) { return portal.protectedBecause(user); }}};

    /// platform > north > north-tenant, and platform > south > south-tenant.
    explicit World(domain::ConnectorHost* plugged = nullptr)
        : installed(plugged != nullptr ? *plugged : host) {
        static_cast<void>(base::initCrypto());
        addOrganization("platform", "", domain::OrganizationKind::kPlatform);
        addOrganization("north", "platform", domain::OrganizationKind::kPartner);
        addOrganization("south", "platform", domain::OrganizationKind::kPartner);
        addOrganization("north-tenant", "north", domain::OrganizationKind::kTenant);
        addOrganization("south-tenant", "south", domain::OrganizationKind::kTenant);
        connections.attach(engine);
    }
    /// Shows accounts among the users from now on.
    void openPortal() {
        connectors.attach(portal);
        kit.accounts.attach(portal);
        kit.accounts.setPublicUrl("https://portal.example");
        kit.passkeys.setPublicUrl("https://portal.example");
        if (const auto loaded = kit.accounts.load(soon()); !loaded)
            throw std::runtime_error(loaded.error().text());
    }

    void addOrganization(const std::string& slug, const std::string& parent,
                         domain::OrganizationKind kind) {
        domain::Organization one;
        one.id = base::OrganizationId(base::newUuid());
        one.slug = one.name = slug;
        one.kind = kind;
        if (!parent.empty()) one.parent = organizationId(parent);
        if (const auto put = organizations.unsafePut(one, soon()); !put)
            throw std::runtime_error(put.error().text());
    }
    base::OrganizationId organizationId(const std::string& slug) const {
        const auto tree = organizations.tree();
        return tree->at(tree->findSlug(slug).value()).id;
    }
    domain::Operator operatorWith(const std::string& role, const std::string& organization) {
        domain::Account account;
        account.id = base::AccountId(base::newUuid());
        account.home = organizationId(organization);
        account.username = role + "." + organization + "." + account.id.text().substr(0, 6);
        account.email = account.username + "@msp.example";
        account.grants = {{role, account.home}};
        const auto added =
            access.unsafeAddAccount(account, base::SecretText("a long enough password"), soon());
        if (!added) throw std::runtime_error(added.error().text());
        return access.unsafeOperatorFor(account.id, soon()).value();
    }
    domain::Operator administrator(const std::string& organization) {
        return operatorWith("partner_administrator", organization);
    }

    /// A connection of `organization` to the scripted directory of the same name.
    base::ConnectionId connect(const std::string& organization) {
        tenants::NewConnection request;
        request.connector = "test.scripted";
        request.name = organization + " directory";
        request.configJson =
            R"({"directory":")" + organization + R"(","password":"directory secret"})";
        return connections.unsafeCreate(organizationId(organization), request, soon()).value().id;
    }
    /// Reads it now and waits for the end.
    sync::Run read(const base::ConnectionId& id) {
        startEngine();
        const auto queued = engine.request(id).value();
        for (int i = 0; i < 2000; ++i) {
            for (const auto& run : engine.runs(id))
                if (run.id == queued.id && run.finishedAt) return run;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        throw std::runtime_error("the reading did not end");
    }
    domain::UserPage list(const domain::Operator& asker, const std::string& search = "") {
        domain::UserQuery query;
        query.search = search;
        query.limit = 500;
        return view.query(asker.visible(), query).value();
    }
    domain::User user(const domain::Operator& asker, const std::string& login) {
        for (auto& one : list(asker, login).items)
            if (one.username == login) return one.user();
        throw std::runtime_error("no user " + login);
    }
    jobs::ActionResult act(const domain::Operator& asker, const std::string& login,
                           domain::Action action, const std::string& parameters = "{}") {
        jobs::ActionRequest request;
        request.user = user(asker, login).id;
        request.action = action;
        request.parametersJson = parameters;
        return runner.run(asker, request, soon()).value();
    }

  private:
    void startEngine() {
        if (!started_) engine.start();
        started_ = true;
    }
    bool started_ = false;
};

}  // namespace tenantry::testing
