#include "kernel/base/memory.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdlib>

namespace tenantry::base {

namespace {
constexpr std::size_t kHugePage = std::size_t{2} << 20U;
constexpr int kKept = 32 << 20;  ///< glibc takes no more
}  // namespace

void keepFreedMemory() {
    mallopt(M_MMAP_THRESHOLD, kKept);
    mallopt(M_TRIM_THRESHOLD, kKept);
}

void* takeLargeBlock(std::size_t bytes) {
    // Smaller ones would waste what they do not fill.
    if (bytes < 2 * kHugePage) {
        void* small = std::malloc(bytes);
        if (small == nullptr) throw std::bad_alloc();
        return small;
    }
    void* block = nullptr;
    if (posix_memalign(&block, kHugePage, bytes) != 0) throw std::bad_alloc();
    // A wish: without huge pages all works the same.
    madvise(block, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    return block;
}

void giveLargeBlock(void* block) {
    std::free(block);
}

}  // namespace tenantry::base
