#include "plugins/sdk/kit/backend.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
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

struct Running {
    pid_t pid = -1;
    int output = -1;
};

/// /bin/sh -c, in a process group of its own, standard output on a pipe and errors where ours go.
base::Result<Running> spawn(const std::string& folder, const std::string& command,
                            const Variables& variables, bool errorsToo) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return base::unavailable("No pipe for a command.");
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
    if (errorsToo) ::posix_spawn_file_actions_adddup2(&actions, pipe[1], 2);
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
    Running out;
    const int failed =
        ::posix_spawn(&out.pid, "/bin/sh", &actions, &attributes, argv.data(), envp.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    ::close(pipe[1]);
    out.output = pipe[0];
    if (failed == 0) return out;
    ::close(pipe[0]);
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
    TNY_TRY(const Running running, spawn(folder_, command, {}, /*errorsToo=*/false));
    pid_ = running.pid;
    output_ = running.output;
    std::string text;
    for (;;) {
        std::size_t end = 0;
        while ((end = text.find('\n')) != std::string::npos) {
            const std::string line = text.substr(0, end);
            text.erase(0, end + 1);
            if (line == "ready") return variables_;
            if (const auto equal = line.find('='); equal != std::string::npos && equal > 0)
                variables_[line.substr(0, equal)] = line.substr(equal + 1);
        }
        if (text.size() > kOutputMax || !readMore(output_, text, deadline))
            return base::unavailable(
                "backend.start (" + command +
                ") did not print \"ready\" on a line of its own; the last it said: " +
                lastLine(text));
    }
}

base::Result<std::string> ShellBackend::run(const std::string& command,
                                            const Variables& variables) {
    Variables all = variables_;
    for (const auto& [name, value] : variables) all[name] = value;
    TNY_TRY(const Running running, spawn(folder_, command, all, /*errorsToo=*/true));
    const auto deadline = base::Deadline::after(kCommandWithin);
    std::string text;
    while (text.size() < kOutputMax && readMore(running.output, text, deadline)) {
    }
    const bool late = deadline.passed();
    int status = 0;
    if (late || text.size() >= kOutputMax) {
        status = endGroup(running.pid, SIGKILL, deadline);
    } else {
        while (::waitpid(running.pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    ::close(running.output);
    if (late) return base::unavailable("The command \"" + command + "\" did not end within 30 s.");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return base::unavailable("The command \"" + command + "\" failed: " + lastLine(text));
    return lastLine(text);
}

}  // namespace tenantry::kit
