/// From a connector's record to a user of the view, as the descriptor's attributes say (`maps`,
/// `values`).
///
/// Threads: immutable after construction.
#pragma once

#include <string>

#include "kernel/base/result.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/descriptor.h"
#include "kernel/domain/ports/connector.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

class UserMapping {
  public:
    explicit UserMapping(const ConnectorDescriptor& descriptor);

    /// kInvalidArgument when the record is not a user, has no id, or its body is not a JSON object.
    /// Values of a wrong type are left out, too long ones are cut at a character: one odd attribute
    /// does not hide a user.
    [[nodiscard]] base::Result<User> map(const Connection& connection, const Record& record,
                                         base::TimePoint seenAt) const;

  private:
    KindDescriptor kind_;
};

/// The canonical fields that connectors may map to, for the guide and the verifier.
bool isCanonicalField(std::string_view maps);

}  // namespace tenantry::domain
