/// LDAP controls for one operation, freed with it. Any thread; a value that cannot be copied.
#pragma once

#include <ldap.h>

#include <optional>
#include <string>
#include <vector>

namespace tenantry::ldap {

class Controls {
  public:
    Controls() = default;
    ~Controls();
    Controls(const Controls&) = delete;
    Controls& operator=(const Controls&) = delete;

    /// Paged results (RFC 2696), critical: a server that does not know it must refuse.
    void addPaging(LDAP* ld, int pageSize, const std::string& cookie);
    /// Assertion (RFC 4528), critical: do it only if the entry matches.
    void addAssertion(LDAP* ld, const std::string& filter);
    /// OpenLDAP's no-op, critical: check everything, change nothing.
    void addNoOperation();
    /// Password policy (draft-behera): ask the server to say more about a bind.
    void addPasswordPolicy(LDAP* ld);

    /// NULL-terminated, for libldap; lives as long as this.
    LDAPControl** get();

  private:
    std::vector<LDAPControl*> all_;
};

/// The cookie for the next page out of a search's response controls; empty on the last page.
/// Nothing when the server did not answer the paging control: then no page is known to be the last.
std::optional<std::string> pageCookie(LDAP* ld, LDAPControl** controls);

/// What the password policy said of a bind, in words; empty when it said nothing.
std::string policyWords(LDAP* ld, LDAPControl** controls);

}  // namespace tenantry::ldap
