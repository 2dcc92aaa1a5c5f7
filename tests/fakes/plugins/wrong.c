/* A connector that does nothing, for what is wrong with a file before it runs. */
#include <tenantry/abi.h>

#ifdef EXTRA_SYMBOL
TNY_EXPORT int helper(void) {
    return 1;
}
#endif

#ifdef STATIC_TLS
static __thread int last;
#endif

#ifndef NO_ENTRY
TNY_EXPORT const tny_plugin* tny_entry_v1(const tny_host* host) {
#ifdef STATIC_TLS
    last += host != 0;
    return last > 1000 ? (const tny_plugin*)&last : 0;
#else
    (void)host;
    return 0;
#endif
}
#endif
