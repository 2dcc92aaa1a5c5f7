/// A child process with a socket to it, and how it ended.
#pragma once

#include <sys/types.h>
#include <chrono>
#include <optional>
#include <string>

#include "kernel/base/result.h"

namespace tenantry::pluginhost {

/// Owns a descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~Descriptor() { reset(); }
    [[nodiscard]] int get() const { return fd_; }
    int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }
    void reset(int fd = -1);

  private:
    int fd_ = -1;
};

/// Not thread-safe: one thread owns it. That thread must outlive the process, which dies with it
/// (PDEATHSIG).
class ChildProcess {
  public:
    /// Starts `program` with an empty environment, the new socket as descriptor 3, `file` as 4,
    /// standard error into stderrFd(), and nothing else open. kUnavailable with the reason.
    static base::Result<ChildProcess> start(const std::string& program, int file);

    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Kills and reaps it if that was not done.
    ~ChildProcess();

    [[nodiscard]] int socketFd() const { return socket_.get(); }
    [[nodiscard]] int stderrFd() const { return stderr_.get(); }
    /// Becomes readable when the process ends.
    [[nodiscard]] int pidFd() const { return pidFd_.get(); }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void kill() const;
    /// Waits for its end, and kills it when it does not come within `patience`. How it ended, in
    /// words: "signal 11 (Segmentation fault)", "exit status 1".
    std::string reap(std::chrono::milliseconds patience);

  private:
    ChildProcess() = default;
    pid_t pid_ = -1;
    Descriptor socket_, stderr_, pidFd_;
};

}  // namespace tenantry::pluginhost
