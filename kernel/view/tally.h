/// Counting: facets, completeness and the figures of organizations.
///
/// Threads: one query's own.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/domain/query.h"
#include "kernel/domain/scope.h"
#include "kernel/view/segment_query.h"

namespace tenantry::view {

/// Counts the values of one field.
class FacetCounter {
  public:
    /// REQUIRES: domain::isFacet(field). The question must outlive the counter.
    FacetCounter(domain::UserField field, const Question& question)
        : field_(field), question_(question) {}
    [[nodiscard]] domain::UserField field() const { return field_; }
    /// Whether it needs Tally::byRun, and Tally::byAlert.
    [[nodiscard]] bool needsRuns() const;
    [[nodiscard]] bool needsAlerts() const { return field_ == domain::UserField::kAlerts; }
    /// A user beside the segments.
    void count(const Subject& subject);
    void count(const SegmentQuery& query, const Tally& tally);
    /// Most frequent first, then by value; at most limits::kFacetValuesMax. "" counts users without
    /// a value; an unknown MFA is "unknown"; a user without alerts counts nowhere.
    [[nodiscard]] std::vector<domain::FacetValue> values() const;

  private:
    void add(std::string_view value, std::uint64_t count) { counts_[value] += count; }
    void addAll(const std::vector<std::string>& values, std::uint64_t count);
    void addClass(const UserClass& one, std::uint64_t count);
    void addPlace(domain::Ordinal ordinal, const Part& part, std::uint64_t count);

    domain::UserField field_;
    const Question& question_;
    std::unordered_map<std::string_view, std::uint64_t> counts_;
    std::vector<std::uint64_t> byOrdinal_;
};

/// What is true of the whole scope, whatever the query. `until`: as long as no connection changes,
/// it stays true up to then.
domain::Completeness completenessOf(const Snapshot& snapshot, const domain::Scope& scope,
                                    base::TimePoint now, base::TimePoint& until);
std::vector<domain::OrganizationSummary> summariesOf(const Question& question);

}  // namespace tenantry::view
