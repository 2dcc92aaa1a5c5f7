/// The HTTP server in front of everything: Poco accepts and lends threads, our own strict reader
/// decides what a request is (see connection.h), a Router finds the handler.
///
/// Poco's own HTTP parser is not used: it accepts lengths with signs and commas, two lengths, names
/// with spaces and encoded words in framing fields, all of which let one request be smuggled in
/// another.
///
/// Ownership: kernel/main owns the server, the router and the event hub; both outlive it.
/// Threads: kHttpThreads at most, one a connection while it is busy; idle ones end when others
/// wait. Bounds: kHttpQueueMax sockets wait for a thread, the next is told 503 with Retry-After.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/router.h"
#include "kernel/base/result.h"

namespace tenantry::http {

struct ServerOptions {
    std::string address = "127.0.0.1";
    /// 0: any free one, see Server::port().
    std::uint16_t port = 0;
    /// Names by which browsers may call this server, in lower case, without port; empty: any.
    /// Refusing others defeats DNS rebinding.
    std::vector<std::string> hosts = {};
    /// Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
    std::vector<std::string> proxies = {};
};

class Server {
  public:
    using Refuse = std::function<Response(int, std::string_view, std::string_view)>;

    /// `fallback` answers what no route has (the console); `refuse` writes errors in the form of
    /// the API: (status, detail, request id).
    Server(ServerOptions options, const Router& router, Handler fallback, Refuse refuse);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// kUnavailable when the address cannot be had.
    base::Status start();
    /// Stops accepting, lets requests in flight end for kHttpStopGrace, then cuts them.
    void stop();
    /// The port it listens on. REQUIRES: start() succeeded.
    [[nodiscard]] std::uint16_t port() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::http
