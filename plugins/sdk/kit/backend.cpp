#include "plugins/sdk/kit/backend.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <vector>

namespace tenantry::kit {

namespace {

using namespace std::chrono_literals;

constexpr auto kCommandWithin = 30s;
constexpr auto kEndWithin = 2s;
constexpr std::size_t kOutputMax = 64 * 1024;

/// /bin/sh -c, in a process group of its own, standard output to `output` and errors where ours go.
base::Result<pid_t> spawn(const std::string& folder, const std::string& command,
                          const Variables& variables, int output, bool errorsToo) {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, output, 1);
    if (errorsToo) ::posix_spawn_file_actions_adddup2(&actions, output, 2);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);

    std::vector<std::string> environment;
    for (char** one = environ; *one != nullptr; ++one) environment.emplace_back(*one);
    for (const auto& [name, value] : variables) {
        const std::string start = name + "=";
        std::erase_if(environment, [&](const auto& one) { return one.rfind(start, 0) == 0; });
        environment.push_back(start + value);
    }
    std::vector<char*> envp;
    for (auto& one : environment) envp.push_back(one.data());
    envp.push_back(nullptr);
    std::string shell = "sh";
    std::string option = "-c";
    std::string text = command;
    std::array<char*, 4> argv = {shell.data(), option.data(), text.data(), nullptr};
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, "/bin/sh", &actions, &attributes, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed == 0) return pid;
    return base::unavailable("The command \"" + command +
                             "\" cannot be started: " + std::strerror(failed) + ".");
}

/// Ends the group of a child of ours and reaps the child.
int endGroup(pid_t pid, int signal, base::Deadline deadline) {
    int status = 0;
    ::kill(-pid, signal);
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (deadline.passed()) ::kill(-pid, SIGKILL);
        std::this_thread::sleep_for(2ms);
    }
    ::kill(-pid, SIGKILL);  // what it left behind
    return status;
}

/// Appends what is there to `text`. False at the end of the stream or the deadline.
bool readMore(int fd, std::string& text, base::Deadline deadline) {
    pollfd one{fd, POLLIN, 0};
    if (::poll(&one, 1, static_cast<int>(deadline.left().count())) <= 0) return false;
    std::array<char, 4096> buffer{};
    const auto n = ::read(fd, buffer.data(), buffer.size());
    if (n > 0) text.append(buffer.data(), static_cast<std::size_t>(n));
    return n > 0;
}

std::string contentOf(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0) return {};
    std::string out(static_cast<std::size_t>(info.st_size), '\0');
    const auto n = ::pread(fd, out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return out;
}

/// Without reaping it: who ends the group does that.
bool hasEnded(pid_t pid) {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid == pid;
}

std::string lastLine(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    const auto start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

}  // namespace

ShellBackend::~ShellBackend() {
    if (pid_ > 0) endGroup(pid_, SIGTERM, base::Deadline::after(kEndWithin));
    if (output_ >= 0) ::close(output_);
}

base::Result<Variables> ShellBackend::start(const std::string& command, base::Deadline deadline) {
    // A file in memory, not a pipe: a server that goes on talking never waits for a reader.
    output_ = ::memfd_create("backend-output", MFD_CLOEXEC);
    if (output_ < 0) return base::unavailable("No memory for the output of backend.start.");
    TNY_TRY(pid_, spawn(folder_, command, {}, output_, /*errorsToo=*/false));
    std::size_t read = 0;
    std::string last;
    for (bool ended = false;;) {
        const std::string text = contentOf(output_);
        for (auto end = text.find('\n', read); end != std::string::npos;
             end = text.find('\n', read)) {
            last = text.substr(read, end - read);
            read = end + 1;
            if (last == "ready") return variables_;
            if (const auto equal = last.find('='); equal != std::string::npos && equal > 0)
                variables_[last.substr(0, equal)] = last.substr(equal + 1);
        }
        if (ended || deadline.passed() || text.size() > kOutputMax)
            return base::unavailable(
                "backend.start (" + command +
                ") did not print \"ready\" on a line of its own; the last it said: " + last);
        ended = hasEnded(pid_);
        if (!ended) std::this_thread::sleep_for(5ms);
    }
}

base::Result<std::string> ShellBackend::run(const std::string& command,
                                            const Variables& variables) {
    Variables all = variables_;
    for (const auto& [name, value] : variables) all[name] = value;
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return base::unavailable("No pipe for a command.");
    const auto started = spawn(folder_, command, all, pipe[1], /*errorsToo=*/true);
    ::close(pipe[1]);
    if (!started) {
        ::close(pipe[0]);
        return started.error();
    }
    const auto deadline = base::Deadline::after(kCommandWithin);
    std::string text;
    while (text.size() < kOutputMax && readMore(pipe[0], text, deadline)) {
    }
    const bool late = deadline.passed();
    int status = 0;
    if (late || text.size() >= kOutputMax) {
        status = endGroup(*started, SIGKILL, deadline);
    } else {
        while (::waitpid(*started, &status, 0) < 0 && errno == EINTR) {
        }
    }
    ::close(pipe[0]);
    if (late) return base::unavailable("The command \"" + command + "\" did not end within 30 s.");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return base::unavailable("The command \"" + command + "\" failed: " + lastLine(text));
    return lastLine(text);
}

}  // namespace tenantry::kit
