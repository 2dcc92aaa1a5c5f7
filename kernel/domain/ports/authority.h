/// Who an account is now: for work that goes on after its request, such as a job's. Only
/// tenants::Access can make an Operator.
///
/// Threads: any.
#pragma once

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/domain/scope.h"

namespace tenantry::domain {

class Authority {
  public:
    virtual ~Authority() = default;
    /// The operator with the grants it has at this moment. kForbidden when the account is gone or
    /// may not sign in any more.
    virtual base::Result<Operator> operatorNow(const base::AccountId& id,
                                               base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
