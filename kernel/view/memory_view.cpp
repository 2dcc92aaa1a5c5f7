#include "kernel/view/memory_view.h"

#include <algorithm>
#include <mutex>

#include "kernel/base/log.h"
#include "kernel/view/compactor.h"
#include "kernel/view/query_run.h"
#include "kernel/view/view_state.h"

namespace tenantry::view {

namespace {

/// What was found out of some scopes, as long as it stays true.
class CompletenessMemory {
  public:
    domain::Completeness of(const Snapshot& snapshot, const domain::Scope& scope,
                            base::TimePoint now) {
        {
            std::lock_guard lock(mutex_);
            for (const auto& one : entries_)
                if (one.version == snapshot.partsVersion && one.tree == scope.tree() &&
                    one.from <= now && now <= one.until && one.intervals == scope.intervals())
                    return one.value;
        }
        Entry made;
        made.version = snapshot.partsVersion;
        made.tree = scope.tree();
        made.intervals = scope.intervals();
        made.from = now;
        made.value = completenessOf(snapshot, scope, now, made.until);
        std::lock_guard lock(mutex_);
        if (entries_.size() < kEntriesMax)
            entries_.push_back(made);
        else
            entries_[next_++ % kEntriesMax] = made;
        return made.value;
    }

  private:
    static constexpr std::size_t kEntriesMax = 32;
    struct Entry {
        std::uint64_t version = 0;
        domain::TreePtr tree;
        std::vector<domain::Interval> intervals;
        base::TimePoint from{}, until{};
        domain::Completeness value;
    };
    std::mutex mutex_;
    std::vector<Entry> entries_;
    std::size_t next_ = 0;
};

/// A stream with all it refers to.
struct OpenAnswer final : domain::UserStream {
    OpenAnswer(domain::Scope theScope, domain::UserQuery theQuery)
        : scope(std::move(theScope)), query(std::move(theQuery)) {}
    [[nodiscard]] std::uint64_t total() const override { return run->total(); }
    [[nodiscard]] const domain::Completeness& completeness() const override { return complete; }
    std::optional<domain::UserRow> next() override {
        const auto subject = rows->next();
        if (!subject) return std::nullopt;
        return subject->row();
    }

    domain::Scope scope;
    domain::UserQuery query;
    std::unique_ptr<QueryRun> run;
    std::optional<Merge> rows;
    domain::Completeness complete;
};

base::Error noUser() {
    return base::notFound("There is no such user in your scope.");
}

}  // namespace

struct MemoryView::Impl {
    Impl(const base::Clock& theClock, const Tuning& theTuning)
        : clock(theClock), tuning(theTuning), state(keys, tuning), compactor(state, keys, tuning) {}

    const base::Clock& clock;
    const Tuning tuning;
    TextKeys keys;
    ViewState state;
    mutable CompletenessMemory completeness;
    Compactor compactor;  ///< last: its thread ends first
};

MemoryView::MemoryView(const base::Clock& clock, const Tuning& tuning)
    : impl_(std::make_unique<Impl>(clock, tuning)) {}
MemoryView::~MemoryView() = default;

base::Result<domain::UserPage> MemoryView::query(const domain::Scope& scope,
                                                 const domain::UserQuery& query) const {
    const auto snapshot = impl_->state.snapshot();
    const auto now = impl_->clock.now();
    TNY_TRY(const auto run,
            QueryRun::prepare(snapshot, scope, query, impl_->keys, impl_->tuning, now));
    TNY_TRY(auto page, run->page());
    page.completeness = impl_->completeness.of(*snapshot, scope, now);
    return page;
}

base::Result<domain::User> MemoryView::get(const domain::Scope& scope,
                                           const base::UserId& id) const {
    const auto snapshot = impl_->state.snapshot();
    for (const auto& one : *snapshot->delta) {
        if (one.row->user.id != id) continue;
        if (!scope.contains(one.row->user.organization) || !isVisible(one.row->shared, scope))
            return noUser();
        domain::User user = one.row->user;
        user.seenAt = one.seenAt;
        return user;
    }
    const auto bytes = idBytesOf(id.text());
    if (!bytes) return noUser();
    for (const auto& state : snapshot->segments) {
        const auto row = state.segment->find(*bytes);
        if (!row || state.life->isDead(*row)) continue;
        Subject subject;
        subject.state = &state;
        subject.number = *row;
        subject.run = state.segment->runOf(*row);
        subject.shared = &state.segment->classAt(*row);
        const auto& run = state.segment->runs()[subject.run];
        if (!scope.contains(run.organization) || !isVisible(*subject.shared, scope))
            return noUser();
        subject.part = snapshot->parts.at(run.connection);
        return subject.row().user();
    }
    return noUser();
}

base::Result<std::unique_ptr<domain::UserStream>> MemoryView::open(
    const domain::Scope& scope, const domain::UserQuery& query) const {
    auto out = std::make_unique<OpenAnswer>(scope, query);
    const auto snapshot = impl_->state.snapshot();
    const auto now = impl_->clock.now();
    TNY_TRY(out->run,
            QueryRun::prepare(snapshot, out->scope, out->query, impl_->keys, impl_->tuning, now));
    out->rows.emplace(out->run->all());
    out->complete = impl_->completeness.of(*snapshot, scope, now);
    return std::unique_ptr<domain::UserStream>(std::move(out));
}

domain::Completeness MemoryView::completeness(const domain::Scope& scope) const {
    return impl_->completeness.of(*impl_->state.snapshot(), scope, impl_->clock.now());
}

std::vector<domain::OrganizationSummary> MemoryView::summaries(const domain::Scope& scope) const {
    const auto snapshot = impl_->state.snapshot();
    return summariesOf({*snapshot, scope, impl_->tuning, impl_->clock.now(), {}, {}});
}

void MemoryView::setTree(domain::TreePtr tree) {
    impl_->state.setTree(std::move(tree));
}

void MemoryView::putConnection(const domain::Connection& connection,
                               const domain::ConnectionHealth& health) {
    impl_->state.putConnection(connection, health);
}

void MemoryView::removeConnection(const base::ConnectionId& id) {
    impl_->state.removeConnection(id);
}

void MemoryView::apply(const base::ConnectionId& connection, const domain::UserChanges& changes,
                       std::uint64_t revision) {
    if (std::any_of(changes.upserts.begin(), changes.upserts.end(),
                    [&](const domain::User& one) { return one.connection != connection; }))
        base::logWarning("view_apply_other_connection", {{"connection_id", connection.text()}});
    if (!impl_->state.apply({connection, changes, revision}))
        base::logWarning("view_apply_unknown_connection", {{"connection_id", connection.text()}});
    if (!changes.upserts.empty() || !changes.tombstones.empty()) impl_->compactor.wake();
}

void MemoryView::noteRevisions(const Revisions& revisions) {
    for (const auto& [connection, revision] : revisions)
        impl_->state.noteRevision(connection, revision);
}

base::Status MemoryView::save(const std::string& path, const std::string& stamp) const {
    return writeView(path, stamp, impl_->state.kept());
}

base::Result<std::vector<base::ConnectionId>> MemoryView::restore(const std::string& path,
                                                                  const std::string& stamp,
                                                                  const Revisions& revisions) {
    TNY_TRY(auto kept, readView(path, stamp, [this](const KeptConnection& one) {
                return impl_->state.handleOf(one.id);
            }));
    auto missing = impl_->state.restore(std::move(kept), revisions);
    impl_->compactor.wake();
    return missing;
}

std::unique_ptr<Filling> MemoryView::fill() {
    return std::make_unique<Filling>(impl_->state, impl_->compactor);
}

void MemoryView::settle() {
    impl_->compactor.settle();
}

ViewStats MemoryView::stats() const {
    const auto snapshot = impl_->state.snapshot();
    ViewStats out;
    out.segments = snapshot->segments.size();
    out.beside = snapshot->delta->size();
    out.users = out.beside;
    for (const auto& one : snapshot->segments) {
        out.users += one.living();
        out.bytes += one.segment->bytes() + one.life->bytes();
    }
    return out;
}

}  // namespace tenantry::view
