/// The filter of the activity list: a part of the SCIM grammar, `FIELD OP VALUE` joined by `and`.
///
/// action, outcome, actor, user: eq. organization: eq (id or slug). at: gt, ge, lt, le. What the
/// trail cannot answer is refused in words, never ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/result.h"
#include "kernel/domain/activity.h"

namespace tenantry::rest {

struct ActivityFilter {
    domain::ActivityQuery query;
    std::optional<std::string> organization;
};

/// kInvalidArgument with the pointer "?filter".
base::Result<ActivityFilter> parseActivityFilter(std::string_view text);

}  // namespace tenantry::rest
