#include "kernel/pluginhost/worker/manners.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace tenantry::pluginhost::worker {

namespace {

std::string handlerOf(int signal) {
    struct sigaction action {};
    if (::sigaction(signal, nullptr, &action) != 0) return {};
    std::array<char, 32> text{};
    const auto* at = (action.sa_flags & SA_SIGINFO) != 0
                         ? reinterpret_cast<const void*>(action.sa_sigaction)
                         : reinterpret_cast<const void*>(action.sa_handler);
    std::snprintf(text.data(), text.size(), "%p", at);
    return text.data();
}

/// Read from /proc, because umask(2) cannot be asked without changing it.
std::string umaskNow() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.rfind("Umask:", 0) == 0) return line;
    return {};
}

}  // namespace

Manners::State Manners::now() {
    State out;
    for (int signal = 1; signal < NSIG; ++signal)
        if (const char* name = ::sigabbrev_np(signal))
            out[std::string("SIG") + name] = handlerOf(signal);
    if (const char* locale = std::setlocale(LC_ALL, nullptr)) out["locale"] = locale;
    std::string& environment = out["environment"];
    for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
        environment.append(*variable).push_back('\n');
    std::array<char, PATH_MAX> folder{};
    if (::getcwd(folder.data(), folder.size()) != nullptr) out["folder"] = folder.data();
    out["umask"] = umaskNow();
    return out;
}

Manners::Manners() : known_(now()) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) return;
    if (::dup2(pipe[1], STDOUT_FILENO) >= 0) output_ = pipe[0];
    ::close(pipe[1]);
}

std::size_t Manners::written() const {
    std::fflush(stdout);
    std::array<char, 4096> lost{};
    std::size_t total = 0;
    for (ssize_t n = 0; output_ >= 0 && (n = ::read(output_, lost.data(), lost.size())) > 0;)
        total += static_cast<std::size_t>(n);
    return total;
}

std::string Manners::broken() {
    const std::lock_guard lock(mutex_);
    State current = now();
    std::string out;
    const auto add = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
    for (const auto& [what, value] : current)
        if (known_[what] != value) add(what);
    known_ = std::move(current);
    if (const auto bytes = written()) add(std::to_string(bytes) + " bytes to standard output");
    return out;
}

}  // namespace tenantry::pluginhost::worker
