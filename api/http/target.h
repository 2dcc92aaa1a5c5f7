/// The target of a request: its path in decoded segments, and its query.
///
/// One policy for the whole server: a path that could be read in two ways is refused. That is an
/// encoded slash or backslash, a dot segment (also encoded), an empty segment, a control byte, and
/// what is not UTF-8. Threads: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/base/result.h"

namespace tenantry::http {

struct Target {
    /// The path as sent, without the query.
    std::string path;
    /// Decoded; "/" has none, and a path that ends in a slash has an empty last one.
    std::vector<std::string> segments;
    /// Decoded names and values in their order.
    std::vector<std::pair<std::string, std::string>> query;
};

/// kInvalidArgument, with words, when `text` is not in origin form ("/path?query") or breaks the
/// policy above.
base::Result<Target> parseTarget(std::string_view text);

/// Decodes %XX (and + as a space in a query). Nothing when an escape is malformed.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

}  // namespace tenantry::http
