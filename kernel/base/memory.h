/// How large blocks of memory are taken from the system.
///
/// Threads: any.
#pragma once

#include <cstddef>
#include <limits>
#include <new>
#include <vector>

namespace tenantry::base {

/// Freed memory stays with the process in blocks up to 32 MiB instead of going back after each
/// request. To be called once, before the first thread.
void keepFreedMemory();

/// Memory of `bytes`, in huge pages where the system gives them (Linux: transparent huge pages on
/// request). Throws std::bad_alloc.
void* takeLargeBlock(std::size_t bytes);
void giveLargeBlock(void* block);

/// For columns of many megabytes that are read here and there: with small pages each look costs a
/// walk through the page tables as well.
template <class T>
struct LargeBlocks {
    using value_type = T;
    LargeBlocks() = default;
    template <class U>
    explicit LargeBlocks(const LargeBlocks<U>&) {}
    T* allocate(std::size_t n) {
        if (n > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_alloc();
        return static_cast<T*>(takeLargeBlock(n * sizeof(T)));
    }
    void deallocate(T* block, std::size_t) { giveLargeBlock(block); }
    template <class U>
    bool operator==(const LargeBlocks<U>&) const {
        return true;
    }
};
template <class T>
using LargeVector = std::vector<T, LargeBlocks<T>>;

}  // namespace tenantry::base
