/// One consistent state of the view: segments, the latest changes beside them, connections, tree.
///
/// Ownership: everything is immutable and shared; a change makes a new Snapshot that shares what
/// did not change. A reader keeps its snapshot alive. Threads: immutable values.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/user.h"
#include "kernel/view/lazy.h"
#include "kernel/view/life.h"
#include "kernel/view/segment.h"
#include "kernel/view/text_keys.h"
#include "kernel/view/user_class.h"

namespace tenantry::view {

inline constexpr domain::Ordinal kUnknownOrdinal = 0xFFFFFFFF;

/// How the view is put together; the defaults suit a million users, tests use small ones.
struct Tuning {
    std::size_t deltaRowsMax = 256;       ///< changes beside the segments; more become a segment
    std::uint32_t trigramRowsMin = 4096;  ///< smaller segments are searched row by row
    std::uint64_t lookMax = 1024;       ///< so many texts are read sooner than words are looked up
    std::uint32_t warmRowsMin = 16384;  ///< larger segments are made ready in the background
    /// 1: an order is walked or rows are selected, whichever costs less; 2: walk; 3: select.
    int order = 1;
};

/// A connection as the view knows it.
struct Part {
    std::shared_ptr<const domain::Connection> connection;
    std::shared_ptr<const domain::ConnectionHealth> health;
    std::string nameKey;                        ///< of the connection's name
    domain::Ordinal ordinal = kUnknownOrdinal;  ///< of its organization, in the snapshot's tree

    base::TimePoint staleFrom = base::TimePoint::max();  ///< from then on rows are stale

    /// REQUIRES after every change of `health`.
    void noteHealth();
    /// Shown from an older reading.
    [[nodiscard]] bool staleAt(base::TimePoint now) const { return now >= staleFrom; }
};
using PartPtr = std::shared_ptr<const Part>;

/// Connections by handle; a copy shares all but what is changed.
class Parts {
  public:
    /// Nothing for a handle that is not in use.
    [[nodiscard]] const Part* at(Handle handle) const {
        const std::size_t chunk = handle / kChunk;
        return chunk < chunks_.size() ? (*chunks_[chunk])[handle % kChunk].get() : nullptr;
    }
    [[nodiscard]] PartPtr shared(Handle handle) const {
        return at(handle) == nullptr ? nullptr : (*chunks_[handle / kChunk])[handle % kChunk];
    }
    void put(Handle handle, PartPtr part);
    template <class F>
    void forEach(F&& each) const {
        for (std::size_t c = 0; c < chunks_.size(); ++c)
            for (std::size_t i = 0; i < kChunk; ++i)
                if (const Part* part = (*chunks_[c])[i].get())
                    each(static_cast<Handle>(c * kChunk + i), *part);
    }

  private:
    static constexpr std::size_t kChunk = 64;
    using Chunk = std::array<PartPtr, kChunk>;
    std::vector<std::shared_ptr<const Chunk>> chunks_;
};

/// A user that is in no segment yet.
struct Row {
    domain::User user;                ///< but for seenAt
    UserClass shared;                 ///< what it has in common with others
    std::string search;               ///< folded lines
    std::array<std::string, 5> keys;  ///< of the names, in the order of NameKey
};
using RowPtr = std::shared_ptr<const Row>;
RowPtr makeRow(domain::User user, const TextKeys& keys);
/// Which of Row::keys; nothing for another field.
std::optional<std::size_t> nameKeyOf(domain::UserField field);

struct DeltaRow {
    RowPtr row;
    base::TimePoint seenAt{};
    Handle connection = 0;
    domain::Ordinal ordinal = kUnknownOrdinal;  ///< in the snapshot's tree
};
using Delta = std::vector<DeltaRow>;

/// Where the runs of a segment stand in a tree.
struct RunPlaces {
    std::vector<domain::Ordinal> ordinals;  ///< by run
    bool ascending = true;                  ///< so that an interval of a tree is one of rows
};

struct SegmentState {
    SegmentPtr segment;
    LifePtr life;
    std::shared_ptr<const RunPlaces> places;
    [[nodiscard]] std::uint32_t living() const { return segment->rows() - life->dead(); }
};

/// The sort keys of a tree's organizations by ordinal: name, then slug.
using OrganizationKeys = std::vector<std::string>;
OrganizationKeys makeOrganizationKeys(const domain::OrganizationTree& tree, const TextKeys& keys);

struct Snapshot {
    domain::TreePtr tree = std::make_shared<const domain::OrganizationTree>();
    std::shared_ptr<const OrganizationKeys> organizationKeys =
        std::make_shared<const OrganizationKeys>();
    Parts parts;
    std::uint64_t partsVersion = 0;  ///< changes whenever parts or tree do
    using PartOrder = std::vector<std::pair<domain::Ordinal, Handle>>;
    std::shared_ptr<const Lazy<PartOrder>> madePartOrder =
        std::make_shared<const Lazy<PartOrder>>();

    /// The parts by the ordinals of their organizations, in the tree.
    [[nodiscard]] const PartOrder& partOrder() const;
    std::vector<SegmentState> segments;
    std::shared_ptr<const Delta> delta = std::make_shared<const Delta>();
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

std::shared_ptr<const RunPlaces> placesOf(const Segment& segment,
                                          const domain::OrganizationTree& tree);

}  // namespace tenantry::view
