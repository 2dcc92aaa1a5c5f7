#include "tests/integration/jobs/chaos_backends.h"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>

#include <chrono>
#include <thread>

namespace tenantry::testing {

namespace net = Poco::Net;

namespace {

/// Longer than the server under test waits for an item.
constexpr auto kHang = std::chrono::seconds{25};
constexpr int kThreads = 120;

std::string jsonOf(const std::string& name, const TrueUser& user) {
    return R"({"id":")" + name + R"(","state":")" + user.state + R"(","revision":)" +
           std::to_string(user.revision) + "}";
}

class Handler final : public net::HTTPRequestHandler {
  public:
    explicit Handler(ChaosBackends& backends) : backends_(backends) {}
    void handleRequest(net::HTTPServerRequest& request,
                       net::HTTPServerResponse& response) override {
        const auto answer = backends_.handle(request.getMethod(), request.getURI());
        if (answer.hang) {
            const auto until = std::chrono::steady_clock::now() + kHang;
            while (!backends_.stopping() && std::chrono::steady_clock::now() < until)
                std::this_thread::sleep_for(std::chrono::milliseconds{50});
        }
        if (answer.hang || answer.hangUp) {
            dynamic_cast<net::HTTPServerRequestImpl&>(request).detachSocket().close();
            return;
        }
        response.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
        response.setContentType("application/json");
        if (answer.status == 429) response.set("Retry-After", "1");
        if (answer.crash) response.set("X-Crash", "1");
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

  private:
    ChaosBackends& backends_;
};

class Handlers final : public net::HTTPRequestHandlerFactory {
  public:
    explicit Handlers(ChaosBackends& backends) : backends_(backends) {}
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
        return new Handler(backends_);  // the server owns it
    }

  private:
    ChaosBackends& backends_;
};

bool takesEffect(Mischief mischief) {
    switch (mischief) {
        case Mischief::kNone:
        case Mischief::kGatewayAfter:
        case Mischief::kLostAfter:
        case Mischief::kHangAfter:
        case Mischief::kCrashAfter:
            return true;
        case Mischief::kBusy:
        case Mischief::kGatewayBefore:
        case Mischief::kLostBefore:
        case Mischief::kHangBefore:
        case Mischief::kCrashBefore:
            return false;
    }
    return false;
}

}  // namespace

std::string_view name(Mischief mischief) {
    switch (mischief) {
        case Mischief::kNone:
            return "none";
        case Mischief::kBusy:
            return "429";
        case Mischief::kGatewayBefore:
            return "504 before the effect";
        case Mischief::kGatewayAfter:
            return "504 after the effect";
        case Mischief::kLostBefore:
            return "connection lost before the effect";
        case Mischief::kLostAfter:
            return "answer lost after the effect";
        case Mischief::kHangBefore:
            return "timeout before the effect";
        case Mischief::kHangAfter:
            return "timeout after the effect";
        case Mischief::kCrashBefore:
            return "plugin crash before the effect";
        case Mischief::kCrashAfter:
            return "plugin crash after the effect";
    }
    return "none";
}

struct ChaosBackends::Server {
    explicit Server(ChaosBackends& backends)
        : pool(8, kThreads), socket(net::SocketAddress("127.0.0.1", 0), 512) {
        auto* params = new net::HTTPServerParams;
        params->setKeepAlive(true);
        params->setKeepAliveTimeout(Poco::Timespan(2, 0));
        params->setMaxThreads(kThreads);
        params->setMaxQueued(2000);
        http = std::make_unique<net::HTTPServer>(new Handlers(backends), pool, socket, params);
        http->start();
    }
    ~Server() {
        http->stopAll(/*abortCurrent=*/true);
        http.reset();
        pool.joinAll();
    }
    Poco::ThreadPool pool;
    net::ServerSocket socket;
    std::unique_ptr<net::HTTPServer> http;
};

ChaosBackends::ChaosBackends(Options options) : options_(options) {
    for (int d = 0; d < options_.directories; ++d) {
        auto& directory = directories_.emplace_back();
        directory.dice.seed(options_.seed * 1'000'003 + static_cast<std::uint64_t>(d));
        for (int u = 0; u < options_.usersEach; ++u) directory.users[userName(d, u)];
    }
    server_ = std::make_unique<Server>(*this);
}

ChaosBackends::~ChaosBackends() {
    stopping_ = true;
    server_.reset();
}

std::string ChaosBackends::url(int directory) const {
    return "http://127.0.0.1:" + std::to_string(server_->socket.address().port()) + "/" +
           std::to_string(directory);
}

std::string ChaosBackends::userName(int directory, int user) {
    return "u" + std::to_string(directory) + "-" + std::to_string(user);
}

void ChaosBackends::kill(int directory) {
    const std::lock_guard lock(mutex_);
    directories_.at(static_cast<std::size_t>(directory)).dead = true;
}

TrueUser ChaosBackends::user(const std::string& name) const {
    const auto directory = std::stoul(name.substr(1));
    const std::lock_guard lock(mutex_);
    return directories_.at(directory).users.at(name);
}

std::array<std::uint64_t, kMischiefs> ChaosBackends::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

Mischief ChaosBackends::draw(Directory& directory, int number, bool write) {
    if (!wild_) return Mischief::kNone;
    const auto roll = directory.dice() % 1000;
    if (!write) return roll < 10 ? Mischief::kBusy : Mischief::kNone;
    if (number >= options_.crashFrom && roll >= 970)
        return roll < 985 ? Mischief::kCrashBefore : Mischief::kCrashAfter;
    if (roll < 30) return Mischief::kBusy;
    if (roll < 45) return Mischief::kGatewayBefore;
    if (roll < 60) return Mischief::kGatewayAfter;
    if (roll < 75) return Mischief::kLostBefore;
    if (roll < 90) return Mischief::kLostAfter;
    if (roll < 91) return Mischief::kHangBefore;
    if (roll < 92) return Mischief::kHangAfter;
    return Mischief::kNone;
}

ChaosBackends::Answer ChaosBackends::act(Directory& directory, int number, const std::string& name,
                                         const std::string& verb) {
    auto& user = directory.users.at(name);
    const auto mischief = draw(directory, number, /*write=*/true);
    ++counts_.at(static_cast<std::size_t>(mischief));
    if (verb == "reset_password" && mischief != Mischief::kBusy) ++user.mailsReached;
    if (takesEffect(mischief)) {
        ++user.revision;
        if (verb == "suspend") {
            user.state = "disabled";
            ++user.suspends;
        } else if (verb == "reset_password") {
            ++user.mails;
        }
    }
    Answer out;
    out.body = jsonOf(name, user);
    switch (mischief) {
        case Mischief::kNone:
            break;
        case Mischief::kBusy:
            out.status = 429;
            break;
        case Mischief::kGatewayBefore:
        case Mischief::kGatewayAfter:
            out.status = 504;
            break;
        case Mischief::kLostBefore:
        case Mischief::kLostAfter:
            out.hangUp = true;
            break;
        case Mischief::kHangBefore:
        case Mischief::kHangAfter:
            out.hang = true;
            break;
        case Mischief::kCrashBefore:
        case Mischief::kCrashAfter:
            out.crash = true;
            break;
    }
    return out;
}

/// /DIRECTORY/users, /DIRECTORY/users/NAME, POST /DIRECTORY/users/NAME/VERB
ChaosBackends::Answer ChaosBackends::handle(const std::string& method, const std::string& target) {
    ++requests_;
    std::vector<std::string> parts;
    for (std::size_t at = 1; at <= target.size();) {
        const auto slash = std::min(target.find('/', at), target.size());
        parts.push_back(target.substr(at, slash - at));
        at = slash + 1;
    }
    const std::lock_guard lock(mutex_);
    if (parts.size() < 2) return {404, "{}"};
    const int number = std::stoi(parts[0]);
    auto& directory = directories_.at(static_cast<std::size_t>(number));
    if (directory.dead) return {0, "", /*hangUp=*/true};
    if (parts.size() == 2) {
        std::string body;
        for (const auto& [name, user] : directory.users)
            body += (body.empty() ? "" : ",") + jsonOf(name, user);
        return {200, "{\"items\":[" + body + "]}"};
    }
    const auto found = directory.users.find(parts[2]);
    if (found == directory.users.end()) return {404, "{}"};
    if (method == "POST" && parts.size() == 4) return act(directory, number, parts[2], parts[3]);
    if (draw(directory, number, /*write=*/false) == Mischief::kBusy) {
        ++counts_.at(static_cast<std::size_t>(Mischief::kBusy));
        return {429, "{}"};
    }
    return {200, jsonOf(parts[2], found->second)};
}

}  // namespace tenantry::testing
