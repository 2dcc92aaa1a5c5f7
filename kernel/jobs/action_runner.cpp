#include "kernel/jobs/action_runner.h"

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/jobs/edit_arguments.h"
#include "kernel/jobs/runner_core.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using base::ErrorCode;
using domain::Action;
using domain::User;

namespace {

/// What the user's connector says of its own action `name`.
domain::ActionSpec vendorSpecOf(const domain::KnownConnection& known, const std::string& name) {
    const auto* declared = known.descriptor ? known.descriptor->action(name) : nullptr;
    return declared != nullptr && declared->kind == "user" ? domain::vendorSpec(*declared)
                                                           : domain::undeclaredSpec(name);
}

}  // namespace

ActionRunner::ActionRunner(RunnerParts parts) : impl_(std::make_unique<Impl>(parts)) {}
ActionRunner::~ActionRunner() = default;

base::Result<Step> ActionRunner::Impl::prepare(const domain::Operator& asker,
                                               const ActionRequest& request,
                                               Deadline deadline) const {
    auto found = parts.view.get(asker.visible(), request.user);
    const bool vanished = !found && found.error().code == ErrorCode::kNotFound && request.deleted &&
                          asker.visible().contains(request.deleted->organization);
    if (vanished) found = *request.deleted;
    TNY_TRY(auto user, std::move(found));
    auto known = parts.registry.find(user.connection);
    if (!known) return base::notFound("The connection of this user is no longer there.");
    Step step{asker, request, deadline, std::move(*known), std::move(user), nullptr};
    step.vanished = vanished;
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
    // Nothing is done any more: whether it still may be is no question.
    if (step.request.operation) return polled(step);
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
    if (reply && reply->pending) return accepted(step, **connector, wanted, std::move(*reply));
    return settle(step, **connector, wanted, std::move(reply));
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

}  // namespace tenantry::jobs
