/// The HTTP side of the command: one request at a time to one server.
///
/// Errors: throws Failure with the words to show and the exit code. Threads: one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/cli/failure.h"
#include "kernel/base/json.h"
#include "kernel/base/secret.h"

namespace tenantry::cli {

struct Answer {
    int status = 0;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    [[nodiscard]] std::string header(std::string_view name) const;
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// "/path?a=b" with everything encoded; empty values are left out.
std::string withQuery(const std::string& path, const Parameters& parameters);

class Client {
  public:
    /// `url`: "http://127.0.0.1:8080" or https. Throws kUsage when it is not one.
    Client(const std::string& url, base::SecretText token);

    base::Json get(const std::string& path, const Parameters& parameters = {});
    base::Json post(const std::string& path, const std::string& body,
                    const std::string& idempotencyKey = {});
    void remove(const std::string& path);
    /// A POST whose whole answer is wanted (sign-in).
    Answer postRaw(const std::string& path, const std::string& body);
    /// Gives the body to `each` as it comes; the answer has no body then.
    Answer download(const std::string& path, const Parameters& parameters,
                    const std::string& accept, const std::function<void(std::string_view)>& each);

  private:
    struct Sent {
        std::string method;
        std::string path;
        std::string body;
        std::string accept = "application/json";
        std::string idempotencyKey;
    };
    Answer exchange(const Sent& sent, const std::function<void(std::string_view)>* each = nullptr);
    base::Json checked(const Answer& answer) const;

    std::string scheme_;
    std::string host_;
    unsigned short port_ = 0;
    base::SecretText token_;
};

/// The Failure of an answer of 400 and above.
Failure failureOf(const Answer& answer);

}  // namespace tenantry::cli
