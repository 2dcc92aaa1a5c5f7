/// What stands in an organization and everything below it, added up for one request.
///
/// Threads: a value of one request.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/rest/services.h"
#include "kernel/domain/query.h"

namespace tenantry::rest {

/// From well to worst.
int severity(domain::ConnectionState state);

struct Sum {
    std::uint64_t users = 0;
    std::array<std::uint64_t, domain::kUserStatusCount + 1> byStatus{};
    std::uint64_t mfaEnrolled = 0, mfaNot = 0, mfaUnknown = 0;
    std::uint64_t withAlerts = 0, directories = 0;
    /// Organizations with a directory, itself included, in all and by state.
    std::uint64_t organizations = 0;
    std::array<std::uint64_t, domain::kConnectionStateCount + 1> byState{};
    std::uint64_t heldDeletions = 0;
    std::optional<domain::ConnectionState> worst;
    /// Of the worst: since when.
    std::optional<base::TimePoint> since;
    /// The oldest reading.
    std::optional<base::TimePoint> asOf;
    /// In words; when one organization alone is to blame, or itself.
    std::string error;
};

class OrganizationSums {
  public:
    OrganizationSums(const Services& services, const domain::Operator& asker);

    [[nodiscard]] const domain::Scope& visible() const { return visible_; }
    [[nodiscard]] const Sum& of(domain::Ordinal ordinal) const;
    /// Its own connections, by name.
    [[nodiscard]] const std::vector<tenants::ShownConnection>& connectionsOf(
        const base::OrganizationId& id) const;
    [[nodiscard]] base::TimePoint now() const { return now_; }

  private:
    void add(domain::Ordinal ordinal, const domain::OrganizationSummary& own);
    void addHeld(const tenants::ShownConnection& connection);
    template <class Each>
    void upwards(domain::Ordinal ordinal, Each each);

    domain::Scope visible_;
    base::TimePoint now_;
    std::vector<Sum> sums_;  ///< by ordinal
    std::unordered_map<base::OrganizationId, std::vector<tenants::ShownConnection>> connections_;
};

}  // namespace tenantry::rest
