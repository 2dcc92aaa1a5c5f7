/// The naive model of the view: plain lists, no index, no shared code but for folding text. What it
/// says is what MemoryView must say.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "kernel/domain/query.h"
#include "tests/unit/domain/authority.h"
#include "tests/unit/view/random_source.h"

namespace tenantry::testing {

struct Directory {
    domain::Connection connection;
    domain::ConnectionHealth health;
};

/// Everything the view is told.
struct NaiveModel {
    std::vector<domain::Organization> organizations;  ///< parents first
    std::map<base::ConnectionId, Directory> directories;
    std::map<base::UserId, domain::User> users;
    base::TimePoint now{};
    std::size_t nativeIds = 30;  ///< how many users a directory may have

    [[nodiscard]] const domain::Organization* organization(const base::OrganizationId& id) const;
    /// From the organization itself up to the root; empty when it is not known.
    [[nodiscard]] std::vector<const domain::Organization*> upwards(
        const base::OrganizationId& id) const;
    [[nodiscard]] bool isVisible(const base::OrganizationId& id,
                                 const std::vector<base::OrganizationId>& granted) const;
    /// Its own organization and all it is assigned to.
    [[nodiscard]] bool isVisible(const domain::User& user,
                                 const std::vector<base::OrganizationId>& granted) const;
    [[nodiscard]] bool isStale(const domain::User& user) const;
    [[nodiscard]] std::vector<domain::Alert> alerts(const domain::User& user) const;
};

/// A filter as text, and as what it should mean.
struct NaiveFilter {
    using Test = std::function<bool(const NaiveModel&, const domain::User&)>;
    std::string text;
    Test test;
    std::vector<domain::UserField> fields;  ///< that it looks at
    std::vector<NaiveFilter> conjuncts;     ///< of its top; itself alone when it is none
    [[nodiscard]] bool holds(const NaiveModel& model, const domain::User& user) const {
        return test(model, user);
    }
};
NaiveFilter randomFilter(RandomSource& random);

struct NaiveQuery {
    std::vector<base::OrganizationId> granted;  ///< the operator's
    std::optional<NaiveFilter> filter;
    std::string search;
    std::vector<domain::SortKey> sort;
    std::vector<domain::UserField> facets;
};

/// Whether `a` stands before `b`.
bool standsBefore(const NaiveModel& model, const std::vector<domain::SortKey>& sort,
                  const domain::User& a, const domain::User& b);
/// All that match, in order.
std::vector<domain::User> naiveAnswer(const NaiveModel& model, const NaiveQuery& query);
/// Value to count.
std::map<std::string, std::uint64_t> naiveFacet(const NaiveModel& model, const NaiveQuery& query,
                                                domain::UserField field);
domain::Completeness naiveCompleteness(const NaiveModel& model,
                                       const std::vector<base::OrganizationId>& granted);

/// Random data of few different values, so that ties, matches and misses are all common.
NaiveModel randomModel(RandomSource& random);
domain::User randomUser(RandomSource& random, const NaiveModel& model);

}  // namespace tenantry::testing
