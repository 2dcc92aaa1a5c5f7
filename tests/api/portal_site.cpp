#include "tests/api/portal_site.h"

#include <cstdlib>
#include <filesystem>
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

void mustDo(base::Status result) {
    if (!result) throw std::runtime_error(result.error().text());
}

std::string buildFolder() {
    const char* folder = std::getenv("TENANTRY_BUILD_DIR");
    return folder == nullptr ? ".build/dev" : folder;
}

}  // namespace

std::string bodyOf(std::initializer_list<std::pair<const char*, std::string>> members) {
    base::JsonWriter out;
    out.beginObject();
    for (const auto& [name, value] : members) out.key(name).string(value);
    out.endObject();
    return std::move(out).take();
}

PortalSite::PortalSite() {
    std::filesystem::create_directories(folder_.path() / "connectors");
    main::Settings settings;
    settings.dataDir = (folder_.path() / "data").string();
    settings.connectorsDir = (folder_.path() / "connectors").string();
    settings.worker =
        std::filesystem::absolute(buildFolder() + "/bin/tenantry-connector-host").string();
    settings.mailServer = "smtp://127.0.0.1:" + std::to_string(smtp_.port());
    settings.mailFrom = "portal@msp.example";
    settings.httpAllowLoopback = true;
    platform_ = must(main::Platform::open(settings, front_.events(), clock_));
    populate();
    auto& p = *platform_;
    services_ = std::make_unique<rest::Services>(rest::Services{
        *p.access,      *p.accounts,      *p.roles,
        *p.tokens,      *p.portal,        *p.federation,
        *p.housekeeper, *p.organizations, *p.connections,
        *p.store,       *p.view,          *p.runner,
        *p.planner,     *p.desk,          *p.engine,
        front_.hub(),   clock_,           [] {
                           return rest::Readiness{true, "ok", ""}; },
        "0.1.0",        *p.policies,      *p.views});
    mustDo(front_.serve(*services_, *p.host, rest::FrontOptions{}));
    p.accounts->setPublicUrl(url());
    p.federation->setPublicUrl(url());
    mustDo(p.startWorking());
}

PortalSite::~PortalSite() {
    front_.stop();
}

void PortalSite::populate() {
    using Kind = domain::OrganizationKind;
    addOrganization("nordwind", "", Kind::kPlatform);
    addOrganization("north", "nordwind", Kind::kPartner);
    addOrganization("south", "nordwind", Kind::kPartner);
    addOrganization("north-tenant", "north", Kind::kTenant);
    addOrganization("south-tenant", "south", Kind::kTenant);
    const auto north = organizationId("north"), south = organizationId("south");
    addAccount("admin", {{"platform_administrator", organizationId("nordwind")}});
    addAccount("north", {{"partner_administrator", north}});
    addAccount("south", {{"partner_administrator", south}});
    addAccount("both", {{"partner_administrator", north}, {"partner_administrator", south}});
}

base::OrganizationId PortalSite::organizationId(const std::string& slug) const {
    const auto tree = platform_->organizations->tree();
    return tree->at(tree->findSlug(slug).value()).id;
}

void PortalSite::addOrganization(const std::string& slug, const std::string& parent,
                                 domain::OrganizationKind kind) {
    domain::Organization one;
    one.id = base::OrganizationId(base::newUuid());
    one.slug = one.name = slug;
    one.kind = kind;
    one.createdAt = one.modifiedAt = clock_.now();
    if (!parent.empty()) one.parent = organizationId(parent);
    mustDo(platform_->organizations->unsafePut(one, soon()));
}

void PortalSite::addAccount(const std::string& username, std::vector<domain::Grant> grants) {
    domain::Account account;
    account.id = base::AccountId(base::newUuid());
    account.home = grants.front().organization;
    account.username = username;
    account.email = username + "@msp.example";
    account.grants = std::move(grants);
    account.createdAt = account.modifiedAt = clock_.now();
    mustDo(platform_->access->unsafeAddAccount(account, base::SecretText(kPassword), soon()));
}

void PortalSite::advance(std::chrono::milliseconds span) {
    clock_.advance(span);
    clients_.clear();
}

void PortalSite::read(const base::ConnectionId& id) {
    const auto queued = must(platform_->engine->request(id));
    for (int i = 0; i < 4000; ++i) {
        for (const auto& run : platform_->engine->runs(id))
            if (run.id == queued.id && run.finishedAt) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("the reading did not end");
}

void PortalSite::tidy() {
    mustDo(platform_->housekeeper->runOnce(soon()));
}

ApiClient& PortalSite::as(const std::string& username) {
    auto& client = clients_[username];
    if (!client) client = std::make_unique<ApiClient>(port(), username);
    return *client;
}

Reply PortalSite::open(const std::string& path, const std::string& body) {
    return ApiClient(port()).post("/api/v1/" + path, body);
}

Reply PortalSite::invite(const std::string& username, const std::string& more,
                         const std::string& organization, const std::string& by) {
    return as(by).post(
        "/api/v1/users",
        R"({"organization":")" + organization + R"(","username":")" + username + R"(","email":")" +
            username + R"(@msp.example","first_name":"Grace","last_name":"Hopper")" + more + "}");
}

void PortalSite::member(const std::string& username, const std::string& more) {
    const auto made = invite(username, more);
    if (made.status != 201) throw std::runtime_error(made.body);
    const auto accepted = accept(mailedToken(username), kPassword);
    if (accepted.status != 201) throw std::runtime_error(accepted.body);
}

std::string PortalSite::mailTo(const std::string& username) {
    return smtp_.textTo(username + "@msp.example", ++read_[username]);
}

std::string PortalSite::mailedToken(const std::string& username) {
    const auto text = mailTo(username);
    const std::string before = url() + "/link#";
    const auto at = text.find(before);
    if (at == std::string::npos) return "no link in this mail: " + text;
    const auto from = at + before.size();
    return text.substr(from, text.find_first_of("\r\n", from) - from);
}

Reply PortalSite::accept(const std::string& token, const std::string& password,
                         const std::string& code) {
    if (code.empty())
        return open("links/accept", bodyOf({{"token", token}, {"password", password}}));
    return open("links/accept", bodyOf({{"token", token}, {"password", password}, {"totp", code}}));
}

Reply PortalSite::signIn(const std::string& username, const std::string& password,
                         const std::string& code) {
    if (code.empty())
        return open("session", bodyOf({{"username", username}, {"password", password}}));
    return open("session",
                bodyOf({{"username", username}, {"password", password}, {"totp", code}}));
}

base::Json PortalSite::user(const std::string& username, const std::string& by) {
    const auto page = as(by).get("/api/v1/users?filter=username+eq+%22" + username + "%22").json();
    const auto items = page["items"].items();
    return items.empty() ? base::Json() : items.front();
}

std::string PortalSite::path(const std::string& username) {
    return "/api/v1/users/" + user(username)["id"].stringOr("none");
}

Reply PortalSite::act(const std::string& username, const std::string& action,
                      const std::string& body, const std::string& by) {
    return as(by).post(path(username) + "/actions/" + action, body);
}

std::string PortalSite::status(const std::string& username) {
    return user(username)["status"].stringOr("");
}

}  // namespace tenantry::testing
