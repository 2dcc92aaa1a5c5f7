#include "kernel/view/view_state.h"

#include <algorithm>
#include <unordered_map>

#include "kernel/base/log.h"

namespace tenantry::view {

namespace {

/// Whether a change is a segment of its own.
bool isLarge(const Change& change, const Tuning& tuning) {
    return change.users.upserts.size() > tuning.deltaRowsMax / 4;
}

SegmentState allDead(SegmentState state) {
    LifeEditor editor(state.life);
    for (std::uint32_t row = 0; row < state.segment->rows(); ++row) editor.kill(row);
    state.life = editor.take();
    return state;
}

}  // namespace

/// One change on its way into a snapshot.
class Application {
  public:
    Application(const Change& change, Handle handle, Snapshot& next, const TextKeys& keys,
                const Tuning& tuning)
        : change_(change), handle_(handle), next_(next), keys_(keys), tuning_(tuning) {
        for (std::size_t i = 0; i < next.segments.size(); ++i)
            if (next.segments[i].segment->has(handle)) editors_.emplace_back(i, next.segments[i]);
        entries_.reserve(next.delta->size() + change.users.upserts.size());
        for (const auto& one : *next.delta) {
            entries_.push_back({one, &one.row->user, false});
            if (one.connection == handle)
                byId_.emplace(one.row->user.id.text(), entries_.size() - 1);
        }
    }

    /// `rows`: those of the upserts, if they were made before.
    void run(std::vector<RowPtr> rows) {
        for (std::size_t i = 0; i < change_.users.upserts.size(); ++i)
            upsert(change_.users.upserts[i], rows.empty() ? nullptr : std::move(rows[i]));
        for (const auto& id : change_.users.seen) see(id);
        for (const auto& id : change_.users.tombstones) remove(id);
        for (auto& one : editors_) next_.segments[one.segment].life = one.editor.take();
        settle();
    }

  private:
    struct Entry {
        DeltaRow delta;  ///< its row may be missing until it is needed
        const domain::User* user = nullptr;
        bool isGone = false;
    };
    struct Editor {
        Editor(std::size_t index, const SegmentState& state)
            : segment(index), editor(state.life), source(state.segment) {}
        std::size_t segment;
        LifeEditor editor;
        SegmentPtr source;
    };
    struct Found {
        Editor* editor = nullptr;
        std::uint32_t row = 0;
    };

    std::optional<Found> findRow(const base::UserId& id) {
        const auto bytes = editors_.empty() ? std::nullopt : idBytesOf(id.text());
        if (!bytes) return std::nullopt;
        for (auto& one : editors_)
            for (const auto run : one.source->runsOf(handle_))
                if (const auto row = one.source->findIn(one.source->runs()[run], *bytes);
                    row && !one.editor.life().isDead(*row))
                    return Found{&one, *row};
        return std::nullopt;
    }
    Entry* findEntry(const base::UserId& id) {
        const auto at = byId_.find(id.text());
        return at == byId_.end() || entries_[at->second].isGone ? nullptr : &entries_[at->second];
    }

    void upsert(const domain::User& user, RowPtr row) {
        if (user.connection != change_.connection) return;
        Entry entry{{std::move(row), user.seenAt, handle_, kUnknownOrdinal}, &user, false};
        if (Entry* known = findEntry(user.id)) {
            if (known->delta.seenAt > user.seenAt) return;
            *known = std::move(entry);
            return;
        }
        if (const auto found = findRow(user.id)) {
            if (found->editor->editor.life().seenAt(found->row) > base::toMillis(user.seenAt))
                return;
            found->editor->editor.kill(found->row);
        }
        entries_.push_back(std::move(entry));
        byId_.insert_or_assign(user.id.text(), entries_.size() - 1);
    }
    void see(const base::UserId& id) {
        if (Entry* known = findEntry(id)) {
            known->delta.seenAt = std::max(known->delta.seenAt, change_.users.seenAt);
        } else if (const auto found = findRow(id)) {
            const auto millis = base::toMillis(change_.users.seenAt);
            if (found->editor->editor.life().seenAt(found->row) < millis)
                found->editor->editor.see(found->row, millis);
        }
    }
    void remove(const base::UserId& id) {
        if (Entry* known = findEntry(id)) {
            if (known->delta.seenAt <= change_.users.seenAt) known->isGone = true;
        } else if (const auto found = findRow(id)) {
            if (found->editor->editor.life().seenAt(found->row) <=
                base::toMillis(change_.users.seenAt))
                found->editor->editor.kill(found->row);
        }
    }

    /// What is left stands beside the segments, or becomes one when it is too much.
    void settle() {
        std::erase_if(entries_, [](const Entry& one) { return one.isGone; });
        if (entries_.size() > tuning_.deltaRowsMax || isLarge(change_, tuning_)) {
            std::vector<Arrival> arrivals;
            std::erase_if(entries_, [&arrivals](const Entry& one) {
                // What is no UUID has no place in a segment.
                const auto id = idBytesOf(one.user->id.text());
                if (!id) return false;
                arrivals.push_back({one.user, *id, one.delta.seenAt, one.delta.connection});
                return true;
            });
            if (!arrivals.empty()) next_.segments.push_back(buildSegment(arrivals, *next_.tree));
        }
        auto delta = std::make_shared<Delta>();
        delta->reserve(entries_.size());
        for (auto& one : entries_) {
            if (!one.delta.row) one.delta.row = makeRow(*one.user, keys_);
            if (one.delta.ordinal == kUnknownOrdinal)
                one.delta.ordinal =
                    next_.tree->find(one.delta.row->user.organization).value_or(kUnknownOrdinal);
            delta->push_back(std::move(one.delta));
        }
        next_.delta = std::move(delta);
    }

    const Change& change_;
    Handle handle_;
    Snapshot& next_;
    const TextKeys& keys_;
    const Tuning& tuning_;
    std::vector<Editor> editors_;
    std::vector<Entry> entries_;
    std::unordered_map<std::string_view, std::size_t> byId_;
};

ViewState::ViewState(const TextKeys& keys, const Tuning& tuning)
    : keys_(keys), tuning_(tuning), current_(std::make_shared<const Snapshot>()) {}

SnapshotPtr ViewState::snapshot() const {
    std::lock_guard lock(pointer_);
    return current_;
}

std::shared_ptr<Snapshot> ViewState::draft() const {
    return std::make_shared<Snapshot>(*snapshot());
}

void ViewState::publish(std::shared_ptr<Snapshot> next) {
    SnapshotPtr former = std::move(next);
    {
        std::lock_guard lock(pointer_);
        current_.swap(former);
    }
    // What is no longer needed dies here, behind the lock: it may be a whole directory.
}

void ViewState::setTree(domain::TreePtr tree) {
    if (!tree) tree = std::make_shared<const domain::OrganizationTree>();
    auto organizationKeys =
        std::make_shared<const OrganizationKeys>(makeOrganizationKeys(*tree, keys_));
    std::lock_guard writer(writing_);
    auto next = draft();
    next->tree = tree;
    next->organizationKeys = std::move(organizationKeys);
    ++next->partsVersion;
    for (auto& one : next->segments) one.places = placesOf(*one.segment, *tree);
    auto delta = std::make_shared<Delta>(*next->delta);
    for (auto& one : *delta)
        one.ordinal = tree->find(one.row->user.organization).value_or(kUnknownOrdinal);
    next->delta = std::move(delta);
    std::vector<std::pair<Handle, PartPtr>> moved;
    next->parts.forEach([&](Handle handle, const Part& part) {
        auto copy = std::make_shared<Part>(part);
        copy->ordinal = tree->find(part.connection->organization).value_or(kUnknownOrdinal);
        if (copy->ordinal != part.ordinal) moved.emplace_back(handle, std::move(copy));
    });
    for (auto& [handle, part] : moved) next->parts.put(handle, std::move(part));
    next->madePartOrder = std::make_shared<const Lazy<Snapshot::PartOrder>>();
    publish(std::move(next));
}

void ViewState::putConnection(const domain::Connection& connection,
                              const domain::ConnectionHealth& health) {
    auto part = std::make_shared<Part>();
    part->connection = std::make_shared<const domain::Connection>(connection);
    part->health = std::make_shared<const domain::ConnectionHealth>(health);
    part->noteHealth();
    part->nameKey = keys_.key(connection.name);
    std::lock_guard writer(writing_);
    auto next = draft();
    part->ordinal = next->tree->find(connection.organization).value_or(kUnknownOrdinal);
    const auto [at, isNew] = handles_.try_emplace(connection.id, nextHandle_);
    if (isNew) revisions_[nextHandle_++] = 0;
    const Part* former = next->parts.at(at->second);
    const bool moves = former == nullptr || former->ordinal != part->ordinal;
    next->parts.put(at->second, std::move(part));
    if (moves) next->madePartOrder = std::make_shared<const Lazy<Snapshot::PartOrder>>();
    ++next->partsVersion;
    publish(std::move(next));
}

void ViewState::removeConnection(const base::ConnectionId& id) {
    std::lock_guard writer(writing_);
    const auto known = handles_.find(id);
    if (known == handles_.end()) return;
    const Handle handle = known->second;
    handles_.erase(known);
    revisions_.erase(handle);
    auto next = draft();
    for (auto& one : next->segments) {
        if (!one.segment->has(handle)) continue;
        LifeEditor editor(one.life);
        for (const auto run : one.segment->runsOf(handle))
            for (auto row = one.segment->runs()[run].begin; row < one.segment->runs()[run].end;
                 ++row)
                editor.kill(row);
        one.life = editor.take();
    }
    std::erase_if(next->segments, [](const SegmentState& one) { return one.living() == 0; });
    auto delta = std::make_shared<Delta>(*next->delta);
    std::erase_if(*delta, [handle](const DeltaRow& one) { return one.connection == handle; });
    next->delta = std::move(delta);
    next->parts.put(handle, nullptr);
    next->madePartOrder = std::make_shared<const Lazy<Snapshot::PartOrder>>();
    ++next->partsVersion;
    publish(std::move(next));
}

bool ViewState::apply(const Change& change) {
    // Folding and collation are the dear part: before any lock, unless a segment is made anyway.
    std::vector<RowPtr> rows;
    if (!isLarge(change, tuning_))
        for (const auto& user : change.users.upserts) rows.push_back(makeRow(user, keys_));
    std::lock_guard writer(writing_);
    const auto known = handles_.find(change.connection);
    if (known == handles_.end()) return false;
    auto next = draft();
    if (!change.users.upserts.empty() || !change.users.seen.empty() ||
        !change.users.tombstones.empty())
        Application(change, known->second, *next, keys_, tuning_).run(std::move(rows));
    if (change.users.health) {
        auto part = std::make_shared<Part>(*next->parts.at(known->second));
        part->health = std::make_shared<const domain::ConnectionHealth>(*change.users.health);
        part->noteHealth();
        next->parts.put(known->second, std::move(part));
        ++next->partsVersion;
    }
    follow(known->second, change.revision);
    publish(std::move(next));
    return true;
}

void ViewState::add(std::span<const domain::User> users) {
    std::vector<Arrival> arrivals;
    arrivals.reserve(users.size());
    std::lock_guard writer(writing_);
    auto next = draft();
    auto delta = std::make_shared<Delta>(*next->delta);
    std::unordered_map<base::ConnectionId, std::uint64_t> unknown;
    for (const auto& user : users) {
        const auto known = handles_.find(user.connection);
        if (known == handles_.end()) {
            ++unknown[user.connection];
        } else if (const auto id = idBytesOf(user.id.text())) {
            arrivals.push_back({&user, *id, user.seenAt, known->second});
        } else {  // what is no UUID has no place in a segment
            delta->push_back({makeRow(user, keys_), user.seenAt, known->second,
                              next->tree->find(user.organization).value_or(kUnknownOrdinal)});
        }
    }
    for (const auto& [connection, count] : unknown)
        base::logWarning("view_add_unknown_connection",
                         {{"connection_id", connection.text()}, {"users", std::to_string(count)}});
    if (delta->size() != next->delta->size()) next->delta = std::move(delta);
    if (!arrivals.empty()) next->segments.push_back(buildSegment(arrivals, *next->tree));
    publish(std::move(next));
}

void ViewState::follow(Handle handle, std::uint64_t revision) {
    const auto shown = revisions_.find(handle);
    if (revision == 0 || shown == revisions_.end()) return;
    // Two writers may come in the other order than the store had them: then nobody knows.
    if (revision == shown->second + 1)
        shown->second = revision;
    else
        revisions_.erase(shown);
}

void ViewState::noteRevision(const base::ConnectionId& id, std::uint64_t revision) {
    std::lock_guard writer(writing_);
    if (const auto known = handles_.find(id); known != handles_.end())
        revisions_[known->second] = revision;
}

KeptView ViewState::kept() const {
    KeptView out;
    SnapshotPtr now;
    {
        std::lock_guard writer(writing_);
        now = snapshot();
        for (const auto& [id, handle] : handles_) {
            const auto shown = revisions_.find(handle);
            out.connections.push_back(
                {handle, id, shown == revisions_.end() ? kUnknownRevision : shown->second});
        }
    }
    out.segments = now->segments;
    std::vector<Arrival> arrivals;
    for (const auto& one : *now->delta) {
        if (const auto id = idBytesOf(one.row->user.id.text()))
            arrivals.push_back({&one.row->user, *id, one.seenAt, one.connection});
        else  // has no place in a segment
            for (auto& connection : out.connections)
                if (connection.handle == one.connection) connection.revision = kUnknownRevision;
    }
    if (!arrivals.empty()) out.segments.push_back(buildSegment(arrivals, *now->tree));
    return out;
}

Handle ViewState::handleOf(const base::ConnectionId& id) const {
    std::lock_guard writer(writing_);
    const auto known = handles_.find(id);
    return known != handles_.end() ? known->second : kNoHandle;
}

std::vector<base::ConnectionId> ViewState::restore(KeptView view, const Revisions& revisions) {
    std::lock_guard writer(writing_);
    std::unordered_map<Handle, std::uint64_t> current;
    for (const auto& one : view.connections) {
        const auto stored = revisions.find(one.id);
        const auto known = handles_.find(one.id);
        if (known != handles_.end() && stored != revisions.end() && stored->second == one.revision)
            current.emplace(known->second, one.revision);
    }
    auto next = draft();
    for (auto& one : view.segments) {
        one.places = placesOf(*one.segment, *next->tree);
        LifeEditor editor(one.life);
        for (const auto& run : one.segment->runs())
            for (auto row = run.begin; row < run.end && !current.contains(run.connection); ++row)
                editor.kill(row);
        one.life = editor.take();
        if (one.living() > 0) next->segments.push_back(std::move(one));
    }
    std::vector<base::ConnectionId> missing;
    for (const auto& [id, handle] : handles_)
        if (!current.contains(handle)) missing.push_back(id);
    for (const auto& [handle, revision] : current) revisions_[handle] = revision;
    publish(std::move(next));
    return missing;
}

void ViewState::replace(const std::vector<SegmentState>& sources, Merged merged) {
    std::lock_guard writer(writing_);
    auto next = draft();
    const auto isSource = [&](const SegmentState& one) {
        return std::any_of(sources.begin(), sources.end(), [&](const SegmentState& source) {
            return source.segment == one.segment;
        });
    };
    std::vector<SegmentState> now;
    for (const auto& source : sources) {
        const auto at =
            std::find_if(next->segments.begin(), next->segments.end(),
                         [&](const SegmentState& one) { return one.segment == source.segment; });
        // One that is gone had no living row left.
        now.push_back(at != next->segments.end() ? *at : allDead(source));
    }
    merged.state.life = caughtUp(merged, sources, now);
    merged.state.places = placesOf(*merged.state.segment, *next->tree);
    std::erase_if(next->segments, isSource);
    if (merged.state.living() > 0) next->segments.push_back(std::move(merged.state));
    publish(std::move(next));
}

}  // namespace tenantry::view
