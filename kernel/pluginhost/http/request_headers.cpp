#include "kernel/pluginhost/http/request_headers.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace tenantry::pluginhost::http {

namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kSecret = "secret:";
constexpr std::string_view kBasic = "basic:";

bool belongsToHost(std::string_view name) {
    static constexpr std::array<std::string_view, 12> kOurs = {"Host",
                                                               "Content-Length",
                                                               "Transfer-Encoding",
                                                               "Connection",
                                                               "Keep-Alive",
                                                               "TE",
                                                               "Trailer",
                                                               "Upgrade",
                                                               "Expect",
                                                               "Accept-Encoding",
                                                               "Proxy-Connection",
                                                               "Proxy-Authorization"};
    return std::any_of(kOurs.begin(), kOurs.end(), [&](auto one) { return sameName(one, name); });
}

bool isHeaderText(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7f); });
}

base::SecretText basicOf(std::string_view user, const base::SecretText& secret) {
    const base::SecretText plain(std::string(user) + ':' + secret.reveal());
    const std::string& bytes = plain.reveal();
    std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    out.pop_back();  // the final NUL
    return base::SecretText(std::move(out));
}

base::Result<base::SecretText> secretOf(std::string_view ref, const SecretSource& secrets) {
    auto found = secrets ? secrets(ref) : base::notFound("none");
    if (!found && found.error().code == base::ErrorCode::kNotFound)
        return base::notFound("The connection has no secret \"" + std::string(ref) + "\".");
    if (!found) return found;
    if (!isHeaderText(found->reveal()))
        return base::invalidArgument("The secret \"" + std::string(ref) +
                                     "\" holds characters that cannot stand in a header.");
    return found;
}

/// What one placeholder stands for; nothing when it is none of ours.
base::Result<std::optional<base::SecretText>> resolve(std::string_view inner,
                                                      const SecretSource& secrets,
                                                      std::vector<base::SecretText>& used) {
    if (inner.rfind(kSecret, 0) == 0) {
        TNY_TRY(auto secret, secretOf(inner.substr(kSecret.size()), secrets));
        used.push_back(secret);
        return std::optional(secret);
    }
    if (inner.rfind(kBasic, 0) != 0) return std::optional<base::SecretText>();
    inner.remove_prefix(kBasic.size());
    const auto colon = inner.find(':');
    if (colon == std::string_view::npos)
        return base::invalidArgument("A placeholder is {{basic:REF:USER}}.");
    TNY_TRY(auto secret, secretOf(inner.substr(0, colon), secrets));
    auto basic = basicOf(inner.substr(colon + 1), secret);
    used.push_back(std::move(secret));
    used.push_back(basic);
    return std::optional(std::move(basic));
}

base::Status fill(std::string& value, const SecretSource& secrets,
                  std::vector<base::SecretText>& used) {
    for (auto at = value.find(kOpen); at != std::string::npos; at = value.find(kOpen, at)) {
        const auto end = value.find(kClose, at);
        if (end == std::string::npos) return base::ok();
        const std::string inner = value.substr(at + kOpen.size(), end - at - kOpen.size());
        TNY_TRY(const auto secret, resolve(inner, secrets, used));
        if (!secret) {
            at += kOpen.size();
            continue;
        }
        value.replace(at, end + kClose.size() - at, secret->reveal());
        at += secret->reveal().size();
    }
    return base::ok();
}

}  // namespace

bool isToken(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7f &&
               std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) ==
                   std::string_view::npos;
    });
}

base::Result<Headers> parseHeaders(std::string_view lines) {
    Headers out;
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        const std::string_view line = lines.substr(0, end);
        lines = end == std::string_view::npos ? std::string_view() : lines.substr(end + 1);
        if (line.empty()) continue;
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !isToken(line.substr(0, colon)) ||
            !isHeaderText(line.substr(colon + 1)))
            return base::invalidArgument(
                "A header of the request is not a \"Name: value\" line without control "
                "characters.");
        if (belongsToHost(line.substr(0, colon)))
            return base::invalidArgument("The header " + std::string(line.substr(0, colon)) +
                                         " is the host's own; leave it out.");
        const std::string_view value = line.substr(colon + 1);
        const auto first = value.find_first_not_of(" \t");
        out.push_back({std::string(line.substr(0, colon)),
                       first == std::string_view::npos ? "" : std::string(value.substr(first))});
    }
    return out;
}

base::Status putSecretsIn(Headers& headers, const SecretSource& secrets,
                          std::vector<base::SecretText>& used) {
    for (auto& h : headers) TNY_CHECKED(fill(h.value, secrets, used));
    return base::ok();
}

Headers withoutSecrets(const Headers& headers, const std::vector<base::SecretText>& used) {
    Headers out;
    std::copy_if(headers.begin(), headers.end(), std::back_inserter(out), [&](const Header& h) {
        const bool holds = std::any_of(used.begin(), used.end(), [&](const auto& secret) {
            return !secret.empty() && h.value.find(secret.reveal()) != std::string::npos;
        });
        return !holds && !sameName(h.name, "Authorization") && !sameName(h.name, "Cookie");
    });
    return out;
}

}  // namespace tenantry::pluginhost::http
