#include "kernel/view/rows.h"

#include <unicode/coll.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "kernel/base/text.h"

namespace tenantry::view {

namespace {

/// Chunks split above the maximum, and join their neighbour while both fit in the minimum twice.
constexpr std::size_t kChunkRowsMax = 512;
constexpr std::size_t kChunkRowsMin = 128;

const base::UserId& idOf(const Entry& entry) {
    return entry.row->user.id;
}
const base::UserId& firstOf(const ChunkPtr& chunk) {
    return idOf(chunk->entries.front());
}

/// One line of a change, so that the three lists become one sorted one.
struct Step {
    enum class Kind : std::uint8_t { kUpsert = 1, kSeen, kRemove };
    Kind kind{};
    const base::UserId* id = nullptr;
    RowPtr row;
};

/// By id; for one id in the order given: upsert, seen, remove.
std::vector<Step> stepsOf(PartChange& change) {
    std::vector<Step> steps;
    steps.reserve(change.upserts.size() + change.seen.size() + change.removals.size());
    for (auto& row : change.upserts) {
        const auto* id = &row->user.id;
        steps.push_back({Step::Kind::kUpsert, id, std::move(row)});
    }
    for (const auto& id : change.seen) steps.push_back({Step::Kind::kSeen, &id, nullptr});
    for (const auto& id : change.removals) steps.push_back({Step::Kind::kRemove, &id, nullptr});
    std::stable_sort(steps.begin(), steps.end(),
                     [](const Step& a, const Step& b) { return *a.id < *b.id; });
    return steps;
}

/// The entry that results from `step` on `entry` (which may be nothing).
std::optional<Entry> after(std::optional<Entry> entry, const Step& step, base::TimePoint seenAt,
                           const base::OrganizationId& home) {
    switch (step.kind) {
        case Step::Kind::kUpsert:
            if (entry && entry->seenAt > step.row->user.seenAt) return entry;
            return Entry{step.row, step.row->user.seenAt, step.row->user.organization != home};
        case Step::Kind::kSeen:
            if (entry) entry->seenAt = std::max(entry->seenAt, seenAt);
            return entry;
        case Step::Kind::kRemove:
            if (entry && entry->seenAt > seenAt) return entry;
            return std::nullopt;
    }
    return entry;
}

std::size_t foreignIn(const std::vector<Entry>& entries) {
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [](const Entry& entry) { return entry.foreign; }));
}

std::size_t foreignIn(const std::vector<ChunkPtr>& chunks) {
    std::size_t count = 0;
    for (const auto& chunk : chunks) count += chunk->foreign;
    return count;
}

/// Collects entries in order into chunks of a good size.
class ChunkBuilder {
  public:
    void add(Entry entry) { pending_.push_back(std::move(entry)); }
    void add(const ChunkPtr& whole) {
        flush();
        chunks_.push_back(whole);
    }
    /// Ends a chunk that was opened for a change.
    void flush() {
        if (!chunks_.empty() && !pending_.empty() &&
            chunks_.back()->entries.size() + pending_.size() <= 2 * kChunkRowsMin) {
            auto joined = chunks_.back()->entries;
            chunks_.pop_back();
            joined.insert(joined.end(), std::make_move_iterator(pending_.begin()),
                          std::make_move_iterator(pending_.end()));
            pending_ = std::move(joined);
        }
        const std::size_t count = (pending_.size() + kChunkRowsMax - 1) / kChunkRowsMax;
        for (std::size_t i = 0; i < count; ++i) {
            const auto begin = static_cast<std::ptrdiff_t>(pending_.size() * i / count);
            const auto end = static_cast<std::ptrdiff_t>(pending_.size() * (i + 1) / count);
            auto chunk = std::make_shared<Chunk>();
            chunk->entries.assign(std::make_move_iterator(pending_.begin() + begin),
                                  std::make_move_iterator(pending_.begin() + end));
            chunk->foreign = foreignIn(chunk->entries);
            chunks_.push_back(std::move(chunk));
        }
        pending_.clear();
    }
    std::vector<ChunkPtr> take() {
        flush();
        return std::move(chunks_);
    }

  private:
    std::vector<ChunkPtr> chunks_;
    std::vector<Entry> pending_;
};

std::string searchText(const domain::User& user) {
    std::string out;
    const auto add = [&out](std::string_view text) {
        if (text.empty()) return;
        if (!out.empty()) out += '\n';
        out += base::searchFold(text);
    };
    const std::string full = user.firstName + " " + user.lastName;
    add(user.username);
    add(user.displayName);
    if (full != user.displayName) add(full);
    if (user.email != user.username) add(user.email);
    if (user.nativeId != user.username) add(user.nativeId);
    return out;
}

}  // namespace

struct TextKeys::Impl {
    std::unique_ptr<const icu::Collator> collator;
};

TextKeys::TextKeys() : impl_(std::make_unique<Impl>()) {
    UErrorCode status = U_ZERO_ERROR;
    impl_->collator.reset(icu::Collator::createInstance(icu::Locale::getRoot(), status));
    if (U_FAILURE(status) != 0) impl_->collator.reset();
}
TextKeys::~TextKeys() = default;

std::string TextKeys::key(std::string_view text) const {
    if (text.empty()) return {};
    // Without collation data the order is by folded code points: still an order.
    if (!impl_->collator) return base::caseFold(text).substr(0, kSortKeyBytesMax);
    std::array<std::uint8_t, 512> bytes{};
    const auto wide =
        icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
    const auto full =
        impl_->collator->getSortKey(wide, bytes.data(), static_cast<std::int32_t>(bytes.size()));
    std::size_t size = std::min(static_cast<std::size_t>(std::max(full, 0)), bytes.size());
    while (size > 0 && bytes[size - 1] == 0) --size;
    std::string out(reinterpret_cast<const char*>(bytes.data()), std::min(size, kSortKeyBytesMax));
    return out.empty() ? std::string(1, '\x01') : out;
}

RowPtr makeRow(domain::User user, const TextKeys& keys) {
    auto row = std::make_shared<Row>();
    row->search = searchText(user);
    row->alerts = domain::alertPlanOf(user);
    std::size_t at = 0;
    for (const std::string* text :
         {&user.username, &user.firstName, &user.lastName, &user.displayName, &user.email}) {
        row->keys += keys.key(*text);
        row->keyEnds[at++] = static_cast<std::uint16_t>(row->keys.size());
    }
    row->keys.shrink_to_fit();
    row->search.shrink_to_fit();
    row->user = std::move(user);
    return row;
}

domain::User Entry::user() const {
    domain::User out = row->user;
    out.seenAt = seenAt;
    return out;
}

const Entry* Part::find(const base::UserId& id) const {
    auto chunk = std::upper_bound(
        chunks.begin(), chunks.end(), id,
        [](const base::UserId& wanted, const ChunkPtr& one) { return wanted < firstOf(one); });
    if (chunk == chunks.begin()) return nullptr;
    const auto& entries = (*std::prev(chunk))->entries;
    const auto entry = std::lower_bound(
        entries.begin(), entries.end(), id,
        [](const Entry& one, const base::UserId& wanted) { return idOf(one) < wanted; });
    return entry != entries.end() && idOf(*entry) == id ? &*entry : nullptr;
}

bool Part::staleAt(base::TimePoint now) const {
    const auto state = domain::stateAt(*health, now);
    return state == domain::ConnectionState::kStale ||
           state == domain::ConnectionState::kUnreachable;
}

Part changed(const Part& part, PartChange change) {
    Part out = part;
    if (change.upserts.empty() && change.seen.empty() && change.removals.empty()) return out;
    const auto& home = part.connection->organization;
    const auto steps = stepsOf(change);
    auto step = steps.begin();
    ChunkBuilder built;
    /// Applies the steps of one id, which begin at `step`.
    const auto settle = [&](std::optional<Entry> entry) {
        const base::UserId& id = *step->id;
        for (; step != steps.end() && *step->id == id; ++step)
            entry = after(std::move(entry), *step, change.seenAt, home);
        if (entry) built.add(std::move(*entry));
    };
    for (std::size_t i = 0; i < part.chunks.size(); ++i) {
        const bool last = i + 1 == part.chunks.size();
        const auto isMine = [&] {
            return step != steps.end() && (last || *step->id < firstOf(part.chunks[i + 1]));
        };
        if (!isMine()) {
            built.add(part.chunks[i]);
            continue;
        }
        for (const auto& entry : part.chunks[i]->entries) {
            while (step != steps.end() && *step->id < idOf(entry)) settle(std::nullopt);
            if (step != steps.end() && *step->id == idOf(entry))
                settle(entry);
            else
                built.add(entry);
        }
        while (isMine()) settle(std::nullopt);
        built.flush();
    }
    while (step != steps.end()) settle(std::nullopt);
    out.chunks = built.take();
    out.foreign = foreignIn(out.chunks);
    return out;
}

Part reconnected(const Part& part, std::shared_ptr<const domain::Connection> connection,
                 std::string nameKey) {
    Part out = part;
    const bool moved = connection->organization != part.connection->organization;
    out.connection = std::move(connection);
    out.nameKey = std::move(nameKey);
    if (!moved) return out;
    for (auto& chunk : out.chunks) {
        auto copy = std::make_shared<Chunk>(*chunk);
        for (auto& entry : copy->entries)
            entry.foreign = entry.row->user.organization != out.connection->organization;
        copy->foreign = foreignIn(copy->entries);
        chunk = std::move(copy);
    }
    out.foreign = foreignIn(out.chunks);
    return out;
}

}  // namespace tenantry::view
