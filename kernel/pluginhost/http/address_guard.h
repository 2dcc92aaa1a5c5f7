/// Which network addresses connectors may reach. Looks at the address a socket is about to connect
/// to, so that no name, redirect or odd way to write a number gets around it.
///
/// Threads: pure functions. Bounds: none.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tenantry::pluginhost::http {

enum class AddressClass : std::uint8_t {
    kPublic = 1,
    kPrivate,    ///< RFC 1918, unique local, carrier-grade NAT: on-premises directories live there
    kLoopback,   ///< this machine
    kLinkLocal,  ///< also where clouds answer with metadata and credentials
    kMetadata,   ///< metadata services outside the link-local ranges
    kNoHost,     ///< unspecified, multicast, broadcast, reserved, or no IP address at all
};

/// An IPv6 address that carries an IPv4 one (mapped, compatible, NAT64, 6to4) counts as that one.
AddressClass classify(const sockaddr* address);

struct AddressPolicy {
    bool allowLoopback = false;
    bool allowPrivate = true;
};

/// A sentence that says why a connection to it is not allowed; nothing when it is.
std::optional<std::string> refusal(const sockaddr* address, const AddressPolicy& policy);

/// The same for a host that is written as an address ("[::1]", "127.1", "0x7f000001"); nothing for
/// a name.
std::optional<std::string> refusalOfLiteral(const std::string& host, const AddressPolicy& policy);

}  // namespace tenantry::pluginhost::http
