/// The live test of a connection, in sentences.
#pragma once

#include "plugins/ldap/session.h"

namespace tenantry::ldap {

/// Looks at the base, one page of users, the password policy and what may be written, and replies
/// "diagnostics". Throws what makes the connection useless: Failure, tny::Error.
/// Changes nothing: whether writing is permitted is rehearsed with OpenLDAP's no-op control.
void checkDirectory(Session& session, tny::Call& call, const Settings& settings);

}  // namespace tenantry::ldap
