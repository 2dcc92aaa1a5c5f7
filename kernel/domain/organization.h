/// Organizations, and the tree they form: platform > distributor > partner > tenant.
///
/// Threads: values; a tree is immutable and shared by shared_ptr<const>.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

using base::OrganizationId;

/// Kinds from the highest. A parent is of a higher kind; levels may be skipped.
enum class OrganizationKind : std::uint8_t { kPlatform = 1, kDistributor, kPartner, kTenant };
std::string_view name(OrganizationKind kind);
std::optional<OrganizationKind> organizationKind(std::string_view name);

enum class OrganizationState : std::uint8_t { kActive = 1, kSuspended, kMaintenance };
std::string_view name(OrganizationState state);
std::optional<OrganizationState> organizationState(std::string_view name);

struct Organization {
    OrganizationId id;
    OrganizationId parent;  ///< empty for the platform only
    OrganizationKind kind = OrganizationKind::kTenant;
    OrganizationState state = OrganizationState::kActive;
    std::string slug;  ///< [a-z0-9-], unique in the platform; usable wherever an id is
    std::string name;
    std::string consoleUrl;
    std::vector<std::string> tags;
    base::TimePoint createdAt{};
    base::TimePoint modifiedAt{};
    bool operator==(const Organization&) const = default;
};

/// Whether `slug` may be one: 1 to 64 of [a-z0-9-], no dash at an end, and not a UUID.
bool isSlug(std::string_view slug);
/// A slug for `name`: ASCII letters and digits kept in lower case, the rest becomes single dashes;
/// "organization" if nothing is left.
std::string slugFor(std::string_view name);

/// An organization's place in depth-first order. A subtree is the interval [ordinal, end).
using Ordinal = std::uint32_t;
struct Interval {
    Ordinal begin = 0;
    Ordinal end = 0;
    bool operator==(const Interval&) const = default;
    [[nodiscard]] bool contains(Ordinal o) const { return o >= begin && o < end; }
};

/// The organizations in depth-first order; siblings by name. Immutable.
class OrganizationTree {
  public:
    /// kInvalidArgument unless there is at most one root, every parent exists and is of a higher
    /// kind, ids and slugs are unique, and nothing is deeper than limits::kOrganizationDepthMax.
    static base::Result<std::shared_ptr<const OrganizationTree>> build(
        std::vector<Organization> organizations);

    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    [[nodiscard]] const Organization& at(Ordinal ordinal) const { return nodes_[ordinal]; }
    [[nodiscard]] const std::vector<Organization>& all() const { return nodes_; }
    [[nodiscard]] std::optional<Ordinal> find(const OrganizationId& id) const;
    [[nodiscard]] std::optional<Ordinal> findSlug(std::string_view slug) const;
    /// By id or slug.
    [[nodiscard]] std::optional<Ordinal> resolve(std::string_view idOrSlug) const;
    /// The organization and all below it.
    [[nodiscard]] Interval subtree(Ordinal ordinal) const { return {ordinal, ends_[ordinal]}; }
    [[nodiscard]] std::optional<Ordinal> parentOf(Ordinal ordinal) const;
    /// 0 for the root.
    [[nodiscard]] std::uint32_t depth(Ordinal ordinal) const { return depths_[ordinal]; }
    /// From the root to this one, included.
    [[nodiscard]] std::vector<Ordinal> path(Ordinal ordinal) const;
    [[nodiscard]] bool empty() const { return nodes_.empty(); }

  private:
    std::vector<Organization> nodes_;
    std::vector<Ordinal> ends_;
    std::vector<std::uint32_t> depths_;
    std::vector<std::int64_t> parents_;
    std::unordered_map<OrganizationId, Ordinal> byId_;
    std::unordered_map<std::string, Ordinal> bySlug_;
};

using TreePtr = std::shared_ptr<const OrganizationTree>;

}  // namespace tenantry::domain
