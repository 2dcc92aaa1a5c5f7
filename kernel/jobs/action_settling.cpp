#include <thread>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/assignment.h"
#include "kernel/domain/user_mapping.h"
#include "kernel/jobs/runner_core.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::Error;
using base::ErrorCode;
using domain::Action;
using domain::Outcome;
using domain::User;

namespace {

constexpr auto kReadBack = std::chrono::seconds{15};
constexpr int kReadBackTries = 4;
constexpr std::chrono::milliseconds kReadBackPause{500};

/// A temporary password, as the connector replied it: a JSON text.
std::optional<base::SecretText> secretOf(const domain::ActReply& reply) {
    const auto found = reply.documents.find("secret");
    if (found == reply.documents.end()) return std::nullopt;
    const auto json = base::Json::parse(found->second);
    if (!json || !json->isString()) return std::nullopt;
    return base::SecretText(json->stringOr(""));
}

}  // namespace

base::Result<User> ActionRunner::Impl::readFresh(Step& step, domain::Connector& connector,
                                                 Deadline deadline) {
    const auto readAt = parts.clock.now();
    TNY_TRY(const auto record, connector.get("user", step.before.nativeId, deadline));
    if (record.op == domain::RecordOp::kDelete)
        return base::notFound("This user no longer exists in the directory.");
    return domain::UserMapping(connector.descriptor())
        .map(step.known.connection, record.view(), readAt);
}

/// `patient`: something may have changed, and only this reading tells what. A directory that is
/// busy for a moment is asked again.
base::Result<User> ActionRunner::Impl::readBack(Step& step, domain::Connector& connector,
                                                bool patient) {
    const auto deadline = Deadline::after(kReadBack);
    for (int tries = 1;; ++tries) {
        auto after = readFresh(step, connector, deadline);
        if (after || !patient || tries == kReadBackTries || !mayPass(after.error().code))
            return after;
        const auto asked = after.error().retryAfter;
        const auto wait = asked.count() >= 0 ? asked : kReadBackPause;
        if (wait >= deadline.left()) return after;
        std::this_thread::sleep_for(wait);
    }
}

/// After an attempt that broke off: what the directory shows decides. Nothing: it may be repeated.
std::optional<ActionResult> ActionRunner::Impl::resumed(
    Step& step, const std::map<std::string, std::string>& wanted) {
    const auto action = step.request.action;
    ActionResult result;
    if (showsInState(action) && tookEffect(action, step.before, wanted)) {
        result.outcome = Outcome::kDone;
        result.detail = doneWords(step.spec(), step.before);
        result.undo = step.spec().undoneBy;
        return conclude(step, std::move(result), step.before);
    }
    if (step.spec().idempotent) return std::nullopt;
    result.outcome = Outcome::kUnknown;
    result.detail =
        "Tenantry was interrupted while the directory was asked. It may or may not have happened, "
        "and it must not be asked twice.";
    return conclude(step, std::move(result), step.before);
}

/// The directory has no such user any more.
ActionResult ActionRunner::Impl::gone(Step& step) {
    ActionResult result;
    if (step.request.action != Action::kDelete) {
        result.outcome = Outcome::kFailed;
        result.detail = "This user no longer exists in the directory.";
    } else if (step.request.interrupted) {
        step.interruptedImage = *step.request.interrupted;
        result.outcome = Outcome::kDone;
        result.detail = doneWords(step.spec(), step.before);
    } else {
        result.outcome = Outcome::kAlreadySo;
        result.detail = "This user was deleted in the directory already.";
    }
    return conclude(step, std::move(result), std::nullopt);
}

/// The outcome is what the directory says after a read-back, whatever the call itself answered.
ActionResult ActionRunner::Impl::settle(Step& step, domain::Connector& connector,
                                        const std::map<std::string, std::string>& wanted,
                                        base::Result<domain::ActReply> reply) {
    const bool ambiguous =
        !reply && (reply.error().outcomeUnknown || reply.error().code == ErrorCode::kDeadline);
    const std::string answer = reply ? "" : reply.error().message;
    const auto action = step.request.action;
    auto after = readBack(step, connector, /*patient=*/reply || ambiguous);
    ActionResult result;
    if (!reply) {
        result.cause = reply.error().code;
        result.retryAfter = reply.error().retryAfter;
    }
    if (!after && after.error().code == ErrorCode::kNotFound) {
        if (const auto buried = bury(step); !buried)
            base::logError("tombstone_not_written", {{"error", buried.error().text()}});
        const bool meant = action == Action::kDelete && (reply || ambiguous);
        result.outcome = meant ? Outcome::kDone : Outcome::kFailed;
        result.detail = meant ? doneWords(step.spec(), step.before)
                              : "This user no longer exists in the directory. " + answer;
        return conclude(step, std::move(result), std::nullopt);
    }
    const auto& operation = step.request.operation;
    if (!after && operation && !step.request.lastPoll && mayPass(after.error().code))
        return later(step, *operation, &after.error());
    if (!after) {
        result.outcome = reply || ambiguous ? Outcome::kUnknown : Outcome::kFailed;
        result.detail =
            result.outcome == Outcome::kUnknown
                ? "It may or may not have changed: the directory could not be read back. " +
                      after.error().message
                : answer;
        result.mayPass = result.outcome == Outcome::kFailed && mayPass(*result.cause);
        if (reply) result.secret = secretOf(*reply);
        return conclude(step, std::move(result), std::nullopt);
    }
    if (const auto kept = keep(step, *after); !kept)
        base::logError("read_back_not_written", {{"error", kept.error().text()}});
    const bool changed = tookEffect(action, *after, wanted);
    if (reply && reply->pending && (!changed || !showsInState(action))) {
        result.outcome = Outcome::kUnknown;
        result.pending = true;
        result.detail =
            "The directory has accepted it and finishes it later. Look at the user again.";
        result.secret = secretOf(*reply);
    } else if (reply) {
        result.outcome = changed ? Outcome::kDone : Outcome::kFailed;
        result.detail = changed ? doneWords(step.spec(), *after)
                                : "The directory accepted it, but still shows the user as " +
                                      std::string(domain::words(after->status)) + ".";
        result.secret = secretOf(*reply);
    } else if (ambiguous && (!showsInState(action) ||
                             (!changed && (step.accepted || !step.spec().idempotent)))) {
        // It may still come, and asking again could do it twice.
        result.outcome = Outcome::kUnknown;
        result.detail =
            "It may or may not have happened, and the directory does not show which. " + answer;
    } else if (ambiguous && changed) {
        result.outcome = Outcome::kDone;
        result.detail = doneWords(step.spec(), *after);
    } else {
        result.outcome = Outcome::kFailed;
        result.detail = answer;
        result.mayPass = mayPass(*result.cause);
    }
    if (result.outcome == Outcome::kDone) {
        result.undo = step.spec().undoneBy;
        result.vendorUndo = step.spec().reverse;
    }
    if (result.outcome != Outcome::kFailed) result.cause.reset();
    return conclude(step, std::move(result), *after);
}

ActionResult ActionRunner::Impl::refused(Step& step, const domain::Reason& reason) {
    ActionResult result;
    result.outcome = reason.code == "already_so" ? Outcome::kAlreadySo : Outcome::kSkipped;
    result.detail = reason.detail;
    result.reason = reason;
    if (step.unread()) {
        // The earlier attempt may have come through, and may not be looked after any more.
        step.interruptedImage = *step.request.interrupted;
        result.unread = true;
        if (reason.code != "organization_in_maintenance") result.outcome = Outcome::kUnknown;
    }
    return conclude(step, std::move(result), step.before);
}

ActionResult ActionRunner::Impl::failed(Step& step, const Error& error) {
    ActionResult result;
    result.outcome = Outcome::kFailed;
    result.detail = error.message + " Nothing was changed.";
    result.cause = error.code;
    result.mayPass = mayPass(error.code) && !error.needsPerson;
    result.retryAfter = error.retryAfter;
    if (step.unread()) {
        step.interruptedImage = *step.request.interrupted;
        result.unread = true;
        if (!result.mayPass || !step.request.willRetry) {
            result.outcome = Outcome::kUnknown;
            result.mayPass = false;
            result.detail =
                "Tenantry was interrupted while the directory was asked, and could not read it "
                "again. " +
                error.message;
        }
    }
    return conclude(step, std::move(result), step.before);
}

ActionResult ActionRunner::Impl::conclude(Step& step, ActionResult result,
                                          const std::optional<User>& after) {
    result.beforeJson = step.beforeImage();
    if (after) result.afterJson = imageOf(*after);
    result.user = after;
    result.repeatable = step.spec().idempotent && !step.accepted;
    const bool unsettled =
        result.mayPass || (result.outcome == Outcome::kUnknown && result.repeatable);
    if (step.request.willRetry && unsettled) return result;
    domain::Activity entry;
    entry.id = base::ActivityId(base::newUuid());
    entry.at = parts.clock.now();
    entry.organization = domain::lowestAbove(*step.asker.tree(), step.before);
    entry.actor = step.asker.account();
    entry.actorName = step.asker.username();
    entry.remoteAddress = step.asker.remoteAddress();
    entry.action = domain::connectorAction(step.spec());
    entry.targetKind = "user";
    entry.targetId = step.before.id.text();
    entry.targetName = step.before.username;
    entry.outcome = result.reason && result.reason->code == "permission_missing"
                        ? "refused"
                        : std::string(domain::name(result.outcome));
    entry.detail = result.detail;
    entry.reason = step.request.reason;
    entry.ticket = step.request.ticket;
    entry.beforeJson = result.beforeJson;
    entry.afterJson = result.afterJson;
    entry.correlationId = step.correlation;
    result.activity = entry.id;
    if (!after && result.outcome == Outcome::kUnknown) result.user = step.before;
    if (step.request.leave != nullptr) {
        step.request.leave->connection = step.known.connection.id;
        step.request.leave->home = step.before.organization;
        step.request.leave->entry = std::move(entry);
        return result;
    }
    domain::OutcomeRecord record;
    record.connection = step.known.connection.id;
    record.home = step.before.organization;
    record.entry = std::move(entry);
    if (const auto written = writeAlone(record); !written)
        base::logError("activity_not_written", {{"action", record.entry->action},
                                                {"user", record.entry->targetId},
                                                {"outcome", record.entry->outcome},
                                                {"error", written.error().text()}});
    show(record);
    return result;
}

}  // namespace tenantry::jobs
