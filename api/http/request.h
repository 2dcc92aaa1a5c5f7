/// What a handler gets: a complete request. Nothing of Poco, no socket.
///
/// Ownership: the connection owns it; it lives for one call of a handler. Threads: one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/head.h"
#include "kernel/base/deadline.h"

namespace tenantry::http {

struct Request {
    Head head;
    /// The whole body, at most kBodyBytesMax.
    std::string body;
    /// Names this request in the answer (X-Request-Id) and in each log line.
    std::string id;
    /// The address of the peer, without port.
    std::string peer;
    /// Whether it came over TLS, here or at a trusted proxy.
    bool secure = false;
    /// When the handler must have answered.
    base::Deadline deadline = base::Deadline::after(std::chrono::seconds(30));
    /// What the braces of the route's pattern stand for, in their order.
    std::vector<std::pair<std::string, std::string>> parameters = {};
    /// The pattern of the route, for logs.
    std::string route = {};

    [[nodiscard]] Method method() const { return head.method; }
    [[nodiscard]] const std::string& path() const { return head.target.path; }
    [[nodiscard]] const Headers& headers() const { return head.headers; }
    /// The text of a path parameter; empty when the pattern has none of that name.
    [[nodiscard]] std::string parameter(std::string_view name) const {
        for (const auto& [key, value] : parameters) {
            if (key == name) return value;
        }
        return {};
    }
};

}  // namespace tenantry::http
