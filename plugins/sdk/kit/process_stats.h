/// What the system says of a worker process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tenantry::kit {

struct ProcessStats {
    std::uint64_t residentKb = 0;
    std::uint64_t threads = 0;
    std::uint64_t descriptors = 0;  ///< 0: may not be read
};

/// The children of this process that run `program`.
std::vector<pid_t> workersOf(const std::string& program);
/// All zero when there is no such process.
ProcessStats statsOf(pid_t pid);

}  // namespace tenantry::kit
