#include "plugins/sql/watchdog.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace tenantry::sql {
namespace {

constexpr int kLookMs = 250;   // how often to ask when the host has no descriptor to wait on
constexpr int kAgainMs = 100;  // how often to interrupt what was only then begun

bool overdue(const tny::Call& call) {
    return call.cancelled() || call.deadlineMs() == 0;
}

void watch(const tny::Call& call, Database& database, int wakeFd) {
    const int cancelFd = call.cancelFd();
    while (true) {
        const bool over = overdue(call);
        // Again and again: the connection may be made only after the first time.
        if (over) database.interrupt();
        const auto left = static_cast<int>(std::clamp<std::int64_t>(call.deadlineMs(), 0, 60000));
        const int wait = over ? kAgainMs : cancelFd < 0 ? std::min(left, kLookMs) : left;
        pollfd fds[2] = {{wakeFd, POLLIN, 0}, {cancelFd, POLLIN, 0}};
        const int ready = ::poll(fds, over || cancelFd < 0 ? 1 : 2, wait);
        if (ready < 0 && errno != EINTR) return;
        if ((fds[0].revents & POLLIN) != 0) return;
    }
}

}  // namespace

Watchdog::Watchdog(const tny::Call& call, Database& database)
    : wakeFd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([&call, &database, fd = wakeFd_] { watch(call, database, fd); }) {}

Watchdog::~Watchdog() {
    const std::uint64_t one = 1;
    while (::write(wakeFd_, &one, sizeof one) < 0 && errno == EINTR) {
    }
    thread_.join();
    ::close(wakeFd_);
}

}  // namespace tenantry::sql
