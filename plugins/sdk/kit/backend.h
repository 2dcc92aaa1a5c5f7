/// Acts on the backend behind the connector's back: the scenario's commands.
#pragma once

#include <memory>
#include <string>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "plugins/sdk/kit/scenario.h"

namespace tenantry::kit {

/// Threads: one.
class Backend {
  public:
    virtual ~Backend() = default;
    /// Runs a command of the scenario with `variables` in its environment. The last line that it
    /// printed. kUnavailable with the command and its last words when it failed or took too long.
    virtual base::Result<std::string> run(const std::string& command,
                                          const Variables& variables) = 0;
};

/// Commands by /bin/sh, in a folder; and the one that keeps running.
class ShellBackend final : public Backend {
  public:
    explicit ShellBackend(std::string folder) : folder_(std::move(folder)) {}
    /// Ends what start() began, with its whole process group.
    ~ShellBackend() override;
    ShellBackend(const ShellBackend&) = delete;
    ShellBackend& operator=(const ShellBackend&) = delete;

    /// Starts `command` and reads "name=value" lines until "ready". They are in the environment of
    /// every later command. kUnavailable with what it said when it ends or is not ready in time.
    base::Result<Variables> start(const std::string& command, base::Deadline deadline);
    base::Result<std::string> run(const std::string& command, const Variables& variables) override;

  private:
    const std::string folder_;
    Variables variables_;
    int pid_ = -1;
    int output_ = -1;
};

}  // namespace tenantry::kit
