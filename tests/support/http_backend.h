#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// A web server on a free port of 127.0.0.1 that behaves as backends do, badly too: see the pages
/// in http_backend.py. It is a proxy as well.
///
/// Ready when the constructor returns, gone after the destructor. Threads: one, see ChildProcess.
/// Every failure is a std::runtime_error.
class HttpBackend {
  public:
    /// Why none can be started on this machine; nothing when one can.
    static std::optional<std::string> unavailable();

    /// With `tls`, its certificate is of an authority made here, for "localhost" and 127.0.0.1.
    explicit HttpBackend(bool tls = false);

    int port() const { return port_; }
    /// "http://127.0.0.1:PORT", or https.
    std::string url() const;
    /// The same by name.
    std::string namedUrl() const;
    std::string caFile() const { return (folder_.path() / "ca.pem").string(); }
    /// What was asked so far: "METHOD TARGET AUTHORIZATION".
    std::vector<std::string> requests() const;

  private:
    void makeCertificates() const;

    TempFolder folder_;
    bool tls_;
    int port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace tenantry::testing
