/// HTTP for the connector of one connection: where it may go, with which secrets, over which
/// redirects.
///
/// Ownership: shared by the calls of the connection. Threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/pluginhost/http/egress_list.h"
#include "kernel/pluginhost/http/exchange.h"
#include "kernel/pluginhost/http/rate_headers.h"

namespace tenantry::pluginhost::http {

/// As the connector wrote it.
struct Asked {
    std::string_view method, url;
    std::string_view
        headers;  ///< "Name: value\n" lines, with {{secret:REF}} and {{basic:REF:USER}}
    std::string_view body;
    std::string_view authRef;  ///< "Authorization: Bearer <secret>"
    bool followRedirects = true;
};

/// The value of a secret of the connection.
using SecretSource = std::function<base::Result<base::SecretText>(std::string_view ref)>;

class Client {
  public:
    Client(std::shared_ptr<Exchange> exchange, EgressList egress, SecretSource secrets,
           const base::Clock& clock);

    /// Sends it. The receiver gets the head of the last answer, names in lower case, with what
    /// tny.http/1 adds about rates, and the body without the secrets that were put in. `rate` is
    /// what that head said.
    Outcome send(const Asked& asked, Receiver& receiver, const Waiting& waiting, Rate& rate) const;

  private:
    class Answer;
    base::Result<Request> make(const Asked& asked) const;
    Outcome hop(const Request& request, Answer& answer, const Waiting& waiting) const;

    const std::shared_ptr<Exchange> exchange_;
    const EgressList egress_;
    const SecretSource secrets_;
    const base::Clock& clock_;
};

}  // namespace tenantry::pluginhost::http
