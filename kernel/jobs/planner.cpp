#include "kernel/jobs/planner.h"

#include <algorithm>

#include "kernel/base/json.h"
#include "kernel/base/limits.h"
#include "kernel/domain/assignment.h"
#include "kernel/jobs/job_engine.h"
#include "kernel/jobs/verbs.h"

namespace tenantry::jobs {

namespace limits = base::limits;
using base::Deadline;
using domain::Action;
using domain::BulkVerb;
using domain::PlanItem;
using domain::User;
using domain::Verdict;

namespace {

constexpr auto kCallGuess = std::chrono::milliseconds{50};

base::Result<BulkVerb> knownVerb(const domain::ConnectorHost& host, const std::string& name) {
    auto verb = verbOf(host, name);
    if (!verb)
        return base::invalidArgument("There is no action \"" + name.substr(0, 40) + "\".",
                                     "/action");
    return std::move(*verb);
}

base::Status checkParameters(const BulkVerb& verb, const std::string& text) {
    TNY_TRY(const auto json, base::Json::parse(text));
    if (!json.isObject())
        return base::invalidArgument("\"parameters\" must be an object.", "/parameters");
    if (verb.steps.front() == Action::kEdit && json["attributes"].size() == 0)
        return base::invalidArgument("Say what to change: \"attributes\" is empty.",
                                     "/parameters/attributes");
    return base::ok();
}

void count(domain::PlanCounts& counts, const PlanItem& item) {
    if (item.dropped) {
        ++counts.dropped;
        return;
    }
    switch (item.verdict) {
        case Verdict::kChange:
            ++counts.change;
            break;
        case Verdict::kAlreadySo:
            ++counts.alreadySo;
            break;
        case Verdict::kNotAllowed:
            ++counts.notAllowed;
            break;
    }
}

PlanItem itemOf(const User& user) {
    PlanItem item;
    item.user = user.id;
    item.organization = user.organization;
    item.connection = user.connection;
    item.username = user.username.empty() ? user.nativeId : user.username;
    item.before = user.status;
    item.version = domain::versionOf(user);
    return item;
}

void number(std::vector<PlanItem>& items) {
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].number = static_cast<std::uint32_t>(i + 1);
}

/// The attributes of an edit with their values of before, as parameters. Empty when the image lacks
/// one.
std::string editBack(const std::string& parametersJson, const std::string& beforeJson) {
    const auto wanted = base::Json::parse(parametersJson);
    const auto before = base::Json::parse(beforeJson);
    if (!wanted || !before) return {};
    base::JsonWriter out;
    out.beginObject().key("attributes").beginObject();
    for (const auto& [name, value] : (*wanted)["attributes"].members()) {
        const auto was = (*before)[name].asString();
        if (!was) return {};
        out.key(name).string(*was);
    }
    out.endObject().endObject();
    return std::move(out).take();
}

}  // namespace

void settle(domain::Plan& plan, const std::vector<PlanItem>& items) {
    plan.counts = {};
    domain::PlanSeal seal(plan.id, plan.verb, plan.parametersJson);
    for (const auto& item : items) {
        count(plan.counts, item);
        seal.add(item);
    }
    plan.hash = seal.hash();
}

base::Result<std::vector<User>> Planner::select(const domain::Operator& asker,
                                                const Selection& selection) const {
    std::vector<User> out;
    const auto tooMany = [] {
        return base::tooMany("More than " + std::to_string(limits::kPlanItemsMax) +
                             " users are selected. Narrow the selection.");
    };
    if (!selection.query) {
        if (selection.ids.empty())
            return base::invalidArgument("No user is selected.", "/selection/ids");
        if (selection.ids.size() > limits::kPlanItemsMax) return tooMany();
        const auto visible = asker.visible();
        std::size_t missing = 0;
        auto ids = selection.ids;
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        for (const auto& id : ids) {
            auto user = parts_.view.get(visible, id);
            if (user)
                out.push_back(std::move(*user));
            else
                ++missing;
        }
        if (missing != 0)
            return base::invalidArgument(
                std::to_string(missing) + " of the " + std::to_string(ids.size()) +
                    " users do not exist, or are not in your scope. Select again.",
                "/selection/ids");
        return out;
    }
    TNY_TRY(const auto found, parts_.view.open(selection.scope ? *selection.scope : asker.visible(),
                                               *selection.query));
    if (found->total() > limits::kPlanItemsMax) return tooMany();
    while (const auto row = found->next()) out.push_back(row->user());
    if (out.empty()) return base::invalidArgument("No user matches the selection.", "/selection");
    return out;
}

/// A temporary password of a bulk action would be shown to nobody.
bool Planner::revealsSecret(const User& user, const std::string& connectorVerb) {
    const auto known = parts_.registry.find(user.connection);
    if (!known) return false;
    const auto* described = known->descriptor ? known->descriptor->action(connectorVerb) : nullptr;
    return described != nullptr && described->returnsSecret;
}

PlanItem Planner::judge(const domain::Operator& asker, const BulkVerb& verb, const User& user) {
    PlanItem item = itemOf(user);
    // A job is shown to whoever sees its organizations: so it names the one above all that the user
    // is assigned to.
    const auto place = domain::lowestAbove(*asker.tree(), user);
    const bool may = asker.may(domain::Permission::kJobsBulk, place);
    if (may) item.organization = place;
    if (!may) {
        item.verdict = Verdict::kNotAllowed;
        item.reason = {"permission_missing", "No right to bulk actions",
                       user.assigned.empty()
                           ? "You may not run actions on many users in this organization."
                           : "This account is assigned to several organizations, and you may not "
                             "run actions on many users in all of them. Act on it by itself."};
        return item;
    }
    User at = user;
    for (std::size_t i = 0; i < verb.steps.size(); ++i) {
        const auto action = verb.steps[i];
        const bool vendor = action == Action::kVendor;
        auto eligible = parts_.runner.eligibilityOf(asker, at, action, vendor ? verb.name : "");
        const bool maySecret = vendor || action == Action::kResetPassword;
        if (eligible.allowed && maySecret &&
            revealsSecret(user, vendor ? verb.name : domain::connectorAction(action))) {
            eligible.allowed = false;
            eligible.reason = {
                "secret_unseen", "Password shown to nobody",
                "This directory gives a temporary password, which a bulk action can "
                "show to nobody. Expire the passwords instead, or reset one by one."};
        }
        const bool waits =
            eligible.reason && eligible.reason->code == "organization_in_maintenance";
        if (waits) item.note = "Waits until the maintenance of this organization ends.";
        if (eligible.emulated && item.note.empty()) item.note = eligible.note;
        const bool goes = eligible.allowed || waits;
        if (goes && domain::spec(action).to) item.after = at.status = *domain::spec(action).to;
        if (i == 0) {
            const bool already = eligible.reason && eligible.reason->code == "already_so";
            item.verdict =
                goes ? Verdict::kChange : (already ? Verdict::kAlreadySo : Verdict::kNotAllowed);
            if (!goes && eligible.reason) item.reason = *eligible.reason;
            // What needs the first step has nothing to build on.
            if (!goes && !already) break;
        } else if (goes) {
            item.verdict = Verdict::kChange;
        } else if (eligible.reason && item.note.empty()) {
            item.note = domain::spec(action).words + " is left out: " + eligible.reason->detail;
        }
    }
    return item;
}

PlanView Planner::viewOf(domain::Plan plan, const Items& items) {
    PlanView out;
    out.verb = verbOf(parts_.host, plan.verb).value_or(BulkVerb{plan.verb, plan.verb, {}});
    out.irreversible = !out.verb.steps.empty() && !domain::undoOf(out.verb);
    std::map<base::OrganizationId, domain::PlanCounts> byOrganization;
    std::map<base::ConnectionId, std::uint64_t> byConnection;
    for (const auto& item : items) {
        count(byOrganization[item.organization], item);
        if (!item.dropped && item.verdict == Verdict::kChange) ++byConnection[item.connection];
    }
    for (const auto& [id, counts] : byOrganization) out.organizations.push_back({id, counts});
    std::stable_sort(
        out.organizations.begin(), out.organizations.end(),
        [](const auto& a, const auto& b) { return a.counts.change > b.counts.change; });
    const auto connectors = parts_.host.connectors();
    double slowest = 0;
    const double steps = static_cast<double>(std::max<std::size_t>(1, out.verb.steps.size()));
    for (const auto& [id, users] : byConnection) {
        const auto known = parts_.registry.find(id);
        const auto connector = std::find_if(
            connectors.begin(), connectors.end(),
            [&](const auto& one) { return known && one.id == known->connection.connector; });
        const auto lane = laneLimitsOf(connector == connectors.end() ? nullptr : &*connector);
        const double calls = static_cast<double>(users) * steps * kCallsPerItem;
        const double guess = std::chrono::duration<double>(kCallGuess).count() / lane.atOnce;
        slowest = std::max(
            slowest,
            calls * std::max(guess, lane.callsPerSecond > 0 ? 1 / lane.callsPerSecond : 0));
    }
    out.estimate = std::chrono::ceil<std::chrono::seconds>(std::chrono::duration<double>(slowest));
    out.plan = std::move(plan);
    return out;
}

base::Result<PlanView> Planner::keep(const domain::Operator& asker, domain::Plan plan, Items items,
                                     Deadline deadline) {
    number(items);
    plan.id = domain::PlanId(base::newUuid());
    plan.creator = asker.account();
    plan.creatorName = asker.username();
    plan.createdAt = parts_.clock.now();
    plan.expiresAt = plan.createdAt + limits::kPlanLife;
    settle(plan, items);
    TNY_CHECKED(parts_.store.removeExpiredPlans(plan.createdAt, deadline));
    TNY_CHECKED(parts_.store.addPlan(plan, items, deadline));
    return viewOf(std::move(plan), items);
}

base::Result<PlanView> Planner::make(const domain::Operator& asker, const PlanRequest& request,
                                     Deadline deadline) {
    TNY_TRY(const auto verb, knownVerb(parts_.host, request.verb));
    TNY_CHECKED(checkParameters(verb, request.parametersJson));
    TNY_CHECKED(checkVendorArguments(parts_.host, verb.name, request.parametersJson));
    TNY_TRY(const auto users, select(asker, request.selection));
    Items items;
    items.reserve(users.size());
    for (const auto& user : users) items.push_back(judge(asker, verb, user));
    domain::Plan plan;
    plan.verb = verb.name;
    plan.parametersJson = request.parametersJson;
    plan.reason = request.reason;
    plan.ticket = request.ticket;
    plan.selection = request.selection.words.empty() ? std::to_string(users.size()) + " users"
                                                     : request.selection.words;
    return keep(asker, std::move(plan), std::move(items), deadline);
}

base::Result<domain::Plan> Planner::mine(const domain::Operator& asker, const domain::PlanId& id,
                                         Deadline deadline) {
    TNY_TRY(auto plan, parts_.store.plan(id, deadline));
    if (plan.creator != asker.account() || (plan.expiresAt <= parts_.clock.now() && !plan.job))
        return base::notFound("There is no such plan, or it has expired.");
    return plan;
}

base::Result<PlanView> Planner::get(const domain::Operator& asker, const domain::PlanId& id,
                                    Deadline deadline) {
    TNY_TRY(auto plan, mine(asker, id, deadline));
    Items items;
    TNY_CHECKED(parts_.store.eachPlanItem(
        id, [&](PlanItem&& item) { items.push_back(std::move(item)); }, deadline));
    return viewOf(std::move(plan), items);
}

base::Result<domain::PlanItemPage> Planner::items(const domain::Operator& asker,
                                                  const domain::PlanId& id,
                                                  const domain::PlanItemQuery& query,
                                                  Deadline deadline) {
    TNY_TRY(const auto plan, mine(asker, id, deadline));
    return parts_.store.planItems(plan.id, query, deadline);
}

base::Result<PlanView> Planner::drop(const domain::Operator& asker, const domain::PlanId& id,
                                     const std::vector<std::uint32_t>& numbers, Deadline deadline) {
    TNY_TRY(auto plan, mine(asker, id, deadline));
    if (plan.job) return base::conflict("The plan was confirmed already.");
    Items items;
    TNY_CHECKED(parts_.store.eachPlanItem(
        id, [&](PlanItem&& item) { items.push_back(std::move(item)); }, deadline));
    for (const auto wanted : numbers) {
        if (wanted < 1 || wanted > items.size()) return base::notFound("The plan has no such row.");
        items[wanted - 1].dropped = true;
    }
    const std::string oldHash = plan.hash;
    settle(plan, items);
    TNY_CHECKED(parts_.store.dropPlanItems(plan, oldHash, numbers, deadline));
    return viewOf(std::move(plan), items);
}

base::Result<PlanView> Planner::undo(const domain::Operator& asker, const domain::Job& job,
                                     const std::optional<base::OrganizationId>& organization,
                                     const std::optional<base::UserId>& user, Deadline deadline) {
    TNY_TRY(const auto verb, knownVerb(parts_.host, job.verb));
    const auto known = domain::undoOf(verb);
    const auto back = known ? verbOf(parts_.host, known->name) : std::nullopt;
    if (!back) return base::invalidArgument(verb.words + " cannot be taken back.");
    const auto step = domain::undoneBy(verb, back->steps.front()).value_or(verb.steps.front());
    Items items;
    const auto visible = asker.visible();
    const bool edits = back->steps.front() == Action::kEdit;
    const auto consider = [&](domain::JobItem&& done) {
        if (done.action != step || done.outcome != domain::Outcome::kDone) return;
        if (organization && done.organization != *organization) return;
        if (user && done.user != *user) return;
        const auto now = parts_.view.get(visible, done.user);
        if (!now) return;  // gone, or not the asker's to see
        PlanItem item = judge(asker, *back, *now);
        if (edits) item.parametersJson = editBack(job.parametersJson, done.beforeJson);
        const bool same = done.afterVersion.empty() || done.afterVersion == item.version;
        if (!same && item.verdict != Verdict::kAlreadySo) {
            item.verdict = Verdict::kNotAllowed;
            item.reason = {"changed_since", "Changed since",
                           "This user was changed after the job. Look at it before you take "
                           "anything back."};
        } else if (edits && item.parametersJson.empty() && item.verdict == Verdict::kChange) {
            item.verdict = Verdict::kNotAllowed;
            item.reason = {"no_image", "Former values not kept",
                           "What this user was before is not known."};
        }
        items.push_back(std::move(item));
    };
    TNY_CHECKED(parts_.store.eachJobItem(job.id, /*onlyOpen=*/false, consider, deadline));
    if (items.empty())
        return base::invalidArgument("This job has done nothing that could be taken back here.");
    domain::Plan plan;
    plan.verb = back->name;
    // What takes a connector's own action back takes the same arguments, or none.
    const bool sameArguments =
        edits || (back->steps.front() == Action::kVendor &&
                  checkVendorArguments(parts_.host, back->name, job.parametersJson));
    plan.parametersJson = sameArguments ? job.parametersJson : "{}";
    TNY_CHECKED(checkVendorArguments(parts_.host, back->name, plan.parametersJson));
    plan.reason = job.reason.empty() ? "Undo" : "Undo: " + job.reason;
    plan.ticket = job.ticket;
    plan.selection = "what " + job.verb + " by " + job.creatorName + " changed";
    plan.undoes = job.id;
    return keep(asker, std::move(plan), std::move(items), deadline);
}

}  // namespace tenantry::jobs
