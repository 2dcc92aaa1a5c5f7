/// What a worker may not do. Said by the kernel in HELLO, enforced by the worker on itself before
/// it loads the connector; nothing of it can be undone afterwards.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/pluginhost/wire.h"

namespace tenantry::pluginhost {

struct Confinement {
    std::uint64_t dataBytesMax = 0;  ///< of private memory (RLIMIT_DATA); 0 = no limit
    std::uint64_t filesMax = 0;      ///< open descriptors; 0 = no limit
    std::uint64_t fileBytesMax = 0;  ///< of a file it writes; 0 = no limit
    std::uint64_t user = 0;          ///< to become, when it starts as root; 0 = stays
    bool network = false;            ///< may make sockets of its own
    std::string folder;              ///< its working folder, and TMPDIR

    void write(FrameWriter& to) const {
        to.number(dataBytesMax).number(filesMax).number(fileBytesMax).number(user);
        to.number(network ? 1 : 0).bytes(folder);
    }
    static Confinement read(FieldReader& from) {
        Confinement out;
        out.dataBytesMax = from.number();
        out.filesMax = from.number();
        out.fileBytesMax = from.number();
        out.user = from.number();
        out.network = from.number() != 0;
        out.folder = std::string(from.bytes());
        return out;
    }
};

}  // namespace tenantry::pluginhost
