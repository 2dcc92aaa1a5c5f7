#include "kernel/pluginhost/elf.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "kernel/base/limits.h"

namespace tenantry::pluginhost {

namespace {

constexpr std::string_view kManifest = ".tny.manifest";
constexpr std::string_view kBuildId = ".note.gnu.build-id";
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

/// The content of a section, which is of `type` and at most `bytesMax` long; empty when there is
/// none of this name.
base::Result<std::string> readSection(int fd, std::string_view name, std::uint32_t type,
                                      std::size_t bytesMax) {
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
        if (section.sh_name >= names.size() || name != names.c_str() + section.sh_name) continue;
        if (section.sh_type != type || section.sh_size == 0 || section.sh_size > bytesMax)
            return notAConnector("its descriptor is empty or too large");
        std::string content(section.sh_size, '\0');
        if (!file.read(section.sh_offset, content.data(), content.size()))
            return notAConnector("its descriptor lies outside of the file");
        return content;
    }
    return std::string();
}

}  // namespace

base::Result<std::string> readManifest(int fd) {
    TNY_TRY(std::string manifest,
            readSection(fd, kManifest, SHT_PROGBITS, base::limits::kDescriptorBytesMax));
    if (manifest.empty()) return notAConnector("it has no descriptor (section .tny.manifest)");
    if (manifest.back() == '\0') manifest.pop_back();
    return manifest;
}

std::string readBuildId(int fd) {
    const auto note = readSection(fd, kBuildId, SHT_NOTE, 256);
    Elf64_Nhdr head{};
    if (!note || note->size() < sizeof head) return {};
    std::memcpy(&head, note->data(), sizeof head);
    const std::size_t from = sizeof head + (head.n_namesz + 3) / 4 * 4;
    if (head.n_descsz > 64 || from > note->size() || head.n_descsz > note->size() - from) return {};
    std::string out;
    for (const char c : note->substr(from, head.n_descsz)) {
        const auto byte = static_cast<unsigned char>(c);
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
    }
    return out;
}

}  // namespace tenantry::pluginhost
