/// One line that tells how far a job is. Threads: any.
#pragma once

#include <chrono>
#include <string>

#include "kernel/base/json.h"

namespace tenantry::cli {

/// "[#####.....]  42 %  512 of 1024  510 done, 2 failed  0:12": as much of it as fits into a line
/// of `width` columns, whose last one stays empty.
std::string progressLine(const base::Json& job, std::chrono::seconds since, std::size_t width);

}  // namespace tenantry::cli
