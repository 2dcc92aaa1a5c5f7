/// The headers a connector writes: read, checked, and with the secrets put in.
#pragma once

#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/pluginhost/http/client.h"
#include "kernel/pluginhost/http/exchange.h"

namespace tenantry::pluginhost::http {

/// Whether `text` is a token of RFC 9110: a method, a header's name.
bool isToken(std::string_view text);

/// Reads "Name: value\n" lines. kInvalidArgument for what is no header, or one that belongs to the
/// host (Host, Content-Length, Transfer-Encoding, Connection ...).
base::Result<Headers> parseHeaders(std::string_view lines);

/// Replaces {{secret:REF}} and {{basic:REF:USER}}, and adds to `used` what was put in. kNotFound
/// when there is no such secret; kInvalidArgument when it cannot stand in a header.
base::Status putSecretsIn(Headers& headers, const SecretSource& secrets,
                          std::vector<base::SecretText>& used);

/// Leaves out what must not go to another host: `used` secrets, Authorization, Cookie.
Headers withoutSecrets(const Headers& headers, const std::vector<base::SecretText>& used);

}  // namespace tenantry::pluginhost::http
