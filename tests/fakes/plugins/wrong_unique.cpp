// A static of a template, visible as g++ makes it: STB_GNU_UNIQUE, one for the whole process.
#include <tenantry/abi.h>

template <class T>
struct __attribute__((visibility("default"))) Shared {
    static int* at() {
        static int count = 0;
        return &count;
    }
};

extern "C" TNY_EXPORT const tny_plugin* tny_entry_v1(const tny_host* host) {
    *Shared<int>::at() += host != nullptr ? 1 : 0;
    return nullptr;
}
