#include "tests/api/site.h"

#include <stdexcept>
#include <thread>

namespace tenantry::testing {
namespace {

base::Deadline soon() {
    return base::Deadline::after(std::chrono::seconds(20));
}

template <class T>
T must(base::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().text());
    return std::move(result).value();
}

}  // namespace

Site::Site(bool empty) {
    must(base::initCrypto());
    connections_.attach(engine_);
    connectors_.attach(portal_);
    kit_.accounts.attach(portal_);
    if (!empty) populate();
    must(front_.serve(
        rest::Services{access_,      kit_.accounts,  kit_.roles,
                       kit_.tokens,  portal_,        federation_,
                       housekeeper_, organizations_, connections_,
                       store_,       view_,          runner_,
                       planner_,     desk_,          engine_,
                       front_.hub(), clock_,         [] {
                                        return rest::Readiness{true, "ok", ""}; },
                       "0.1.0",      kit_.policies,  kit_.views},
        supervision_, rest::FrontOptions{}));
    kit_.accounts.setPublicUrl(url());
    federation_.setPublicUrl(url());
    kit_.passkeys.setPublicUrl(url());
    kit_.outbox.start();
    engine_.start();
    must(jobEngine_.start(soon()));
    if (empty) return;
    for (const char* tenant : {"north-tenant", "south-tenant"}) read(tenant);
}

Site::~Site() {
    front_.stop();
}

void Site::populate() {
    using Kind = domain::OrganizationKind;
    addOrganization("nordwind", "Nordwind", "", Kind::kPlatform);
    addOrganization("north", "North Partner", "nordwind", Kind::kPartner);
    addOrganization("south", "South Partner", "nordwind", Kind::kPartner);
    addOrganization("west", "West Partner", "nordwind", Kind::kPartner);
    addOrganization("north-tenant", "Łódź Café", "north", Kind::kTenant);
    addOrganization("south-tenant", "South Tenant", "south", Kind::kTenant);
    addAccount("admin", "platform_administrator", "nordwind");
    addAccount("north", "partner_administrator", "north");
    addAccount("south", "partner_administrator", "south");
    addAccount("west", "partner_administrator", "west");
    addAccount("desk", "help_desk", "north");
    for (const char* tenant : {"north-tenant", "south-tenant"}) {
        const std::string prefix(tenant, 1);
        for (int i = 1; i <= 12; ++i) {
            const std::string login = prefix + std::to_string(i);
            directory(tenant).put({login, login, login + "@" + tenant + ".example",
                                   i == 2 ? "locked" : "active", i == 3 ? "=1+1" : "Ada", 1});
        }
        connect(tenant);
    }
}

std::string Site::url() const {
    return "http://127.0.0.1:" + std::to_string(front_.port());
}

base::OrganizationId Site::organizationId(const std::string& slug) const {
    const auto tree = organizations_.tree();
    return tree->at(tree->findSlug(slug).value()).id;
}

void Site::addOrganization(const std::string& slug, const std::string& name,
                           const std::string& parent, domain::OrganizationKind kind) {
    domain::Organization one;
    one.id = base::OrganizationId(base::newUuid());
    one.slug = slug;
    one.name = name;
    one.kind = kind;
    if (!parent.empty()) one.parent = organizationId(parent);
    must(organizations_.unsafePut(one, soon()));
    must(jobStore_->putOrganization(one, soon()));  // which keeps their windows
}

void Site::addAccount(const std::string& username, const std::string& role,
                      const std::string& organization) {
    domain::Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = organizationId(organization);
    account.username = username;
    account.email = username + "@msp.example";
    account.grants = {{role, account.home}};
    must(access_.unsafeAddAccount(account, base::SecretText(kPassword), soon()));
}

void Site::connect(const std::string& organization) {
    tenants::NewConnection wish;
    wish.connector = "test.scripted";
    wish.name = organization + " directory";
    wish.configJson = R"({"directory":")" + organization + R"(","password":"directory secret"})";
    must(connections_.unsafeCreate(organizationId(organization), wish, soon()));
}

base::ConnectionId Site::connection(const std::string& organization) const {
    const auto id = organizationId(organization);
    for (const auto& known : connections_.all()) {
        if (known.connection.organization == id &&
            known.connection.connector != tenants::kPortalConnector)
            return known.connection.id;
    }
    throw std::runtime_error("no connection of " + organization);
}

std::string Site::setupToken() {
    const auto link = must(access_.makeSetupLink(soon()));
    if (!link) throw std::runtime_error("there is an account already");
    return link->reveal();
}

sync::Run Site::read(const std::string& organization) {
    const auto id = connection(organization);
    const auto queued = must(engine_.request(id));
    for (int i = 0; i < 4000; ++i) {
        for (const auto& run : engine_.runs(id)) {
            if (run.id == queued.id && run.finishedAt) return run;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("the reading did not end");
}

}  // namespace tenantry::testing
