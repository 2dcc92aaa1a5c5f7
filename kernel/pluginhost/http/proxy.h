/// Which proxy a host is reached through.
///
/// Threads: immutable values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/pluginhost/http/url.h"

namespace tenantry::pluginhost::http {

/// The first rule that fits decides; without one the host is reached directly.
class ProxyRules {
  public:
    ProxyRules() = default;
    /// "http://proxy:3128" for all hosts, or rules between commas: "*.corp.example=direct,
    /// ad.example=http://p2:8080, *=http://proxy:3128". kInvalidArgument with a sentence.
    static base::Result<ProxyRules> parse(std::string_view text);

    /// The proxy's URL, or empty for none.
    [[nodiscard]] const std::string& proxyOf(const Url& url) const;

  private:
    struct Rule {
        std::string host;   ///< "*", "*.corp.example", "ad.example"
        std::string proxy;  ///< empty = direct
    };
    std::vector<Rule> rules_;
};

}  // namespace tenantry::pluginhost::http
