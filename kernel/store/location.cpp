#include "kernel/store/location.h"

#include <charconv>
#include <optional>

namespace tenantry::store {

using base::invalidArgument;
using base::Result;

namespace {

constexpr std::string_view kPointer = "/store/connection";

base::Error wrong(std::string message) {
    return invalidArgument(std::move(message), std::string(kPointer));
}

std::optional<unsigned> hexByte(std::string_view two) {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(two.data(), two.data() + two.size(), value, 16);
    if (failed != std::errc{} || two.size() != 2 || end != two.data() + 2) return std::nullopt;
    return value;
}

Result<std::string> percentDecoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = hexByte(text.substr(i + 1, 2));
        if (!byte || *byte == 0) return wrong("The connection string has a % that is no %XX.");
        out += static_cast<char>(*byte);
        i += 2;
    }
    return out;
}

/// Cuts `text` at the first `mark`; gives what is behind it, or nothing when there is none.
std::optional<std::string_view> cutAt(std::string_view& text, char mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    const auto behind = text.substr(at + 1);
    text = text.substr(0, at);
    return behind;
}

base::Status readOptions(std::string_view options, Location& out) {
    while (!options.empty()) {
        std::string_view name = options;
        options = cutAt(name, '&').value_or(std::string_view{});
        TNY_TRY(std::string value, percentDecoded(cutAt(name, '=').value_or("")));
        if (name == "tls_ca")
            out.tlsCa = std::move(value);
        else if (name == "socket")
            out.socket = std::move(value);
        else
            return wrong("The connection string has an unknown option \"" + std::string(name) +
                         "\"; there are tls_ca and socket.");
    }
    return base::ok();
}

base::Status readHost(std::string_view host, Location& out) {
    // A host in brackets is an IPv6 address, whose colons are its own (RFC 3986 section 3.2.2).
    if (host.starts_with('[')) {
        host.remove_prefix(1);
        const auto rest = cutAt(host, ']');
        if (!rest) return wrong("The connection string has a [ without its ].");
        out.host = std::string(host);
        host = *rest;
        if (host.empty()) return base::ok();
        host.remove_prefix(1);
    } else {
        const auto port = cutAt(host, ':');
        out.host = std::string(host);
        if (!port) return base::ok();
        host = *port;
    }
    const auto [end, failed] = std::from_chars(host.data(), host.data() + host.size(), out.port);
    if (failed != std::errc{} || end != host.data() + host.size() || out.port < 1 ||
        out.port > 65535)
        return wrong("The port in the connection string is not a number from 1 to 65535.");
    return base::ok();
}

Result<Location> parseMysql(std::string_view rest) {
    Location out;
    out.engine = Engine::kMysql;
    TNY_CHECKED(readOptions(cutAt(rest, '?').value_or(""), out));
    TNY_TRY(out.database, percentDecoded(cutAt(rest, '/').value_or("")));
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        const auto user = rest.substr(0, at);
        if (user.find(':') != std::string_view::npos)
            return wrong(
                "The password does not belong in the connection string; it has a key of its own.");
        TNY_TRY(out.user, percentDecoded(user));
        rest.remove_prefix(at + 1);
    }
    TNY_CHECKED(readHost(rest, out));
    if (out.database.empty())
        return wrong("The connection string names no database: mysql://user@host:port/database");
    if (out.user.empty())
        return wrong("The connection string names no user: mysql://user@host:port/database");
    if (out.host.empty() && out.socket.empty())
        return wrong("The connection string names no host: mysql://user@host:port/database");
    return out;
}

}  // namespace

Result<Location> parseLocation(std::string_view connectionString) {
    std::string_view scheme = connectionString;
    const auto at = connectionString.find("://");
    if (at == std::string_view::npos)
        return wrong(
            "The connection string must begin with sqlite:// or mysql://, as in "
            "sqlite:///var/lib/tenantry/tenantry.db");
    scheme = connectionString.substr(0, at);
    const auto rest = connectionString.substr(at + 3);
    if (scheme == "mysql" || scheme == "mariadb") return parseMysql(rest);
    if (scheme != "sqlite")
        return wrong("Tenantry's store knows sqlite:// and mysql://, not \"" + std::string(scheme) +
                     "://\".");
    // SOCI parts its options by blanks and quotes values by ": such a path cannot be given to it.
    if (rest.empty() || rest.find('"') != std::string_view::npos)
        return wrong("The connection string names no usable file: sqlite:///folder/file.db");
    Location out;
    out.path = std::string(rest);
    return out;
}

}  // namespace tenantry::store
