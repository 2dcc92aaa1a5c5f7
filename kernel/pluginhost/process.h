/// A child process with a socket to it, and how it ended.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include "kernel/base/result.h"
#include "kernel/pluginhost/last_words.h"

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

/// How a process ended.
struct Ended {
    std::string words;          ///< "signal 11 (Segmentation fault)", "exit status 1"
    std::optional<int> signal;  ///< that ended it
    std::optional<int> status;  ///< that it ended with
};

/// Not thread-safe: one thread owns it. That thread must outlive the process, which dies with it
/// (PDEATHSIG).
class ChildProcess {
  public:
    /// Starts `program` with an empty environment, the new socket as descriptor 3, `file` as 4,
    /// standard error into stderrFd(), a pipe for its LastWords as 5, and nothing else open.
    /// kUnavailable with the reason.
    static base::Result<ChildProcess> start(const std::string& program, int file);

    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    /// Kills and reaps it if that was not done.
    ~ChildProcess();

    [[nodiscard]] int socketFd() const { return socket_.get(); }
    [[nodiscard]] int stderrFd() const { return stderr_.get(); }
    /// Becomes readable when the process ends.
    [[nodiscard]] int pidFd() const { return pidFd_.get(); }
    /// -1 once it was reaped.
    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] pid_t startedPid() const { return startedPid_; }
    void kill() const;
    /// Waits for its end, and kills it when it does not come within `patience`.
    Ended reap(std::chrono::milliseconds patience);
    /// What it said as it died; nothing when it was not asked.
    [[nodiscard]] std::optional<LastWords> lastWords() const;

  private:
    ChildProcess() = default;
    pid_t pid_ = -1;
    pid_t startedPid_ = -1;
    Descriptor socket_, stderr_, lastWords_, pidFd_;
};

}  // namespace tenantry::pluginhost
