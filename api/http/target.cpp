#include "api/http/target.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::http {
namespace {

using base::invalidArgument;

int hexValue(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool hasControl(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

base::Result<std::string> decodeSegment(std::string_view raw) {
    const auto decoded = percentDecode(raw, /*plusIsSpace=*/false);
    if (!decoded) return invalidArgument("The path has a malformed percent escape.");
    if (decoded->find('/') != std::string::npos || decoded->find('\\') != std::string::npos) {
        return invalidArgument("The path has an encoded slash or a backslash.");
    }
    if (*decoded == "." || *decoded == "..") {
        return invalidArgument("The path has a dot segment.");
    }
    if (hasControl(*decoded) || !base::isValidUtf8(*decoded)) {
        return invalidArgument("The path is not plain UTF-8 text.");
    }
    return *decoded;
}

base::Status parsePath(std::string_view path, Target& target) {
    std::string_view rest = path.substr(1);
    while (!rest.empty()) {
        const std::size_t slash = rest.find('/');
        const std::string_view raw = rest.substr(0, slash);
        if (raw.empty()) return invalidArgument("The path has an empty segment.");
        TNY_TRY(std::string segment, decodeSegment(raw));
        target.segments.push_back(std::move(segment));
        if (slash == std::string_view::npos) return base::ok();
        rest.remove_prefix(slash + 1);
        if (rest.empty()) target.segments.emplace_back();
    }
    return base::ok();
}

base::Status parseQuery(std::string_view query, Target& target) {
    while (!query.empty()) {
        const std::size_t amp = query.find('&');
        const std::string_view pair = query.substr(0, amp);
        if (!pair.empty()) {
            const std::size_t equals = pair.find('=');
            auto name = percentDecode(pair.substr(0, equals), /*plusIsSpace=*/true);
            auto value = equals == std::string_view::npos
                             ? std::optional<std::string>(std::string())
                             : percentDecode(pair.substr(equals + 1), /*plusIsSpace=*/true);
            if (!name || !value) return invalidArgument("The query has a malformed escape.");
            if (!base::isValidUtf8(*name) || !base::isValidUtf8(*value)) {
                return invalidArgument("The query is not UTF-8 text.");
            }
            target.query.emplace_back(std::move(*name), std::move(*value));
        }
        if (amp == std::string_view::npos) break;
        query.remove_prefix(amp + 1);
    }
    return base::ok();
}

}  // namespace

std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            out.push_back(' ');
        } else if (text[i] != '%') {
            out.push_back(text[i]);
        } else {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hexValue(text[i + 1]);
            const int low = hexValue(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            out.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        }
    }
    return out;
}

base::Result<Target> parseTarget(std::string_view text) {
    if (text.empty() || text.front() != '/') {
        return invalidArgument(
            "The target of the request must be a path that begins with a slash.");
    }
    if (text.find('#') != std::string_view::npos) {
        return invalidArgument("The target of the request has a fragment.");
    }
    Target target;
    const std::size_t mark = text.find('?');
    target.path = std::string(text.substr(0, mark));
    TNY_CHECKED(parsePath(target.path, target));
    if (mark != std::string_view::npos) TNY_CHECKED(parseQuery(text.substr(mark + 1), target));
    return target;
}

}  // namespace tenantry::http
