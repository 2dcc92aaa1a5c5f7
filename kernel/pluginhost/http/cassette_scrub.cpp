#include "kernel/pluginhost/http/cassette_scrub.h"

#include <algorithm>
#include <array>
#include <optional>

#include "kernel/base/json.h"

namespace tenantry::pluginhost::http {

namespace {

using base::Json;

constexpr std::string_view kStruck = "[secret]";

/// Letters and digits in lower case: "Client-Secret" and "clientSecret" are one name.
std::string plain(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
}

bool hasSecretName(const Json& value) {
    for (const auto& item : value.items())
        if (hasSecretName(item)) return true;
    for (const auto& [name, member] : value.members())
        if (isSecretName(name) || hasSecretName(member)) return true;
    return false;
}

void write(base::JsonWriter& out, const Json& value) {
    if (value.isObject()) {
        out.beginObject();
        for (const auto& [name, member] : value.members()) {
            out.key(name);
            const bool hide = isSecretName(name) && (member.isString() || member.isNumber());
            hide ? void(out.string(kStruck)) : write(out, member);
        }
        out.endObject();
    } else if (value.isArray()) {
        out.beginArray();
        for (const auto& item : value.items()) write(out, item);
        out.endArray();
    } else {
        out.raw(value.text());
    }
}

/// "a=1&password=x" with the secret values replaced; nothing when there is none.
std::optional<std::string> scrubForm(std::string_view form) {
    std::string out;
    bool changed = false;
    while (!form.empty()) {
        const auto end = form.find('&');
        const std::string_view field = form.substr(0, end);
        const auto equals = field.find('=');
        const bool hide = equals != std::string_view::npos && isSecretName(field.substr(0, equals));
        out += hide ? std::string(field.substr(0, equals + 1)) + std::string(kStruck)
                    : std::string(field);
        changed = changed || hide;
        if (end == std::string_view::npos) break;
        out += '&';
        form.remove_prefix(end + 1);
    }
    return changed ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

bool isSecretName(std::string_view name) {
    static constexpr std::array<std::string_view, 24> kNames = {
        "accesskey",   "accesstoken",       "apikey",
        "apitoken",    "authorization",     "authtoken",
        "bearertoken", "clientassertion",   "clientsecret",
        "cookie",      "idtoken",           "newpassword",
        "oldpassword", "passphrase",        "passwd",
        "password",    "privatekey",        "proxyauthorization",
        "pwd",         "refreshtoken",      "secret",
        "setcookie",   "temporarypassword", "sessiontoken"};
    std::string one = plain(name);
    if (one.rfind('x', 0) == 0 && name.size() > 1 && name[1] == '-') one.erase(0, 1);
    return std::find(kNames.begin(), kNames.end(), one) != kNames.end();
}

std::string scrubBody(std::string_view body, const Scrubber& known) {
    std::string out = known.whole(body);
    if (out.empty()) return out;
    const auto json = Json::parse(out);
    if (json && hasSecretName(*json)) {
        base::JsonWriter writer;
        write(writer, *json);
        return std::move(writer).take();
    }
    const bool form =
        !json && out.size() < 64 * 1024 && out.find_first_of("\r\n{<") == std::string::npos;
    if (form)
        if (auto clean = scrubForm(out)) return std::move(*clean);
    return out;
}

std::string scrubUrl(std::string_view url, const Scrubber& known) {
    std::string out = known.whole(url);
    const auto mark = out.find('?');
    if (mark == std::string::npos) return out;
    if (auto clean = scrubForm(std::string_view(out).substr(mark + 1)))
        return out.substr(0, mark + 1) + *clean;
    return out;
}

Headers scrubHeaders(const Headers& headers, const Scrubber& known) {
    Headers out;
    for (const auto& h : headers) {
        if (isSecretName(h.name)) {
            out.push_back({h.name, std::string(kStruck)});
            continue;
        }
        // A redirect says where to in a header.
        out.push_back({h.name, sameName(h.name, "Location") ? scrubUrl(h.value, known)
                                                            : known.whole(h.value)});
    }
    return out;
}

}  // namespace tenantry::pluginhost::http
