#include "kernel/pluginhost/elf.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "kernel/base/limits.h"

namespace tenantry::pluginhost {

namespace {

constexpr std::string_view kSection = ".tny.manifest";
constexpr std::size_t kSectionsMax = 4096;
constexpr std::size_t kNamesBytesMax = 1024 * 1024;

base::Error notAConnector(const std::string& why) {
    return base::invalidArgument("It is not a connector: " + why + ".");
}

/// A file whose every read is checked against its size.
class ElfFile {
  public:
    ElfFile(int fd, std::uint64_t size) : fd_(fd), size_(size) {}

    [[nodiscard]] bool read(std::uint64_t offset, void* into, std::size_t bytes) const {
        if (offset > size_ || bytes > size_ - offset) return false;
        auto* at = static_cast<char*>(into);
        while (bytes > 0) {
            const auto n = ::pread(fd_, at, bytes, static_cast<off_t>(offset));
            if (n <= 0) return false;
            at += n;
            offset += static_cast<std::uint64_t>(n);
            bytes -= static_cast<std::size_t>(n);
        }
        return true;
    }

  private:
    int fd_;
    std::uint64_t size_;
};

base::Result<Elf64_Ehdr> readHeader(const ElfFile& file) {
    Elf64_Ehdr head{};
    if (!file.read(0, &head, sizeof head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return notAConnector("it is no ELF file");
    const bool fits = head.e_ident[EI_CLASS] == ELFCLASS64 &&
                      head.e_ident[EI_DATA] == ELFDATA2LSB && head.e_type == ET_DYN;
#if defined(__x86_64__)
    constexpr auto kMachine = EM_X86_64;
#else
    constexpr auto kMachine = EM_AARCH64;
#endif
    if (!fits || head.e_machine != kMachine)
        return notAConnector("it is no shared library for this machine");
    if (head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shnum == 0 ||
        head.e_shnum > kSectionsMax || head.e_shstrndx >= head.e_shnum)
        return notAConnector("its section table cannot be read");
    return head;
}

}  // namespace

base::Result<std::string> readManifest(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        return notAConnector("it is no ordinary file");
    const ElfFile file(fd, static_cast<std::uint64_t>(info.st_size));
    TNY_TRY(const Elf64_Ehdr head, readHeader(file));

    std::vector<Elf64_Shdr> sections(head.e_shnum);
    if (!file.read(head.e_shoff, sections.data(), sections.size() * sizeof(Elf64_Shdr)))
        return notAConnector("its section table lies outside of the file");
    const Elf64_Shdr& strings = sections[head.e_shstrndx];
    if (strings.sh_size > kNamesBytesMax) return notAConnector("its section names are too long");
    std::string names(strings.sh_size, '\0');
    if (!file.read(strings.sh_offset, names.data(), names.size()))
        return notAConnector("its section names lie outside of the file");

    for (const auto& section : sections) {
        if (section.sh_name >= names.size() || kSection != names.c_str() + section.sh_name)
            continue;
        if (section.sh_type != SHT_PROGBITS || section.sh_size == 0 ||
            section.sh_size > base::limits::kDescriptorBytesMax)
            return notAConnector("its descriptor is empty or too large");
        std::string manifest(section.sh_size, '\0');
        if (!file.read(section.sh_offset, manifest.data(), manifest.size()))
            return notAConnector("its descriptor lies outside of the file");
        if (manifest.back() == '\0') manifest.pop_back();
        return manifest;
    }
    return notAConnector("it has no descriptor (section .tny.manifest)");
}

}  // namespace tenantry::pluginhost
