/// The hosts that the connector of one connection may speak HTTP with.
///
/// Ownership: a value of its connection. Threads: immutable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/pluginhost/http/url.h"

namespace tenantry::pluginhost::http {

class EgressList {
  public:
    /// Nothing is allowed, for the reason `why` (a sentence).
    static EgressList closed(std::string why);
    /// What the connection's configuration names: its http and https URLs at any depth, with their
    /// ports, and its properties of format "hostname" in the schema. And what the descriptor lists:
    /// "api.acme.com", "*.acme.com", "api.acme.com:8443". Where no port is given it is 80 or 443.
    static EgressList of(std::string_view configJson, std::string_view schemaJson,
                         const std::vector<std::string>& listed);

    /// A sentence that says why not; nothing when it may go there.
    [[nodiscard]] std::optional<std::string> refusal(const Url& url) const;

  private:
    struct Entry {
        std::string host;  ///< in lower case; "*.acme.com" for all below acme.com
        int port = 0;      ///< 0 = 80 and 443
    };
    void add(const std::string& text);

    std::string closedBecause_;
    std::vector<Entry> entries_;
};

/// "*.acme.com", "api.acme.com", with an optional ":port": what isolation.hosts may hold. A lone
/// "*" and "*.com" are not, they would allow everything.
bool isHostPattern(std::string_view text);

}  // namespace tenantry::pluginhost::http
