#include "kernel/main/server.h"

#include "api/rest/front.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/main/platform.h"

namespace tenantry::main {

/// In the order of making; the front goes first, so that nothing is asked of parts that are gone.
struct Server::Impl {
    explicit Impl(const base::Clock& clock) : front(clock) {}
    ~Impl() { front.stop(); }

    rest::Front front;
    std::unique_ptr<Platform> platform;
    std::unique_ptr<rest::Services> services;
    std::string url;
    std::optional<std::string> setupLink;
};

Server::Server() = default;
Server::~Server() = default;
std::string Server::url() const {
    return impl_->url;
}
std::optional<std::string> Server::setupLink() const {
    return impl_->setupLink;
}

base::Result<std::unique_ptr<Server>> Server::start(const Settings& settings,
                                                    const base::Clock& clock) {
    auto out = std::unique_ptr<Server>(new Server());
    out->impl_ = std::make_unique<Impl>(clock);
    auto& impl = *out->impl_;
    TNY_TRY(impl.platform, Platform::open(settings, impl.front.events(), clock));
    auto& platform = *impl.platform;
    const auto ready = [] { return rest::Readiness{true, "ok", ""}; };
    impl.services = std::make_unique<rest::Services>(rest::Services{*platform.access,
                                                                    *platform.accounts,
                                                                    *platform.roles,
                                                                    *platform.tokens,
                                                                    *platform.portal,
                                                                    *platform.federation,
                                                                    *platform.housekeeper,
                                                                    *platform.organizations,
                                                                    *platform.connections,
                                                                    *platform.store,
                                                                    *platform.view,
                                                                    *platform.runner,
                                                                    *platform.planner,
                                                                    *platform.desk,
                                                                    *platform.engine,
                                                                    impl.front.hub(),
                                                                    clock,
                                                                    ready,
                                                                    kVersion,
                                                                    *platform.policies,
                                                                    *platform.views});
    rest::FrontOptions options;
    options.address = settings.address;
    options.port = settings.port;
    options.hosts = settings.hosts;
    options.proxies = settings.proxies;
    options.webFolder = settings.webDir;
    TNY_CHECKED(impl.front.serve(*impl.services, *platform.host, options));
    impl.url = settings.publicUrl.empty()
                   ? "http://" + settings.address + ":" + std::to_string(impl.front.port())
                   : settings.publicUrl;
    platform.accounts->setPublicUrl(impl.url);
    platform.federation->setPublicUrl(impl.url);
    platform.passkeys->setPublicUrl(impl.url);
    TNY_TRY(const auto link,
            platform.access->makeSetupLink(base::Deadline::after(base::limits::kStoreDeadline)));
    if (link) impl.setupLink = impl.url + "/setup?token=" + link->reveal();
    TNY_CHECKED(platform.startWorking());
    base::logInfo("serving", {{"address", settings.address}, {"port", impl.front.port()}});
    return out;
}

}  // namespace tenantry::main
