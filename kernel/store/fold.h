/// Text made comparable: how usernames, e-mails and searched text are compared in the store.
///
/// Threads: any.
#pragma once

#include <string>
#include <string_view>

namespace tenantry::store {

/// `text` in Unicode's NFKC_Casefold: "STRASSE" and "straße" are one, so are composed and
/// decomposed letters. Bytes that are not UTF-8 become U+FFFD. Equal folded texts are the same
/// login.
std::string fold(std::string_view text);

}  // namespace tenantry::store
