/// What a worker says as it dies, on descriptor 5: which call was on the thread that ended the
/// process, and where in the connector. Written by a signal handler, so it is a plain struct.
#pragma once

#include <cstdint>

namespace tenantry::pluginhost {

inline constexpr int kLastWordsFd = 5;

struct LastWords {
    std::int32_t signal = 0;  ///< 0: the connector called exit()
    std::uint32_t reserved = 0;
    std::uint64_t call = 0;    ///< 0: on a thread that serves none
    std::uint64_t offset = 0;  ///< in the connector's file, as addr2line takes it; 0 = not in it
};

}  // namespace tenantry::pluginhost
