#include "api/http/wire.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "kernel/base/limits.h"

namespace tenantry::http {
namespace {

constexpr std::size_t kReadBytes = 16 * 1024;

/// True when one of `events` (or an end) came before the deadline.
bool waitFor(int descriptor, short events, const base::Deadline& deadline) {
    while (true) {
        pollfd entry{descriptor, events, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(deadline.left().count()));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

bool wouldBlock() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

bool Wire::waitReadable(const base::Deadline& deadline) {
    return waitFor(descriptor_, POLLIN, deadline);
}

Wire::Got Wire::receive(std::string& into, const base::Deadline& deadline) {
    std::array<char, kReadBytes> buffer;
    while (true) {
        const ssize_t got = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) {
            into.append(buffer.data(), static_cast<std::size_t>(got));
            return Got::kBytes;
        }
        if (got == 0 || !wouldBlock()) return Got::kEnd;
        if (!waitFor(descriptor_, POLLIN, deadline)) return Got::kTimeout;
    }
}

bool Wire::send(std::string_view data, const base::Deadline& deadline) {
    while (!data.empty()) {
        const ssize_t put =
            ::send(descriptor_, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put > 0) {
            data.remove_prefix(static_cast<std::size_t>(put));
            sent_ += static_cast<std::uint64_t>(put);
        } else if (!wouldBlock() || !waitFor(descriptor_, POLLOUT, deadline)) {
            return false;
        }
    }
    return true;
}

void Wire::linger() {
    ::shutdown(descriptor_, SHUT_WR);
    const auto deadline = base::Deadline::after(base::limits::kHttpLinger);
    std::string dropped;
    while (!deadline.passed() && receive(dropped, deadline) == Got::kBytes) dropped.clear();
}

}  // namespace tenantry::http
