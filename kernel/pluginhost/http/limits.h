/// The bounds of what a connector may send and receive; tenantry/abi.h promises them.
#pragma once

#include <cstddef>

namespace tenantry::pluginhost::http {

inline constexpr std::size_t kHeadBytesMax = 64 * 1024;
inline constexpr std::size_t kRequestHeadBytesMax = 64 * 1024;
inline constexpr std::size_t kRequestBytesMax = 2 * 1024 * 1024;
inline constexpr std::size_t kResponseBytesMax = 64 * 1024 * 1024;

}  // namespace tenantry::pluginhost::http
