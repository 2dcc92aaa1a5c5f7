/// How a handler is reached: signed in, allowed to be called from where it is called, with known
/// parameters only. The handler itself sees an Operator and plain values.
///
/// Ownership: made once by Api; the handlers it adds live as long as the router. Threads: add()
/// before the server starts; handlers on any.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/router.h"
#include "api/rest/idempotency.h"
#include "api/rest/query.h"
#include "api/rest/services.h"

namespace tenantry::rest {

/// One request to a handler. `who` is null on an open route only.
struct Call {
    const http::Request& request;
    const Query& query;
    const tenants::Authenticated* who = nullptr;
    base::SecretText token;

    [[nodiscard]] const domain::Operator& asker() const { return who->asker; }
    [[nodiscard]] const base::Deadline& deadline() const { return request.deadline; }
};

/// An answer, and what a repeated call with the same Idempotency-Key is told when that differs: a
/// secret is shown once.
struct Reply {
    Reply(http::Response given) : response(std::move(given)) {}  // NOLINT
    Reply(http::Response given, http::Response repeated)
        : response(std::move(given)), again(std::move(repeated)) {}
    http::Response response;
    std::optional<http::Response> again;
};

using Endpoint = std::function<base::Result<Reply>(const Call&)>;

struct Route {
    http::Method method = http::Method::kGet;
    std::string_view pattern = {};
    std::vector<std::string_view> query = {};
    /// Nobody needs to be signed in.
    bool open = false;
    /// Remembers answers by Idempotency-Key.
    bool idempotent = false;
};

class Routes {
  public:
    Routes(http::Router& router, const Services& services)
        : router_(router), services_(services), idempotency_(services.clock) {}
    void add(Route route, Endpoint endpoint);

  private:
    base::Result<Reply> run(const Route& route, const Endpoint& endpoint,
                            const http::Request& request);
    base::Result<Reply> once(const Route& route, const Endpoint& endpoint, const Call& call);
    base::Status checkChange(const http::Request& request, const tenants::Authenticated& who) const;

    http::Router& router_;
    const Services& services_;
    Idempotency idempotency_;
};

/// The token of the request, by Authorization: Bearer or by cookie. Empty when there is none.
struct Credential {
    base::SecretText token;
    bool byCookie = false;
};
base::Result<Credential> credentialOf(const http::Request& request);
/// The value of a cookie; empty when there is none.
base::SecretText cookieOf(const http::Request& request, std::string_view name);
/// The cookie that carries `token`; an empty token clears it.
std::string sessionCookie(const base::SecretText& token, bool secure);
/// kForbidden when a browser sent this change from a page of another site.
base::Status checkOrigin(const http::Request& request);

}  // namespace tenantry::rest
