/// The whole front in one object: server, router, handlers, console and event streams. For
/// kernel/main, and for tests that want the real wiring.
///
/// Made in two steps, since the services publish events from the moment they exist: first the
/// Front, whose events() they are given, then serve() with all of them.
///
/// Ownership: kernel/main; the services given to serve() outlive it. Threads: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "api/http/event_hub.h"
#include "api/rest/services.h"
#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/connector_supervision.h"

namespace tenantry::rest {

struct FrontOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    /// Further names by which browsers may call this server. Loopback names are always there; empty
    /// with an address that is not loopback: any.
    std::vector<std::string> hosts = {};
    /// Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    std::vector<std::string> proxies = {};
    /// The built console; empty or without index.html: a page says that it is not built.
    std::filesystem::path webFolder = {};
};

class Front {
  public:
    explicit Front(const base::Clock& clock);
    ~Front();
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    /// Where the services tell what changed.
    [[nodiscard]] domain::EventSink& events();
    [[nodiscard]] http::EventHub& hub();

    /// Listens. kUnavailable when the address cannot be had.
    base::Status serve(const Services& services, domain::ConnectorSupervision& supervision,
                       const FrontOptions& options);
    /// Ends event streams and requests; see http::Server::stop().
    void stop();
    /// REQUIRES: serve() succeeded.
    [[nodiscard]] std::uint16_t port() const;
    /// "GET /api/v1/users", sorted.
    [[nodiscard]] std::vector<std::string> operations() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::rest
