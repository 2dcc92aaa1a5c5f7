/// What an account's fields may hold.
///
/// Threads: pure functions.
#pragma once

#include <cstddef>

#include "kernel/base/result.h"
#include "kernel/domain/account.h"

namespace tenantry::tenants {

inline constexpr std::size_t kGrantsMax = 50;

/// kInvalidArgument at the field that is too long, holds control characters, or is no address.
base::Status checkFields(const domain::Account& account);

}  // namespace tenantry::tenants
