/// The order of an answer, and the place in it that a cursor names.
///
/// Rows without a value come last in both directions; ties break by id, always ascending. Threads:
/// one query's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/result.h"
#include "kernel/domain/query.h"
#include "kernel/view/matcher.h"
#include "kernel/view/rows.h"

namespace tenantry::view {

/// A matching row, on its way into order.
struct Found {
    const Entry* entry = nullptr;
    const Part* part = nullptr;
    /// Decides most comparisons: the first column's key, made to compare ascending.
    std::uint64_t prefix = 0;
    /// Where this row's computed keys begin in the Order.
    std::uint32_t computed = 0;
    bool stale = false;
};

/// Where a page ended: the keys of its last row (nothing: no value) and its id.
struct Place {
    std::vector<std::optional<std::string>> keys;
    std::string id;
};

class Order {
  public:
    /// REQUIRES: every field is sortable. `organizationKeys` are those of the scope's tree.
    Order(std::vector<domain::SortKey> columns, const TextKeys& keys,
          const OrganizationKeys* organizationKeys);

    /// Whether it needs the keys of organizations.
    static bool needsOrganizations(const std::vector<domain::SortKey>& columns);

    /// Makes a row ready to be compared.
    [[nodiscard]] Found prepare(const Subject& subject, bool stale);
    [[nodiscard]] bool less(const Found& a, const Found& b) const;

    [[nodiscard]] Place placeOf(const Found& row) const;
    [[nodiscard]] bool isBehind(const Found& row, const Place& place) const;
    [[nodiscard]] std::size_t columns() const { return columns_.size(); }

  private:
    /// Bytes whose order is the order of the values; empty when there is none.
    [[nodiscard]] std::string_view keyOf(const Found& row, std::size_t column) const;
    [[nodiscard]] std::string computedKey(const Subject& subject, domain::UserField field) const;

    struct Column {
        domain::UserField field{};
        bool descending = false;
        std::optional<NameKey> name;  ///< carried by the row; others are computed
        std::uint32_t slot = 0;       ///< among the computed ones
    };

    std::vector<Column> columns_;
    std::uint32_t slots_ = 0;
    std::vector<std::string> computed_;
    const TextKeys& keys_;
    const OrganizationKeys* organizationKeys_;
};

/// What a cursor must agree with: sort, filter and search.
std::uint64_t fingerprintOf(const std::vector<domain::SortKey>& columns, std::string_view filter,
                            std::string_view search);
/// Opaque text, URL-safe.
std::string toCursor(const Place& place, std::uint64_t fingerprint);
/// kInvalidArgument when it is not one, or was made for another query.
base::Result<Place> fromCursor(std::string_view cursor, std::uint64_t fingerprint,
                               std::size_t columns);

}  // namespace tenantry::view
