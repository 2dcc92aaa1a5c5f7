/// The TCP connection under an LDAP session, made here because libldap's own waits cannot be
/// cancelled, and its TLS handshake (GnuTLS) never ends with a server that went silent.
#pragma once

#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include <tenantry/call.hpp>

namespace tenantry::ldap {

/// A connected TCP socket of ours until release(); closed otherwise.
class Socket {
  public:
    /// Connects to the first address of `host` that answers. Throws Failure: server down with the
    /// system's words, timeout, or cancelled. Looking the name up is the system's and not bounded.
    /// Reads and writes on it never block for more than a fraction of a second each.
    static Socket connect(tny::Call& call, const std::string& host, int port,
                          std::int64_t timeoutMs);

    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(other.release()) {}
    Socket& operator=(Socket&&) = delete;
    ~Socket();

    int get() const { return fd_; }
    int release() {
        const int fd = fd_;
        fd_ = -1;
        return fd;
    }

  private:
    int fd_;
};

/// Shuts a socket down when the call is cancelled or its time is over, so that whoever is blocked
/// on it comes back. One thread, for as long as this lives.
class SocketGuard {
  public:
    SocketGuard(tny::Call& call, int fd, std::int64_t timeoutMs);
    ~SocketGuard();
    SocketGuard(const SocketGuard&) = delete;
    SocketGuard& operator=(const SocketGuard&) = delete;

    /// Did it shut the socket? Then whatever failed, this is why.
    bool timedOut() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    bool fired_ = false;
    std::jthread thread_;
};

/// While it lives, a write of this thread to a connection that the server has closed is an error
/// and not the signal that ends the process: libldap writes with write(2), and a plugin may not
/// change the process's signal handlers.
class SigpipeShield {
  public:
    SigpipeShield();
    ~SigpipeShield();
    SigpipeShield(const SigpipeShield&) = delete;
    SigpipeShield& operator=(const SigpipeShield&) = delete;

  private:
    sigset_t before_;
    bool pendingBefore_;
};

}  // namespace tenantry::ldap
