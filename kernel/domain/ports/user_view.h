/// The port of the aggregated view: all users, in memory, behind one query.
///
/// Ownership: kernel/main. Threads: every method from any thread at once; a reader sees one
/// consistent state and is not blocked by a writer for longer than a batch takes to apply. Errors:
/// kInvalidArgument for a bad cursor or sort; kNotFound for what is outside the scope, which is not
/// told apart
///   from what does not exist. Never throws.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/domain/query.h"
#include "kernel/domain/scope.h"
#include "kernel/domain/user_changes.h"

namespace tenantry::domain {

/// An answer of any length, row by row, on one consistent state however long it takes to read.
///
/// Threads: one at a time; it may move from thread to thread. The view outlives it.
class UserStream {
  public:
    virtual ~UserStream() = default;
    [[nodiscard]] virtual std::uint64_t total() const = 0;
    [[nodiscard]] virtual const Completeness& completeness() const = 0;
    /// Nothing at the end. A row refers to the stream.
    virtual std::optional<UserRow> next() = 0;
};

class UserView {
  public:
    virtual ~UserView() = default;

    /// REQUIRES: `scope` was made for this very request.
    virtual base::Result<UserPage> query(const Scope& scope, const UserQuery& query) const = 0;
    virtual base::Result<User> get(const Scope& scope, const base::UserId& id) const = 0;
    virtual Completeness completeness(const Scope& scope) const = 0;
    /// One entry per organization in scope, in depth-first order; without what is below each.
    virtual std::vector<OrganizationSummary> summaries(const Scope& scope) const = 0;
    /// All users that match, in order, on one consistent state, to be read when it suits; ignores
    /// paging. Keeps what it needs of `scope` and `query`.
    virtual base::Result<std::unique_ptr<UserStream>> open(const Scope& scope,
                                                           const UserQuery& query) const = 0;
};

/// Writes to the view. Called after the store has committed the same.
class UserViewWriter {
  public:
    virtual ~UserViewWriter() = default;
    virtual void setTree(TreePtr tree) = 0;
    virtual void putConnection(const Connection& connection, const ConnectionHealth& health) = 0;
    /// With its users.
    virtual void removeConnection(const base::ConnectionId& id) = 0;
    /// All of it at once. As in the store, an upsert older than the row shown, and a tombstone of a
    /// row seen after `seenAt`, are ignored. `revision`: what the store returned for the same
    /// changes; 0 when it wrote none.
    virtual void apply(const base::ConnectionId& connection, const UserChanges& changes,
                       std::uint64_t revision) = 0;
};

}  // namespace tenantry::domain
