/// How a test asks a server on this machine.
///
/// Needs tenantry::pluginhost_http.
#pragma once

#include "kernel/pluginhost/http/curl_exchange.h"

namespace tenantry::testing {

inline pluginhost::http::CurlOptions loopbackHttp() {
    pluginhost::http::CurlOptions out;
    out.addresses.allowLoopback = true;
    return out;
}

}  // namespace tenantry::testing
