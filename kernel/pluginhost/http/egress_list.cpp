#include "kernel/pluginhost/http/egress_list.h"

#include <algorithm>
#include <charconv>

#include "kernel/base/json.h"

namespace tenantry::pluginhost::http {

namespace {

using base::Json;

constexpr int kDepthMax = 16;

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

bool isWeb(const std::string& text) {
    const std::string start = lower(std::string_view(text).substr(0, 8));
    return start.rfind("http://", 0) == 0 || start == "https://";
}

void collectUrls(const Json& value, int depth, std::vector<Url>& out) {
    if (depth > kDepthMax) return;
    if (const auto text = value.asString(); text && isWeb(*text)) {
        if (auto url = Url::parse(*text)) out.push_back(*url);
    }
    for (const auto& item : value.items()) collectUrls(item, depth + 1, out);
    for (const auto& [name, member] : value.members()) collectUrls(member, depth + 1, out);
}

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

/// "host:port" apart; port 0 when there is none, -1 when it is no number.
std::pair<std::string, int> splitPort(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || text.find(']', colon) != std::string::npos) return {text, 0};
    int port = -1;
    const char* end = text.data() + text.size();
    const auto r = std::from_chars(text.data() + colon + 1, end, port);
    if (r.ec != std::errc() || r.ptr != end || port < 1 || port > 65535) port = -1;
    return {text.substr(0, colon), port};
}

}  // namespace

bool isHostPattern(std::string_view text) {
    auto [host, port] = splitPort(std::string(text));
    if (port < 0) return false;
    std::string_view name = host;
    if (name.substr(0, 2) == "*.") {
        name.remove_prefix(2);
        if (name.find('.') == std::string_view::npos) return false;
    }
    return !name.empty() && name.size() <= 253 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](unsigned char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_';
           });
}

EgressList EgressList::closed(std::string why) {
    EgressList out;
    out.closedBecause_ = std::move(why);
    return out;
}

EgressList EgressList::of(std::string_view configJson, std::string_view schemaJson,
                          const std::vector<std::string>& listed) {
    EgressList out;
    for (const auto& one : listed)
        if (isHostPattern(one)) out.add(one);
    const auto config = Json::parse(configJson);
    if (!config) return out;
    std::vector<Url> urls;
    collectUrls(*config, 0, urls);
    for (const auto& url : urls) {
        const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
        out.entries_.push_back({url.host, usual ? 0 : url.port});
    }
    if (const auto schema = Json::parse(schemaJson))
        for (const auto& [name, property] : (*schema)["properties"].members()) {
            const std::string format = property["format"].stringOr("");
            const auto host = (*config)[name].asString();
            if (host && format == "hostname" && isHostPattern(*host) && host->front() != '*')
                out.add(*host);
        }
    return out;
}

void EgressList::add(const std::string& text) {
    auto [host, port] = splitPort(text);
    if (!host.empty() && host.back() == '.') host.pop_back();
    entries_.push_back({lower(host), port});
}

std::optional<std::string> EgressList::refusal(const Url& url) const {
    if (!closedBecause_.empty()) return closedBecause_;
    const bool usual = url.port == 80 || url.port == 443;
    const auto allows = [&](const Entry& e) {
        if (e.port == 0 ? !usual : e.port != url.port) return false;
        if (e.host.rfind("*.", 0) == 0)
            return endsWith(url.host, std::string_view(e.host).substr(1));
        return e.host == url.host;
    };
    if (std::any_of(entries_.begin(), entries_.end(), allows)) return std::nullopt;
    return "The connector may not ask " + url.origin() +
           ": neither the connection's configuration names that host and port, nor the connector's "
           "descriptor under isolation.hosts.";
}

}  // namespace tenantry::pluginhost::http
