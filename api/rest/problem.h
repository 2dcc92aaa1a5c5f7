/// Errors as RFC 9457 problems, in words an administrator understands.
///
/// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "api/http/response.h"
#include "kernel/base/error.h"

namespace tenantry::rest {

/// The one place where an ErrorCode becomes an HTTP status.
int statusOf(base::ErrorCode code);

/// The answer to a request that ended in `error`. The words of kInternal stay in the log, where
/// they are found under `requestId`.
http::Response problem(const base::Error& error, std::string_view requestId);

/// The answer to a request that no handler saw, or whose status no ErrorCode has (405, 412, 413
/// ...).
http::Response refusal(int status, std::string_view detail, std::string_view requestId);

}  // namespace tenantry::rest
