/// An HTTP client that signs in as an operator and writes down every answer, so that all of them
/// can be held against openapi.yaml at the end.
#pragma once

#include <map>
#include <string>

#include "kernel/base/json.h"

namespace tenantry::testing {

struct Reply {
    int status = 0;
    std::string body;
    std::map<std::string, std::string> headers;  ///< names in lower case
    [[nodiscard]] base::Json json() const;
    [[nodiscard]] std::string header(const std::string& name) const;
};

using Fields = std::map<std::string, std::string>;

class ApiClient {
  public:
    explicit ApiClient(std::uint16_t port) : port_(port) {}
    /// Signed in by cookie.
    ApiClient(std::uint16_t port, const std::string& username);

    Reply get(const std::string& target, const Fields& headers = {});
    Reply post(const std::string& target, const std::string& body = {}, const Fields& headers = {});
    Reply patch(const std::string& target, const std::string& body, const Fields& headers = {});
    Reply put(const std::string& target, const std::string& body, const Fields& headers = {});
    Reply remove(const std::string& target, const Fields& headers = {});
    /// Sends nothing by itself: no cookie, no token.
    Reply bare(const std::string& method, const std::string& target, const std::string& body,
               const Fields& headers);

    [[nodiscard]] const std::string& cookie() const { return cookie_; }
    [[nodiscard]] const std::string& csrf() const { return csrf_; }
    /// The token inside the cookie.
    [[nodiscard]] std::string token() const;

    /// Where answers are written down, one JSON object a line.
    static std::string recordPath();

  private:
    Reply send(const std::string& method, const std::string& target, const std::string& body,
               Fields headers);

    std::uint16_t port_;
    std::string cookie_;
    std::string csrf_;
};

}  // namespace tenantry::testing
