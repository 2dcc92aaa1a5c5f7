/// One full reading of a kind, page by page over one connection.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tenantry/request.hpp>

#include "plugins/ldap/mapping.h"

namespace tenantry::ldap {

enum class Kind : std::uint8_t { kUser = 1, kGroup, kMembership };

/// The state of a paged search between segments. The page that is being handed out stays here until
/// the host has taken all of it, so that a segment that was stopped in the middle is repeated from
/// here and not from a server that has already gone on.
///
/// Owner: the connector, which parks it between segments. Threads: one at a time.
/// Errors: Failure from the server, tny::Error otherwise. After a throw it must be dropped.
/// Bounds: one page of records; for memberships also the ids of all users (about 150 bytes each).
class Enumeration {
  public:
    Enumeration(Kind kind, const Settings& settings, std::unique_ptr<Session> session);

    /// Reads on until the end (TNY_OK), the budget or the host's stop (TNY_MORE).
    tny_status run(tny::Call& call, const tny::Read& read);

    /// Names this enumeration and the page it stands at.
    std::string cursor() const;
    Kind kind() const { return kind_; }
    const std::string& name() const { return name_; }
    std::unique_ptr<Session> takeSession() { return std::move(session_); }

  private:
    void prepare(tny::Call& call);
    void fetch(tny::Call& call);
    std::vector<tny::Record> records(tny::Call& call, const std::vector<Entry>& entries);
    void addMemberships(const Entry& group, std::vector<tny::Record>& out) const;
    void readAll(tny::Call& call, const std::string& filter,
                 const std::vector<std::string>& attributes,
                 const std::function<void(const Entry&)>& each);

    const Kind kind_;
    const Settings& settings_;
    std::unique_ptr<Session> session_;
    PolicyBook policies_;
    std::string name_;
    int pageSize_;
    std::uint64_t pageNumber_ = 0;
    bool prepared_ = false;
    bool loaded_ = false;  ///< page_ holds the page pageNumber_, not yet handed out whole
    std::vector<tny::Record> page_;
    std::string cookie_;                     ///< of the page after page_; empty: page_ is the last
    std::set<std::string> withoutPassword_;  ///< entryUUIDs
    std::map<std::string, std::string> userIds_;  ///< folded DN or login -> entryUUID
};

/// The filter and the place of a kind's entries.
Search searchFor(Kind kind, const Settings& settings);

/// One page. A first page that the server calls too large (adminLimitExceeded) is asked for again
/// at half the size, which `pageSize` then remembers.
Found pagedSearch(Session& session, tny::Call& call, Search what, int& pageSize);

/// The groups that name the user with this entryUUID, by DN or by login name. Throws tny::notFound.
std::vector<Entry> groupsOf(Session& session, tny::Call& call, const Settings& settings,
                            std::string_view userId);

}  // namespace tenantry::ldap
