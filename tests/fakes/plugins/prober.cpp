// A connector that tries what a worker must not be able to do, and tells: one diagnostic for each
// attempt, "name: what came of it".
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <tenantry/plugin.hpp>
#include <thread>

extern char** environ;

namespace {

std::string outcome(bool worked) {
    return worked ? "allowed" : std::string("refused: ") + std::strerror(errno);
}

std::string trySocket(int family, int type) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC, 0);
    const std::string out = outcome(fd >= 0);
    if (fd >= 0) ::close(fd);
    return out;
}

std::string tryFork() {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(0);
    const std::string out = outcome(child > 0);
    if (child > 0) ::waitpid(child, nullptr, 0);
    return out;
}

std::string tryExec() {
    char program[] = "/bin/true";
    char* argv[] = {program, nullptr};
    ::execve(program, argv, environ);
    return outcome(false);  // or this process is gone, and the test sees that
}

std::string environment() {
    std::string out;
    for (char** one = environ; one != nullptr && *one != nullptr; ++one) {
        const std::string name(*one, std::strcspn(*one, "="));
        if (name.find("SAN_OPTIONS") == std::string::npos) out += name + " ";
    }
    return out;
}

std::string openFiles() {
    std::string out;
    DIR* folder = ::opendir("/proc/self/fd");
    if (folder == nullptr) return outcome(false);
    for (const dirent* one = ::readdir(folder); one != nullptr; one = ::readdir(folder)) {
        const int fd = std::atoi(one->d_name);
        if (one->d_name[0] != '.' && fd != ::dirfd(folder)) out += std::to_string(fd) + " ";
    }
    ::closedir(folder);
    return out;
}

std::string limitOf(int what) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource>(what), &limit);
    return limit.rlim_max == RLIM_INFINITY ? "none" : std::to_string(limit.rlim_max);
}

std::string tryFile(const std::string& path) {
    std::ofstream out(path);
    out << "x";
    out.close();
    return outcome(static_cast<bool>(out));
}

std::string capabilities() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("CapEff:", 0) == 0) return line.substr(line.find_last_of(" \t") + 1);
    return "unknown";
}

std::string tryThread() {
    bool ran = false;
    std::jthread([&] { ran = true; }).join();
    return ran ? "allowed" : "refused";
}

class Prober final : public tny::Connector {
  public:
    Prober(tny::Call&, std::string_view, std::string_view json) : config_(json) {}

    void check(tny::Call& c) override {
        tny::Json all = tny::Json::array();
        const auto tell = [&](const std::string& what, const std::string& came) {
            all.push(what + ": " + came);
        };
        tell("environment", environment());
        tell("files", openFiles());
        tell("inet", trySocket(AF_INET, SOCK_STREAM));
        tell("inet6", trySocket(AF_INET6, SOCK_DGRAM));
        tell("unix", trySocket(AF_UNIX, SOCK_STREAM));
        tell("netlink", trySocket(AF_NETLINK, SOCK_RAW));
        int pair[2];
        tell("socketpair",
             outcome(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0));
        tell("fork", tryFork());
        tell("exec", tryExec());
        tell("thread", tryThread());
        tell("kill_parent", outcome(::kill(::getppid(), SIGTERM) == 0));
        tell("signal_self", outcome(::kill(::getpid(), 0) == 0));
        tell("ptrace", outcome(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr) == 0));
        tell("no_new_privs", ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "set" : "not set");
        tell("capabilities", capabilities());
        tell("core", limitOf(RLIMIT_CORE));
        tell("nofile", limitOf(RLIMIT_NOFILE));
        tell("fsize", limitOf(RLIMIT_FSIZE));
        tell("data", limitOf(RLIMIT_DATA));
        tell("user", std::to_string(::geteuid()));
        char folder[4096] = "";
        tell("folder", ::getcwd(folder, sizeof folder) != nullptr ? folder : "");
        const char* temporary = std::getenv("TMPDIR");
        tell("tmpdir", temporary == nullptr ? "" : temporary);
        tell("own_file", tryFile("file"));
        tell("foreign_file", tryFile(config_.str("foreign")));
        c.reply("diagnostics", all);
    }
    tny_status list(tny::Call&, const tny::Read&) override { return TNY_OK; }
    void get(tny::Call&, std::string_view, std::string_view) override {}

  private:
    tny::Config config_;
};

}  // namespace

TNY_PLUGIN(Prober, TNY_DESCRIPTOR);
