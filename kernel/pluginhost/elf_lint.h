/// What an ELF reader can tell of a shared object's build, without running a line of it.
#pragma once

#include <string>
#include <vector>

#include "kernel/base/result.h"

namespace tenantry::pluginhost {

struct ElfFacts {
    std::vector<std::string> exported;  ///< defined, visible dynamic symbols
    std::vector<std::string> unique;    ///< those of binding STB_GNU_UNIQUE
    std::vector<std::string> needed;    ///< libraries
    std::string searchPath;             ///< RPATH or RUNPATH
    std::string glibc;                  ///< the newest version it needs: "2.34"; empty: none
    std::string glibcSymbol;            ///< a library of which it needs that version
    bool textRelocations = false;
    bool staticTls = false;
    bool executableStack = true;  ///< also when nothing is said of it
    bool relro = false;
    bool bindNow = false;
    bool buildId = false;
};

/// Facts of the 64-bit shared object behind `fd`. kInvalidArgument when it is not one, or a header
/// points outside of it: every offset is checked against the size of the file.
base::Result<ElfFacts> readElfFacts(int fd);

/// Whether dotted version `a` is newer than `b`: "2.4" is older than "2.34".
bool newerVersion(const std::string& a, const std::string& b);

}  // namespace tenantry::pluginhost
