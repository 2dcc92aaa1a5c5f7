#include "kernel/pluginhost/http/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace tenantry::pluginhost::http {

namespace {

struct Cleanup {
    void operator()(CURLU* handle) const { curl_url_cleanup(handle); }
};
using Handle = std::unique_ptr<CURLU, Cleanup>;

std::optional<std::string> part(CURLU* handle, CURLUPart what, unsigned flags = 0) {
    char* text = nullptr;
    if (curl_url_get(handle, what, &text, flags) != CURLUE_OK) return std::nullopt;
    std::string out(text);
    curl_free(text);
    return out;
}

base::Result<Url> read(CURLU* handle) {
    // A fragment never leaves a client.
    curl_url_set(handle, CURLUPART_FRAGMENT, nullptr, 0);
    Url out;
    out.scheme = part(handle, CURLUPART_SCHEME).value_or("");
    if (out.scheme != "http" && out.scheme != "https")
        return base::invalidArgument("Only http and https URLs can be asked.");
    if (part(handle, CURLUPART_USER) || part(handle, CURLUPART_PASSWORD))
        return base::invalidArgument("A URL must not hold a user or password; use auth.");
    out.host = part(handle, CURLUPART_HOST).value_or("");
    std::transform(out.host.begin(), out.host.end(), out.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!out.host.empty() && out.host.back() == '.') out.host.pop_back();
    const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT).value_or("");
    std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (out.host.empty() || out.port <= 0) return base::invalidArgument("The URL names no host.");
    curl_url_set(handle, CURLUPART_HOST, out.host.c_str(), 0);
    out.text = part(handle, CURLUPART_URL).value_or("");
    if (out.text.empty() || out.text.size() > Url::kUrlBytesMax)
        return base::invalidArgument("The URL is too long.");
    return out;
}

base::Result<Url> parseOver(CURLU* handle, const std::string& text) {
    const bool plain = std::all_of(text.begin(), text.end(),
                                   [](unsigned char c) { return c > 0x20 && c != 0x7f; });
    if (text.size() > Url::kUrlBytesMax) return base::invalidArgument("The URL is too long.");
    if (!plain || curl_url_set(handle, CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return base::invalidArgument("The URL cannot be read.");
    return read(handle);
}

}  // namespace

base::Result<Url> Url::parse(const std::string& text) {
    const Handle handle(curl_url());
    return parseOver(handle.get(), text);
}

base::Result<Url> Url::resolve(const std::string& reference) const {
    const Handle handle(curl_url());
    if (curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return base::invalidArgument("The URL cannot be read.");
    return parseOver(handle.get(), reference);
}

std::string Url::origin() const {
    const bool usual = port == (scheme == "https" ? 443 : 80);
    return scheme + "://" + host + (usual ? "" : ':' + std::to_string(port));
}

}  // namespace tenantry::pluginhost::http
