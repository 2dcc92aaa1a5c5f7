#include "kernel/pluginhost/worker/confine.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "kernel/pluginhost/worker/call_filter.h"

namespace tenantry::pluginhost::worker {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;  // a sanitizer needs memory, threads and a symbolizer of its own
#else
constexpr bool kSanitized = false;
#endif

/// Lowers a limit for good; what is lower already stays.
bool limit(int what, std::uint64_t value) {
    rlimit now{};
    if (::getrlimit(static_cast<__rlimit_resource>(what), &now) != 0) return false;
    const rlim_t wanted = now.rlim_max == RLIM_INFINITY || value < now.rlim_max
                              ? static_cast<rlim_t>(value)
                              : now.rlim_max;
    const rlimit next{wanted, wanted};
    return ::setrlimit(static_cast<__rlimit_resource>(what), &next) == 0;
}

bool limitAll(const Confinement& to) {
    bool good = limit(RLIMIT_CORE, 0);
    if (to.filesMax != 0) good = limit(RLIMIT_NOFILE, to.filesMax) && good;
    if (to.fileBytesMax != 0) good = limit(RLIMIT_FSIZE, to.fileBytesMax) && good;
    if (to.dataBytesMax != 0 && !kSanitized) good = limit(RLIMIT_DATA, to.dataBytesMax) && good;
    return good;
}

/// When memory runs out, the system takes us before the kernel or a database.
void volunteerForOutOfMemory() {
    const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (::write(fd, "500", 3) != 3) errno = 0;
    ::close(fd);
}

/// An empty network: the second wall behind the filter of calls.
void leaveNetwork() {
    if (::unshare(CLONE_NEWNET) != 0 && !kSanitized) ::unshare(CLONE_NEWUSER | CLONE_NEWNET);
}

bool becomeUser(std::uint64_t user) {
    if (user == 0 || ::geteuid() != 0) return true;
    const auto id = static_cast<uid_t>(user);
    return ::setgroups(0, nullptr) == 0 && ::setresgid(id, id, id) == 0 &&
           ::setresuid(id, id, id) == 0;
}

/// Root without its powers, and whoever got some with a namespace.
void dropCapabilities() {
    for (unsigned long one = 0; ::prctl(PR_CAPBSET_READ, one, 0, 0, 0) >= 0; ++one)
        ::prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
    ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
    const std::array<__user_cap_data_struct, 2> none{};
    ::syscall(SYS_capset, &head, none.data());
}

}  // namespace

void dieWithParent() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

std::string confine(const Confinement& to) {
    const auto cannot = [](const char* what) {
        return std::string(what) + ": " + std::strerror(errno);
    };
    ::signal(SIGPIPE, SIG_IGN);  // a library may write to a socket whose peer is gone
    ::signal(SIGXFSZ, SIG_IGN);  // beyond the limit of a file, a write fails instead
    volunteerForOutOfMemory();
    if (!to.folder.empty()) {
        if (::chdir(to.folder.c_str()) != 0) return cannot("its folder cannot be entered");
        ::setenv("TMPDIR", to.folder.c_str(), 1);
    }
    if (!to.network) leaveNetwork();
    if (!becomeUser(to.user)) return cannot("it cannot become another user");
    dropCapabilities();
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return cannot("no_new_privs is refused");
    // A change of user undoes both: /proc/self would be closed to us, and the kernel's death
    // missed.
    ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    dieWithParent();
    if (!limitAll(to)) return cannot("a limit cannot be set");
    if (!filterCalls({to.network, /*threadsOnly=*/!kSanitized}))
        return cannot("the filter of system calls is refused");
    return {};
}

}  // namespace tenantry::pluginhost::worker
