/// The words of the filter language: fields as they are written, what they may hold, and what a
/// misspelt one is nearest to. For the parser.
///
/// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/domain/filter.h"

namespace tenantry::domain {

/// A word as it stands in a filter.
struct Word {
    std::string text;    ///< as written
    std::string folded;  ///< in lower case
    std::size_t at = 0;  ///< byte offset
};

/// A field as named, resolved.
struct Target {
    UserField field{};
    std::string attribute;
};
/// Nothing when there is no such field.
std::optional<Target> resolve(const Word& word);

/// All but the connector's own attributes.
std::vector<std::string> fieldNames();
/// The words a field of words may hold.
std::vector<std::string> wordsOf(UserField field);
/// The one of `known` nearest to `word`; nothing when none is near.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

/// "a, b, c"
std::string listed(const std::vector<std::string>& words);
/// In double quotes, cut at a character when it is long.
std::string quoted(std::string_view text);

}  // namespace tenantry::domain
