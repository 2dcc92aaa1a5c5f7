#include "kernel/pluginhost/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

namespace tenantry::pluginhost {

namespace {

constexpr int kSocketBytes = 512 * 1024;

base::Error cannot(const std::string& what, int error) {
    return base::unavailable(what + ": " + std::strerror(error) + ".");
}

/// Above the numbers the child expects, so that no dup2 runs over another.
Descriptor raised(int fd) {
    return Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 16));
}

/// Sanitizers are steered by the environment, which a worker otherwise has none of.
std::vector<std::string> environment() {
    std::vector<std::string> out;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = ::getenv(name)) out.push_back(std::string(name) + '=' + value);
#endif
    return out;
}

class SpawnPlan {
  public:
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        ::posix_spawnattr_setpgroup(&attributes_, 0);  // Ctrl-C is the kernel's, not the worker's
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    int run(const std::string& program, int socket, int file, int errors, int lastWords,
            pid_t* pid) {
        ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, errors, 2);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, 3);
        ::posix_spawn_file_actions_adddup2(&actions_, file, 4);
        ::posix_spawn_file_actions_adddup2(&actions_, lastWords, kLastWordsFd);
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, kLastWordsFd + 1);
        std::string name = "tenantry-connector-host";
        std::array<char*, 2> argv = {name.data(), nullptr};
        std::vector<std::string> variables = environment();
        std::vector<char*> envp;
        for (auto& variable : variables) envp.push_back(variable.data());
        envp.push_back(nullptr);
        return ::posix_spawn(pid, program.c_str(), &actions_, &attributes_, argv.data(),
                             envp.data());
    }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

Ended endOf(int status) {
    if (!WIFSIGNALED(status)) {
        const int code = WEXITSTATUS(status);
        return {"exit status " + std::to_string(code), std::nullopt, code};
    }
    const int signal = WTERMSIG(status);
    const char* name = ::sigdescr_np(signal);
    return {"signal " + std::to_string(signal) + " (" + (name == nullptr ? "?" : name) + ")",
            signal, std::nullopt};
}

/// A pipe whose reading end is the kernel's.
bool makePipe(Descriptor& ours, Descriptor& theirs) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return false;
    ours.reset(pipe[0]);
    theirs.reset(pipe[1]);
    ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
    return true;
}

}  // namespace

void Descriptor::reset(int fd) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

base::Result<ChildProcess> ChildProcess::start(const std::string& program, int file) {
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0)
        return cannot("No socket for a connector", errno);
    ChildProcess child;
    child.socket_.reset(sockets[0]);
    Descriptor theirs(sockets[1]);
    for (const int fd : sockets)
        ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
    ::fcntl(sockets[0], F_SETFL, O_NONBLOCK);
    Descriptor errors;
    Descriptor words;
    if (!makePipe(child.stderr_, errors) || !makePipe(child.lastWords_, words))
        return cannot("No pipe for a connector", errno);

    const Descriptor socket = raised(theirs.get());
    const Descriptor package = raised(file);
    const Descriptor errorsUp = raised(errors.get());
    const Descriptor wordsUp = raised(words.get());
    if (socket.get() < 0 || package.get() < 0 || errorsUp.get() < 0 || wordsUp.get() < 0)
        return cannot("No descriptor for a connector", errno);
    const int failed = SpawnPlan().run(program, socket.get(), package.get(), errorsUp.get(),
                                       wordsUp.get(), &child.pid_);
    if (failed != 0) {
        child.pid_ = -1;
        return cannot("The program for connectors (" + program + ") cannot be started", failed);
    }
    child.startedPid_ = child.pid_;
    child.pidFd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
    return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      startedPid_(other.startedPid_),
      socket_(std::move(other.socket_)),
      stderr_(std::move(other.stderr_)),
      lastWords_(std::move(other.lastWords_)),
      pidFd_(std::move(other.pidFd_)) {}

ChildProcess::~ChildProcess() {
    if (pid_ > 0) reap(std::chrono::milliseconds(0));
}

void ChildProcess::kill() const {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
}

Ended ChildProcess::reap(std::chrono::milliseconds patience) {
    if (pid_ <= 0) return {"unknown", std::nullopt, std::nullopt};
    pollfd one{pidFd_.get(), POLLIN, 0};
    if (pidFd_.get() < 0 || ::poll(&one, 1, static_cast<int>(patience.count())) <= 0) kill();
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return endOf(status);
}

std::optional<LastWords> ChildProcess::lastWords() const {
    LastWords words;
    if (::read(lastWords_.get(), &words, sizeof words) != sizeof words) return std::nullopt;
    return words;
}

}  // namespace tenantry::pluginhost
