#include "kernel/pluginhost/elf_lint.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <sstream>
#include <string_view>

namespace tenantry::pluginhost {

namespace {

constexpr std::size_t kFileBytesMax = 512UL * 1024 * 1024;
constexpr std::size_t kEntriesMax = 100'000;
constexpr std::size_t kNameBytesMax = 1024;
constexpr std::string_view kGlibc = "GLIBC_";

base::Error broken(const std::string& what) {
    return base::invalidArgument("It is no shared library that can be read: " + what + ".");
}

/// The file in memory; whatever is asked for outside of it is not there.
class Image {
  public:
    explicit Image(std::string bytes) : bytes_(std::move(bytes)) {}

    template <class T>
    [[nodiscard]] std::optional<T> at(std::uint64_t offset) const {
        if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) return {};
        T out;
        std::memcpy(&out, bytes_.data() + offset, sizeof out);
        return out;
    }
    /// The text at `offset`, up to its NUL; cut at kNameBytesMax.
    [[nodiscard]] std::string text(std::uint64_t offset) const {
        if (offset >= bytes_.size()) return {};
        const auto most = std::string_view(bytes_).substr(offset, kNameBytesMax);
        return std::string(most.substr(0, most.find('\0')));
    }

  private:
    std::string bytes_;
};

class Reader {
  public:
    Reader(const Image& image, const Elf64_Ehdr& head) : image_(image), head_(head) {}

    base::Result<ElfFacts> read() {
        for (std::uint64_t i = 0; i < head_.e_phnum; ++i) {
            const auto segment = image_.at<Elf64_Phdr>(head_.e_phoff + i * sizeof(Elf64_Phdr));
            if (!segment) return broken("a program header lies outside of it");
            if (segment->p_type == PT_GNU_STACK)
                facts_.executableStack = (segment->p_flags & PF_X) != 0;
            if (segment->p_type == PT_GNU_RELRO) facts_.relro = true;
        }
        for (std::uint64_t i = 0; i < head_.e_shnum; ++i) {
            const auto section = this->section(i);
            if (!section) return broken("a section header lies outside of it");
            if (section->sh_type == SHT_DYNSYM) readSymbols(*section);
            if (section->sh_type == SHT_DYNAMIC) readDynamic(*section);
            if (section->sh_type == SHT_GNU_verneed) readVersions(*section);
            if (section->sh_type == SHT_NOTE) readNote(*section);
        }
        return std::move(facts_);
    }

  private:
    [[nodiscard]] std::optional<Elf64_Shdr> section(std::uint64_t index) const {
        if (index >= head_.e_shnum) return {};
        return image_.at<Elf64_Shdr>(head_.e_shoff + index * sizeof(Elf64_Shdr));
    }
    [[nodiscard]] std::string name(const Elf64_Shdr& section, std::uint64_t offset) const {
        const auto strings = this->section(section.sh_link);
        if (!strings || offset >= strings->sh_size) return {};
        return image_.text(strings->sh_offset + offset);
    }

    void readSymbols(const Elf64_Shdr& table) {
        const auto count = std::min<std::uint64_t>(table.sh_size / sizeof(Elf64_Sym), kEntriesMax);
        for (std::uint64_t i = 1; i < count; ++i) {
            const auto symbol = image_.at<Elf64_Sym>(table.sh_offset + i * sizeof(Elf64_Sym));
            if (!symbol) return;
            const auto binding = ELF64_ST_BIND(symbol->st_info);
            const auto visibility = ELF64_ST_VISIBILITY(symbol->st_other);
            const bool visible = visibility == STV_DEFAULT || visibility == STV_PROTECTED;
            if (symbol->st_shndx == SHN_UNDEF || binding == STB_LOCAL || !visible) continue;
            if (symbol->st_shndx == SHN_ABS) continue;  // the name of a version
            facts_.exported.push_back(name(table, symbol->st_name));
            if (binding == STB_GNU_UNIQUE) facts_.unique.push_back(facts_.exported.back());
        }
    }

    void readDynamic(const Elf64_Shdr& table) {
        const auto count = std::min<std::uint64_t>(table.sh_size / sizeof(Elf64_Dyn), kEntriesMax);
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto one = image_.at<Elf64_Dyn>(table.sh_offset + i * sizeof(Elf64_Dyn));
            if (!one || one->d_tag == DT_NULL) return;
            if (one->d_tag == DT_NEEDED) facts_.needed.push_back(name(table, one->d_un.d_val));
            if (one->d_tag == DT_RPATH || one->d_tag == DT_RUNPATH)
                facts_.searchPath = name(table, one->d_un.d_val);
            if (one->d_tag == DT_TEXTREL) facts_.textRelocations = true;
            if (one->d_tag == DT_BIND_NOW) facts_.bindNow = true;
            if (one->d_tag == DT_FLAGS) {
                facts_.textRelocations |= (one->d_un.d_val & DF_TEXTREL) != 0;
                facts_.staticTls |= (one->d_un.d_val & DF_STATIC_TLS) != 0;
                facts_.bindNow |= (one->d_un.d_val & DF_BIND_NOW) != 0;
            }
            if (one->d_tag == DT_FLAGS_1) facts_.bindNow |= (one->d_un.d_val & DF_1_NOW) != 0;
        }
    }

    void readVersions(const Elf64_Shdr& table) {
        std::uint64_t at = table.sh_offset;
        std::size_t seen = 0;
        for (std::size_t i = 0; i < kEntriesMax; ++i) {
            const auto file = image_.at<Elf64_Verneed>(at);
            if (!file) return;
            std::uint64_t inner = at + file->vn_aux;
            for (unsigned n = 0; n < file->vn_cnt; ++n) {
                if (++seen > kEntriesMax) return;
                const auto version = image_.at<Elf64_Vernaux>(inner);
                if (!version) return;
                takeVersion(name(table, version->vna_name), name(table, file->vn_file));
                if (version->vna_next == 0) break;
                inner += version->vna_next;
            }
            if (file->vn_next == 0) return;
            at += file->vn_next;
        }
    }

    void takeVersion(const std::string& version, const std::string& library) {
        if (version.rfind(kGlibc, 0) != 0) return;
        const std::string number = version.substr(kGlibc.size());
        if (!facts_.glibc.empty() && !newerVersion(number, facts_.glibc)) return;
        facts_.glibc = number;
        facts_.glibcSymbol = library;
    }

    void readNote(const Elf64_Shdr& note) {
        const auto head = image_.at<Elf64_Nhdr>(note.sh_offset);
        if (head && head->n_type == NT_GNU_BUILD_ID &&
            image_.text(note.sh_offset + sizeof(Elf64_Nhdr)) == "GNU")
            facts_.buildId = true;
    }

    const Image& image_;
    const Elf64_Ehdr head_;
    ElfFacts facts_;
};

}  // namespace

bool newerVersion(const std::string& a, const std::string& b) {
    std::istringstream left(a);
    std::istringstream right(b);
    for (;;) {
        int x = -1;
        int y = -1;
        char dot = 0;
        left >> x;
        right >> y;
        if (!left) x = -1;
        if (!right) y = -1;
        if (x != y) return x > y;
        if (x == -1) return false;
        left >> dot;
        right >> dot;
    }
}

base::Result<ElfFacts> readElfFacts(int fd) {
    struct stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return broken("no ordinary file");
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > kFileBytesMax) return broken("it is too large");
    std::string bytes(size, '\0');
    for (std::size_t done = 0; done < size;) {
        const auto n = ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(done));
        if (n <= 0) return broken("it cannot be read to its end");
        done += static_cast<std::size_t>(n);
    }
    const Image image(std::move(bytes));
    const auto head = image.at<Elf64_Ehdr>(0);
    if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return broken("no ELF file");
    if (head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_type != ET_DYN ||
        head->e_shentsize != sizeof(Elf64_Shdr) || head->e_phentsize != sizeof(Elf64_Phdr))
        return broken("no 64-bit shared object");
    return Reader(image, *head).read();
}

}  // namespace tenantry::pluginhost
