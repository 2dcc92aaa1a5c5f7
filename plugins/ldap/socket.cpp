#include "plugins/ldap/socket.h"

#include <fcntl.h>
#include <ldap.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include "plugins/ldap/failure.h"

namespace tenantry::ldap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSliceMs = 100;

struct FreeAddresses {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Addresses lookUp(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int result = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (result != 0) throw Failure(LDAP_SERVER_DOWN, gai_strerror(result));
    return Addresses(found);
}

std::string wordsOf(int error) {
    return std::generic_category().message(error);
}

// Waits until the connection is made. Returns 0 or the system's error.
int waitUntilConnected(tny::Call& call, int fd, Clock::time_point end) {
    for (;;) {
        if (call.cancelled()) throw Failure(LDAP_USER_CANCELLED, "");
        if (Clock::now() >= end) throw Failure(LDAP_TIMEOUT, "");
        pollfd wanted{fd, POLLOUT, 0};
        const int ready = poll(&wanted, 1, kSliceMs);
        if (ready < 0 && errno != EINTR) return errno;
        if (ready <= 0) continue;
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        return error;
    }
}

void setUp(int fd) {
    // libldap waits with poll and then reads a whole message: should the rest not come, it must
    // return and wait again, where our time limit is looked at.
    const timeval briefly{0, kSliceMs * 1000};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &briefly, sizeof briefly);
    const timeval longer{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &longer, sizeof longer);
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

}  // namespace

Socket Socket::connect(tny::Call& call, const std::string& host, int port, std::int64_t timeoutMs) {
    const auto end = Clock::now() + std::chrono::milliseconds(timeoutMs);
    const Addresses all = lookUp(host, port);
    int error = EHOSTUNREACH;
    for (const addrinfo* one = all.get(); one != nullptr; one = one->ai_next) {
        Socket made(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
                             one->ai_protocol));
        if (made.get() < 0) {
            error = errno;
            continue;
        }
        const bool begun = ::connect(made.get(), one->ai_addr, one->ai_addrlen) == 0;
        error = begun                  ? 0
                : errno == EINPROGRESS ? waitUntilConnected(call, made.get(), end)
                                       : errno;
        if (error != 0) continue;
        setUp(made.get());
        return made;
    }
    throw Failure(LDAP_SERVER_DOWN, wordsOf(error));
}

Socket::~Socket() {
    if (fd_ >= 0) ::close(fd_);
}

SocketGuard::SocketGuard(tny::Call& call, int fd, std::int64_t timeoutMs)
    : thread_([this, &call, fd, timeoutMs](const std::stop_token& stop) {
          const auto end = Clock::now() + std::chrono::milliseconds(timeoutMs);
          std::unique_lock lock(mutex_);
          while (!stop.stop_requested()) {
              if (call.cancelled() || Clock::now() >= end) {
                  fired_ = true;
                  ::shutdown(fd, SHUT_RDWR);
                  return;
              }
              wake_.wait_for(lock, stop, std::chrono::milliseconds(kSliceMs), [] { return false; });
          }
      }) {}

SocketGuard::~SocketGuard() = default;

SigpipeShield::SigpipeShield() {
    sigset_t pending, pipe;
    sigpending(&pending);
    pendingBefore_ = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
}

SigpipeShield::~SigpipeShield() {
    const int error = errno;
    if (!pendingBefore_) {
        // Ours, if it came: taken away before the old mask would deliver it.
        sigset_t pipe;
        sigemptyset(&pipe);
        sigaddset(&pipe, SIGPIPE);
        const timespec now{0, 0};
        while (sigtimedwait(&pipe, nullptr, &now) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = error;
}

bool SocketGuard::timedOut() const {
    const std::lock_guard lock(mutex_);
    return fired_;
}

}  // namespace tenantry::ldap
