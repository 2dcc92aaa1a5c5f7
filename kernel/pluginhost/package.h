/// One connector's file: opened once, verified, and from then on used through the same descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "kernel/base/result.h"
#include "kernel/domain/descriptor.h"
#include "kernel/domain/ports/connector_supervision.h"

namespace tenantry::pluginhost {

/// What the descriptor says about the process it runs in.
struct Isolation {
    std::uint64_t memoryMb = 256;
    /// Makes connections of its own. Otherwise it has no network: all goes through the host.
    bool network = false;
};

/// Ownership: shared by every plug of the connector; the descriptor stays open while it lives.
/// Threads: immutable.
class ConnectorPackage {
  public:
    /// Opens and verifies `path`: an ordinary file of root or of our own user that nobody else may
    /// write, an ELF shared object with a descriptor that passes checkDescriptor. Nothing of it
    /// runs. kInvalidArgument or kNotFound with a sentence.
    static base::Result<std::shared_ptr<const ConnectorPackage>> open(const std::string& path);

    ~ConnectorPackage();
    ConnectorPackage(const ConnectorPackage&) = delete;
    ConnectorPackage& operator=(const ConnectorPackage&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Of the file, in hexadecimal.
    [[nodiscard]] const std::string& sha256() const { return sha256_; }
    /// The very bytes of the section.
    [[nodiscard]] const std::string& manifest() const { return manifest_; }
    [[nodiscard]] const domain::ConnectorDescriptor& descriptor() const { return descriptor_; }
    /// concurrency.process: only one call at a time in the whole process.
    [[nodiscard]] bool oneCallAtATime() const { return oneCallAtATime_; }
    [[nodiscard]] const Isolation& isolation() const { return isolation_; }
    /// The linker's mark of this very build, in hexadecimal; empty when it has none.
    [[nodiscard]] const std::string& buildId() const { return buildId_; }

    /// What the conformance kit wrote beside the file (NAME.conformance.json), read now. Nothing
    /// when it is of another build, or not ours to believe.
    [[nodiscard]] std::optional<domain::Conformance> conformance() const;

  private:
    ConnectorPackage(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

    const int fd_;
    const std::string path_;
    std::string sha256_;
    std::string manifest_;
    domain::ConnectorDescriptor descriptor_;
    std::string buildId_;
    Isolation isolation_;
    bool oneCallAtATime_ = false;
};

}  // namespace tenantry::pluginhost
