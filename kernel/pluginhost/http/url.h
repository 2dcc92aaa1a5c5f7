/// URLs, read by the same parser that later connects, so that the two never disagree on the host.
///
/// Threads: values.
#pragma once

#include <string>
#include <string_view>

#include "kernel/base/result.h"

namespace tenantry::pluginhost::http {

struct Url {
    std::string text;    ///< whole, normalized; what is sent
    std::string scheme;  ///< "http" or "https"
    std::string host;    ///< in lower case, without a final dot; "[::1]"
    int port = 0;

    /// kInvalidArgument with a sentence unless it is absolute, http or https, with a host, without
    /// user and password, and at most kUrlBytesMax long. A fragment is dropped.
    static base::Result<Url> parse(const std::string& text);
    /// Where `reference` (a Location) leads from here.
    [[nodiscard]] base::Result<Url> resolve(const std::string& reference) const;

    [[nodiscard]] bool sameOrigin(const Url& other) const {
        return scheme == other.scheme && host == other.host && port == other.port;
    }
    /// "https://api.acme.com:8443": for sentences, without path and query.
    [[nodiscard]] std::string origin() const;

    static constexpr std::size_t kUrlBytesMax = 8 * 1024;
};

}  // namespace tenantry::pluginhost::http
