/// Finds the handler of a request by method and path.
///
/// A pattern is a path whose segments are literal or a parameter in braces:
/// "/api/v1/users/{id}/actions/{action}". A literal wins over a parameter at the same place. HEAD
/// is served by the handler of GET, OPTIONS by the router.
///
/// Threads: add() before the server starts; find() from any thread afterwards.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/request.h"
#include "api/http/response.h"

namespace tenantry::http {

using Handler = std::function<Response(const Request&)>;

class Router {
  public:
    /// REQUIRES: `pattern` begins with a slash and was not added with this method before.
    void add(Method method, std::string_view pattern, Handler handler);

    struct Found {
        const Handler* handler = nullptr;
        std::string route;
        std::vector<std::pair<std::string, std::string>> parameters;
    };
    struct NoSuchPath {};
    struct NoSuchMethod {
        /// For the Allow header: "GET, HEAD, OPTIONS".
        std::string allow;
    };
    using Answer = std::variant<Found, NoSuchPath, NoSuchMethod>;

    [[nodiscard]] Answer find(Method method, const std::vector<std::string>& segments) const;

    /// "GET /api/v1/users", sorted: what is served, for tests against the API document.
    [[nodiscard]] std::vector<std::string> operations() const;

  private:
    struct Segment {
        std::string text;
        bool parameter = false;
    };
    struct Route {
        Method method;
        std::string pattern;
        std::vector<Segment> segments;
        Handler handler;
    };

    static bool matches(const Route& route, const std::vector<std::string>& segments);
    static bool moreLiteral(const Route& a, const Route& b);

    std::vector<Route> routes_;
};

}  // namespace tenantry::http
