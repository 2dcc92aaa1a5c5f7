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
#include "kernel/view/subject.h"
#include "kernel/view/text_keys.h"

namespace tenantry::view {

/// A row's place in the order: its keys (empty: no value) and its id.
struct Place {
    std::vector<std::string> keys;
    std::string id;
};

/// The keys of the row looked at last in one segment: many that follow have the same.
struct LastKeys {
    struct Key {
        std::uint32_t code = 0;  ///< of its group in the segment's order
        std::string bytes;
    };
    std::vector<std::optional<Key>> columns;
};

class Order {
  public:
    /// REQUIRES: every field is sortable. `organizationKeys` are those of the scope's tree.
    Order(std::vector<domain::SortKey> columns, const TextKeys& keys,
          const OrganizationKeys* organizationKeys)
        : columns_(std::move(columns)), keys_(keys), organizationKeys_(organizationKeys) {}

    /// Whether it needs the keys of organizations.
    static bool needsOrganizations(const std::vector<domain::SortKey>& columns);

    [[nodiscard]] const std::vector<domain::SortKey>& columns() const { return columns_; }
    [[nodiscard]] const TextKeys& keys() const { return keys_; }
    /// Bytes whose order is the order of the values; empty when there is none.
    [[nodiscard]] std::string keyOf(const Subject& subject, domain::UserField field) const;
    [[nodiscard]] Place placeOf(const Subject& subject) const;
    /// The same; `last` is of the subject's segment.
    [[nodiscard]] Place placeOf(const Subject& subject, LastKeys& last) const;
    [[nodiscard]] bool less(const Place& a, const Place& b) const;

  private:
    std::vector<domain::SortKey> columns_;
    const TextKeys& keys_;
    const OrganizationKeys* organizationKeys_;
};

/// Negative: a stands before b. Nothing stands last in both directions.
int compareKeys(std::string_view a, std::string_view b, bool descending);

/// What a cursor must agree with: sort, filter and search.
std::uint64_t fingerprintOf(const std::vector<domain::SortKey>& columns, std::string_view filter,
                            std::string_view search);
/// Opaque text, URL-safe.
std::string toCursor(const Place& place, std::uint64_t fingerprint);
/// kInvalidArgument when it is not one, or was made for another query.
base::Result<Place> fromCursor(std::string_view cursor, std::uint64_t fingerprint,
                               std::size_t columns);

}  // namespace tenantry::view
