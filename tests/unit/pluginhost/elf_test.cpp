// The ELF reader on a real connector, and on that connector cut and scribbled on everywhere.
#include "kernel/pluginhost/elf.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include <fstream>
#include <random>
#include <sstream>

namespace tenantry::pluginhost {
namespace {

std::string contentOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// `bytes` as an anonymous file.
base::Result<std::string> manifestOf(const std::string& bytes) {
    const int fd = ::memfd_create("elf", MFD_CLOEXEC);
    EXPECT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    auto out = readManifest(fd);
    ::close(fd);
    return out;
}

const std::string kConnector = TENANTRY_TEST_CONNECTORS "/test_memory.so";

TEST(Elf, ReadsTheVeryBytesOfTheDescriptor) {
    const auto manifest = manifestOf(contentOf(kConnector));
    ASSERT_TRUE(manifest) << manifest.error().text();
    EXPECT_EQ(*manifest, contentOf("tests/fakes/plugins/memory.json"));
}

TEST(Elf, SaysWhatIsMissing) {
    EXPECT_NE(manifestOf("").error().message.find("no ELF file"), std::string::npos);
    EXPECT_NE(manifestOf("hello").error().message.find("no ELF file"), std::string::npos);
    const auto libc = manifestOf(contentOf("/lib/x86_64-linux-gnu/libdl.so.2"));
    ASSERT_FALSE(libc);
    EXPECT_NE(libc.error().message.find("no descriptor"), std::string::npos);
}

TEST(Elf, AFileCutAnywhereIsRefusedOrReadWhole) {
    const std::string whole = contentOf(kConnector);
    const auto manifest = manifestOf(whole);
    for (std::size_t cut = 0; cut < whole.size(); cut += 997) {
        const auto got = manifestOf(whole.substr(0, cut));
        EXPECT_TRUE(!got || *got == *manifest) << cut;
    }
}

TEST(Elf, ScribbledHeadersNeverLeadOutsideOfTheFile) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::string whole = contentOf(kConnector);
    for (int round = 0; round < 300; ++round) {
        std::string bytes = whole;
        for (int i = 0; i < 8; ++i) bytes[random() % 64] = static_cast<char>(random());
        std::memcpy(bytes.data(), whole.data(), 20);  // still an ELF library of this machine
        // The section headers stand at the end.
        for (int i = 0; i < 8; ++i)
            bytes[bytes.size() - 1 - random() % 2000] = static_cast<char>(random());
        (void)manifestOf(bytes);  // any answer will do; the sanitizers watch
    }
}

}  // namespace
}  // namespace tenantry::pluginhost
