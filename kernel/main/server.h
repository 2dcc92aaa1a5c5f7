/// The whole server: the platform, and the API in front of it.
///
/// Ownership: owns everything. Threads: start and destroy on one thread. Destroying it finishes
/// what is in flight.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kernel/base/clock.h"
#include "kernel/base/result.h"
#include "kernel/main/settings.h"

namespace tenantry::main {

inline constexpr const char* kVersion = "0.1.0";

class Server {
  public:
    /// Opens the platform, listens, and starts reading directories.
    static base::Result<std::unique_ptr<Server>> start(const Settings& settings,
                                                       const base::Clock& clock);
    ~Server();

    [[nodiscard]] std::string url() const;
    /// The one-time link for the first administrator, while there is no account.
    [[nodiscard]] std::optional<std::string> setupLink() const;

  private:
    Server();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::main
