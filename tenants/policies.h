/// What organizations demand of their accounts, and of what is done to their users. Each may add to
/// what is above it, and be stricter; never laxer. Where an organization says nothing, what is
/// above it holds, and at the top the configuration of the server.
///
/// Ownership: kernel/main; what it is given outlives it. Threads: any; of() reads memory. Errors:
/// kNotFound outside the scope; kForbidden without policies.manage; kInvalidArgument with the
/// pointer to what would be laxer than above, or is out of bounds.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/guarded.h"
#include "kernel/base/limits.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/scope.h"
#include "tenants/organizations.h"

namespace tenantry::tenants {

/// What holds.
struct Policy {
    std::int64_t passwordBytesMin = base::limits::kPasswordBytesMin;
    bool mfaRequired = false;
    std::chrono::minutes sessionIdle = base::limits::kSessionIdle;
    std::chrono::minutes sessionAbsolute = base::limits::kSessionAbsolute;
    /// Without a sign-in, after which an account is suspended.
    std::int64_t inactiveDays = 90;
    /// For which the trail is kept at least; 0: for ever, which is the strictest.
    std::int64_t activityDays = 0;
    /// For every action and every job on users.
    bool reasonRequired = false;
    bool operator==(const Policy&) const = default;
};

/// What one organization says itself; what is not set is not said.
struct PolicyRules {
    std::optional<std::int64_t> passwordBytesMin, sessionIdleMinutes, sessionAbsoluteMinutes,
        inactiveDays, activityDays;
    std::optional<bool> mfaRequired, reasonRequired;
    bool operator==(const PolicyRules&) const = default;
};

/// The stricter of each.
Policy stricter(Policy a, const Policy& b);
Policy stricter(const Policy& above, const PolicyRules& rules);

/// As stored, and as the API writes them: {"password_length_min": 16, ...}.
std::string toJson(const PolicyRules& rules);

struct ShownPolicy {
    PolicyRules own;
    Policy inherited;  ///< what would hold without `own`
    Policy effective;
};

class Policies {
  public:
    /// `platform`: what the configuration says.
    Policies(domain::DocumentStore& store, Organizations& organizations, Policy platform);

    /// Reads them all: at start, and again when another node may have changed some.
    base::Status load(base::Deadline deadline);
    /// What holds in an organization, as the tree is now; for one that is not known, the
    /// platform's.
    [[nodiscard]] Policy of(const base::OrganizationId& organization) const;
    /// For who belongs to several: the strictest of each.
    [[nodiscard]] Policy strictest(const std::vector<base::OrganizationId>& organizations) const;

    base::Result<ShownPolicy> get(const domain::Operator& asker,
                                  const base::OrganizationId& organization) const;
    /// Replaces all that the organization says.
    base::Result<ShownPolicy> put(const domain::Operator& asker,
                                  const base::OrganizationId& organization,
                                  const PolicyRules& rules, base::Deadline deadline);

  private:
    struct Kept {
        std::map<base::OrganizationId, PolicyRules> rules;
        std::uint64_t readNumber = 0;  ///< of the reading that `rules` are from
    };
    [[nodiscard]] ShownPolicy shown(const base::OrganizationId& organization) const;

    domain::DocumentStore& store_;
    Organizations& organizations_;
    const Policy platform_;
    std::atomic<std::uint64_t> readings_ = 0;
    base::Guarded<Kept> kept_;
};

}  // namespace tenantry::tenants
