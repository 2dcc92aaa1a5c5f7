#include "kernel/pluginhost/http/proxy.h"

#include <algorithm>

#include "kernel/pluginhost/http/exchange.h"

namespace tenantry::pluginhost::http {

namespace {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isProxyUrl(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://", "socks5h://"})
        if (text.size() > scheme.size() && text.substr(0, scheme.size()) == scheme) return true;
    return false;
}

}  // namespace

base::Result<ProxyRules> ProxyRules::parse(std::string_view text) {
    ProxyRules out;
    for (std::string_view rest = text; !rest.empty();) {
        const auto comma = rest.find(',');
        const std::string_view one = trimmed(rest.substr(0, comma));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        if (one.empty()) continue;
        // A URL may hold a '=' itself: the rule's comes before its "://".
        const auto equals = one.substr(0, one.find("://")).find('=');
        const bool named = equals != std::string_view::npos;
        const std::string_view host = named ? trimmed(one.substr(0, equals)) : "*";
        const std::string_view proxy = named ? trimmed(one.substr(equals + 1)) : one;
        if (host.empty() || (proxy != "direct" && !isProxyUrl(proxy)))
            return base::invalidArgument(
                "A proxy is \"http://proxy:3128\", or rules such as \"*.corp.example=direct, "
                "*=http://proxy:3128\".");
        out.rules_.push_back({std::string(host), proxy == "direct" ? "" : std::string(proxy)});
    }
    return out;
}

const std::string& ProxyRules::proxyOf(const Url& url) const {
    static const std::string none;
    const auto fits = [&](const Rule& rule) {
        if (rule.host == "*") return true;
        if (rule.host.rfind("*.", 0) != 0) return sameName(rule.host, url.host);
        const std::string_view end = std::string_view(rule.host).substr(1);
        return url.host.size() > end.size() &&
               sameName(std::string_view(url.host).substr(url.host.size() - end.size()), end);
    };
    const auto found = std::find_if(rules_.begin(), rules_.end(), fits);
    return found == rules_.end() ? none : found->proxy;
}

}  // namespace tenantry::pluginhost::http
