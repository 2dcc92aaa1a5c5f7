/// A faulty network under the host's HTTP client: what F and A8 put in the connector's way.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "kernel/pluginhost/http/exchange.h"

namespace tenantry::kit {

enum class Fault : std::uint8_t {
    kNone = 1,
    kRateLimited,   ///< 429 with Retry-After: 7
    kServerError,   ///< 500
    kBusy,          ///< 503
    kLostBefore,    ///< the connection breaks before the request went out
    kLostAfter,     ///< the request arrives and takes effect; the answer is lost
    kTruncated,     ///< half of the body, then a clean end
    kSlow,          ///< the body comes drop by drop, longer than any deadline
    kRedirectLoop,  ///< 302 to the same address
    kRepeatedPage,  ///< the same answer again and again
    kTls,           ///< the certificate is not trusted
    kUnauthorized,  ///< 401
};

/// What the network does, and counts. Threads: any.
class Faults {
  public:
    /// From now on, the `from`-th request (0 = the next) and those after it meet `fault`, at most
    /// `times` of them. `writesOnly`: requests that change nothing are let through, uncounted.
    void arm(Fault fault, int from = 0, int times = 1'000'000, bool writesOnly = false);
    void disarm() { arm(Fault::kNone); }
    /// Requests since arm(), and those that met the fault.
    [[nodiscard]] int seen() const;
    [[nodiscard]] int hit() const;
    /// The fault for this request.
    Fault next(const std::string& method);

  private:
    mutable std::mutex mutex_;
    Fault fault_ = Fault::kNone;
    int from_ = 0, times_ = 0, seen_ = 0, hit_ = 0;
    bool writesOnly_ = false;
};

/// `real`, with what `faults` says in front of it.
std::shared_ptr<pluginhost::http::Exchange> withFaults(
    std::shared_ptr<pluginhost::http::Exchange> real, std::shared_ptr<Faults> faults);

}  // namespace tenantry::kit
