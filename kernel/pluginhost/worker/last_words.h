/// Tells the kernel, from a signal handler, which call brought this process down.
#pragma once

#include <cstdint>

namespace tenantry::pluginhost::worker {

/// Catches the signals of a crash and exit(). Before the connector is loaded, which may set its own
/// handlers: then only it knows.
void watchForCrash();
/// Any address in the connector: crashes there are told by their place in its file.
void rememberConnector(const void* inside);
/// Gives this thread a stack for the handler, so that an overflow is told too.
void guardThread();
/// The call that this thread serves from now on; 0 = none.
void serving(std::uint64_t call);

}  // namespace tenantry::pluginhost::worker
