/// Text as people compare and search it: Unicode folding (ICU).
///
/// Threads: pure functions. Input need not be valid UTF-8: a byte that is not part of it counts as
/// U+FFFD. Never throws but for memory.
#pragma once

#include <string>
#include <string_view>

namespace tenantry::base {

/// For equality without regard to case: canonical caseless matching (Unicode 3.13, D145), composed.
/// Accents stay: "MÜLLER" folds to "müller", and not to "muller".
std::string caseFold(std::string_view text);

/// Whether caseFold(a) == folded, without building it where `a` is ASCII.
bool equalsFolded(std::string_view a, std::string_view folded);

/// For search: as caseFold, and without accents and compatibility forms, so that either of "Łódź"
/// and "lodz", "MÜLLER" and "muller", "ﬁn" and "fin" finds the other. A run of white space is one
/// space, control and format characters are dropped. The result is decomposed: for finding one in
/// another, not for display.
std::string searchFold(std::string_view text);

/// Encodes the bytes of everything but unreserved characters as %XX (RFC 3986 section 2.3).
std::string percentEncode(std::string_view text);

}  // namespace tenantry::base
