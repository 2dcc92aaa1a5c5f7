/// The templates of `tenantry connector new`, which are part of the program.
#pragma once

#include <string_view>
#include <vector>

namespace tenantry::cli {

/// NAME in `path`, @name@ and @Name@ in `text` stand for the connector's name.
struct ScaffoldFile {
    std::string_view kind;
    std::string_view path;
    std::string_view text;
};

const std::vector<ScaffoldFile>& scaffoldFiles();

}  // namespace tenantry::cli
