/// One question to one snapshot: finds the matching rows, counts and orders them.
///
/// Threads: one query's own; the snapshot is shared and immutable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/domain/query.h"
#include "kernel/domain/scope.h"
#include "kernel/view/matcher.h"
#include "kernel/view/order.h"
#include "kernel/view/rows.h"
#include "kernel/view/tally.h"

namespace tenantry::view {

/// The parts of a snapshot that a scope may look into, and the rule for each row.
///
/// Everything is decided by the scope's own tree. The snapshot's tree only says where parts stand;
/// when the two differ, ids decide.
class Visible {
  public:
    Visible(const Snapshot& snapshot, const domain::Scope& scope);

    struct Candidate {
        const Part* part = nullptr;
        domain::Ordinal ordinal = kUnknownOrdinal;  ///< in the scope's tree
        bool inScope = false;  ///< false: only its foreign entries may be visible
    };
    [[nodiscard]] const std::vector<Candidate>& candidates() const { return candidates_; }

    /// Calls each(subject) for every visible row; `now` decides alerts.
    template <class F>
    void forEach(base::TimePoint now, F&& each) const {
        for (const auto& one : candidates_) {
            const bool stale = one.part->staleAt(now);
            for (const auto& chunk : one.part->chunks) {
                if (!one.inScope && chunk->foreign == 0) continue;
                for (const auto& entry : chunk->entries) {
                    Subject subject{&entry, one.part, one.ordinal,
                                    domain::alertsAt(entry.row->alerts, now, stale)};
                    if (entry.foreign ? place(subject) : one.inScope) each(subject, stale);
                }
            }
        }
    }
    /// Whether a foreign entry is visible, and its ordinal.
    bool place(Subject& subject) const;

  private:
    const domain::Scope& scope_;
    std::vector<Candidate> candidates_;
};

/// The organization keys to sort by: the snapshot's, or made anew for another tree.
std::shared_ptr<const OrganizationKeys> organizationKeysFor(const Snapshot& snapshot,
                                                            const domain::TreePtr& tree,
                                                            const TextKeys& keys);
OrganizationKeys makeOrganizationKeys(const domain::OrganizationTree& tree, const TextKeys& keys);

class QueryRun {
  public:
    /// kInvalidArgument for a sort, facet or search that cannot be.
    static base::Result<QueryRun> prepare(SnapshotPtr snapshot, const domain::Scope& scope,
                                          const domain::UserQuery& query, const TextKeys& keys,
                                          base::TimePoint now);

    base::Result<domain::UserPage> page();
    /// Everything, in order.
    base::Status stream(const std::function<bool(const domain::User&, bool stale)>& each);

  private:
    QueryRun(SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
             const TextKeys& keys, base::TimePoint now);

    void compileFilter();
    /// All matching rows; counts facets on the way.
    void find();
    [[nodiscard]] bool isSearched(const Row& row) const;
    void consider(const Subject& subject, bool stale);

    /// A part of the filter's top conjunction. `facet`: it narrows nothing but that facet.
    struct Conjunct {
        Matcher matcher;
        std::optional<std::size_t> facet;
    };

    SnapshotPtr snapshot_;
    const domain::Scope& scope_;
    const domain::UserQuery& query_;
    base::TimePoint now_;
    std::vector<domain::SortKey> columns_;
    std::shared_ptr<const OrganizationKeys> organizationKeys_;
    std::string needle_;
    Visible visible_;
    std::vector<Conjunct> conjuncts_;
    std::vector<FacetCounter> facets_;
    Order order_;
    std::vector<Found> found_;
};

/// What is true of the whole scope, whatever the query.
domain::Completeness completenessOf(const Visible& visible, base::TimePoint now);
std::vector<domain::OrganizationSummary> summariesOf(const Visible& visible,
                                                     const domain::Scope& scope,
                                                     base::TimePoint now);

}  // namespace tenantry::view
