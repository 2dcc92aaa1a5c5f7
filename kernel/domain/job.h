/// Plans and jobs: an action on many users, previewed, sealed, run and settled (DESIGN section 7).
///
/// A plan is the preview: exact users, what would become of each, and why not. Its hash seals what
/// would run. A job is what runs of a sealed plan: that, or less.
///
/// Threads: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/base/ids.h"
#include "kernel/domain/action.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

using PlanId = base::Id<struct PlanTag>;
using JobId = base::Id<struct JobTag>;

/// A verb of bulk: one action, or a composite of several in order. In a composite every later step
/// needs the first: it runs only where that one is done or was so already.
struct BulkVerb {
    std::string name;   ///< "suspend", "contain", "offboard"
    std::string words;  ///< "Suspend", "Contain"
    std::vector<Action> steps;
    // Of a connector's own action.
    std::string reverse = {};  ///< the verb that takes it back, or empty
    bool risky = false;        ///< approved as deletions are
};
/// Every action by its name, the composites, and what takes a composite back ("undo_offboard"). A
/// connector's own by its name alone: its words stand in the descriptor (jobs::verbOf()).
/// Nothing for a name that is not known.
std::optional<BulkVerb> bulkVerb(std::string_view name);
/// The verb that takes `verb` back; nothing when nothing does.
std::optional<BulkVerb> undoOf(const BulkVerb& verb);
/// The action among a verb's steps that `undo` takes back.
std::optional<Action> undoneBy(const BulkVerb& verb, Action undo);

/// What the preview says of one user.
enum class Verdict : std::uint8_t { kChange = 1, kAlreadySo, kNotAllowed };
std::string_view name(Verdict verdict);
std::optional<Verdict> verdict(std::string_view name);

struct PlanItem {
    std::uint32_t number = 0;  ///< from 1, in the order of the selection
    base::UserId user;
    base::OrganizationId organization;
    base::ConnectionId connection;
    std::string username;
    UserStatus before = UserStatus::kActive;
    std::optional<UserStatus> after;  ///< empty: the state stays
    std::string version;              ///< versionOf() at the preview
    Verdict verdict = Verdict::kChange;
    Reason reason;               ///< for kAlreadySo and kNotAllowed
    std::string note;            ///< what to know: emulated, waits for maintenance to end
    bool dropped = false;        ///< by the operator
    std::string parametersJson;  ///< of this row alone (undo of edits); empty: the plan's
};

struct PlanCounts {
    std::uint64_t change = 0, alreadySo = 0, notAllowed = 0, dropped = 0;
    bool operator==(const PlanCounts&) const = default;
};

struct Plan {
    PlanId id;
    base::AccountId creator;
    std::string creatorName;
    std::string verb;
    std::string parametersJson = "{}";
    std::string reason, ticket;
    std::string selection;  ///< in words: "12 users", or the filter
    base::TimePoint createdAt{};
    base::TimePoint expiresAt{};
    PlanCounts counts;
    std::string hash;             ///< of what would run; changes with every dropped row
    std::optional<JobId> job;     ///< once it is confirmed
    std::optional<JobId> undoes;  ///< the job whose work it would take back
};

/// The hash of what would run: verb, parameters, and each user with its version, in order. Rows
/// that are dropped or cannot change are no part of it.
class PlanSeal {
  public:
    PlanSeal(const PlanId& plan, std::string_view verb, std::string_view parametersJson);
    void add(const PlanItem& item);
    /// 64 hexadecimal digits.
    [[nodiscard]] std::string hash() const;

  private:
    std::string chain_;
};

enum class JobState : std::uint8_t {
    kAwaitingApproval = 1,  ///< by a second operator
    kScheduled,             ///< until its time
    kRunning,
    kPaused,
    kFinished,
    kCancelled,
};
std::string_view name(JobState state);
std::optional<JobState> jobState(std::string_view name);
inline bool isOver(JobState state) {
    return state == JobState::kFinished || state == JobState::kCancelled;
}

struct Job {
    JobId id;
    PlanId plan;
    std::string planHash;
    base::AccountId creator;
    std::string creatorName;
    std::string verb;
    std::string parametersJson = "{}";
    std::string reason, ticket;
    JobState state = JobState::kRunning;
    std::string stateDetail;  ///< why it is paused or cancelled, in words
    base::TimePoint createdAt{};
    std::optional<base::TimePoint> startAt;  ///< not before
    /// Each item waits for the maintenance window of its organization, where it has one.
    bool inWindow = false;
    std::optional<base::TimePoint> finishedAt;
    std::uint64_t total = 0;
    std::uint32_t stage = 1;  ///< which items may run: 1 one user, 2 its organization, 3 all
    std::optional<JobId> undoes;
    bool approvalNeeded = false;
    std::optional<base::TimePoint> approvalUntil;
    std::string approverName;
    /// It ran without the approval that it needed, for the reason given, and waits for a review.
    std::string overrideReason;
    std::string reviewerName;
};
inline constexpr std::uint32_t kLastStage = 3;

enum class ItemState : std::uint8_t {
    kWaiting = 1,
    kClaimed,  ///< by a worker, whose lease has not run out; the directory has not been called
    kCalling,  ///< the directory may have been called
    kEnded,
};

/// What a directory has accepted and finishes later.
struct PendingOperation {
    std::string id;  ///< what the connector is asked with
    base::TimePoint acceptedAt{};
    bool operator==(const PendingOperation&) const = default;
};

/// One step for one user.
struct JobItem {
    JobId job;
    std::uint32_t number = 0;  ///< from 1
    std::uint32_t needs = 0;   ///< the item that must have ended well first; 0: none
    std::uint32_t stage = kLastStage;
    base::UserId user;
    base::OrganizationId organization;
    base::ConnectionId connection;
    std::string username;
    Action action{};
    std::string vendor;          ///< the name, when `action` is kVendor
    std::string parametersJson;  ///< empty: the job's
    /// What the user was at the preview; a later step of a composite has none.
    std::string version;
    std::optional<UserStatus> expectStatus;

    ItemState state = ItemState::kWaiting;
    std::uint64_t fence = 0;  ///< moves with every claim: an older worker's words are not taken
    std::string owner;
    std::optional<base::TimePoint> leaseUntil;
    std::uint32_t attempts = 0;
    std::optional<base::TimePoint> notBefore;

    std::optional<Outcome> outcome;
    std::string detail;
    std::string reasonCode;
    /// The image before the directory was called. Not empty in an item that has not ended: it may
    /// have been called, and nobody knows how that ended.
    std::string beforeJson;
    /// Of an item that has not ended: the directory accepted it, and is asked how it ended; it is
    /// never called a second time.
    std::optional<PendingOperation> operation;
    std::string afterJson;
    std::string afterVersion;
    base::ActivityId activity;
    std::optional<base::TimePoint> endedAt;
};

/// "suspend", or the name of a connector's own action.
const std::string& nameOf(const JobItem& item);

/// What a call into a directory carries: the same for every attempt, so that the same effect
/// happens once.
std::string idempotencyKeyOf(const JobId& job, std::uint32_t number);

inline constexpr std::size_t kOutcomeCount = 6;

/// How many items ended how; `pending` have not.
struct JobSums {
    std::array<std::uint64_t, kOutcomeCount + 1> ended{};  ///< by the number of Outcome
    std::uint64_t pending = 0;
    [[nodiscard]] std::uint64_t of(Outcome outcome) const {
        return ended.at(static_cast<std::size_t>(outcome));
    }
    [[nodiscard]] std::uint64_t endedInAll() const;
    bool operator==(const JobSums&) const = default;
};

}  // namespace tenantry::domain
