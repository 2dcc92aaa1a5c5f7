/// MemoryView: the aggregated view in memory, one immutable snapshot at a time.
///
/// A query scans the rows of its scope: right first, and quick enough for some hundred thousand
/// users. The parts it is made of: rows.h (data), matcher.h (filter), order.h (sort, cursor),
/// tally.h (counting), query_run.h (one question).
///
/// Ownership: kernel/main; the clock outlives it. Threads: as domain::UserView and
/// domain::UserViewWriter say. Writers queue behind one another; a reader waits only while a
/// writer puts the new part of a connection in its place, and keeps the state it began with.
/// Bounds: what the store holds; about 2 KB a user.
#pragma once

#include <memory>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/user_view.h"

namespace tenantry::view {

class MemoryView final : public domain::UserView, public domain::UserViewWriter {
  public:
    explicit MemoryView(const base::Clock& clock);
    ~MemoryView() override;
    MemoryView(const MemoryView&) = delete;
    MemoryView& operator=(const MemoryView&) = delete;

    base::Result<domain::UserPage> query(const domain::Scope& scope,
                                         const domain::UserQuery& query) const override;
    base::Result<domain::User> get(const domain::Scope& scope,
                                   const base::UserId& id) const override;
    base::Status stream(
        const domain::Scope& scope, const domain::UserQuery& query,
        const std::function<bool(const domain::User&, bool stale)>& each) const override;
    [[nodiscard]] domain::Completeness completeness(const domain::Scope& scope) const override;
    [[nodiscard]] std::vector<domain::OrganizationSummary> summaries(
        const domain::Scope& scope) const override;

    void setTree(domain::TreePtr tree) override;
    void putConnection(const domain::Connection& connection,
                       const domain::ConnectionHealth& health) override;
    void removeConnection(const base::ConnectionId& id) override;
    /// A connection that was never put is not known: nothing is taken. Users of another connection
    /// among the upserts are left out. What was seen later than the change says stays as it is.
    void apply(const base::ConnectionId& connection, const std::vector<domain::User>& upserts,
               const std::vector<base::UserId>& seen, base::TimePoint seenAt,
               const std::vector<base::UserId>& removals,
               const std::optional<domain::ConnectionHealth>& health) override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::view
