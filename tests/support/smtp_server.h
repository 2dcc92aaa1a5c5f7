#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// A real SMTP server (aiosmtpd) on a free port of 127.0.0.1; see smtp_server.py.
///
/// Ready when the constructor returns, gone after the destructor. Threads: one, see ChildProcess.
/// Every failure is a std::runtime_error.
class SmtpServer {
  public:
    static constexpr const char* kPassword = "canary-mail-password";

    /// Why none can be started on this machine; nothing when one can.
    static std::optional<std::string> unavailable();

    /// "plain", "starttls" or "implicit", "mute-starttls": it never answers the handshake. With
    /// TLS its certificate is of an authority made here.
    explicit SmtpServer(const std::string& mode);

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string caFile() const { return (folder_.path() / "ca.pem").string(); }
    /// The n-th mail as it came; empty when there is none.
    [[nodiscard]] std::string mail(int n) const;
    /// How many came to that address so far.
    [[nodiscard]] int countTo(const std::string& address) const;
    /// The plain text of the n-th mail to that address; waits for it, and is empty when none came.
    [[nodiscard]] std::string textTo(const std::string& address, int n,
                                     std::chrono::milliseconds within = std::chrono::seconds{
                                         20}) const;

  private:
    void makeCertificates() const;

    TempFolder folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace tenantry::testing
