/// Counting: facets, completeness and the figures of organizations.
///
/// Threads: one query's own.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/domain/query.h"
#include "kernel/view/matcher.h"
#include "kernel/view/rows.h"

namespace tenantry::view {

/// Counts the values of one field.
class FacetCounter {
  public:
    /// REQUIRES: domain::isFacet(field).
    explicit FacetCounter(domain::UserField field) : field_(field) {}
    [[nodiscard]] domain::UserField field() const { return field_; }
    /// The rows must outlive the counter.
    void count(const Subject& subject);
    /// Most frequent first, then by value; at most limits::kFacetValuesMax. "" counts users without
    /// a value; an unknown MFA is "unknown"; a user without alerts counts nowhere.
    [[nodiscard]] std::vector<domain::FacetValue> values() const;

  private:
    void add(std::string_view value) { ++counts_[value]; }
    void addAll(const std::vector<std::string>& values);

    domain::UserField field_;
    std::unordered_map<std::string_view, std::uint64_t> counts_;
};

/// Gathers the states of directories, organization by organization.
class CompletenessCounter {
  public:
    explicit CompletenessCounter(base::TimePoint now) : now_(now) {}
    /// REQUIRES: parts of one organization come one after the other.
    void add(const Part& part);
    [[nodiscard]] domain::Completeness result();

  private:
    void settle();

    base::TimePoint now_;
    const base::OrganizationId* current_ = nullptr;
    domain::ConnectionState worst_{};
    domain::Completeness sum_;
};

/// Whether `a` is worse news than `b`: unreachable, never read, stale, current.
bool isWorse(domain::ConnectionState a, domain::ConnectionState b);

/// Adds a directory to the figures of its organization.
void addDirectory(domain::OrganizationSummary& summary, const Part& part, base::TimePoint now);
/// Adds a user.
void addUser(domain::OrganizationSummary& summary, const domain::User& user,
             domain::AlertMask alerts);

}  // namespace tenantry::view
