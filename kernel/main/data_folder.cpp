#include "kernel/main/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace tenantry::main {

base::Result<DataFolder> DataFolder::open(const std::string& path) {
    std::error_code failure;
    const bool made = std::filesystem::create_directories(path, failure);
    if (failure)
        return base::unavailable("The data folder " + path +
                                 " cannot be made: " + failure.message() + ".");
    if (made) ::chmod(path.c_str(), S_IRWXU);
    const std::string file = path + "/tenantry.lock";
    const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (lock < 0)
        return base::unavailable("The data folder " + path +
                                 " cannot be written: " + std::strerror(errno) + ".");
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return base::conflict("Another Tenantry uses the data folder " + path +
                              ". Stop it, or use another folder.");
    }
    return DataFolder(std::filesystem::absolute(path).string(), lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(other.lock_) {
    other.lock_ = -1;
}

DataFolder::~DataFolder() {
    if (lock_ >= 0) ::close(lock_);
}

base::Result<base::SealingKey> DataFolder::sealingKey() const {
    const std::string file = path_ + "/sealing.key";
    struct stat info {};
    if (::stat(file.c_str(), &info) == 0) {
        if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
            return base::invalidArgument("Others can read " + file + ". Run: chmod 600 " + file);
        std::ifstream in(file);
        std::string text;
        std::getline(in, text);
        return base::within(file, base::SealingKey::fromBase64(base::SecretText(std::move(text))));
    }
    const auto key = base::SealingKey::generate();
    // Written beside and renamed: after a crash there is a whole key or none.
    const std::string beside = file + ".new";
    const int fd =
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const auto secret = key.base64();
    const std::string& text = secret.reveal();
    const bool written =
        fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!written || ::rename(beside.c_str(), file.c_str()) != 0)
        return base::unavailable("The sealing key cannot be written to " + file + ".");
    return key;
}

}  // namespace tenantry::main
