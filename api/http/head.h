/// The head of a request, read strictly: what could be understood in two ways is refused, so that
/// this server and a proxy before it never disagree where a request ends.
///
/// Pure functions over bytes; no socket here. Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "api/http/headers.h"
#include "api/http/target.h"

namespace tenantry::http {

enum class Method : std::uint8_t { kGet = 1, kHead, kPost, kPut, kPatch, kDelete, kOptions };

std::string_view name(Method method);
/// Whether the method changes nothing (RFC 9110 section 9.2.1).
bool isSafe(Method method);

/// Why a request is not even handed to a handler. The connection closes after the answer.
struct Refusal {
    int status = 400;
    std::string detail;
};

enum class Framing : std::uint8_t { kNoBody = 1, kLength, kChunked };

struct Head {
    Method method = Method::kGet;
    Target target;
    bool http11 = true;
    Headers headers;
    /// The authority of the Host header; empty only in HTTP/1.0.
    std::string host;
    Framing framing = Framing::kNoBody;
    std::size_t contentLength = 0;
    bool keepAlive = true;
    bool expectContinue = false;
};

/// Where the head in `bytes` ends (after the empty line), looking from `from` on; npos when it is
/// not complete yet.
std::size_t findHeadEnd(std::string_view bytes, std::size_t from);

/// Whether `bytes`, the beginning of a head, can never become a valid one: a bare line feed, a NUL,
/// or a first byte that no method has (a TLS hello).
bool isHopeless(std::string_view bytes);

/// Reads a complete head, empty line included. At most kHeadersMax fields.
std::variant<Head, Refusal> parseHead(std::string_view bytes);

}  // namespace tenantry::http
