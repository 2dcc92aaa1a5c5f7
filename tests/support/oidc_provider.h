#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// A real identity provider (the npm package oidc-provider) on a free port of 127.0.0.1; see
/// oidc/server.mjs.
///
/// Ready when the constructor returns, gone after the destructor. Threads: one, see ChildProcess.
/// Every failure is a std::runtime_error.
class OidcProvider {
  public:
    static constexpr const char* kClientId = "tenantry";
    static constexpr const char* kClientSecret = "canary-client-secret";

    /// Why none can be started on this machine; nothing when one can.
    static std::optional<std::string> unavailable();

    /// `redirectUri`: where it sends browsers back to.
    explicit OidcProvider(std::string redirectUri);

    [[nodiscard]] std::string issuer() const { return "http://127.0.0.1:" + std::to_string(port_); }
    /// What a person does at its pages who signs in as `name`: where the browser is sent back to.
    [[nodiscard]] std::string signIn(const std::string& authorizationUrl,
                                     const std::string& name) const;
    /// A parameter of an address; empty when it is not there.
    static std::string parameterOf(const std::string& url, const std::string& name);

  private:
    TempFolder folder_;
    std::string redirectUri_;
    int port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace tenantry::testing
