/// One connection: reads requests strictly, lets the site answer, writes the answers.
///
/// The body is always read to its end before a handler runs, so that nothing of it can be taken for
/// the next request. A request that is refused closes the connection. Handlers never throw by
/// design; if one does, it is logged and answered 500 without details.
///
/// Ownership: Poco's server makes one for each accepted socket and deletes it. Threads: one pool
/// thread for its whole life; event streams leave it.
#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <Poco/Net/TCPServerConnection.h>

#include "api/http/request.h"
#include "api/http/response.h"
#include "api/http/wire.h"
#include "kernel/base/guarded.h"

namespace tenantry::http {

/// What the server knows about all its connections, and what they ask it.
struct ServerCore {
    /// Answers a complete request.
    std::function<Response(Request&)> handle;
    /// Writes a refusal in the form of the API.
    std::function<Response(int status, std::string_view detail, std::string_view requestId)> refuse;
    /// Whether somebody waits for a thread: idle connections end then.
    std::function<bool()> crowded;
    /// The hosts that this server is; empty: any.
    std::vector<std::string> hosts;
    /// Peers that tell truly from whom a request came.
    std::vector<std::string> proxies;
    /// Response headers that each answer carries.
    std::vector<std::pair<std::string, std::string>> headers;
    std::atomic<bool> stopping = false;
    base::Guarded<std::set<int>> open;
};

class Connection final : public Poco::Net::TCPServerConnection {
  public:
    Connection(const Poco::Net::StreamSocket& socket, ServerCore& core);
    void run() override;

  private:
    enum class Next : std::uint8_t { kAgain = 1, kClose, kLinger, kLeave };

    Next one();
    bool waitForRequest();
    bool readHead(std::string& head);
    bool readBody(Request& request);
    bool acceptable(const Request& request);
    void believeProxy(Request& request) const;
    Next answer(Request& request);
    Response handleSafely(Request& request);
    Next write(const Request& request, Response& response);
    bool writeStreamed(const Streamed& body, bool chunked);
    void refuse(int status, std::string_view detail);
    std::string headText(const Response& response, const Request* request, bool chunked,
                         bool keepAlive) const;
    void logAnswer(const Request& request, int status) const;

    ServerCore& core_;
    Wire wire_;
    /// Received and not yet used.
    std::string in_;
    std::string requestId_;
    std::chrono::steady_clock::time_point started_{};
    std::size_t served_ = 0;
};

}  // namespace tenantry::http
