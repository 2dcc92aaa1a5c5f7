// What a directory accepts and finishes later: asked for until it has ended, and never performed a
// second time.
#include <algorithm>
#include <thread>

#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/jobs/runner_core.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Error;
using base::ErrorCode;
using domain::Outcome;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kFirstLook{250};
constexpr const char* kLaterWords = "The directory has accepted it and finishes it later.";

/// Whether it was only the asking that failed, and not the operation: it is asked again.
bool couldNotAsk(const Error& error) {
    if (error.outcomeUnknown) return false;
    return mayPass(error.code) || error.needsPerson || error.code == ErrorCode::kUnauthenticated ||
           error.code == ErrorCode::kForbidden || error.code == ErrorCode::kInternal;
}

bool hasEnded(const base::Result<domain::ActReply>& reply) {
    return reply ? !reply->pending : !couldNotAsk(reply.error());
}

/// The answer of a call whose end only the user can show.
Error doubtful(std::string why) {
    auto error = base::unavailable(std::move(why));
    error.outcomeUnknown = true;
    return error;
}

}  // namespace

/// What perform() left with the directory.
ActionResult ActionRunner::Impl::accepted(Step& step, domain::Connector& connector,
                                          const std::map<std::string, std::string>& wanted,
                                          domain::ActReply reply) {
    step.accepted = true;
    if (reply.operation.empty())
        return settle(step, connector, wanted,
                      doubtful(step.known.connectorName +
                               " said that the directory finishes it later, and gave no operation "
                               "to ask for, which is a fault of the connector. Look at the user "
                               "in the directory."));
    const domain::PendingOperation operation{reply.operation, parts.clock.now()};
    if (!step.request.accepted) {
        auto last = awaited(step, connector, std::move(reply));
        return ended(step, connector, wanted, std::move(last));
    }
    if (const auto kept = step.request.accepted(step.beforeImage(), operation); !kept)
        base::logWarning("operation_not_written",
                         {{"user", step.before.id.text()}, {"error", kept.error().text()}});
    ActionResult result = later(step, operation);
    result.retryAfter = reply.retryAfter;
    return result;
}

/// Somebody waits for this one user: asks for a moment. Gives what was answered last.
base::Result<domain::ActReply> ActionRunner::Impl::awaited(Step& step, domain::Connector& connector,
                                                           domain::ActReply first) {
    const auto until = step.deadline.orAfter(limits::kOperationPatience);
    const std::string operation = first.operation;
    milliseconds pause = kFirstLook;
    milliseconds asked = first.retryAfter;
    for (;;) {
        const auto wait = std::max(pause, asked);
        if (wait >= until.left()) return first;
        std::this_thread::sleep_for(wait);
        count(step, 1);
        auto reply = connector.poll(operation, step.deadline);
        if (hasEnded(reply)) {
            if (reply) reply->documents.merge(first.documents);  // a secret may have come before
            return reply;
        }
        asked = reply ? reply->retryAfter : reply.error().retryAfter;
        pause = std::min<milliseconds>(2 * pause, limits::kOperationPollMin);
    }
}

/// Asks once for what an earlier attempt left with the directory.
base::Result<ActionResult> ActionRunner::Impl::polled(Step& step) {
    step.accepted = true;
    step.interruptedImage = step.request.interrupted.value_or("");
    if (step.vanished) return gone(step);
    const auto& operation = *step.request.operation;
    auto connector = parts.directories.open(step.known.connection.id, step.deadline);
    if (!connector) {
        if (step.request.lastPoll) return unreachable(step, connector.error());
        return later(step, operation, &connector.error());
    }
    std::map<std::string, std::string> wanted;
    TNY_TRY(const auto arguments, argumentsOf(step, (*connector)->descriptor(), wanted));
    auto reply = (*connector)->poll(operation.id, step.deadline);
    if (hasEnded(reply)) return ended(step, **connector, wanted, std::move(reply));
    if (!step.request.lastPoll) {
        ActionResult result = later(step, operation, reply ? nullptr : &reply.error());
        if (reply) result.retryAfter = reply->retryAfter;
        return result;
    }
    const std::string asked = reply ? "It has not finished it yet."
                                    : "It cannot be asked how that went: " + reply.error().message;
    return settle(step, **connector, wanted, doubtful(tooLate(operation) + asked));
}

std::string ActionRunner::Impl::tooLate(const domain::PendingOperation& operation) {
    return "The directory accepted it at " + base::toRfc3339(operation.acceptedAt) +
           ", and Tenantry has asked long enough. Look at the user in the directory, then settle "
           "this item. ";
}

/// Too late, and there is nobody to ask.
ActionResult ActionRunner::Impl::unreachable(Step& step, const Error& error) {
    ActionResult result;
    result.outcome = Outcome::kUnknown;
    result.detail = tooLate(*step.request.operation) + error.message;
    return conclude(step, std::move(result), std::nullopt);
}

/// It has not ended, as far as anybody knows: to be asked again.
ActionResult ActionRunner::Impl::later(Step& step, const domain::PendingOperation& operation,
                                       const Error* unasked) {
    ActionResult result;
    result.outcome = Outcome::kUnknown;
    result.pending = true;
    result.operation = operation;
    result.detail = kLaterWords;
    result.beforeJson = step.beforeImage();
    if (unasked != nullptr) {
        result.detail += " It could not be asked how that goes: " + unasked->message;
        result.cause = unasked->code;
        result.retryAfter = unasked->retryAfter;
    }
    return result;
}

/// The operation has ended, or nobody can say any more whether it has.
ActionResult ActionRunner::Impl::ended(Step& step, domain::Connector& connector,
                                       const std::map<std::string, std::string>& wanted,
                                       base::Result<domain::ActReply> reply) {
    if (reply) return settle(step, connector, wanted, std::move(reply));
    const auto& error = reply.error();
    if (error.code == ErrorCode::kNotFound)
        return settle(step, connector, wanted,
                      doubtful("The directory had accepted it, and does not know the operation any "
                               "more. Look at the user in the directory."));
    if (error.code == ErrorCode::kUnsupported)
        return settle(step, connector, wanted,
                      doubtful(step.known.connectorName +
                               " said that the directory finishes it later, and cannot be asked "
                               "how it ended, which is a fault of the connector. Look at the user "
                               "in the directory."));
    return settle(step, connector, wanted, std::move(reply));
}

}  // namespace tenantry::jobs
