/// The ports of durable storage. kernel/store implements them on SQLite and MySQL/MariaDB;
/// tests/fakes in memory.
///
/// Ownership: kernel/main owns the store; it outlives everything given a reference.
/// Threads: every method may be called from any thread at once.
/// Errors: kUnavailable when the database cannot be reached before the deadline (retry later);
/// kConflict when a unique
///   value is taken or a revision moved; kNotFound when the row is not there; kInternal when it
///   answered nonsense. Never throws. A method is one transaction: all of it or nothing, also after
///   kill -9.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/base/secret.h"
#include "kernel/domain/account.h"
#include "kernel/domain/activity.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/scope.h"
#include "kernel/domain/user.h"
#include "kernel/domain/user_changes.h"

namespace tenantry::domain {

using base::Deadline;

class OrganizationStore {
  public:
    virtual ~OrganizationStore() = default;
    /// All of them, in no order. The tree is built from it; visibility is decided there.
    virtual base::Result<std::vector<Organization>> loadOrganizations(Deadline deadline) = 0;
    /// Adds or replaces by id. kConflict when the slug is taken.
    virtual base::Status putOrganization(const Organization& organization, Deadline deadline) = 0;
    /// kConflict when something is below it, or it has a connection.
    virtual base::Status removeOrganization(const base::OrganizationId& id, Deadline deadline) = 0;
};

class ConnectionStore {
  public:
    virtual ~ConnectionStore() = default;
    virtual base::Result<std::vector<std::pair<Connection, ConnectionHealth>>> loadConnections(
        Deadline deadline) = 0;
    /// Adds or replaces by id, with its secrets by reference, which are sealed before they are
    /// written. A secret that is not named stays as it is.
    virtual base::Status putConnection(const Connection& connection,
                                       const std::map<std::string, base::SecretText>& secrets,
                                       Deadline deadline) = 0;
    /// With its secrets, health and users.
    virtual base::Status removeConnection(const base::ConnectionId& id, Deadline deadline) = 0;
    virtual base::Result<base::SecretText> secret(const base::ConnectionId& id,
                                                  std::string_view ref, Deadline deadline) = 0;
    virtual base::Status putHealth(const base::ConnectionId& id, const ConnectionHealth& health,
                                   Deadline deadline) = 0;
};

class UserStore {
  public:
    virtual ~UserStore() = default;
    /// Every user that is not a tombstone, to build the view. `each` is called on this thread.
    virtual base::Status loadUsers(const std::function<void(User&&)>& each, Deadline deadline) = 0;
    /// The users of one connection that are not tombstones.
    virtual base::Result<std::vector<User>> usersOf(const base::ConnectionId& connection,
                                                    Deadline deadline) = 0;
    /// Of every connection, the revision that applyUsers() returned last; 0 before the first.
    virtual base::Result<std::unordered_map<base::ConnectionId, std::uint64_t>> userRevisions(
        Deadline deadline) = 0;
    /// Applies all of it and moves the connection's revision, which is returned. An upsert of a
    /// tombstone revives it.
    virtual base::Result<std::uint64_t> applyUsers(const base::ConnectionId& connection,
                                                   const UserChanges& changes,
                                                   Deadline deadline) = 0;
};

class ActivityStore {
  public:
    virtual ~ActivityStore() = default;
    virtual base::Status append(const Activity& entry, Deadline deadline) = 0;
    /// Newest first, of organizations in scope only.
    virtual base::Result<ActivityPage> list(const Scope& scope, const ActivityQuery& query,
                                            Deadline deadline) = 0;
};

/// Safe reads of accounts. Credentials need AccountVault.
class AccountStore {
  public:
    virtual ~AccountStore() = default;
    virtual base::Result<Account> account(const base::AccountId& id, Deadline deadline) = 0;
    virtual base::Result<std::vector<Account>> loadAccounts(Deadline deadline) = 0;
    virtual base::Result<std::uint64_t> countAccounts(Deadline deadline) = 0;
    /// Adds, or replaces when `account.revision` is the stored one (then it moves). kConflict when
    /// the username or e-mail is taken, or the revision moved.
    virtual base::Status putAccount(const Account& account, Deadline deadline) = 0;
};

/// Credentials, sessions and one-time links: for sign-in alone.
class AccountVault {
  public:
    virtual ~AccountVault() = default;
    /// By username or e-mail, ignoring case.
    virtual base::Result<std::pair<Account, Credentials>> findForSignIn(std::string_view login,
                                                                        Deadline deadline) = 0;
    /// Adds an account together with its credentials: never one without the other. kConflict as
    /// putAccount.
    virtual base::Status addAccount(const Account& account, const Credentials& credentials,
                                    Deadline deadline) = 0;
    virtual base::Status putCredentials(const base::AccountId& id, const Credentials& credentials,
                                        Deadline deadline) = 0;
    virtual base::Status noteSignIn(const base::AccountId& id, base::TimePoint at,
                                    Deadline deadline) = 0;

    virtual base::Status putSession(const Session& session, Deadline deadline) = 0;
    virtual base::Result<Session> session(std::string_view tokenDigest, Deadline deadline) = 0;
    /// Newest first.
    virtual base::Result<std::vector<Session>> sessionsOf(const base::AccountId& id,
                                                          Deadline deadline) = 0;
    virtual base::Status touchSession(std::string_view tokenDigest, base::TimePoint at,
                                      Deadline deadline) = 0;
    virtual base::Status removeSession(std::string_view tokenDigest, Deadline deadline) = 0;
    virtual base::Status removeSessionsOf(const base::AccountId& id, Deadline deadline) = 0;
    /// Sessions created before `createdBefore` or last used before `usedBefore` are removed.
    virtual base::Status removeOldSessions(base::TimePoint createdBefore,
                                           base::TimePoint usedBefore, Deadline deadline) = 0;

    virtual base::Status putLink(const OneTimeLink& link, Deadline deadline) = 0;
    virtual base::Result<OneTimeLink> link(std::string_view tokenDigest, Deadline deadline) = 0;
    /// Removes it; kNotFound when it is not there (any more): of two callers one wins.
    virtual base::Status consumeLink(std::string_view tokenDigest, Deadline deadline) = 0;
    virtual base::Status removeLinks(std::string_view purpose, Deadline deadline) = 0;
};

}  // namespace tenantry::domain
