/// One complete reading of one directory: segments in, rows out, and a verdict at the end.
///
/// Ownership: made by the engine for one run, on the worker's thread. Threads: that one.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "kernel/domain/user_mapping.h"
#include "kernel/sync/engine.h"

namespace tenantry::sync {

struct Verdict {
    RunState state = RunState::kFailed;
    domain::ConnectionHealth health;
    /// Users that a complete reading no longer showed, held by the deletion guard.
    std::vector<base::UserId> held;
    /// Until a person changes something, trying again is pointless or harmful (a wrong password
    /// locks accounts).
    bool waitForPerson = false;
};

class Reading final : public domain::RecordSink {
  public:
    /// `progress` is called after each batch with the run as it stands. `wanted` turns false when
    /// the connection was removed or the engine stops: then the reading ends, and nothing is
    /// tombstoned.
    Reading(const EngineParts& parts, domain::KnownConnection known, Run run,
            std::function<void(const Run&)> progress, std::function<bool()> wanted);

    /// Never fails: a failure is a verdict.
    Verdict execute();
    [[nodiscard]] const Run& run() const { return run_; }

    // domain::RecordSink
    domain::Flow record(const domain::Record& record) override;
    void checkpoint(std::string_view cursor) override;

  private:
    base::Status readAll(domain::Connector& connector);
    base::Status loadKnown();
    void take(const domain::Record& record);
    base::Status flush();
    base::Result<bool> settleMissing();
    Verdict failed(const base::Error& error);
    Verdict finished(bool held);

    const EngineParts& parts_;
    domain::KnownConnection known_;
    Run run_;
    std::function<void(const Run&)> progress_;
    std::function<bool()> wanted_;

    std::optional<domain::UserMapping> mapping_;
    domain::Capabilities capabilities_;
    std::unordered_map<std::string, domain::User> before_;  ///< by native id
    std::unordered_set<std::string> shown_;                 ///< native ids shown in this reading
    std::vector<base::UserId> missing_;
    domain::UserChanges batch_;
    base::TimePoint startedAt_{};
    base::TimePoint segmentAt_{};  ///< before the page was asked for: what rows are stamped with
    std::string cursor_;
    std::uint64_t bad_ = 0;
    base::Status writing_ = base::ok();  ///< the first failed write; ends the segment
};

/// Whether a complete reading that lost `missing` of `before` users must wait for a person
/// (CONNECTOR-ABI 4.6).
bool guardHolds(std::uint64_t missing, std::uint64_t before);

}  // namespace tenantry::sync
