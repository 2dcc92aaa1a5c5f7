#include "kernel/jobs/action_runner.h"

#include <algorithm>
#include <thread>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/base/log.h"
#include "kernel/domain/assignment.h"
#include "kernel/domain/user_mapping.h"
#include "kernel/jobs/edit_arguments.h"
#include "kernel/jobs/effect.h"
#include "kernel/jobs/user_locks.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::Error;
using base::ErrorCode;
using domain::Action;
using domain::Outcome;
using domain::User;
using domain::UserStatus;

namespace {

constexpr std::size_t kGroupsMax = 1000;
constexpr auto kReadBack = std::chrono::seconds{15};
constexpr int kReadBackTries = 4;
constexpr std::chrono::milliseconds kReadBackPause{500};

/// Whether a failure of this kind may be gone later, with nothing changed now.
bool mayPass(ErrorCode code) {
    return code == ErrorCode::kTooMany || code == ErrorCode::kUnavailable ||
           code == ErrorCode::kDeadline;
}

/// A temporary password, as the connector replied it: a JSON text.
std::optional<base::SecretText> secretOf(const domain::ActReply& reply) {
    const auto found = reply.documents.find("secret");
    if (found == reply.documents.end()) return std::nullopt;
    const auto json = base::Json::parse(found->second);
    if (!json || !json->isString()) return std::nullopt;
    return base::SecretText(json->stringOr(""));
}

/// What the user's connector says of its own action `name`.
domain::ActionSpec vendorSpecOf(const domain::KnownConnection& known, const std::string& name) {
    const auto* declared = known.descriptor ? known.descriptor->action(name) : nullptr;
    return declared != nullptr && declared->kind == "user" ? domain::vendorSpec(*declared)
                                                           : domain::undeclaredSpec(name);
}

}  // namespace

/// One action from the click to the answer.
struct Step {
    const domain::Operator& asker;
    const ActionRequest& request;
    Deadline deadline;
    domain::KnownConnection known;
    User before;
    const domain::Organization* organization = nullptr;
    std::string correlation = base::newUuid();
    std::optional<domain::ActionSpec> vendor = std::nullopt;  ///< of a connector's own action
    std::string interruptedImage = {};  ///< what the user was before an attempt that broke off

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
    domain::Eligibility eligible(const Step& step, const User& user) const;
    base::Result<User> readFresh(Step& step, domain::Connector& connector, Deadline deadline);
    base::Result<User> readBack(Step& step, domain::Connector& connector, bool patient);
    ActionResult settle(Step& step, domain::Connector& connector,
                        const std::map<std::string, std::string>& wanted,
                        base::Result<domain::ActReply> reply);
    ActionResult conclude(Step& step, ActionResult result, const std::optional<User>& after);
    ActionResult refused(Step& step, const domain::Reason& reason);
    ActionResult failed(Step& step, const Error& error);
    std::optional<ActionResult> resumed(Step& step,
                                        const std::map<std::string, std::string>& wanted);
    base::Status keep(const Step& step, const User& user);
    base::Status bury(const Step& step);
    base::Status writeAlone(const domain::OutcomeRecord& record);
    void show(const domain::OutcomeRecord& record);
    ActionResult gone(Step& step);
    base::Result<Step> prepare(const domain::Operator& asker, const ActionRequest& request,
                               Deadline deadline) const;

    RunnerParts parts;
    UserLocks userLocks;
};

ActionRunner::ActionRunner(RunnerParts parts) : impl_(std::make_unique<Impl>(parts)) {}
ActionRunner::~ActionRunner() = default;

base::Result<Step> ActionRunner::Impl::prepare(const domain::Operator& asker,
                                               const ActionRequest& request,
                                               Deadline deadline) const {
    TNY_TRY(auto user, parts.view.get(asker.visible(), request.user));
    auto known = parts.registry.find(user.connection);
    if (!known) return base::notFound("The connection of this user is no longer there.");
    Step step{asker, request, deadline, std::move(*known), std::move(user), nullptr};
    if (const auto ordinal = asker.tree()->find(step.before.organization))
        step.organization = &asker.tree()->at(*ordinal);
    if (!request.idempotencyKey.empty()) step.correlation = request.idempotencyKey;
    if (request.action == Action::kVendor) step.vendor = vendorSpecOf(step.known, request.vendor);
    return step;
}

domain::Eligibility ActionRunner::Impl::eligible(const Step& step, const User& user) const {
    const std::string because = parts.protectedBecause ? parts.protectedBecause(user) : "";
    const domain::ActionContext context{step.asker,
                                        step.organization,
                                        step.known.health.capabilities,
                                        step.known.connectorName,
                                        /*isSelf=*/user.nativeId == step.asker.account().text(),
                                        /*isProtected=*/!because.empty(),
                                        because};
    return domain::eligibility(user, step.spec(), context);
}

base::Result<std::vector<domain::Eligibility>> ActionRunner::eligibilities(
    const domain::Operator& asker, const base::UserId& id) const {
    ActionRequest request;
    request.user = id;
    TNY_TRY(auto step, impl_->prepare(asker, request, Deadline::after(limits::kStoreDeadline)));
    std::vector<domain::Eligibility> out;
    for (const auto& spec : domain::actions()) {
        request.action = spec.action;
        out.push_back(impl_->eligible(step, step.before));
    }
    if (step.known.descriptor == nullptr) return out;
    for (const auto& [name, declared] : step.known.descriptor->actions) {
        if (!domain::isVendorAction(name) || declared.kind != "user") continue;
        step.vendor = domain::vendorSpec(declared);
        out.push_back(impl_->eligible(step, step.before));
    }
    return out;
}

domain::Eligibility ActionRunner::eligibilityOf(const domain::Operator& asker, const User& user,
                                                Action action, const std::string& vendor) const {
    ActionRequest request;
    request.user = user.id;
    request.action = action;
    auto known = impl_->parts.registry.find(user.connection);
    if (!known)
        return {action, false,
                domain::Reason{"unreachable", "No directory",
                               "The connection of this user is no longer there."},
                false, ""};
    Step step{asker, request, Deadline::after(limits::kStoreDeadline), std::move(*known), user};
    if (const auto ordinal = asker.tree()->find(user.organization))
        step.organization = &asker.tree()->at(*ordinal);
    if (action == Action::kVendor) step.vendor = vendorSpecOf(step.known, vendor);
    return impl_->eligible(step, user);
}

base::Result<ActionResult> ActionRunner::run(const domain::Operator& asker,
                                             const ActionRequest& request, Deadline deadline) {
    const auto mine = impl_->userLocks.take(request.user, deadline);
    if (!mine) return base::deadlineExceeded("Another action on this user is still under way.");
    TNY_TRY(auto step, impl_->prepare(asker, request, deadline));
    return impl_->run(step);
}

base::Result<ActionResult> ActionRunner::Impl::run(Step& step) {
    const auto first = eligible(step, step.before);
    if (first.reason && first.reason->code == "permission_missing") {
        refused(step, *first.reason);
        return base::forbidden(first.reason->detail);
    }
    // The state may have moved on in the directory; what the connector cannot do, it cannot do in
    // any state.
    if (first.reason && first.reason->code != "wrong_state" && first.reason->code != "already_so")
        return refused(step, *first.reason);
    auto connector = parts.directories.open(step.known.connection.id, step.deadline);
    if (!connector) return failed(step, connector.error());
    std::map<std::string, std::string> wanted;
    TNY_TRY(const auto arguments, argumentsOf(step, (*connector)->descriptor(), wanted));
    count(step, 1);
    auto fresh = readFresh(step, **connector, step.deadline);
    if (!fresh) {
        if (fresh.error().code == ErrorCode::kNotFound) {
            TNY_CHECKED(bury(step));
            return gone(step);
        }
        return failed(step, fresh.error());
    }
    TNY_CHECKED(keep(step, *fresh));
    step.before = *fresh;
    if (step.request.interrupted) {
        step.interruptedImage = *step.request.interrupted;
        if (auto ended = resumed(step, wanted)) return std::move(*ended);
    } else if (!step.request.expectVersion.empty() &&
               step.request.expectVersion != domain::versionOf(*fresh)) {
        return base::conflict(
            "This user was changed in the directory since you looked. Your change was not saved.");
    }
    const auto now = eligible(step, *fresh);
    if (now.reason) return refused(step, *now.reason);
    if (!step.request.interrupted && step.request.expectStatus &&
        *step.request.expectStatus != fresh->status)
        return refused(
            step,
            {"changed_since", "Changed meanwhile",
             "This user was " + std::string(domain::words(*step.request.expectStatus)) +
                 " at the preview, and is " + std::string(domain::words(fresh->status)) + " now."});
    if (step.request.beforeCall) TNY_CHECKED(step.request.beforeCall(step.beforeImage()));
    domain::ActRequest act;
    act.action = domain::connectorAction(step.spec());
    act.id = step.before.nativeId;
    act.argsJson = arguments;
    act.idempotencyKey = step.correlation;
    act.expectEtag = fresh->etag;
    base::JsonWriter actor;
    actor.beginObject()
        .key("operator")
        .string(step.asker.username())
        .key("account")
        .string(step.asker.account().text())
        .key("reason")
        .string(step.request.reason);
    actor.key("ticket")
        .string(step.request.ticket)
        .key("correlation_id")
        .string(step.correlation)
        .endObject();
    act.actorJson = std::move(actor).take();
    count(step, 2);  // and its read-back
    auto reply = (*connector)->perform(act, step.deadline);
    // Only the connector knows what its own action takes. Nothing was called.
    if (!reply && step.vendor && reply.error().code == ErrorCode::kInvalidArgument)
        return base::invalidArgument(reply.error().message, "/parameters" + reply.error().pointer);
    return settle(step, **connector, wanted, std::move(reply));
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

base::Result<std::string> ActionRunner::Impl::argumentsOf(
    Step& step, const domain::ConnectorDescriptor& descriptor,
    std::map<std::string, std::string>& wanted) const {
    TNY_TRY(const auto parameters,
            base::Json::parse(step.request.parametersJson.empty() ? "{}"
                                                                  : step.request.parametersJson));
    if (!parameters.isObject())
        return base::invalidArgument("\"parameters\" must be an object.", "/parameters");
    if (step.request.action == Action::kEdit) {
        TNY_TRY(auto plan, planEdit(descriptor, step.request.parametersJson));
        wanted = std::move(plan.wanted);
        return std::move(plan.argsJson);
    }
    if (step.request.action == Action::kDelete) {
        if (step.request.confirmed) return std::string("{}");
        // The person types whom they delete: the e-mail, or the username where there is none.
        const auto& expected = step.before.email.empty() ? step.before.username : step.before.email;
        if (parameters["email"].stringOr("") != expected)
            return base::invalidArgument(
                "Type the user's " +
                    std::string(step.before.email.empty() ? "username" : "e-mail") +
                    " to confirm the deletion. It does not match.",
                "/parameters/email");
        return std::string("{}");
    }
    return parameters.text();
}

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

base::Status ActionRunner::Impl::keep(const Step& step, const User& user) {
    User known = step.before;
    known.seenAt = user.seenAt;
    if (known == user) return base::ok();  // nothing new: the list shows it already
    domain::OutcomeRecord record;
    record.connection = step.known.connection.id;
    record.user = user;
    if (auto* leave = step.request.leave) {
        leave->connection = record.connection;
        leave->user = user;
        return base::ok();
    }
    TNY_CHECKED(writeAlone(record));
    show(record);
    return base::ok();
}

base::Status ActionRunner::Impl::writeAlone(const domain::OutcomeRecord& record) {
    if (record.user || record.gone) {
        domain::UserChanges changes;
        if (record.user) changes.upserts = {*record.user};
        if (record.gone) changes.tombstones = {*record.gone};
        changes.seenAt = record.user ? record.user->seenAt : record.seenAt;
        const auto written = parts.users.applyUsers(record.connection, changes,
                                                    Deadline::after(limits::kStoreDeadline));
        if (!written) return written.error();
    }
    if (!record.entry) return base::ok();
    auto written = parts.activity.append(*record.entry, Deadline::after(limits::kStoreDeadline));
    // Written before, when the answer of the database was lost.
    if (!written && written.error().code == ErrorCode::kConflict) return base::ok();
    return written;
}

void ActionRunner::Impl::show(const domain::OutcomeRecord& record) {
    const auto& connection = record.connection;
    if (record.user) parts.viewWriter.apply(connection, {.upserts = {*record.user}}, 0);
    if (record.gone)
        parts.viewWriter.apply(connection, {.seenAt = record.seenAt, .tombstones = {*record.gone}},
                               0);
    if (!record.entry) return;
    // An account's entry may stand in another organization than the account.
    const auto& organization = record.entry->organization;
    const auto& home = record.home.empty() ? organization : record.home;
    parts.events.publish({"users_changed", home, R"({"organizations":[")" + home.text() + "\"]}"});
    parts.events.publish({"activity", organization,
                          R"({"activity_id":")" + record.entry->id.text() +
                              R"(","organization":")" + organization.text() + "\"}"});
}

base::Status ActionRunner::writeDown(std::span<const domain::OutcomeRecord* const> records) {
    if (records.empty()) return base::ok();
    const auto away = [](const Error& error) {
        return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadline;
    };
    if (impl_->parts.outcomes != nullptr) {
        auto together =
            impl_->parts.outcomes->writeOutcomes(records, Deadline::after(limits::kStoreDeadline));
        if (together || away(together.error())) return together;
        base::logError("outcomes_not_written_together",
                       {{"count", records.size()}, {"error", together.error().text()}});
    }
    // One that cannot be written is no reason to lose the others.
    for (const auto* record : records) {
        auto alone = impl_->writeAlone(*record);
        if (alone) continue;
        if (away(alone.error())) return alone;
        base::logError("outcome_not_written",
                       {{"connection", record->connection.text()},
                        {"user", record->entry ? record->entry->targetId : std::string()},
                        {"outcome", record->entry ? record->entry->outcome : std::string()},
                        {"error", alone.error().text()}});
    }
    return base::ok();
}

void ActionRunner::show(const domain::OutcomeRecord& record) {
    impl_->show(record);
}

base::Status ActionRunner::Impl::bury(const Step& step) {
    domain::OutcomeRecord record;
    record.connection = step.known.connection.id;
    record.gone = step.before.id;
    record.seenAt = parts.clock.now();
    if (auto* leave = step.request.leave) {
        *leave = std::move(record);
        return base::ok();
    }
    TNY_CHECKED(writeAlone(record));
    show(record);
    return base::ok();
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
    } else if (ambiguous && (!showsInState(action) || (!changed && !step.spec().idempotent))) {
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
    result.repeatable = step.spec().idempotent;
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

namespace {

/// The directory's refusal of us is not our refusal of the operator: it must not sign anybody out.
Error ofTheDirectory(Error error) {
    if (error.code == ErrorCode::kUnauthenticated || error.code == ErrorCode::kForbidden)
        error.code = ErrorCode::kUnavailable;
    return error;
}

class GroupSink final : public domain::RecordSink {
  public:
    explicit GroupSink(std::string nameAttribute) : nameAttribute_(std::move(nameAttribute)) {}
    domain::Flow record(const domain::Record& record) override {
        const auto body = base::Json::parse(record.body);
        if (body && record.op == domain::RecordOp::kUpsert) {
            Group group{std::string(record.id), (*body)[nameAttribute_].stringOr(""),
                        (*body)["description"].stringOr("")};
            if (group.name.empty()) group.name = group.id;
            groups.push_back(std::move(group));
        }
        return groups.size() < kGroupsMax ? domain::Flow::kMore : domain::Flow::kStop;
    }
    void checkpoint(std::string_view at) override { cursor.assign(at); }
    std::vector<Group> groups;
    std::string cursor;

  private:
    std::string nameAttribute_;
};

std::string nameAttributeOf(const domain::KindDescriptor& kind) {
    for (const auto& attribute : kind.attributes)
        if (attribute.maps == "name" || attribute.maps == "display_name") return attribute.name;
    return "displayName";
}

}  // namespace

base::Result<std::vector<Group>> ActionRunner::groups(const domain::Operator& asker,
                                                      const base::UserId& id, Deadline deadline) {
    ActionRequest request;
    request.user = id;
    TNY_TRY(const auto step, impl_->prepare(asker, request, deadline));
    const auto opened = impl_->parts.directories.open(step.known.connection.id, deadline);
    if (!opened) return ofTheDirectory(opened.error());
    const auto& connector = *opened;
    const auto* kind = connector->descriptor().kind("group");
    if (kind == nullptr) return base::unsupported(step.known.connectorName + " has no groups.");
    GroupSink sink(nameAttributeOf(*kind));
    domain::ReadRequest read;
    read.kind = "group";
    read.parentKind = "user";
    read.parentId = step.before.nativeId;
    read.budgetRecords = kGroupsMax;
    read.budget = std::chrono::duration_cast<std::chrono::milliseconds>(limits::kSegmentBudget);
    for (;;) {
        const auto cursorBefore = read.cursor;
        const auto countBefore = sink.groups.size();
        impl_->count(step, 1);
        const auto end = connector->list(read, sink, deadline);
        if (!end) return ofTheDirectory(end.error());
        read.cursor = sink.cursor;
        const bool stuck = read.cursor == cursorBefore && sink.groups.size() == countBefore;
        if (*end == domain::ReadEnd::kComplete || sink.groups.size() >= kGroupsMax || stuck) break;
    }
    std::sort(sink.groups.begin(), sink.groups.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return std::move(sink.groups);
}

}  // namespace tenantry::jobs
