/// Sort keys: bytes whose order is the order of the values; empty when there is none. The same
/// value has the same key wherever it stands, so that rows of different segments and a cursor can
/// be compared.
///
/// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "kernel/domain/filter.h"
#include "kernel/view/text_keys.h"
#include "kernel/view/user_class.h"

namespace tenantry::view {

/// Whether the class of a user decides the field's key.
bool isOfClass(domain::UserField field);
/// REQUIRES: isOfClass(field).
std::string keyOfClass(const UserClass& one, domain::UserField field, const TextKeys& keys);
/// In milliseconds; kNoTime has none.
std::string keyOfTime(std::int64_t millis);
/// The numbers of the alerts in their order: who has the first one stands before who has not.
std::string keyOfAlerts(domain::AlertMask alerts);
/// Eight bytes, the highest first.
std::string bytesOf(std::uint64_t number);

}  // namespace tenantry::view
