#include "kernel/pluginhost/temp_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace tenantry::pluginhost {

namespace {

namespace fs = std::filesystem;

/// Then the kernel's process id, and what mkdtemp adds.
constexpr std::string_view kPrefix = "tenantry-worker-";

fs::path place() {
    std::error_code failure;
    auto path = fs::temp_directory_path(failure);
    return failure ? fs::path("/tmp") : path;
}

/// The kernel that made a folder of this name; -1 when it is none of ours.
pid_t makerOf(const std::string& name) {
    if (name.rfind(kPrefix, 0) != 0) return -1;
    pid_t pid = -1;
    const char* at = name.data() + kPrefix.size();
    const auto read = std::from_chars(at, name.data() + name.size(), pid);
    return read.ec == std::errc() && *read.ptr == '-' ? pid : -1;
}

bool isAbandoned(const fs::path& path) {
    const pid_t maker = makerOf(path.filename());
    struct stat info {};
    return maker > 0 && ::kill(maker, 0) != 0 && errno == ESRCH &&
           ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           (::geteuid() == 0 || info.st_uid == ::geteuid());
}

}  // namespace

base::Result<TempFolder> TempFolder::make(uid_t owner) {
    std::string path =
        (place() / (std::string(kPrefix) + std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr)
        return base::unavailable("No folder for a connector can be made (" + path +
                                 "): " + std::strerror(errno) + ".");
    TempFolder made;
    made.path_ = path;
    if (owner != 0 && ::chown(path.c_str(), owner, owner) != 0)
        return base::unavailable("The folder of a connector cannot be handed over (" + path +
                                 "): " + std::strerror(errno) + ".");
    return made;
}

void TempFolder::removeAbandoned() {
    std::vector<fs::path> found;
    std::error_code failure;
    for (fs::directory_iterator it(place(), failure), end; !failure && it != end;
         it.increment(failure))
        if (isAbandoned(it->path())) found.push_back(it->path());
    for (const auto& path : found) fs::remove_all(path, failure);
}

TempFolder& TempFolder::operator=(TempFolder&& other) noexcept {
    if (this != &other) {
        remove();
        path_ = std::move(other.path_);
        other.path_.clear();
    }
    return *this;
}

void TempFolder::remove() {
    std::error_code failure;
    if (!path_.empty()) fs::remove_all(path_, failure);
    path_.clear();
}

}  // namespace tenantry::pluginhost
