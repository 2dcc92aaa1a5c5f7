/// Reads a connector's descriptor out of its file without running a line of it.
#pragma once

#include <string>

#include "kernel/base/result.h"

namespace tenantry::pluginhost {

/// The bytes of section `.tny.manifest` of the 64-bit shared object behind `fd`, without a trailing
/// NUL. kInvalidArgument with the reason when the file is not one, or has no such section, or a
/// header points outside of it. Every offset is checked against the size of the file.
base::Result<std::string> readManifest(int fd);

/// What the linker's --build-id wrote, in hexadecimal: the same in a file with debug information
/// and in the stripped one. Empty when there is none.
std::string readBuildId(int fd);

}  // namespace tenantry::pluginhost
