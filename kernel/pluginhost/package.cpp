#include "kernel/pluginhost/package.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <vector>

#include "kernel/base/json.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/elf.h"

namespace tenantry::pluginhost {

namespace {

constexpr std::size_t kBadgeBytesMax = 4096;
/// As the conformance kit names them.
constexpr std::string_view kLevels[] = {"loads", "reads", "syncs", "acts", "certified"};

base::Status checkOwner(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return base::invalidArgument("It is no ordinary file.");
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
        return base::invalidArgument(
            "It belongs neither to root nor to the user Tenantry runs as.");
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return base::invalidArgument("Its group or others may write it.");
    return base::ok();
}

base::Result<std::string> digestOf(int fd) {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    std::vector<unsigned char> buffer(256 * 1024);
    off_t at = 0;
    for (;;) {
        const auto n = ::pread(fd, buffer.data(), buffer.size(), at);
        if (n < 0)
            return base::unavailable("It cannot be read: " + std::string(std::strerror(errno)));
        if (n == 0) break;
        crypto_hash_sha256_update(&state, buffer.data(), static_cast<unsigned long long>(n));
        at += n;
    }
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state, digest.data());
    std::string hex(2 * digest.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
    hex.pop_back();
    return hex;
}

/// REQUIRES: checkDescriptor was content.
Isolation isolationOf(const base::Json& json) {
    Isolation out;
    out.memoryMb = static_cast<std::uint64_t>(
        json["memory_mb"].intOr(static_cast<std::int64_t>(out.memoryMb)));
    out.network = json["egress"].isArray() && json["egress"].size() > 0;
    return out;
}

}  // namespace

base::Result<std::shared_ptr<const ConnectorPackage>> ConnectorPackage::open(
    const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return base::notFound("It cannot be opened: " + std::string(std::strerror(errno)));
    const std::shared_ptr<ConnectorPackage> package(new ConnectorPackage(fd, path));
    TNY_CHECKED(checkOwner(fd));
    TNY_TRY(package->manifest_, readManifest(fd));
    TNY_TRY(package->descriptor_, checkDescriptor(package->manifest_));
    TNY_TRY(package->sha256_, digestOf(fd));
    TNY_TRY(const base::Json json, base::Json::parse(package->manifest_));
    package->oneCallAtATime_ = json["concurrency"]["process"].intOr(0) == 1;
    package->isolation_ = isolationOf(json["isolation"]);
    package->buildId_ = readBuildId(fd);
    return std::shared_ptr<const ConnectorPackage>(package);
}

std::optional<domain::Conformance> ConnectorPackage::conformance() const {
    const auto beside = std::filesystem::path(path_).replace_extension(".conformance.json");
    // Whoever may write the folder may have put a pipe there, which would be waited for.
    const int fd = ::open(beside.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) return std::nullopt;
    std::string text(kBadgeBytesMax + 1, '\0');
    const auto n = checkOwner(fd) ? ::pread(fd, text.data(), text.size(), 0) : -1;
    ::close(fd);
    if (n <= 0 || static_cast<std::size_t>(n) > kBadgeBytesMax) return std::nullopt;
    text.resize(static_cast<std::size_t>(n));
    const auto json = base::Json::parse(text);
    if (!json || (*json)["sha256"].stringOr("") != sha256_) return std::nullopt;
    const auto level = (*json)["level"].stringOr("");
    const auto at = base::parseRfc3339((*json)["proved_at"].stringOr(""));
    if (!at || std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels))
        return std::nullopt;
    return domain::Conformance{level, *at};
}

ConnectorPackage::~ConnectorPackage() {
    ::close(fd_);
}

}  // namespace tenantry::pluginhost
