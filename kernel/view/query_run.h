/// One question to one snapshot: asks the segments and the changes beside them, counts, and puts
/// the answers in one order.
///
/// Threads: one query's own; the snapshot is shared and immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/domain/query.h"
#include "kernel/domain/scope.h"
#include "kernel/view/merge.h"
#include "kernel/view/order.h"
#include "kernel/view/segment_query.h"
#include "kernel/view/snapshot.h"
#include "kernel/view/tally.h"

namespace tenantry::view {

class QueryRun {
  public:
    /// kInvalidArgument for a sort, facet or search that cannot be. All that is given must outlive
    /// the run.
    static base::Result<std::unique_ptr<QueryRun>> prepare(
        SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
        const TextKeys& keys, const Tuning& tuning, base::TimePoint now);

    /// All but its completeness.
    base::Result<domain::UserPage> page();
    /// Everything, in order: to be called once. Rows by Merge::next(), which must not outlive this.
    Merge all();
    /// After all().
    [[nodiscard]] std::uint64_t total() const { return total_; }

  private:
    QueryRun(SnapshotPtr snapshot, const domain::Scope& scope, const domain::UserQuery& query,
             const TextKeys& keys, const Tuning& tuning, base::TimePoint now);

    void compileFilter();
    /// Finds what matches in each segment and beside them, and counts it.
    void find();
    void consider(const Subject& subject);
    void countFacets(const SegmentQuery& query, const Hits& hits);
    /// The first `need` rows of everything, of those behind `place` if it is given.
    [[nodiscard]] std::vector<Source> sources(std::size_t need, const Place* place) const;
    [[nodiscard]] Source sourceBeside(const Place* place) const;
    base::Status fill(domain::UserPage& page);

    struct Part {
        std::unique_ptr<const SegmentQuery> query;
        Hits hits;
    };

    SnapshotPtr snapshot_;
    const domain::UserQuery& query_;
    const Tuning& tuning_;
    std::vector<domain::SortKey> columns_;
    std::shared_ptr<const OrganizationKeys> organizationKeys_;
    Question question_;
    std::vector<FacetCounter> facets_;
    Order order_;
    std::vector<Part> parts_;
    std::vector<Subject> beside_;
    std::uint64_t total_ = 0;
};

}  // namespace tenantry::view
