/* Compiles abi.h as C, and uses the two macros the way a C connector does. */
#include <tenantry/abi.h>

TNY_MANIFEST("{\"tny\":1}");

int sdk_dialect_check(const tny_host *host);
int sdk_dialect_check(const tny_host *host) {
    return TNY_HAS(host, get_interface) && sizeof tny_manifest_ > 1 ? 1 : 0;
}
