#include "api/http/connection.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>

#include "api/http/chunked.h"
#include "api/http/event_hub.h"
#include "kernel/base/ids.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"

namespace tenantry::http {
namespace {

namespace limits = base::limits;
using base::Deadline;
using Steady = std::chrono::steady_clock;

constexpr auto kIdleSlice = std::chrono::milliseconds(250);

double millisSince(Steady::time_point start) {
    return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

std::string decimal(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

/// The host of "host:port" or "[v6]:port".
std::string_view hostOnly(std::string_view authority) {
    if (!authority.empty() && authority.front() == '[') {
        return authority.substr(0, authority.find(']') + 1);
    }
    return authority.substr(0, authority.find(':'));
}

bool hasNoBody(int status) {
    return status == 204 || status == 304 || status < 200;
}

/// Sends each write as one chunk, or plainly to a peer that knows no chunks.
class WireSink final : public ChunkSink {
  public:
    WireSink(Wire& wire, bool chunked, const Deadline& deadline)
        : wire_(wire), chunked_(chunked), deadline_(deadline) {}

    base::Status write(std::string_view data) override {
        if (data.empty()) return base::ok();
        std::string piece;
        if (chunked_) {
            char size[24];
            std::snprintf(size, sizeof size, "%zx\r\n", data.size());
            piece = size;
            piece += data;
            piece += "\r\n";
            data = piece;
        }
        const auto step = deadline_.orAfter(limits::kHttpWriteTimeout);
        if (!wire_.send(data, step)) return base::unavailable("The client went away.");
        return base::ok();
    }

  private:
    Wire& wire_;
    bool chunked_;
    Deadline deadline_;
};

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, ServerCore& core)
    : TCPServerConnection(socket), core_(core), wire_(socket.impl()->sockfd()) {}

void Connection::run() {
    const int descriptor = socket().impl()->sockfd();
    core_.open.with([&](auto& open) { open.insert(descriptor); });
    Next next = Next::kAgain;
    while (next == Next::kAgain) {
        next = waitForRequest() ? one() : Next::kClose;
    }
    core_.open.with([&](auto& open) { open.erase(descriptor); });
    if (next == Next::kLinger) wire_.linger();
}

bool Connection::waitForRequest() {
    if (!in_.empty()) return true;
    const auto end = Deadline::after(limits::kHttpIdleTimeout);
    const auto patient = Deadline::after(limits::kHttpIdleShedAfter);
    while (!end.passed() && !core_.stopping) {
        if (wire_.waitReadable(end.orAfter(kIdleSlice))) return true;
        if (patient.passed() && core_.crowded()) return false;
    }
    return false;
}

bool Connection::readHead(std::string& head) {
    const auto deadline = Deadline::after(limits::kHttpReceiveTimeout);
    std::size_t seen = 0;
    while (true) {
        const std::size_t end = findHeadEnd(in_, seen);
        if (isHopeless(in_)) {
            refuse(400, "The request is not HTTP/1.1.");
            return false;
        }
        if (end != std::string::npos && end <= limits::kHeadBytesMax) {
            head = in_.substr(0, end);
            in_.erase(0, end);
            return true;
        }
        if (in_.size() > limits::kHeadBytesMax) {
            const bool line = in_.find("\r\n") == std::string::npos;
            refuse(line ? 414 : 431, "The head of the request is too long.");
            return false;
        }
        seen = in_.size();
        const Wire::Got got = wire_.receive(in_, deadline);
        if (got == Wire::Got::kEnd) return false;
        if (got == Wire::Got::kTimeout) {
            if (!in_.empty()) refuse(408, "The head of the request did not arrive in time.");
            return false;
        }
    }
}

bool Connection::readBody(Request& request) {
    if (request.head.framing == Framing::kNoBody) return true;
    if (request.head.contentLength > limits::kBodyBytesMax) {
        refuse(413, "The body is larger than this server takes.");
        return false;
    }
    const auto deadline = Deadline::after(limits::kHttpBodyTimeout);
    if (request.head.expectContinue && in_.empty()) {
        if (!wire_.send("HTTP/1.1 100 Continue\r\n\r\n", deadline)) return false;
    }
    ChunkedReader chunks(limits::kBodyBytesMax);
    while (true) {
        if (request.head.framing == Framing::kLength) {
            if (in_.size() >= request.head.contentLength) break;
        } else {
            const auto progress = chunks.feed(in_);
            if (progress == ChunkedReader::Progress::kDone) break;
            if (progress == ChunkedReader::Progress::kRefused) {
                refuse(chunks.refusal().status, chunks.refusal().detail);
                return false;
            }
        }
        const Wire::Got got = wire_.receive(in_, deadline);
        if (got == Wire::Got::kEnd) return false;
        if (got == Wire::Got::kTimeout) {
            refuse(408, "The body of the request did not arrive in time.");
            return false;
        }
    }
    if (request.head.framing == Framing::kChunked) {
        request.body = std::move(chunks.body());
    } else {
        request.body = in_.substr(0, request.head.contentLength);
        in_.erase(0, request.head.contentLength);
    }
    return true;
}

bool Connection::acceptable(const Request& request) {
    if (core_.hosts.empty() || request.head.host.empty()) return true;
    const std::string host = toLower(hostOnly(request.head.host));
    if (std::find(core_.hosts.begin(), core_.hosts.end(), host) != core_.hosts.end()) return true;
    refuse(421, "This server does not serve the host in the address.");
    return false;
}

void Connection::believeProxy(Request& request) const {
    const auto& proxies = core_.proxies;
    if (std::find(proxies.begin(), proxies.end(), request.peer) == proxies.end()) return;
    // The last address is the one that the proxy itself saw.
    const std::string chain = request.headers().getOr("X-Forwarded-For", "");
    const std::string_view last = trimmed(std::string_view(chain).substr(chain.rfind(',') + 1));
    if (!last.empty()) request.peer = std::string(last);
    request.secure = request.headers().getOr("X-Forwarded-Proto", "") == "https";
}

Connection::Next Connection::one() {
    started_ = Steady::now();
    requestId_ = base::newUuid();
    std::string bytes;
    if (!readHead(bytes)) return in_.empty() ? Next::kClose : Next::kLinger;
    auto parsed = parseHead(bytes);
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
        refuse(refusal->status, refusal->detail);
        return Next::kLinger;
    }
    Request request{.head = std::move(std::get<Head>(parsed)),
                    .body = {},
                    .id = requestId_,
                    .peer = socket().peerAddress().host().toString()};
    believeProxy(request);
    if (!acceptable(request)) return Next::kLinger;
    if (!readBody(request)) return Next::kLinger;
    started_ = Steady::now();
    request.deadline = Deadline::after(limits::kRequestDeadline);
    return answer(request);
}

Connection::Next Connection::answer(Request& request) {
    ++served_;
    Response response = handleSafely(request);
    return write(request, response);
}

Response Connection::handleSafely(Request& request) {
    // The net for a whole request: what falls in here is a bug of ours.
    try {
        return core_.handle(request);
    } catch (const std::exception& error) {
        base::logError(
            "request_failed",
            {{"request_id", request.id}, {"route", request.route}, {"error", error.what()}});
    }
    return core_.refuse(500, "The server failed. Nothing more is known here; its log is.",
                        request.id);
}

std::string Connection::headText(const Response& response, const Request* request, bool chunked,
                                 bool keepAlive) const {
    const bool http11 = request == nullptr || request->head.http11;
    std::string out = http11 ? "HTTP/1.1 " : "HTTP/1.0 ";
    out += std::to_string(response.status()) + " ";
    out += reasonPhrase(response.status());
    out += "\r\n";
    const auto put = [&out](std::string_view name, std::string_view value) {
        if (!isToken(name) || !isFieldValue(value)) {
            base::logError("response_header_refused", {{"name", name}});
            return;
        }
        out.append(name).append(": ").append(value).append("\r\n");
    };
    for (const auto& [name, value] : core_.headers) {
        if (!response.headers().has(name)) put(name, value);
    }
    for (const auto& [name, value] : response.headers()) put(name, value);
    put("X-Request-Id", requestId_);
    std::string timing;
    for (const auto& [name, ms] : response.timings()) {
        timing += name + ";dur=" + decimal(ms) + ", ";
    }
    put("Server-Timing", timing + "total;dur=" + decimal(millisSince(started_)));
    if (chunked) put("Transfer-Encoding", "chunked");
    if (!keepAlive) {
        put("Connection", "close");
    } else if (!http11) {
        put("Connection", "keep-alive");
    }
    return out;
}

Connection::Next Connection::write(const Request& request, Response& response) {
    const bool streams = response.stream() != nullptr;
    const bool listens = response.eventStream() != nullptr;
    const bool headOnly = request.method() == Method::kHead;
    const bool chunked = streams && request.head.http11;
    const bool keepAlive = request.head.keepAlive && !response.closes() && !listens &&
                           (chunked || !streams) && !core_.stopping &&
                           served_ < limits::kHttpRequestsPerConnectionMax && !core_.crowded();
    std::string bytes = headText(response, &request, chunked, keepAlive);
    if (!streams && !listens && !hasNoBody(response.status())) {
        bytes += "Content-Length: " + std::to_string(response.body().size()) + "\r\n";
    }
    bytes += "\r\n";
    if (!headOnly && !hasNoBody(response.status())) bytes += response.body();
    bool whole = wire_.send(bytes, Deadline::after(limits::kHttpWriteTimeout));
    if (whole && streams && !headOnly) whole = writeStreamed(*response.stream(), chunked);
    logAnswer(request, response.status());
    if (!whole) return Next::kClose;
    if (listens && !headOnly) {
        EventStream::attach(*response.eventStream(), socket());
        return Next::kLeave;
    }
    return keepAlive ? Next::kAgain : Next::kLinger;
}

bool Connection::writeStreamed(const Streamed& body, bool chunked) {
    const auto deadline = Deadline::after(limits::kHttpExportTimeout);
    WireSink sink(wire_, chunked, deadline);
    base::Status done = base::unavailable("The answer was cut.");
    try {
        done = body(sink);
    } catch (const std::exception& error) {
        base::logError("request_failed", {{"request_id", requestId_}, {"error", error.what()}});
    }
    if (!done) {
        base::logWarning("response_cut",
                         {{"request_id", requestId_}, {"error", done.error().text()}});
        return false;
    }
    return !chunked || wire_.send("0\r\n\r\n", deadline);
}

void Connection::refuse(int status, std::string_view detail) {
    Response response = core_.refuse(status, detail, requestId_);
    std::string bytes = headText(response, nullptr, /*chunked=*/false, /*keepAlive=*/false);
    bytes += "Content-Length: " + std::to_string(response.body().size()) + "\r\n\r\n";
    bytes += response.body();
    wire_.send(bytes, Deadline::after(limits::kHttpWriteTimeout));
    base::logInfo("http_refused", {{"request_id", requestId_}, {"status", status}});
}

void Connection::logAnswer(const Request& request, int status) const {
    base::logInfo("http_request", {{"request_id", request.id},
                                   {"method", name(request.method())},
                                   {"route", request.route},
                                   {"status", status},
                                   {"ms", millisSince(started_)}});
}

}  // namespace tenantry::http
