/// One HTTP request and its answer: what stands between the connectors and the network.
///
/// The real client (CurlExchange) and everything that is put in front of it (recorder, replayer,
/// faults of the conformance kit) are this one interface, so that they can be stacked. An Exchange
/// follows no redirect, knows no secret and no connection: that is http::Client's, above it.
///
/// Ownership: a decorator shares what it wraps. Threads: send() from any number at once; a call's
/// Receiver is used on the thread of that call only. Never throws.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/secret.h"
#include "kernel/pluginhost/cancel_signal.h"

namespace tenantry::pluginhost::http {

struct Header {
    std::string name, value;
};
using Headers = std::vector<Header>;

/// The value of the first header of that name, whatever its case; null when there is none.
const std::string* find(const Headers& headers, std::string_view name);
/// Whether two names of headers, schemes or hosts are the same but for the case of ASCII letters.
bool sameName(std::string_view a, std::string_view b);

/// REQUIRES: `url` is absolute, http or https; `method` is a token; no header holds CR, LF or NUL.
struct Request {
    std::string method = "GET";
    std::string url;
    Headers headers;
    std::string body;
    /// What was put in for the connector, as it stands in the headers: never recorded.
    std::vector<base::SecretText> secrets;
};

/// GET, HEAD and OPTIONS: asking again can do no harm.
bool isSafe(std::string_view method);

/// The first line and the headers of an answer; informational ones (1xx) are not told.
struct Head {
    int status = 0;
    Headers headers;
};

/// Takes the answer as it comes: head() once, then data() for each piece of the body, decoded.
class Receiver {
  public:
    virtual ~Receiver() = default;
    /// False: the rest is not wanted, and send() ends with kStopped.
    virtual bool head(const Head& head) = 0;
    virtual bool data(std::string_view chunk) = 0;
};

enum class Failed : std::uint8_t {
    kInvalid = 1,  ///< the request itself cannot be sent
    kRefused,      ///< our own rules forbid the destination
    kConnect,      ///< no connection: no such host, nobody answers, the proxy says no
    kTls,          ///< the server's certificate, or the handshake
    kLost,         ///< the connection broke after it stood, or the answer is not HTTP
    kTimeout,      ///< the deadline passed
    kCancelled,    ///< the call was cancelled
    kTooLarge,     ///< the answer is beyond its limit
    kStopped,      ///< the receiver wanted no more
    kRedirects,    ///< it sends us on too often, or to where we may not go
    kNotRecorded,  ///< a cassette is played that has no such exchange
};

/// Why no whole answer came.
struct Failure {
    Failed what = Failed::kLost;
    /// Bytes of the request may have reached the server: a write may have happened.
    bool sent = false;
    std::string message;  ///< a sentence for an administrator, without secrets
    std::string code;     ///< of the library or the system, verbatim; may be empty
};
/// Nothing = the answer came whole, whatever its status.
using Outcome = std::optional<Failure>;

/// When to give up.
struct Waiting {
    CancelSignal& signal;  ///< deadline and cancel
    /// True when nobody waits for the answer any longer (the worker died); asked now and then.
    std::function<bool()> abandoned = [] { return false; };
};

class Exchange {
  public:
    virtual ~Exchange() = default;
    /// Sends the request and hands the answer to `receiver`; returns soon after cancel or deadline.
    virtual Outcome send(const Request& request, Receiver& receiver, const Waiting& waiting) = 0;
};

}  // namespace tenantry::pluginhost::http
