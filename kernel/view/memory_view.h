/// MemoryView: the aggregated view in memory, an index for millions of users.
///
/// Users stand in segments (segment.h), columns clustered by organization, with orders and postings
/// that are built when they are needed; the latest changes stand beside them until they are enough
/// for a segment, and a compactor (compactor.h) merges segments in the background. A query
/// (query_run.h) asks each segment (segment_query.h), puts its hits in order (segment_select.h) and
/// merges the answers (merge.h). Every state is immutable (snapshot.h); writers make the next one
/// (view_state.h).
///
/// Ownership: kernel/main; the clock outlives it. Threads: as domain::UserView and
/// domain::UserViewWriter say. Writers queue behind one another; a reader is never blocked by them,
/// and keeps the state it began with. Bounds: what the store holds; about 300 bytes a user
/// (stats()).
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/view/filling.h"
#include "kernel/view/snapshot.h"

namespace tenantry::view {

/// What the view holds at a moment.
struct ViewStats {
    std::uint64_t users = 0;
    std::uint64_t segments = 0;
    std::uint64_t beside = 0;  ///< users in no segment yet
    std::uint64_t bytes = 0;   ///< of the index
};

class MemoryView final : public domain::UserView, public domain::UserViewWriter {
  public:
    explicit MemoryView(const base::Clock& clock, const Tuning& tuning = {});
    ~MemoryView() override;
    MemoryView(const MemoryView&) = delete;
    MemoryView& operator=(const MemoryView&) = delete;

    base::Result<domain::UserPage> query(const domain::Scope& scope,
                                         const domain::UserQuery& query) const override;
    base::Result<domain::User> get(const domain::Scope& scope,
                                   const base::UserId& id) const override;
    base::Result<std::unique_ptr<domain::UserStream>> open(
        const domain::Scope& scope, const domain::UserQuery& query) const override;
    [[nodiscard]] domain::Completeness completeness(const domain::Scope& scope) const override;
    [[nodiscard]] std::vector<domain::OrganizationSummary> summaries(
        const domain::Scope& scope) const override;

    void setTree(domain::TreePtr tree) override;
    void putConnection(const domain::Connection& connection,
                       const domain::ConnectionHealth& health) override;
    void removeConnection(const base::ConnectionId& id) override;
    /// A connection that was never put is not known: nothing is taken. Users of another connection
    /// among the upserts are left out. What was seen later than the change says stays as it is.
    void apply(const base::ConnectionId& connection, const domain::UserChanges& changes,
               std::uint64_t revision) override;

    using Revisions = std::unordered_map<base::ConnectionId, std::uint64_t>;
    /// The users of these connections are those that the store has at these revisions.
    void noteRevisions(const Revisions& revisions);
    /// Writes the view to a file, for restore() at the next start. kUnavailable when that fails.
    [[nodiscard]] base::Status save(const std::string& path, const std::string& stamp) const;
    /// Takes the users of a file: of those connections whose revision in the store is the one that
    /// the file shows. Returns the other connections, whose users are still to be read. `stamp`: as
    /// it was when the file was saved. REQUIRES: tree and connections are there, no users. Errors:
    /// as readView(); nothing was taken then.
    base::Result<std::vector<base::ConnectionId>> restore(const std::string& path,
                                                          const std::string& stamp,
                                                          const Revisions& revisions);

    /// For the users of a store, at a start.
    std::unique_ptr<Filling> fill();
    /// Merges and builds now what would be done in the background.
    void settle();
    [[nodiscard]] ViewStats stats() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tenantry::view
