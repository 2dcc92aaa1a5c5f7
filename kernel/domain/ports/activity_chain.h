/// The hash chains of the activity trail: one for each organization. Each entry carries the digest
/// of the one before it, so that an entry that was altered, removed or put elsewhere is found.
///
/// Ownership, threads and errors: as stores.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/deadline.h"
#include "kernel/base/ids.h"
#include "kernel/base/result.h"

namespace tenantry::domain {

/// The newest entry of a chain.
struct ChainHead {
    base::OrganizationId organization;
    std::uint64_t sequence = 0;  ///< from 1
    std::string digest;
    /// The last entry that retention removed; 0 and empty when none was.
    std::uint64_t floorSequence = 0;
    std::string floorDigest;
};

struct ChainFault {
    std::uint64_t sequence = 0;
    std::string entry;  ///< id of the activity, where there is one
    std::string words;  ///< what is wrong, for an auditor
};

struct ChainReport {
    ChainHead head;
    std::uint64_t entries = 0;       ///< that were checked
    std::vector<ChainFault> faults;  ///< at most kFaultsMax
    static constexpr std::size_t kFaultsMax = 100;
};

class ActivityChain {
  public:
    virtual ~ActivityChain() = default;
    /// The heads of all chains, by organization.
    virtual base::Result<std::vector<ChainHead>> chainHeads(base::Deadline deadline) = 0;
    /// Reads a whole chain and checks every link. `expected`: heads written down elsewhere (the
    /// anchors), which must lie in the chain.
    virtual base::Result<ChainReport> verifyChain(const base::OrganizationId& organization,
                                                  const std::vector<ChainHead>& expected,
                                                  base::Deadline deadline) = 0;
    /// Removes the oldest entries, those before `before`; the chain is verifiable from the first
    /// that stays. How many were removed.
    virtual base::Result<std::uint64_t> trimChain(const base::OrganizationId& organization,
                                                  base::TimePoint before,
                                                  base::Deadline deadline) = 0;
};

}  // namespace tenantry::domain
