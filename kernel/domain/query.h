/// The question to the view and its answer. Every answer says how complete it is.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/limits.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/filter.h"
#include "kernel/domain/user.h"
#include "kernel/domain/user_row.h"

namespace tenantry::domain {

struct SortKey {
    UserField field{};
    bool descending = false;
};

/// "last_name,-last_login_at". kInvalidArgument names the column that cannot be sorted by. Empty
/// text: no keys.
base::Result<std::vector<SortKey>> parseSort(std::string_view text);
/// "status,organization". kInvalidArgument names what cannot be counted.
base::Result<std::vector<UserField>> parseFacets(std::string_view text);

struct UserQuery {
    std::optional<Filter> filter;
    std::string search;  ///< anywhere in username, names, e-mail or native id; Unicode-folded
    std::vector<SortKey> sort;  ///< ties break by id; empty: newest modified first
    std::size_t offset = 0;
    std::size_t limit =
        base::limits::kUsersPageDefault;  ///< at most kUsersPageMax: a larger one is cut
    std::string cursor;  ///< from a former answer to the same query; replaces offset
    /// Each is counted over scope, search and filter, but without the parts of the filter that
    /// narrow the same field, where the filter is a conjunction at its top: the menu shows what
    /// else could be chosen.
    std::vector<UserField> facets;
};

struct FacetValue {
    std::string
        value;  ///< as in the API; organizations and connections by id; "" and "unknown" where so
    std::uint64_t count = 0;
};

/// Over the organizations in scope that have a directory.
struct Completeness {
    std::uint64_t organizations = 0;
    std::uint64_t current = 0;
    std::uint64_t stale = 0;
    std::uint64_t unreachable = 0;
    std::uint64_t neverRead = 0;
    std::optional<base::TimePoint> oldestAsOf;  ///< the oldest last complete reading among them
    std::optional<base::TimePoint> staleSince;  ///< the oldest among the stale
    std::optional<base::TimePoint> unreachableSince;  ///< the earliest
};

struct UserPage {
    std::vector<UserRow> items;
    std::shared_ptr<const void> state;  ///< what the items refer to
    std::uint64_t total = 0;
    std::string nextCursor;                               ///< empty at the end
    std::map<UserField, std::vector<FacetValue>> facets;  ///< most frequent first
    Completeness completeness;
};

/// One organization's figures, without what is below it.
struct OrganizationSummary {
    OrganizationId organization;
    std::uint64_t users = 0;
    std::array<std::uint64_t, kUserStatusCount + 1> byStatus{};  ///< by the number of UserStatus
    std::uint64_t mfaEnrolled = 0, mfaNot = 0, mfaUnknown = 0;
    std::uint64_t withAlerts = 0;
    std::uint32_t directories = 0;
    /// The worst of its directories; nothing without one.
    std::optional<ConnectionState> state;
    std::optional<base::TimePoint> since;
    std::optional<base::TimePoint> asOf;
    std::string error;
};

}  // namespace tenantry::domain
