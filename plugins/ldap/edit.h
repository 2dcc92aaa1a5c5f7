/// user.edit: from the fields of the view to changes of LDAP attributes. Pure; any thread.
#pragma once

#include <vector>

#include <tenantry/json.hpp>

#include "plugins/ldap/session.h"

namespace tenantry::ldap {

/// The changes that bring `user` to what `attributes` says, one for each field that differs; a null
/// or empty field is removed. Of an attribute with several values only the first, which is the one
/// the view shows, is replaced. Throws tny::argument with a pointer into the action's arguments.
std::vector<Change> changesOf(const tny::Json& attributes, const Entry& user,
                              const Settings& settings);

}  // namespace tenantry::ldap
