/// Makes segments: from users, and from other segments.
///
/// Threads: pure functions over immutable values.
#pragma once

#include <cstdint>
#include <vector>

#include "kernel/domain/organization.h"
#include "kernel/view/snapshot.h"

namespace tenantry::view {

/// A user on the way into a segment.
struct Arrival {
    const domain::User* user = nullptr;
    IdBytes id{};  ///< of its id, which is a UUID in canonical form
    base::TimePoint seenAt{};
    Handle connection = 0;
};
/// Clustered by the tree's order.
SegmentState buildSegment(const std::vector<Arrival>& arrivals,
                          const domain::OrganizationTree& tree);

/// Several segments as one, without their dead rows.
struct Merged {
    SegmentState state;
    /// By source and row: the row it became; kNoCode for a dead one.
    std::vector<std::vector<std::uint32_t>> rows;
};
Merged mergeSegments(const std::vector<SegmentState>& sources,
                     const domain::OrganizationTree& tree);
/// What happened to the sources since: the life the merged segment must begin with. `now` are the
/// states of the same segments.
LifePtr caughtUp(const Merged& merged, const std::vector<SegmentState>& sources,
                 const std::vector<SegmentState>& now);

}  // namespace tenantry::view
