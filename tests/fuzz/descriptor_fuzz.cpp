// Goal: no file and no descriptor makes the kernel crash, hang or accept what breaks its own rules:
// vendors' files are read before anything of them is trusted. Method: libFuzzer's entry. An input
// that begins with the ELF magic is a file; any other is a descriptor, and after a NUL byte a
// configuration for it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kernel/base/limits.h"
#include "kernel/pluginhost/descriptor_check.h"
#include "kernel/pluginhost/elf.h"

namespace {

using namespace tenantry;

/// A broken promise: stop, so that the fuzzer keeps the input.
void require(bool holds) {
    if (!holds) std::abort();
}

void refusedInWords(const base::Error& error) {
    require(error.code == base::ErrorCode::kInvalidArgument ||
            error.code == base::ErrorCode::kInternal);
    require(!error.message.empty());
}

void descriptor(std::string_view text, std::string_view config) {
    const auto checked = pluginhost::checkDescriptor(text);
    if (!checked) return refusedInWords(checked.error());
    require(text.size() <= base::limits::kDescriptorBytesMax);
    require(checked->id.find('.') != std::string::npos && !checked->configSchemaJson.empty());
    require(checked->callsPerInstance >= 1);
    for (const auto& limit : checked->limits) require(limit.rate > 0 && limit.burst >= 1);
    for (const auto& [name, action] : checked->actions)
        require(checked->kind(action.kind) != nullptr);
    for (const std::string_view one : {config, std::string_view("{}")})
        if (const auto fits = pluginhost::checkConfig(*checked, one); !fits)
            refusedInWords(fits.error());
}

void file(const std::uint8_t* data, std::size_t size) {
    static const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
    require(fd >= 0 && ::ftruncate(fd, 0) == 0);
    require(::pwrite(fd, data, size, 0) == static_cast<ssize_t>(size));
    const auto manifest = pluginhost::readManifest(fd);
    if (!manifest) return refusedInWords(manifest.error());
    require(manifest->size() <= base::limits::kDescriptorBytesMax);
    descriptor(*manifest, "{}");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (text.substr(0, 4) == "\177ELF") {
        file(data, size);
        return 0;
    }
    const auto end = text.find('\0');
    descriptor(text.substr(0, end),
               end == std::string_view::npos ? std::string_view("{}") : text.substr(end + 1));
    return 0;
}
