/// The LDAP connector: one instance for each configured directory (OpenLDAP with ppolicy).
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include <tenantry/plugin.hpp>

#include "plugins/ldap/enumeration.h"
#include "plugins/ldap/pool.h"

namespace tenantry::ldap {

/// See tny::Connector. Threads: several calls at once, each on a connection of its own.
/// Bounds: one enumeration of each kind waits between segments; a new one of the kind ends it.
class LdapConnector final : public tny::Connector {
  public:
    LdapConnector(tny::Call& call, std::string_view tenant, std::string_view configJson);
    ~LdapConnector() override = default;

    void check(tny::Call& call) override;
    tny_status list(tny::Call& call, const tny::Read& read) override;
    void get(tny::Call& call, std::string_view kind, std::string_view id) override;
    void schema(tny::Call& call) override;
    tny_status perform(tny::Call& call, const tny::Act& act) override;

  private:
    /// The groups of one user, or that user's memberships, at once.
    tny_status listOfUser(tny::Call& call, Kind kind, std::string_view user);
    /// The enumeration the cursor belongs to; throws tny::cursorExpired when it is gone.
    std::unique_ptr<Enumeration> resume(Kind kind, std::string_view cursor);
    std::unique_ptr<Enumeration> start(tny::Call& call, Kind kind);
    void park(std::unique_ptr<Enumeration> enumeration);

    const tny::Config config_;
    const Settings settings_;
    Pool pool_;
    std::mutex mutex_;
    std::map<Kind, std::unique_ptr<Enumeration>> parked_;
};

}  // namespace tenantry::ldap
