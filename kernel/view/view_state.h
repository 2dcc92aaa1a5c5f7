/// What writers of the view change, and how a change becomes the next snapshot.
///
/// Ownership: MemoryView. Threads: snapshot() from any thread, held for the copy of one pointer;
/// writers queue behind one another. Lock order: writing, then the pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "kernel/domain/user_changes.h"
#include "kernel/view/segment_build.h"
#include "kernel/view/snapshot.h"
#include "kernel/view/view_file.h"

namespace tenantry::view {

/// One apply(), as in domain::UserViewWriter.
struct Change {
    const base::ConnectionId& connection;
    const domain::UserChanges& users;
    std::uint64_t revision = 0;
};

class ViewState {
  public:
    ViewState(const TextKeys& keys, const Tuning& tuning);

    [[nodiscard]] SnapshotPtr snapshot() const;

    void setTree(domain::TreePtr tree);
    void putConnection(const domain::Connection& connection,
                       const domain::ConnectionHealth& health);
    void removeConnection(const base::ConnectionId& id);
    /// False when the connection is not known.
    bool apply(const Change& change);
    /// Users of any connections at once, as a segment. REQUIRES: the view has none of them.
    void add(std::span<const domain::User> users);
    /// Puts a merged segment in the place of its sources, with what happened to them since.
    void replace(const std::vector<SegmentState>& sources, Merged merged);

    /// From here on the view shows this revision of the store.
    void noteRevision(const base::ConnectionId& id, std::uint64_t revision);
    /// All of it, for a file.
    [[nodiscard]] KeptView kept() const;
    using Revisions = std::unordered_map<base::ConnectionId, std::uint64_t>;
    /// Takes what a file holds of the connections whose revision is the one of the store; the
    /// others are returned. REQUIRES: no users yet; `handles` gave the handles of `view`.
    std::vector<base::ConnectionId> restore(KeptView view, const Revisions& revisions);
    /// kNoHandle for a connection that is not known.
    [[nodiscard]] Handle handleOf(const base::ConnectionId& id) const;

  private:
    friend class Application;
    /// REQUIRES: writing_ is held.
    void publish(std::shared_ptr<Snapshot> next);
    [[nodiscard]] std::shared_ptr<Snapshot> draft() const;

    /// REQUIRES: writing_ is held.
    void follow(Handle handle, std::uint64_t revision);

    const TextKeys& keys_;
    const Tuning& tuning_;
    mutable std::mutex writing_;
    /// What the view shows of each connection, where that is one state of the store. A revision
    /// that does not follow the one before leaves it unknown.
    std::unordered_map<Handle, std::uint64_t> revisions_;
    std::unordered_map<base::ConnectionId, Handle> handles_;
    Handle nextHandle_ = 0;
    mutable std::mutex pointer_;
    SnapshotPtr current_;
};

}  // namespace tenantry::view
