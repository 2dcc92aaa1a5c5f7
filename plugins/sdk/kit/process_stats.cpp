#include "plugins/sdk/kit/process_stats.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tenantry::kit {

namespace {

namespace fs = std::filesystem;

/// The number behind "Name:" in /proc/pid/status.
std::uint64_t field(const std::string& status, const std::string& name) {
    const auto at = status.find("\n" + name + ":");
    return at == std::string::npos
               ? 0
               : std::strtoull(status.c_str() + at + name.size() + 2, nullptr, 10);
}

std::string statusOf(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/status");
    std::ostringstream out;
    out << '\n' << in.rdbuf();
    return out.str();
}

}  // namespace

std::vector<pid_t> workersOf(const std::string& program) {
    std::vector<pid_t> out;
    // What the kernel keeps of a process's name.
    const std::string name = fs::path(program).filename().string().substr(0, 15);
    const auto self = static_cast<std::uint64_t>(::getpid());
    std::error_code error;
    for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
        const std::string entry = it->path().filename().string();
        if (std::isdigit(static_cast<unsigned char>(entry.front())) == 0) continue;
        const auto pid = static_cast<pid_t>(std::strtol(entry.c_str(), nullptr, 10));
        const std::string status = statusOf(pid);
        if (status.rfind("\nName:\t" + name + "\n", 0) == 0 && field(status, "PPid") == self)
            out.push_back(pid);
    }
    return out;
}

ProcessStats statsOf(pid_t pid) {
    const std::string status = statusOf(pid);
    ProcessStats out;
    out.residentKb = field(status, "VmRSS");
    out.threads = field(status, "Threads");
    std::error_code error;
    for (fs::directory_iterator it("/proc/" + std::to_string(pid) + "/fd", error), end;
         !error && it != end; it.increment(error))
        ++out.descriptors;
    return out;
}

}  // namespace tenantry::kit
