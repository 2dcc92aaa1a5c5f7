#include "api/http/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "kernel/base/limits.h"

namespace tenantry::http {
namespace {

namespace limits = base::limits;

constexpr std::string_view kCrLf = "\r\n";

struct KnownMethod {
    std::string_view text;
    Method method;
};
constexpr std::array kMethods = {
    KnownMethod{"GET", Method::kGet},         KnownMethod{"HEAD", Method::kHead},
    KnownMethod{"POST", Method::kPost},       KnownMethod{"PUT", Method::kPut},
    KnownMethod{"PATCH", Method::kPatch},     KnownMethod{"DELETE", Method::kDelete},
    KnownMethod{"OPTIONS", Method::kOptions},
};

/// Fields that decide framing or authority: a second one could be read by another party.
constexpr std::array kOnlyOnce = {
    std::string_view("Host"),
    std::string_view("Content-Length"),
    std::string_view("Authorization"),
    std::string_view("Content-Type"),
    std::string_view("Cookie"),
    std::string_view("Origin"),
    std::string_view("If-Match"),
    std::string_view("X-CSRF-Token"),
    std::string_view("Expect"),
    std::string_view("Idempotency-Key"),
    std::string_view("Transfer-Encoding"),
};

using Refused = std::optional<Refusal>;

Refused refuse(int status, std::string detail) {
    return Refusal{status, std::move(detail)};
}

Refused readVersion(std::string_view version, Head& head) {
    if (version == "HTTP/1.1" || version == "HTTP/1.0") {
        head.http11 = version.back() == '1';
        return std::nullopt;
    }
    const bool looksReal = version.size() == 8 && version.substr(0, 5) == "HTTP/" &&
                           version[6] == '.' && version[5] >= '0' && version[5] <= '9' &&
                           version[7] >= '0' && version[7] <= '9';
    if (looksReal) return refuse(505, "This server speaks HTTP/1.1.");
    return refuse(400, "The request line has no HTTP version.");
}

Refused readMethod(std::string_view text, Head& head) {
    for (const KnownMethod& known : kMethods) {
        if (known.text == text) {
            head.method = known.method;
            return std::nullopt;
        }
    }
    if (!isToken(text)) return refuse(400, "The method is not a word.");
    return refuse(405, "This server does not know that method.");
}

Refused readTarget(std::string_view text, Head& head) {
    if (text.size() > limits::kTargetBytesMax) return refuse(414, "The address is too long.");
    const bool printable = std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte < 0x7F;
    });
    if (!printable) return refuse(400, "The address has bytes that must be percent-encoded.");
    auto target = parseTarget(text);
    if (!target) return refuse(400, target.error().message);
    head.target = std::move(*target);
    return std::nullopt;
}

Refused readRequestLine(std::string_view line, Head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return refuse(400, "The request line is not METHOD TARGET VERSION.");
    }
    const std::string_view target = line.substr(first + 1, last - first - 1);
    if (target.empty() || target.find(' ') != std::string_view::npos) {
        return refuse(400, "The request line is not METHOD TARGET VERSION.");
    }
    if (auto refused = readVersion(line.substr(last + 1), head)) return refused;
    if (auto refused = readMethod(line.substr(0, first), head)) return refused;
    return readTarget(target, head);
}

Refused readField(std::string_view line, Head& head) {
    if (line.front() == ' ' || line.front() == '\t') {
        return refuse(400, "A header is folded over lines.");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon))) {
        return refuse(400, "A header line has no valid name.");
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!isFieldValue(value)) return refuse(400, "A header has a control byte.");
    if (head.headers.size() >= limits::kHeadersMax) {
        return refuse(431, "The request has too many headers.");
    }
    head.headers.add(std::string(line.substr(0, colon)), std::string(value));
    return std::nullopt;
}

Refused readHost(Head& head) {
    const auto host = head.headers.get("Host");
    if (!host) {
        if (head.http11) return refuse(400, "The Host header is missing.");
        return std::nullopt;
    }
    const bool plain = std::all_of(host->begin(), host->end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view(".-_:[]").find(c) != std::string_view::npos;
    });
    if (host->empty() || !plain) return refuse(400, "The Host header is not a host.");
    head.host = *host;
    return std::nullopt;
}

/// RFC 9112 section 6.3, with every doubtful case refused.
Refused readFraming(Head& head) {
    const auto encoding = head.headers.get("Transfer-Encoding");
    const auto length = head.headers.get("Content-Length");
    if (encoding) {
        if (length) return refuse(400, "Both Content-Length and Transfer-Encoding are given.");
        if (!head.http11) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
        if (!equalIgnoringCase(*encoding, "chunked")) {
            return refuse(501, "The only transfer encoding here is chunked.");
        }
        head.framing = Framing::kChunked;
        return std::nullopt;
    }
    if (!length) return std::nullopt;
    const bool digits = !length->empty() && std::all_of(length->begin(), length->end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    if (!digits || length->size() > 18) {
        if (digits) return refuse(413, "The body is too large.");
        return refuse(400, "Content-Length is not a number.");
    }
    std::from_chars(length->data(), length->data() + length->size(), head.contentLength);
    head.framing = head.contentLength == 0 ? Framing::kNoBody : Framing::kLength;
    return std::nullopt;
}

Refused readConnection(Head& head) {
    head.keepAlive = head.http11 ? !head.headers.listHas("Connection", "close")
                                 : head.headers.listHas("Connection", "keep-alive");
    if (const auto expect = head.headers.get("Expect")) {
        if (!equalIgnoringCase(*expect, "100-continue")) {
            return refuse(417, "The only expectation here is 100-continue.");
        }
        head.expectContinue = head.http11;
    }
    return std::nullopt;
}

Refused readAll(std::string_view bytes, Head& head) {
    bool firstLine = true;
    while (true) {
        const std::size_t end = bytes.find(kCrLf);
        if (end == std::string_view::npos) return refuse(400, "The request is cut off.");
        const std::string_view line = bytes.substr(0, end);
        if (line.find('\n') != std::string_view::npos ||
            line.find('\r') != std::string_view::npos) {
            return refuse(400, "A line does not end in CR LF.");
        }
        bytes.remove_prefix(end + kCrLf.size());
        if (firstLine) {
            if (auto refused = readRequestLine(line, head)) return refused;
            firstLine = false;
        } else if (line.empty()) {
            break;
        } else if (auto refused = readField(line, head)) {
            return refused;
        }
    }
    for (const std::string_view once : kOnlyOnce) {
        if (head.headers.count(once) > 1) {
            return refuse(400, "The header " + std::string(once) + " is given twice.");
        }
    }
    if (auto refused = readHost(head)) return refused;
    if (auto refused = readFraming(head)) return refused;
    return readConnection(head);
}

}  // namespace

std::string_view name(Method method) {
    for (const KnownMethod& known : kMethods) {
        if (known.method == method) return known.text;
    }
    return "?";
}

bool isSafe(Method method) {
    return method == Method::kGet || method == Method::kHead || method == Method::kOptions;
}

std::size_t findHeadEnd(std::string_view bytes, std::size_t from) {
    const std::size_t start = from < 3 ? 0 : from - 3;
    const std::size_t at = bytes.find("\r\n\r\n", start);
    return at == std::string_view::npos ? at : at + 4;
}

bool isHopeless(std::string_view bytes) {
    if (bytes.empty()) return false;
    if (!isToken(bytes.substr(0, 1))) return true;
    const std::string_view head = bytes.substr(0, findHeadEnd(bytes, 0));
    if (head.find('\0') != std::string_view::npos) return true;
    for (std::size_t at = head.find('\n'); at != std::string_view::npos;
         at = head.find('\n', at + 1)) {
        if (at == 0 || head[at - 1] != '\r') return true;
    }
    return false;
}

std::variant<Head, Refusal> parseHead(std::string_view bytes) {
    Head head;
    if (auto refused = readAll(bytes, head)) return std::move(*refused);
    return head;
}

}  // namespace tenantry::http
