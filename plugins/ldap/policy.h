/// Password policies of OpenLDAP's ppolicy overlay (slapo-ppolicy(5)), and what is in force.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "plugins/ldap/session.h"

namespace tenantry::ldap {

/// What one policy says, as far as states and actions depend on it.
struct Policy {
    /// It could be read. When not, the rest is the most careful guess: with the overlay a lock
    /// counts as in force, without it nothing does.
    bool known = false;
    bool lockout = true;                 ///< pwdLockout: pwdAccountLockedTime has an effect at all
    bool mustChange = true;              ///< pwdMustChange: pwdReset has an effect at all
    std::int64_t lockoutDurationS = -1;  ///< 0: until an administrator unlocks; -1: unknown
    std::int64_t maxAgeS = 0;            ///< 0: passwords do not expire
};

/// The policy in `entry`. Also used by tests.
Policy policyOf(const Entry& entry);

/// Has the server the ppolicy overlay? Its password policy control tells.
bool hasPpolicy(Session& session, tny::Call& call);

/// The policies of one directory, each read once. Lives for one enumeration or one action; threads:
/// one. Errors: as Session; a policy that cannot be seen is not an error but unknown.
class PolicyBook {
  public:
    explicit PolicyBook(const Settings& settings) : settings_(settings) {}

    /// The policy that is in force for an account.
    const Policy& of(Session& session, tny::Call& call, const Entry& account);
    /// The one for accounts that name none: the configured one, or else the only one (or the one
    /// called "default") below the base DN.
    const Policy& standard(Session& session, tny::Call& call);

  private:
    Policy load(Session& session, tny::Call& call, const std::string& dn) const;
    Policy discover(Session& session, tny::Call& call) const;
    Policy unknown(Session& session, tny::Call& call) const;

    const Settings& settings_;
    std::optional<Policy> standard_;
    std::map<std::string, Policy> named_;
};

}  // namespace tenantry::ldap
