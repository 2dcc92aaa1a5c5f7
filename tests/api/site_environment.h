/// The one site of a test program.
#pragma once

#include "tests/api/api_client.h"
#include "tests/api/site.h"

namespace tenantry::testing {

/// Made at its first use, gone at the end of the program's tests.
Site& site();
ApiClient& as(const std::string& username);

/// The user of that login, as `username` sees it; a missing value when they do not.
base::Json userAs(const std::string& username, const std::string& login);
std::string userPath(const std::string& login);

}  // namespace tenantry::testing
