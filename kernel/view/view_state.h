/// What writers of the view change, and how a change becomes the next snapshot.
///
/// Ownership: MemoryView. Threads: snapshot() from any thread, held for the copy of one pointer;
/// writers queue behind one another. Lock order: writing, then the pointer.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "kernel/view/segment_build.h"
#include "kernel/view/snapshot.h"

namespace tenantry::view {

/// What one apply() changes, as in domain::UserViewWriter.
struct Change {
    const base::ConnectionId& connection;
    const std::vector<domain::User>& upserts;
    const std::vector<base::UserId>& seen;
    base::TimePoint seenAt{};
    const std::vector<base::UserId>& removals;
    const std::optional<domain::ConnectionHealth>& health;
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
    /// Puts a merged segment in the place of its sources, with what happened to them since.
    void replace(const std::vector<SegmentState>& sources, Merged merged);

  private:
    friend class Application;
    /// REQUIRES: writing_ is held.
    void publish(std::shared_ptr<Snapshot> next);
    [[nodiscard]] std::shared_ptr<Snapshot> draft() const;

    const TextKeys& keys_;
    const Tuning& tuning_;
    std::mutex writing_;
    std::unordered_map<base::ConnectionId, Handle> handles_;
    Handle nextHandle_ = 0;
    mutable std::mutex pointer_;
    SnapshotPtr current_;
};

}  // namespace tenantry::view
