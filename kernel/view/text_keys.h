/// Keys by which texts are put in order.
///
/// Threads: const methods from any thread at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kernel/domain/filter.h"

namespace tenantry::view {

/// A sort key is cut to this: what differs only behind it is told apart by id. It bounds a row and
/// a cursor.
inline constexpr std::size_t kSortKeyBytesMax = 128;

/// Keys of text whose order by bytes is the order of the text for people: the root collation of
/// CLDR.
class TextKeys {
  public:
    TextKeys();
    ~TextKeys();
    TextKeys(const TextKeys&) = delete;
    TextKeys& operator=(const TextKeys&) = delete;

    /// Empty only for empty text. At most kSortKeyBytesMax bytes.
    [[nodiscard]] std::string key(std::string_view text) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The key of a text that is not a name: folded.
std::string plainKey(std::string_view text);
/// Whether the field's texts are ordered for people.
bool isName(domain::UserField field);

}  // namespace tenantry::view
