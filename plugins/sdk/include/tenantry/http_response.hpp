// An HTTP answer, what it means for the host, and the encoding of URLs.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tenantry/json.hpp>

namespace tny {

/// Percent-encodes everything but the unreserved characters of RFC 3986.
inline std::string urlEncoded(std::string_view text) {
    static const char hex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += hex[byte >> 4];
        out += hex[byte & 15];
    }
    return out;
}
/// One segment of a path. An id that is "." or ".." would walk up the path, and is refused.
inline std::string path(std::string_view segment) {
    if (segment.empty() || segment == "." || segment == "..")
        throw argument("An id cannot be part of a URL.");
    return urlEncoded(segment);
}

/// A whole answer.
struct HttpResponse {
    int status = 0;
    /// Names in lower case.
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};

    bool ok() const noexcept { return status >= 200 && status < 300; }
    /// Empty when there is none. `name` in lower case.
    std::string_view header(std::string_view name) const noexcept {
        for (const auto& h : headers)
            if (h.first == name) return h.second;
        return {};
    }
    /// When the backend wants to be asked again; -1 when it did not say.
    std::int64_t retryAfterMs() const noexcept { return number("tny-retry-after-ms"); }
    std::int64_t rateRemaining() const noexcept { return number("tny-rate-remaining"); }
    std::int64_t rateResetMs() const noexcept { return number("tny-rate-reset-ms"); }
    /// The body; null when it is empty. Throws tny::data when it is not JSON.
    Json json() const {
        if (body.find_first_not_of(" \t\r\n") == std::string::npos) return Json();
        return Json::parse(body);
    }
    /// The address of `rel` in the Link headers (RFC 8288), as it stands there; empty when none.
    std::string link(std::string_view rel) const {
        for (const auto& h : headers) {
            if (h.first != "link") continue;
            std::string_view rest = h.second;
            for (auto open = rest.find('<'); open != std::string_view::npos;
                 open = rest.find('<')) {
                const auto close = rest.find('>', open);
                if (close == std::string_view::npos) break;
                const auto next = rest.find('<', close);
                const auto params = rest.substr(
                    close, next == std::string_view::npos ? std::string_view::npos : next - close);
                if (params.find("rel=\"" + std::string(rel) + "\"") != std::string_view::npos ||
                    params.find("rel=" + std::string(rel)) != std::string_view::npos)
                    return std::string(rest.substr(open + 1, close - open - 1));
                rest.remove_prefix(close + 1);
            }
        }
        return {};
    }

    /// "name: value\n" lines, as the host gives them.
    void parseHeaders(std::string_view lines) {
        while (!lines.empty()) {
            const auto end = lines.find('\n');
            const std::string_view line = lines.substr(0, end);
            const auto colon = line.find(':');
            if (colon != std::string_view::npos) {
                std::string_view value = line.substr(colon + 1);
                while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
                headers.emplace_back(std::string(line.substr(0, colon)), std::string(value));
            }
            if (end == std::string_view::npos) return;
            lines.remove_prefix(end + 1);
        }
    }

  private:
    std::int64_t number(std::string_view name) const noexcept {
        const auto text = header(name);
        std::int64_t n = -1;
        const auto r = std::from_chars(text.data(), text.data() + text.size(), n);
        return r.ec == std::errc() ? n : -1;
    }
};

namespace detail {

inline std::string_view hostOf(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return url;
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find_first_of("/?#"));
}
/// Without the query, which may hold personal data.
inline std::string_view pathOf(std::string_view url) {
    const auto host = hostOf(url);
    const auto after = static_cast<std::size_t>(host.data() + host.size() - url.data());
    return url.substr(after, url.find_first_of("?#", after) - after);
}

/// The backend's own code, where its error body has one of the usual forms.
inline std::string errorCodeOf(const HttpResponse& r) {
    Json body;
    try {
        body = r.json();
    } catch (const Error&) {
        return {};  // an HTML page
    }
    const Json& error = body["error"];
    for (const Json* one : {&body["errorCode"], &body["scimType"], &error["code"], &body["code"],
                            &error, &body["error_code"]}) {
        if (one->isString() && one->text().size() <= 64) return one->text();
        if (one->isInt()) return std::to_string(one->integer());
    }
    return {};
}

inline tny_status statusOf(int http, bool write) noexcept {
    switch (http) {
        case 400:
        case 413:
        case 414:
        case 422:
            return TNY_E_ARGUMENT;
        case 401:
            return TNY_E_AUTH;
        case 402:
        case 403:
        case 407:
            return TNY_E_PERMISSION;
        case 404:
        case 410:
            return TNY_E_NOT_FOUND;
        case 405:
        case 501:
            return TNY_E_UNSUPPORTED;
        case 409:
        case 412:
        case 423:
        case 428:
            return TNY_E_CONFLICT;
        case 429:
            return TNY_E_RATE_LIMITED;
        case 408:
            return write ? TNY_E_OUTCOME_UNKNOWN : TNY_E_TIMEOUT;
        default:
            if (http < 500) return TNY_E_DATA;
            return write ? TNY_E_OUTCOME_UNKNOWN : TNY_E_UNAVAILABLE;
    }
}

}  // namespace detail

/// What an answer that is not the wanted one means for the host. `write`: it may have changed
/// something, so a 5xx leaves open whether it did.
inline Error httpError(const HttpResponse& r, std::string_view method, std::string_view url,
                       bool write) {
    const std::string host(detail::hostOf(url));
    const tny_status status = detail::statusOf(r.status, write);
    std::string message = host + " answered " + std::to_string(r.status) + '.';
    if (status == TNY_E_AUTH) message = host + " refused the credentials of this connection (401).";
    if (status == TNY_E_PERMISSION)
        message = host + " does not allow this to the connection (" + std::to_string(r.status) +
                  "). Check the rights of its credentials.";
    if (status == TNY_E_RATE_LIMITED) message = host + " asks for a pause (429).";
    if (status == TNY_E_DATA && r.status >= 300 && r.status < 400)
        message = host + " sends us elsewhere (" + std::to_string(r.status) +
                  "). Is the address in the configuration right?";
    return Error(status, std::move(message))
        .detail(std::string(method) + ' ' + std::string(detail::pathOf(url)))
        .backend(r.status, detail::errorCodeOf(r))
        .retryAfterMs(r.retryAfterMs());
}

}  // namespace tny
