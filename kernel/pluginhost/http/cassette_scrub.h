/// What must not stand in a cassette, taken out by its name or its value.
#pragma once

#include <string>
#include <string_view>

#include "kernel/pluginhost/http/exchange.h"
#include "kernel/pluginhost/http/scrubber.h"

namespace tenantry::pluginhost::http {

/// Whether a field, parameter or header of that name holds a secret: "password", "client_secret",
/// "access_token". A "page_token" or "nextPageToken" does not.
bool isSecretName(std::string_view name);

/// A JSON document or a form, with the values of secret fields replaced; anything else as it is.
std::string scrubBody(std::string_view body, const Scrubber& known);
std::string scrubUrl(std::string_view url, const Scrubber& known);
Headers scrubHeaders(const Headers& headers, const Scrubber& known);

}  // namespace tenantry::pluginhost::http
