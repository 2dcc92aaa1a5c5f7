/// The view in a file, so that a start need not build it from the store: segments with the orders
/// and postings that were made, and of each connection the revision of the store they show.
///
/// What a file says is believed only where the store says the same: the caller compares `stamp`,
/// and the view the revision of each connection. Threads: pure functions over immutable values.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/view/snapshot.h"

namespace tenantry::view {

/// No revision of a store.
inline constexpr std::uint64_t kUnknownRevision = UINT64_MAX;

/// A connection as a file knows it.
struct KeptConnection {
    Handle handle = 0;
    base::ConnectionId id;
    std::uint64_t revision = 0;

    template <class Self, class File>
    static void fields(Self& self, File& file) {
        file(self.handle, self.id, self.revision);
    }
};

struct KeptView {
    std::vector<KeptConnection> connections;
    std::vector<SegmentState> segments;  ///< without their places in a tree
};

/// Replaces the file at `path`, in one step. kUnavailable when it cannot be written.
base::Status writeView(const std::string& path, const std::string& stamp, const KeptView& view);

/// `handleOf` gives the handle here of each connection in the file. kNotFound without a file,
/// kConflict when it bears another stamp, or was written by another release or with other rules of
/// collation; kUnavailable when it is damaged.
base::Result<KeptView> readView(const std::string& path, const std::string& stamp,
                                const std::function<Handle(const KeptConnection&)>& handleOf);

}  // namespace tenantry::view
