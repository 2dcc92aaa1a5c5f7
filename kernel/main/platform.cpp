#include "kernel/main/platform.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/assignment.h"
#include "kernel/pluginhost/http/curl_exchange.h"
#include "kernel/pluginhost/plugin_host.h"
#include "tenants/mail/smtp.h"

namespace tenantry::main {

namespace limits = base::limits;
using base::Deadline;

namespace {

constexpr auto kStartDeadline = std::chrono::minutes{5};

/// The same after every start, another for another data folder: whose claims on jobs are ours.
std::string nodeName(const std::string& dataFolder) {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    return base::digestHex(std::string(host.data()) + "\n" + dataFolder).substr(0, 16);
}

/// What lies beside this program, wherever it was installed or built.
std::filesystem::path besideThisProgram(const std::string& name) {
    std::error_code failure;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);
    return program.parent_path() / name;
}

/// How connectors' HTTP leaves this machine.
base::Result<pluginhost::http::CurlOptions> httpOptions(const Settings& settings) {
    pluginhost::http::CurlOptions out;
    out.addresses.allowLoopback = settings.httpAllowLoopback;
    out.addresses.allowPrivate = settings.httpAllowPrivate;
    out.caFile = settings.httpCaFile;
    if (!out.caFile.empty() && !std::filesystem::exists(out.caFile))
        return base::invalidArgument("http-ca-file: there is no file " + out.caFile + ".");
    TNY_TRY(out.proxies,
            base::within("http-proxy", pluginhost::http::ProxyRules::parse(settings.httpProxy)));
    return out;
}

/// The installed connectors, isolated unless the settings say otherwise.
base::Result<std::unique_ptr<pluginhost::PluginHost>> openConnectors(const Settings& settings,
                                                                     const DataFolder& data) {
    const std::filesystem::path worker = settings.worker.empty()
                                             ? besideThisProgram("tenantry-connector-host")
                                             : std::filesystem::path(settings.worker);
    if (!std::filesystem::exists(worker))
        return base::unavailable("The program of the connector workers is not at " +
                                 worker.string() + ". Say where it is: --worker=PATH.");
    const std::filesystem::path connectors =
        settings.connectorsDir.empty() ? besideThisProgram("../connectors").lexically_normal()
                                       : std::filesystem::path(settings.connectorsDir);
    if (!std::filesystem::is_directory(connectors))
        return base::unavailable("There is no folder of connectors at " + connectors.string() +
                                 ". Say where it is: --connectors=FOLDER.");
    pluginhost::PluginHostOptions options;
    options.folders = {connectors.string()};
    options.worker.program = worker.string();
    if (settings.inProcess) options.inProcess = {"org.tenantry.ldap", "org.tenantry.sql"};
    TNY_TRY(options.http, httpOptions(settings));
    options.reportFolder = data.path() + "/connectors";
    return std::make_unique<pluginhost::PluginHost>(std::move(options));
}

/// Longer than any sign-in takes that is refused, so that all take the same.
constexpr auto kRefusalTime = std::chrono::milliseconds{300};

base::Result<std::unique_ptr<tenants::Mailer>> openMailer(const Settings& settings,
                                                          const DataFolder& data,
                                                          const base::Clock& clock) {
    if (!tenants::isMailAddress(settings.mailFrom))
        return base::invalidArgument("mail-from: \"" + settings.mailFrom + "\" is no address.");
    if (settings.mailServer.empty())
        return std::unique_ptr<tenants::Mailer>(std::make_unique<tenants::SpoolMailer>(
            data.path() + "/mail", settings.mailFrom, clock));
    TNY_TRY(auto options, base::within("mail-server", tenants::parseSmtp(settings.mailServer)));
    options.password = settings.mailPassword;
    options.caFile = settings.mailCaFile;
    options.from = settings.mailFrom;
    if (!options.caFile.empty() && !std::filesystem::exists(options.caFile))
        return base::invalidArgument("mail-ca-file: there is no file " + options.caFile + ".");
    return std::unique_ptr<tenants::Mailer>(
        std::make_unique<tenants::SmtpMailer>(std::move(options), clock));
}

}  // namespace

Platform::~Platform() {
    // Nobody writes any more when the view is kept.
    desk.reset();
    jobEngine.reset();
    planner.reset();
    runner.reset();
    engine.reset();
    housekeeper.reset();
    if (!loaded) return;
    if (const auto kept = keeper->save(Deadline::after(limits::kStoreDeadline)); !kept)
        base::logWarning("view_not_kept", {{"error", kept.error().text()}});
}

base::Result<std::unique_ptr<Platform>> Platform::open(const Settings& settings,
                                                       domain::EventSink& events,
                                                       const base::Clock& clock) {
    TNY_CHECKED(base::initCrypto());
    TNY_TRY(auto folder, DataFolder::open(settings.dataDir));
    TNY_TRY(auto key, settings.sealingKey.empty()
                          ? folder.sealingKey()
                          : base::SealingKey::fromBase64(settings.sealingKey));
    auto out = std::unique_ptr<Platform>(new Platform(std::move(folder), clock));
    const auto deadline = Deadline::after(kStartDeadline);
    const std::string location =
        settings.store.empty() ? "sqlite://" + out->folder.path() + "/tenantry.db" : settings.store;
    TNY_TRY(
        out->store,
        base::within("store", store::Store::open({location, settings.storePassword, std::move(key)},
                                                 clock, deadline)));
    TNY_TRY(out->host, openConnectors(settings, out->folder));
    out->view = std::make_unique<view::MemoryView>(clock);
    out->keeper =
        std::make_unique<ViewKeeper>(ViewKeeper::Parts{*out->store, *out->store, *out->view},
                                     out->folder.path() + "/view", nodeName(out->folder.path()));
    out->organizations =
        std::make_unique<tenants::Organizations>(*out->store, *out->view, events, clock);
    TNY_CHECKED(out->openAccounts(settings, events));
    out->engine = std::make_unique<sync::Engine>(
        sync::EngineParts{*out->connections, *out->connections, *out->store, *out->store,
                          *out->store, *out->view, events, clock, &out->meter});
    out->runner = std::make_unique<jobs::ActionRunner>(
        jobs::RunnerParts{*out->connections, *out->connections, *out->store, *out->store,
                          *out->view, *out->view, events, clock,
                          [portal = out->portal.get()](const domain::User& user) {
                              return portal->protectedBecause(user);
                          },
                          out->store.get(), &out->meter});
    out->planner = std::make_unique<jobs::Planner>(jobs::Planner::Parts{
        *out->store, *out->runner, *out->view, *out->connections, *out->connectors, clock});
    jobs::EngineOptions jobOptions = settings.jobOptions;
    jobOptions.node = nodeName(out->folder.path());
    out->jobEngine = std::make_unique<jobs::JobEngine>(
        jobs::EngineParts{*out->store, *out->runner, *out->access, *out->connections,
                          *out->connectors, events, clock, &out->meter},
        std::move(jobOptions));
    out->desk = std::make_unique<jobs::JobDesk>(
        jobs::JobDesk::Parts{*out->store, *out->jobEngine, *out->store, events, clock,
                             [policies = out->policies.get(), view = out->view.get()](
                                 const domain::Operator& asker, const domain::PlanItem& row) {
                                 const auto user = view->get(asker.visible(), row.user);
                                 return policies
                                     ->strictest(user ? domain::placesOf(*user)
                                                      : std::vector{row.organization})
                                     .reasonRequired;
                             }},
        settings.jobPolicy);
    out->connections->attach(*out->engine);
    TNY_CHECKED(out->load());
    return out;
}

base::Status Platform::openAccounts(const Settings& settings, domain::EventSink& events) {
    auto& kept = *store;
    TNY_TRY(mailer, openMailer(settings, folder, clock));
    roles = std::make_unique<tenants::Roles>(kept, kept, *organizations);
    tenants::Policy demanded;
    demanded.inactiveDays = settings.inactiveDays;
    demanded.activityDays = settings.activityDays;
    policies = std::make_unique<tenants::Policies>(kept, *organizations, demanded);
    passwords = std::make_unique<tenants::Passwords>(settings.breachedPasswords);
    outbox = std::make_unique<tenants::Outbox>(kept, *mailer, clock);
    accounts = std::make_unique<tenants::Accounts>(
        tenants::AccountsParts{kept, kept, kept, kept, *organizations, *roles, *passwords, *outbox,
                               clock, kept, policies.get()});
    tokens = std::make_unique<tenants::ApiTokens>(kept, kept, clock);
    views = std::make_unique<tenants::SavedViews>(kept, clock);
    passkeys = std::make_unique<tenants::Passkeys>(kept, kept, clock);
    access = std::make_unique<tenants::Access>(
        tenants::AccessParts{kept, kept, kept, *organizations, clock, *accounts, *roles, *passwords,
                             kept, *passkeys, kRefusalTime});
    connectors = std::make_unique<tenants::PortalHost>(*host);
    connections = std::make_unique<tenants::Connections>(
        tenants::ConnectionsParts{kept, *connectors, *view, events, clock, store.get()});
    portal = std::make_unique<tenants::Portal>(tenants::PortalParts{
        *accounts, *access, *roles, *connections, kept, kept, *view, events, clock});
    connectors->attach(*portal);
    accounts->attach(*portal);
    TNY_TRY(auto how, httpOptions(settings));
    http = std::make_unique<pluginhost::http::CurlExchange>(std::move(how));
    federation = std::make_unique<tenants::Federation>(tenants::FederationParts{
        *access, *accounts, kept, kept, *organizations, *http, clock, settings.httpAllowLoopback});
    tenants::HousekeeperPolicy policy;
    policy.inactiveAfter = std::chrono::hours{24 * settings.inactiveDays};
    policy.keepTrail = std::chrono::hours{24 * settings.activityDays};
    housekeeper = std::make_unique<tenants::Housekeeper>(
        tenants::HousekeeperParts{*accounts, *access, kept, kept, kept, kept, *organizations, clock,
                                  policies.get()},
        policy);
    return base::ok();
}

base::Status Platform::startWorking() {
    engine->start();
    outbox->start();
    housekeeper->start();
    return jobEngine->start(Deadline::after(kStartDeadline));
}

base::Status Platform::load() {
    const auto deadline = Deadline::after(kStartDeadline);
    TNY_CHECKED(organizations->load(deadline));
    TNY_CHECKED(policies->load(deadline));
    TNY_CHECKED(connections->load(deadline));
    TNY_TRY(auto fresh, keeper->load(deadline));
    TNY_CHECKED(accounts->load(deadline));
    loaded = std::move(fresh);
    base::logInfo("view_loaded", {{"organizations", organizations->tree()->size()},
                                  {"connections", connections->all().size()},
                                  {"users", loaded->users},
                                  {"users_from_store", loaded->fromStore},
                                  {"file_not_used", loaded->fileNotUsed},
                                  {"index_bytes", view->stats().bytes}});
    return base::ok();
}

base::Result<tenants::ImportCount> Platform::import(const std::string& file) {
    std::ifstream in(file);
    if (!in) return base::invalidArgument("The file " + file + " cannot be read.");
    std::stringstream text;
    text << in.rdbuf();
    return base::within(
        file, tenants::importHierarchy({*organizations, *connections, *access, *store, clock},
                                       text.str(), Deadline::after(kStartDeadline)));
}

}  // namespace tenantry::main
