#include "kernel/view/memory_view.h"

#include <algorithm>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "kernel/base/log.h"
#include "kernel/view/query_run.h"
#include "kernel/view/rows.h"

namespace tenantry::view {

namespace {

/// What the snapshot is made from. Behind its lock, which is held for copies of pointers only.
struct State {
    domain::TreePtr tree = std::make_shared<const domain::OrganizationTree>();
    std::shared_ptr<const OrganizationKeys> organizationKeys =
        std::make_shared<const OrganizationKeys>();
    std::vector<PartPtr> parts;
    std::unordered_map<base::ConnectionId, std::size_t> places;
    std::vector<domain::Ordinal> ordinals;
    bool isOrdered = true;
    SnapshotPtr snapshot;  ///< nothing: to be made by the next reader
};

/// Puts parts in the order of Snapshot::parts.
void putInOrder(State& state) {
    struct Place {
        domain::Ordinal ordinal;
        PartPtr part;
    };
    std::vector<Place> order;
    order.reserve(state.parts.size());
    for (auto& part : state.parts) {
        const auto ordinal = state.tree->find(part->connection->organization);
        order.push_back({ordinal.value_or(kUnknownOrdinal), std::move(part)});
    }
    std::sort(order.begin(), order.end(), [](const Place& a, const Place& b) {
        const auto& left = *a.part->connection;
        const auto& right = *b.part->connection;
        return std::tie(a.ordinal, left.organization, left.id) <
               std::tie(b.ordinal, right.organization, right.id);
    });
    state.parts.clear();
    state.ordinals.clear();
    state.places.clear();
    for (auto& one : order) {
        state.places.emplace(one.part->connection->id, state.parts.size());
        state.ordinals.push_back(one.ordinal);
        state.parts.push_back(std::move(one.part));
    }
    state.isOrdered = true;
}

SnapshotPtr makeSnapshot(State& state) {
    if (!state.isOrdered) putInOrder(state);
    auto made = std::make_shared<Snapshot>();
    made->tree = state.tree;
    made->organizationKeys = state.organizationKeys;
    made->parts = state.parts;
    made->ordinals = state.ordinals;
    for (std::size_t i = 0; i < made->parts.size(); ++i)
        if (made->parts[i]->foreign > 0) made->withForeign.push_back(static_cast<std::uint32_t>(i));
    return made;
}

base::Error noUser() {
    return base::notFound("There is no such user in your scope.");
}

}  // namespace

struct MemoryView::Impl {
    explicit Impl(const base::Clock& theClock) : clock(theClock) {}

    SnapshotPtr snapshot() const {
        std::lock_guard lock(mutex);
        if (!state.snapshot) state.snapshot = makeSnapshot(state);
        return state.snapshot;
    }

    /// Changes the state. What it no longer needs dies after the lock is given back, since that may
    /// be a whole directory.
    template <class F>
    void change(F&& body) {
        SnapshotPtr former;
        PartPtr formerPart;
        {
            std::lock_guard lock(mutex);
            former = std::move(state.snapshot);
            state.snapshot.reset();
            formerPart = body(state);
        }
    }

    PartPtr find(const base::ConnectionId& id) const {
        std::lock_guard lock(mutex);
        const auto place = state.places.find(id);
        return place == state.places.end() ? nullptr : state.parts[place->second];
    }

    /// REQUIRES: writing is held.
    void put(Part part) {
        auto made = std::make_shared<const Part>(std::move(part));
        change([&](State& s) {
            const auto [place, isNew] = s.places.try_emplace(made->connection->id, s.parts.size());
            PartPtr former;
            if (isNew) {
                s.parts.push_back(made);
                s.ordinals.push_back(kUnknownOrdinal);
                s.isOrdered = false;
            } else {
                former = std::exchange(s.parts[place->second], made);
                if (former->connection->organization != made->connection->organization)
                    s.isOrdered = false;
            }
            return former;
        });
    }

    const base::Clock& clock;
    TextKeys keys;
    std::mutex writing;  ///< one writer at a time; taken before `mutex`
    mutable std::mutex mutex;
    mutable State state;
};

MemoryView::MemoryView(const base::Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
MemoryView::~MemoryView() = default;

base::Result<domain::UserPage> MemoryView::query(const domain::Scope& scope,
                                                 const domain::UserQuery& query) const {
    TNY_TRY(QueryRun run,
            QueryRun::prepare(impl_->snapshot(), scope, query, impl_->keys, impl_->clock.now()));
    return run.page();
}

base::Result<domain::User> MemoryView::get(const domain::Scope& scope,
                                           const base::UserId& id) const {
    const auto snapshot = impl_->snapshot();
    const Visible visible(*snapshot, scope);
    for (const auto& one : visible.candidates()) {
        const Entry* entry = one.part->find(id);
        if (entry == nullptr) continue;
        Subject subject{entry, one.part, one.ordinal, 0};
        if (entry->foreign ? visible.place(subject) : one.inScope) return entry->user();
    }
    return noUser();
}

base::Status MemoryView::stream(
    const domain::Scope& scope, const domain::UserQuery& query,
    const std::function<bool(const domain::User&, bool stale)>& each) const {
    TNY_TRY(QueryRun run,
            QueryRun::prepare(impl_->snapshot(), scope, query, impl_->keys, impl_->clock.now()));
    return run.stream(each);
}

domain::Completeness MemoryView::completeness(const domain::Scope& scope) const {
    const auto snapshot = impl_->snapshot();
    return completenessOf(Visible(*snapshot, scope), impl_->clock.now());
}

std::vector<domain::OrganizationSummary> MemoryView::summaries(const domain::Scope& scope) const {
    const auto snapshot = impl_->snapshot();
    return summariesOf(Visible(*snapshot, scope), scope, impl_->clock.now());
}

void MemoryView::setTree(domain::TreePtr tree) {
    if (!tree) tree = std::make_shared<const domain::OrganizationTree>();
    auto organizationKeys =
        std::make_shared<const OrganizationKeys>(makeOrganizationKeys(*tree, impl_->keys));
    std::lock_guard writer(impl_->writing);
    impl_->change([&](State& s) {
        s.tree = std::move(tree);
        s.organizationKeys = std::move(organizationKeys);
        s.isOrdered = false;
        return PartPtr();
    });
}

void MemoryView::putConnection(const domain::Connection& connection,
                               const domain::ConnectionHealth& health) {
    auto kept = std::make_shared<const domain::Connection>(connection);
    auto nameKey = impl_->keys.key(connection.name);
    std::lock_guard writer(impl_->writing);
    Part part;
    if (const auto known = impl_->find(connection.id)) {
        part = reconnected(*known, std::move(kept), std::move(nameKey));
    } else {
        part.connection = std::move(kept);
        part.nameKey = std::move(nameKey);
    }
    part.health = std::make_shared<const domain::ConnectionHealth>(health);
    impl_->put(std::move(part));
}

void MemoryView::removeConnection(const base::ConnectionId& id) {
    std::lock_guard writer(impl_->writing);
    impl_->change([&](State& s) {
        PartPtr former;
        const auto place = s.places.find(id);
        if (place == s.places.end()) return former;
        former = std::move(s.parts[place->second]);
        s.parts.erase(s.parts.begin() + static_cast<std::ptrdiff_t>(place->second));
        putInOrder(s);
        return former;
    });
}

void MemoryView::apply(const base::ConnectionId& connection,
                       const std::vector<domain::User>& upserts,
                       const std::vector<base::UserId>& seen, base::TimePoint seenAt,
                       const std::vector<base::UserId>& removals,
                       const std::optional<domain::ConnectionHealth>& health) {
    PartChange change{{}, seen, removals, seenAt};
    // Folding and collation are the dear part: before any lock.
    for (const auto& user : upserts)
        if (user.connection == connection) change.upserts.push_back(makeRow(user, impl_->keys));
    if (change.upserts.size() != upserts.size())
        base::logWarning("view_apply_other_connection", {{"connection_id", connection.text()}});
    std::lock_guard writer(impl_->writing);
    const auto known = impl_->find(connection);
    if (!known) {
        base::logWarning("view_apply_unknown_connection", {{"connection_id", connection.text()}});
        return;
    }
    Part part = changed(*known, std::move(change));
    if (health) part.health = std::make_shared<const domain::ConnectionHealth>(*health);
    impl_->put(std::move(part));
}

}  // namespace tenantry::view
