/// The data of the view: rows in chunks, chunks in parts (one a connection), parts in a snapshot.
///
/// Ownership: everything is immutable once it is in a part, and shared by shared_ptr: a change
/// copies the chunk it touches and the list of chunks, never the rows. A reader keeps its snapshot
/// alive. Threads: immutable values; applyTo() and TextKeys may be used from any thread at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/user.h"

namespace tenantry::view {

/// A sort key is cut to this: what differs only behind it is told apart by id. It bounds a row and
/// a cursor.
inline constexpr std::size_t kSortKeyBytesMax = 128;

/// Keys of text whose order by bytes is the order of the text for people: the root collation of
/// CLDR.
class TextKeys {
  public:
    TextKeys();
    ~TextKeys();
    TextKeys(const TextKeys&) = delete;
    TextKeys& operator=(const TextKeys&) = delete;

    /// Empty only for empty text. At most kSortKeyBytesMax bytes.
    [[nodiscard]] std::string key(std::string_view text) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The fields whose keys each row carries.
enum class NameKey : std::uint8_t { kUsername = 0, kFirstName, kLastName, kDisplayName, kEmail };
inline constexpr std::size_t kNameKeyCount = 5;

/// One user as the view keeps it.
struct Row {
    domain::User user;   ///< but for seenAt, which is the Entry's
    std::string search;  ///< what is searched, folded, one field a line
    std::string keys;    ///< the sort keys of the names, one behind the other
    std::array<std::uint16_t, kNameKeyCount> keyEnds{};
    domain::AlertPlan alerts;

    [[nodiscard]] std::string_view key(NameKey which) const {
        const auto at = static_cast<std::size_t>(which);
        const std::size_t begin = at == 0 ? 0 : keyEnds[at - 1];
        return std::string_view(keys).substr(begin, keyEnds[at] - begin);
    }
};
using RowPtr = std::shared_ptr<const Row>;
RowPtr makeRow(domain::User user, const TextKeys& keys);

/// A row in its place. What every reading changes stands here, so that an unchanged user costs no
/// new row.
struct Entry {
    RowPtr row;
    base::TimePoint seenAt{};
    /// Its organization is not its connection's: its visibility is decided for itself.
    bool foreign = false;

    [[nodiscard]] domain::User user() const;
};

/// Sorted by id, never empty.
struct Chunk {
    std::vector<Entry> entries;
    std::size_t foreign = 0;
};
using ChunkPtr = std::shared_ptr<const Chunk>;

/// A connection and its users, by id.
struct Part {
    std::shared_ptr<const domain::Connection> connection;
    std::shared_ptr<const domain::ConnectionHealth> health;
    std::string nameKey;  ///< of the connection's name
    std::vector<ChunkPtr> chunks;
    std::size_t foreign = 0;  ///< how many entries are

    [[nodiscard]] const Entry* find(const base::UserId& id) const;
    /// Shown from an older reading.
    [[nodiscard]] bool staleAt(base::TimePoint now) const;
};
using PartPtr = std::shared_ptr<const Part>;

/// What one apply() changes, as in domain::UserViewWriter.
struct PartChange {
    std::vector<RowPtr> upserts;
    std::vector<base::UserId> seen;
    std::vector<base::UserId> removals;
    base::TimePoint seenAt{};
};
/// The part with the change. As the store does: what was seen later than the change says stays as
/// it is.
Part changed(const Part& part, PartChange change);
/// The part under another connection record: entries are marked foreign anew.
Part reconnected(const Part& part, std::shared_ptr<const domain::Connection> connection,
                 std::string nameKey);

/// The sort keys of a tree's organizations by ordinal: name, then slug.
using OrganizationKeys = std::vector<std::string>;

/// One consistent state.
struct Snapshot {
    domain::TreePtr tree;
    std::shared_ptr<const OrganizationKeys> organizationKeys;
    /// By ordinal in `tree`, then by organization and connection; those of organizations that
    /// `tree` does not know at the end. Parts of one organization are neighbours.
    std::vector<PartPtr> parts;
    /// Of each part. kUnknownOrdinal where the tree does not know the organization.
    std::vector<domain::Ordinal> ordinals;
    /// Indexes of the parts that have foreign entries.
    std::vector<std::uint32_t> withForeign;
};
inline constexpr domain::Ordinal kUnknownOrdinal = 0xFFFFFFFF;
using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace tenantry::view
