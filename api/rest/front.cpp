#include "api/rest/front.h"

#include <optional>

#include "api/http/server.h"
#include "api/http/static_files.h"
#include "api/rest/connector_health.h"
#include "api/rest/problem.h"
#include "api/rest/resources.h"
#include "kernel/base/log.h"

namespace tenantry::rest {
namespace {

/// Hands the kernel's events to the streams.
class Bridge final : public domain::EventSink {
  public:
    explicit Bridge(http::EventHub& hub) : hub_(hub) {}
    void publish(const domain::Event& event) override {
        if (event.organization.empty()) return;
        hub_.publish(event.name, event.dataJson, {event.organization.text()});
    }

  private:
    http::EventHub& hub_;
};

std::string heartbeat(const base::Clock& clock) {
    return "{\"server_time\":\"" + base::toRfc3339(clock.now()) + "\"}";
}

bool isLoopback(const std::string& address) {
    return address == "::1" || address == "localhost" || address.rfind("127.", 0) == 0;
}

std::vector<std::string> hostsOf(const FrontOptions& options) {
    if (!isLoopback(options.address) && options.hosts.empty()) return {};
    std::vector<std::string> hosts = {"localhost", "127.0.0.1", "[::1]"};
    for (const auto& host : options.hosts) hosts.push_back(http::toLower(host));
    return hosts;
}

/// What no route has: the console, or a problem below /api.
http::Response elsewhere(const http::StaticFiles& console, const http::Request& request) {
    const auto& segments = request.head.target.segments;
    const bool api = !segments.empty() && segments.front() == "api";
    if (api) return refusal(404, "There is no such address in the API.", request.id);
    const bool reads =
        request.method() == http::Method::kGet || request.method() == http::Method::kHead;
    if (!reads) {
        return refusal(405, "Only the API takes changes.", request.id).header("Allow", "GET, HEAD");
    }
    auto page = console.handle(request);
    if (page.status() == 404) return refusal(404, "There is no such file.", request.id);
    return page;
}

}  // namespace

struct Front::Impl {
    explicit Impl(const base::Clock& clock)
        : hub([&clock] { return heartbeat(clock); }),
          bridge(hub),
          console(http::StaticFiles::missing()) {}

    void addRoutes(domain::ConnectorSupervision& supervision) {
        addSession(*routes, *services);
        addSetup(*routes, *services);
        addMe(*routes, *services);
        addUsers(*routes, *services);
        addUserExport(*routes, *services);
        addUserActions(*routes, *services);
        addOrganizations(*routes, *services);
        addCompleteness(*routes, *services);
        addConnectors(*routes, *services);
        addConnectorHealth(*routes, *services, supervision);
        addConnections(*routes, *services);
        addConnectionTests(*routes, *services);
        addRuns(*routes, *services);
        addPlans(*routes, *services);
        addJobs(*routes, *services);
        addMaintenance(*routes, *services);
        addActivity(*routes, *services);
        addEvents(*routes, *services);
        addOperation(*routes, *services);
        addLinks(*routes, *services);
        addAccounts(*routes, *services);
        addProfile(*routes, *services);
        addPasskeys(*routes, *services);
        addAuthority(*routes, *services);
        addGrants(*routes, *services);
        addMail(*routes, *services);
        addFederation(*routes, *services);
        addPolicies(*routes, *services);
        addViews(*routes, *services);
        addActivityAudit(*routes, *services);
    }

    http::EventHub hub;
    Bridge bridge;
    http::StaticFiles console;
    http::Router router;
    std::optional<Services> services;
    std::optional<Routes> routes;
    std::unique_ptr<http::Server> server;
};

Front::Front(const base::Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}

Front::~Front() {
    stop();
}

domain::EventSink& Front::events() {
    return impl_->bridge;
}

http::EventHub& Front::hub() {
    return impl_->hub;
}

base::Status Front::serve(const Services& services, domain::ConnectorSupervision& supervision,
                          const FrontOptions& options) {
    if (!options.webFolder.empty()) {
        auto console = http::StaticFiles::load(options.webFolder);
        if (console) {
            impl_->console = std::move(*console);
        } else {
            base::logWarning("console_not_served", {{"error", console.error().text()}});
        }
    }
    impl_->services.emplace(services);
    impl_->routes.emplace(impl_->router, *impl_->services);
    impl_->addRoutes(supervision);
    http::ServerOptions how;
    how.address = options.address;
    how.port = options.port;
    how.hosts = hostsOf(options);
    how.proxies = options.proxies;
    impl_->server = std::make_unique<http::Server>(
        how, impl_->router,
        [impl = impl_.get()](const http::Request& request) {
            return elsewhere(impl->console, request);
        },
        refusal);
    return impl_->server->start();
}

void Front::stop() {
    impl_->hub.stop();
    if (impl_->server) impl_->server->stop();
}

std::uint16_t Front::port() const {
    return impl_->server->port();
}

std::vector<std::string> Front::operations() const {
    return impl_->router.operations();
}

}  // namespace tenantry::rest
