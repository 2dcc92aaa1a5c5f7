/// The real client: libcurl, with connections that are kept and a look at every address.
///
/// Ownership: shared by all connections of a kernel. Threads: any; each call runs on its caller's
/// thread, and libcurl starts one more while it resolves a name.
/// Bounds: kLanesMax calls at once; who finds none free waits, at most until its deadline.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "kernel/pluginhost/http/address_guard.h"
#include "kernel/pluginhost/http/exchange.h"
#include "kernel/pluginhost/http/proxy.h"

namespace tenantry::pluginhost::http {

struct CurlOptions {
    AddressPolicy addresses;
    /// PEM file of authorities that are trusted beside the system's; empty = none.
    std::string caFile;
    /// The proxy itself is the operator's choice: its address is not looked at.
    ProxyRules proxies;
    std::chrono::milliseconds connectWithin{10'000};
    int lanesMax = 64;
    std::string userAgent = "Tenantry";
};

class CurlExchange final : public Exchange {
  public:
    explicit CurlExchange(CurlOptions options);
    ~CurlExchange() override;
    Outcome send(const Request& request, Receiver& receiver, const Waiting& waiting) override;

  private:
    class Lane;
    class Lanes;
    const CurlOptions options_;
    const std::unique_ptr<Lanes> lanes_;
};

}  // namespace tenantry::pluginhost::http
