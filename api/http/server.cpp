#include "api/http/server.h"

#include <sys/socket.h>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/ThreadPool.h>

#include <thread>

#include "api/http/connection.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::http {
namespace {

namespace limits = base::limits;
namespace net = Poco::Net;

constexpr int kThreadsKept = 4;
constexpr int kBacklog = 512;
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    "Connection: close\r\n\r\n";

class ConnectionFactory final : public net::TCPServerConnectionFactory {
  public:
    explicit ConnectionFactory(ServerCore& core) : core_(core) {}
    net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
        return new Connection(socket, core_);
    }

  private:
    ServerCore& core_;
};

/// Tells a socket that would be dropped silently by Poco's full queue to come back later.
class QueueGuard final : public net::TCPServerConnectionFilter {
  public:
    explicit QueueGuard(std::function<bool()> full) : full_(std::move(full)) {}
    bool accept(const net::StreamSocket& socket) override {
        if (!full_()) return true;
        // One non-blocking send into an empty socket buffer: the acceptor never waits for a peer.
        const int descriptor = socket.impl()->sockfd();
        ::send(descriptor, kBusy.data(), kBusy.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        ::shutdown(descriptor, SHUT_WR);
        return false;
    }

  private:
    std::function<bool()> full_;
};

Response notAllowed(const ServerCore& core, const Request& request, const std::string& allow) {
    if (request.method() == Method::kOptions) {
        return Response::empty(204).header("Allow", allow);
    }
    return core.refuse(405, "This address does not know that method.", request.id)
        .header("Allow", allow);
}

}  // namespace

struct Server::Impl {
    Impl(ServerOptions given, const Router& routes, Handler other, Refuse refuse)
        : options(std::move(given)), router(routes), fallback(std::move(other)) {
        core.refuse = std::move(refuse);
        core.hosts = options.hosts;
        core.proxies = options.proxies;
        core.headers = {{"X-Content-Type-Options", "nosniff"},
                        {"Referrer-Policy", "no-referrer"},
                        {"X-Frame-Options", "DENY"},
                        {"Cross-Origin-Resource-Policy", "same-origin"},
                        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
                        {"Cache-Control", "no-store"}};
        core.handle = [this](Request& request) { return dispatch(request); };
        core.crowded = [this] { return tcp && tcp->queuedConnections() > 0; };
    }

    Response dispatch(Request& request) const {
        auto answer = router.find(request.method(), request.head.target.segments);
        if (auto* found = std::get_if<Router::Found>(&answer)) {
            request.route = std::move(found->route);
            request.parameters = std::move(found->parameters);
            return (*found->handler)(request);
        }
        if (const auto* other = std::get_if<Router::NoSuchMethod>(&answer)) {
            return notAllowed(core, request, other->allow);
        }
        return fallback(request);
    }

    ServerOptions options;
    const Router& router;
    Handler fallback;
    ServerCore core;
    Poco::ThreadPool pool{"http", kThreadsKept, limits::kHttpThreads};
    std::unique_ptr<net::TCPServer> tcp;
    std::uint16_t port = 0;
};

Server::Server(ServerOptions options, const Router& router, Handler fallback, Refuse refuse)
    : impl_(std::make_unique<Impl>(std::move(options), router, std::move(fallback),
                                   std::move(refuse))) {}

Server::~Server() {
    stop();
}

base::Status Server::start() {
    const std::string where = impl_->options.address + ":" + std::to_string(impl_->options.port);
    try {
        net::ServerSocket socket;
        socket.bind(net::SocketAddress(impl_->options.address, impl_->options.port),
                    /*reuseAddress=*/true);
        socket.listen(kBacklog);
        impl_->port = socket.address().port();
        net::TCPServerParams::Ptr parameters = new net::TCPServerParams;
        parameters->setMaxThreads(limits::kHttpThreads);
        parameters->setMaxQueued(limits::kHttpQueueMax);
        impl_->tcp = std::make_unique<net::TCPServer>(new ConnectionFactory(impl_->core),
                                                      impl_->pool, socket, parameters);
        impl_->tcp->setConnectionFilter(new QueueGuard([tcp = impl_->tcp.get()] {
            return tcp->queuedConnections() >= limits::kHttpQueueMax - 1;
        }));
        impl_->tcp->start();
    } catch (const Poco::Exception& error) {
        return base::unavailable("Cannot listen on " + where + ": " + error.displayText() + ".");
    }
    base::logInfo("http_listening",
                  {{"address", impl_->options.address}, {"port", int{impl_->port}}});
    return base::ok();
}

void Server::stop() {
    if (!impl_->tcp || impl_->core.stopping.exchange(true)) return;
    impl_->tcp->stop();
    const auto grace = base::Deadline::after(limits::kHttpStopGrace);
    const auto busy = [this] {
        return impl_->core.open.with([](const auto& open) { return !open.empty(); });
    };
    while (busy() && !grace.passed()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    impl_->core.open.with([](const auto& open) {
        for (const int descriptor : open) ::shutdown(descriptor, SHUT_RDWR);
    });
    impl_->pool.joinAll();
}

std::uint16_t Server::port() const {
    return impl_->port;
}

}  // namespace tenantry::http
