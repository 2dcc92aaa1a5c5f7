#include "kernel/pluginhost/http/address_guard.h"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace tenantry::pluginhost::http {

namespace {

struct Range4 {
    std::uint32_t network;
    int bits;
    AddressClass what;
};
constexpr std::uint32_t ip4(unsigned a, unsigned b, unsigned c, unsigned d) {
    return a << 24 | b << 16 | c << 8 | d;
}
// The first that matches counts. IANA's special-purpose registry, and the clouds' documentation.
constexpr std::array kRanges4 = {
    Range4{ip4(168, 63, 129, 16), 32, AddressClass::kMetadata},    // Azure
    Range4{ip4(100, 100, 100, 200), 32, AddressClass::kMetadata},  // Alibaba
    Range4{ip4(192, 0, 0, 192), 32, AddressClass::kMetadata},      // Oracle
    Range4{ip4(0, 0, 0, 0), 8, AddressClass::kNoHost},
    Range4{ip4(10, 0, 0, 0), 8, AddressClass::kPrivate},
    Range4{ip4(100, 64, 0, 0), 10, AddressClass::kPrivate},
    Range4{ip4(127, 0, 0, 0), 8, AddressClass::kLoopback},
    Range4{ip4(169, 254, 0, 0), 16, AddressClass::kLinkLocal},
    Range4{ip4(172, 16, 0, 0), 12, AddressClass::kPrivate},
    Range4{ip4(192, 0, 0, 0), 24, AddressClass::kNoHost},
    Range4{ip4(192, 168, 0, 0), 16, AddressClass::kPrivate},
    Range4{ip4(198, 18, 0, 0), 15, AddressClass::kPrivate},
    Range4{ip4(224, 0, 0, 0), 3, AddressClass::kNoHost},  // multicast, reserved, broadcast
};

AddressClass classify4(std::uint32_t address) {
    const auto found = std::find_if(kRanges4.begin(), kRanges4.end(), [&](const Range4& r) {
        const std::uint32_t mask = ~std::uint32_t{0} << (32 - r.bits);
        return (address & mask) == r.network;
    });
    return found == kRanges4.end() ? AddressClass::kPublic : found->what;
}

using Bytes6 = std::array<unsigned char, 16>;

std::uint32_t word(const Bytes6& b, std::size_t at) {
    return ip4(b[at], b[at + 1], b[at + 2], b[at + 3]);
}
bool zeros(const Bytes6& b, std::size_t from, std::size_t to) {
    return std::all_of(b.begin() + static_cast<std::ptrdiff_t>(from),
                       b.begin() + static_cast<std::ptrdiff_t>(to), [](auto x) { return x == 0; });
}

/// The IPv4 address inside, where the network would go to it.
std::optional<std::uint32_t> embedded4(const Bytes6& b) {
    const std::uint32_t first = word(b, 0);
    if (zeros(b, 0, 10) && b[10] == 0xff && b[11] == 0xff) return word(b, 12);  // mapped
    if (first == 0x0064ff9b && zeros(b, 4, 12)) return word(b, 12);             // NAT64
    if (first >> 16 == 0x2002) return first << 16 | word(b, 4) >> 16;           // 6to4
    if (zeros(b, 0, 12) && word(b, 12) > 1) return word(b, 12);                 // compatible
    return std::nullopt;
}

bool isMetadata6(const Bytes6& b) {
    static constexpr std::array<Bytes6, 3> kKnown = {{
        {0xfd, 0x00, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},        // AWS
        {0xfd, 0x20, 0x00, 0xce, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54},        // Google
        {0xfd, 0x00, 0x00, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0xa9, 0xfe, 0xa9, 0xfe},  // Oracle
    }};
    return std::find(kKnown.begin(), kKnown.end(), b) != kKnown.end();
}

AddressClass classify6(const Bytes6& b) {
    if (const auto inner = embedded4(b)) return classify4(*inner);
    if (zeros(b, 0, 15)) return b[15] == 1 ? AddressClass::kLoopback : AddressClass::kNoHost;
    if (isMetadata6(b)) return AddressClass::kMetadata;
    if (b[0] == 0xff) return AddressClass::kNoHost;
    if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) return AddressClass::kLinkLocal;
    if (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0) return AddressClass::kPrivate;  // site-local
    if ((b[0] & 0xfe) == 0xfc) return AddressClass::kPrivate;
    if (word(b, 0) == 0x0064ff9b) return AddressClass::kNoHost;  // local NAT64, 64:ff9b:1::/48
    if (word(b, 0) == 0x20010000) return AddressClass::kNoHost;  // Teredo
    if (word(b, 0) == 0x01000000) return AddressClass::kNoHost;  // discard, 100::/64
    return AddressClass::kPublic;
}

const char* wordsOf(AddressClass what) {
    switch (what) {
        case AddressClass::kLoopback:
            return "it is this machine itself (the setting http-allow-loopback is off)";
        case AddressClass::kPrivate:
            return "it is a private address (the setting http-allow-private is off)";
        case AddressClass::kLinkLocal:
            return "it is a link-local address, where clouds hand out credentials";
        case AddressClass::kMetadata:
            return "it is the metadata service of a cloud";
        default:
            return "it is not the address of a host";
    }
}

std::string textOf(const sockaddr* address) {
    std::array<char, NI_MAXHOST> text{};
    const socklen_t size =
        address->sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (address->sa_family != AF_INET && address->sa_family != AF_INET6) return "no IP address";
    if (::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return "an unreadable address";
    return text.data();
}

}  // namespace

AddressClass classify(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, address, sizeof in);
        return classify4(ntohl(in.sin_addr.s_addr));
    }
    if (address->sa_family == AF_INET6) {
        sockaddr_in6 in{};
        std::memcpy(&in, address, sizeof in);
        Bytes6 bytes{};
        std::memcpy(bytes.data(), &in.sin6_addr, bytes.size());
        return classify6(bytes);
    }
    return AddressClass::kNoHost;
}

std::optional<std::string> refusal(const sockaddr* address, const AddressPolicy& policy) {
    const AddressClass what = classify(address);
    if (what == AddressClass::kPublic) return std::nullopt;
    if (what == AddressClass::kPrivate && policy.allowPrivate) return std::nullopt;
    if (what == AddressClass::kLoopback && policy.allowLoopback) return std::nullopt;
    return "Connectors may not connect to " + textOf(address) + ": " + wordsOf(what) + ".";
}

std::optional<std::string> refusalOfLiteral(const std::string& host, const AddressPolicy& policy) {
    std::string bare = host;
    if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']')
        bare = bare.substr(1, bare.size() - 2);
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(bare.c_str(), nullptr, &hints, &found) != 0) return std::nullopt;
    std::optional<std::string> out;
    for (const addrinfo* one = found; one != nullptr && !out; one = one->ai_next)
        out = refusal(one->ai_addr, policy);
    ::freeaddrinfo(found);
    return out;
}

}  // namespace tenantry::pluginhost::http
