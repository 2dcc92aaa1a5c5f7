/// The inside of ActionRunner, shared by the files that implement it: what decides and asks
/// (action_runner.cpp), what is finished later (pending_operation.cpp), what becomes of it
/// (action_settling.cpp), and what is written and shown (outcome_writing.cpp).
///
/// Threads: a Step is of one call; Impl as ActionRunner.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "kernel/jobs/action_runner.h"
#include "kernel/jobs/effect.h"
#include "kernel/jobs/user_locks.h"

namespace tenantry::jobs {

/// Whether a failure of this kind may be gone later, with nothing changed now.
inline bool mayPass(base::ErrorCode code) {
    return code == base::ErrorCode::kTooMany || code == base::ErrorCode::kUnavailable ||
           code == base::ErrorCode::kDeadline;
}

/// One action from the click to the answer.
struct Step {
    const domain::Operator& asker;
    const ActionRequest& request;
    base::Deadline deadline;
    domain::KnownConnection known;
    domain::User before;
    const domain::Organization* organization = nullptr;
    std::string correlation = base::newUuid();
    std::optional<domain::ActionSpec> vendor = std::nullopt;  ///< of a connector's own action
    std::string interruptedImage = {};  ///< what the user was before an attempt that broke off

    /// The directory has accepted it to finish it later: whatever comes, it is not called again.
    bool accepted = false;
    /// A reading of the directory found the user gone, and `before` is what the job knows of it.
    bool vanished = false;

    [[nodiscard]] const domain::ActionSpec& spec() const {
        return vendor ? *vendor : domain::spec(request.action);
    }
    /// An earlier attempt broke off, and the directory was not read since.
    [[nodiscard]] bool unread() const {
        return request.interrupted.has_value() && interruptedImage.empty();
    }
    [[nodiscard]] std::string beforeImage() const {
        return interruptedImage.empty() ? imageOf(before) : interruptedImage;
    }
};

struct ActionRunner::Impl {
    explicit Impl(RunnerParts p) : parts(std::move(p)) {}

    /// The lane of a job pays for its items; what comes beside it is told.
    void count(const Step& step, double calls) const {
        if (parts.meter != nullptr && step.request.idempotencyKey.empty())
            parts.meter->count(step.known.connection.id, calls);
    }

    base::Result<ActionResult> run(Step& step);
    base::Result<std::string> argumentsOf(Step& step, const domain::ConnectorDescriptor& descriptor,
                                          std::map<std::string, std::string>& wanted) const;
    domain::Eligibility eligible(const Step& step, const domain::User& user) const;
    base::Result<domain::User> readFresh(Step& step, domain::Connector& connector,
                                         base::Deadline deadline);
    base::Result<domain::User> readBack(Step& step, domain::Connector& connector, bool patient);
    ActionResult settle(Step& step, domain::Connector& connector,
                        const std::map<std::string, std::string>& wanted,
                        base::Result<domain::ActReply> reply);
    ActionResult accepted(Step& step, domain::Connector& connector,
                          const std::map<std::string, std::string>& wanted, domain::ActReply reply);
    base::Result<domain::ActReply> awaited(Step& step, domain::Connector& connector,
                                           domain::ActReply first);
    base::Result<ActionResult> polled(Step& step);
    ActionResult later(Step& step, const domain::PendingOperation& operation,
                       const base::Error* unasked = nullptr);
    ActionResult ended(Step& step, domain::Connector& connector,
                       const std::map<std::string, std::string>& wanted,
                       base::Result<domain::ActReply> reply);
    ActionResult unreachable(Step& step, const base::Error& error);
    static std::string tooLate(const domain::PendingOperation& operation);
    ActionResult conclude(Step& step, ActionResult result,
                          const std::optional<domain::User>& after);
    ActionResult refused(Step& step, const domain::Reason& reason);
    ActionResult failed(Step& step, const base::Error& error);
    std::optional<ActionResult> resumed(Step& step,
                                        const std::map<std::string, std::string>& wanted);
    base::Status keep(const Step& step, const domain::User& user);
    base::Status bury(const Step& step);
    base::Status writeAlone(const domain::OutcomeRecord& record);
    void show(const domain::OutcomeRecord& record);
    ActionResult gone(Step& step);
    base::Result<Step> prepare(const domain::Operator& asker, const ActionRequest& request,
                               base::Deadline deadline) const;

    RunnerParts parts;
    UserLocks userLocks;
};

}  // namespace tenantry::jobs
