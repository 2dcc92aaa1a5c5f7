#include "tenants/policies.h"

#include <algorithm>

#include "kernel/base/json.h"

namespace tenantry::tenants {

using base::Deadline;
using domain::Permission;

namespace {

constexpr std::string_view kKind = "policy";
constexpr std::int64_t kNoMaximum = 36'500;

/// Of two times for which something is kept the longer one; 0 is for ever.
std::int64_t longer(std::int64_t a, std::int64_t b) {
    return a == 0 || b == 0 ? 0 : std::max(a, b);
}

struct Number {
    std::string_view name;
    std::optional<std::int64_t> PolicyRules::*rule;
    std::int64_t min, max;
};

constexpr Number kNumbers[] = {
    {"password_length_min", &PolicyRules::passwordBytesMin, base::limits::kPasswordBytesMin, 128},
    {"session_idle_minutes", &PolicyRules::sessionIdleMinutes, 5, kNoMaximum},
    {"session_absolute_minutes", &PolicyRules::sessionAbsoluteMinutes, 15, kNoMaximum},
    {"inactive_days", &PolicyRules::inactiveDays, 1, kNoMaximum},
    {"activity_days", &PolicyRules::activityDays, 0, kNoMaximum},
};

struct Flag {
    std::string_view name;
    std::optional<bool> PolicyRules::*rule;
};

constexpr Flag kFlags[] = {
    {"mfa_required", &PolicyRules::mfaRequired},
    {"reason_required", &PolicyRules::reasonRequired},
};

PolicyRules rulesOf(const domain::Document& document) {
    PolicyRules out;
    const auto json = base::Json::parse(document.json);
    if (!json) return out;
    for (const auto& one : kNumbers) out.*one.rule = (*json)[one.name].asInt();
    for (const auto& one : kFlags) out.*one.rule = (*json)[one.name].asBool();
    return out;
}

/// A value that changes nothing because what is above is stricter would look like one that does.
base::Status checkStricter(const PolicyRules& rules, const Policy& above) {
    const auto refuse = [](std::string_view name, const std::string& words) {
        return base::invalidArgument(
            "This organization can only be stricter than what is above it: " + words,
            "/" + std::string(name));
    };
    const auto& r = rules;
    if (r.passwordBytesMin && *r.passwordBytesMin < above.passwordBytesMin)
        return refuse("password_length_min",
                      "at least " + std::to_string(above.passwordBytesMin) + " characters.");
    if (r.sessionIdleMinutes && *r.sessionIdleMinutes > above.sessionIdle.count())
        return refuse("session_idle_minutes",
                      "at most " + std::to_string(above.sessionIdle.count()) + " minutes.");
    if (r.sessionAbsoluteMinutes && *r.sessionAbsoluteMinutes > above.sessionAbsolute.count())
        return refuse("session_absolute_minutes",
                      "at most " + std::to_string(above.sessionAbsolute.count()) + " minutes.");
    if (r.inactiveDays && *r.inactiveDays > above.inactiveDays)
        return refuse("inactive_days", "at most " + std::to_string(above.inactiveDays) + " days.");
    if (r.activityDays && longer(*r.activityDays, above.activityDays) != *r.activityDays)
        return refuse("activity_days", above.activityDays == 0
                                           ? "the activity is kept for ever."
                                           : "at least " + std::to_string(above.activityDays) +
                                                 " days, or 0 for ever.");
    if (r.mfaRequired && !*r.mfaRequired && above.mfaRequired)
        return refuse("mfa_required", "a second factor is required there.");
    if (r.reasonRequired && !*r.reasonRequired && above.reasonRequired)
        return refuse("reason_required", "a reason is required there.");
    return base::ok();
}

base::Status checkBounds(const PolicyRules& rules) {
    for (const auto& one : kNumbers) {
        const auto& value = rules.*one.rule;
        if (value && (*value < one.min || *value > one.max))
            return base::invalidArgument("\"" + std::string(one.name) + "\" is " +
                                             std::to_string(one.min) + " to " +
                                             std::to_string(one.max) + ".",
                                         "/" + std::string(one.name));
    }
    return base::ok();
}

}  // namespace

Policy stricter(Policy a, const Policy& b) {
    a.passwordBytesMin = std::max(a.passwordBytesMin, b.passwordBytesMin);
    a.mfaRequired = a.mfaRequired || b.mfaRequired;
    a.sessionIdle = std::min(a.sessionIdle, b.sessionIdle);
    a.sessionAbsolute = std::min(a.sessionAbsolute, b.sessionAbsolute);
    a.inactiveDays = std::min(a.inactiveDays, b.inactiveDays);
    a.activityDays = longer(a.activityDays, b.activityDays);
    a.reasonRequired = a.reasonRequired || b.reasonRequired;
    return a;
}

Policy stricter(const Policy& above, const PolicyRules& rules) {
    Policy wanted = above;
    wanted.passwordBytesMin = rules.passwordBytesMin.value_or(above.passwordBytesMin);
    wanted.mfaRequired = rules.mfaRequired.value_or(above.mfaRequired);
    if (rules.sessionIdleMinutes)
        wanted.sessionIdle = std::chrono::minutes{*rules.sessionIdleMinutes};
    if (rules.sessionAbsoluteMinutes)
        wanted.sessionAbsolute = std::chrono::minutes{*rules.sessionAbsoluteMinutes};
    wanted.inactiveDays = rules.inactiveDays.value_or(above.inactiveDays);
    wanted.activityDays = rules.activityDays.value_or(above.activityDays);
    wanted.reasonRequired = rules.reasonRequired.value_or(above.reasonRequired);
    return stricter(wanted, above);
}

std::string toJson(const PolicyRules& rules) {
    base::JsonWriter out;
    out.beginObject();
    for (const auto& one : kNumbers) {
        out.key(one.name);
        if (const auto& value = rules.*one.rule)
            out.number(*value);
        else
            out.null();
    }
    for (const auto& one : kFlags) {
        out.key(one.name);
        if (const auto& value = rules.*one.rule)
            out.boolean(*value);
        else
            out.null();
    }
    out.endObject();
    return std::move(out).take();
}

Policies::Policies(domain::DocumentStore& store, Organizations& organizations, Policy platform)
    : store_(store), organizations_(organizations), platform_(platform) {}

base::Status Policies::load(Deadline deadline) {
    // Of two readings the one that began later has seen what both writers wrote.
    const std::uint64_t number = ++readings_;
    TNY_TRY(const auto all, store_.documents(kKind, "", deadline));
    Kept read{{}, number};
    for (const auto& one : all) read.rules[base::OrganizationId(one.id)] = rulesOf(one);
    kept_.with([&](Kept& kept) {
        if (kept.readNumber < number) kept = std::move(read);
    });
    return base::ok();
}

ShownPolicy Policies::shown(const base::OrganizationId& organization) const {
    ShownPolicy out;
    out.effective = out.inherited = platform_;
    const auto tree = organizations_.tree();
    const auto ordinal = tree->find(organization);
    if (!ordinal) return out;
    kept_.withShared([&](const Kept& kept) {
        for (const auto at : tree->path(*ordinal)) {
            out.inherited = out.effective;
            const auto found = kept.rules.find(tree->at(at).id);
            out.own = found == kept.rules.end() ? PolicyRules{} : found->second;
            out.effective = stricter(out.inherited, out.own);
        }
    });
    return out;
}

Policy Policies::of(const base::OrganizationId& organization) const {
    return shown(organization).effective;
}

Policy Policies::strictest(const std::vector<base::OrganizationId>& organizations) const {
    if (organizations.empty()) return platform_;
    Policy out = of(organizations.front());
    for (const auto& one : organizations) out = stricter(out, of(one));
    return out;
}

base::Result<ShownPolicy> Policies::get(const domain::Operator& asker,
                                        const base::OrganizationId& organization) const {
    if (!asker.visible().contains(organization))
        return base::notFound("There is no such organization in your scope.");
    return shown(organization);
}

base::Result<ShownPolicy> Policies::put(const domain::Operator& asker,
                                        const base::OrganizationId& organization,
                                        const PolicyRules& rules, Deadline deadline) {
    TNY_TRY(const auto before, get(asker, organization));
    if (!asker.may(Permission::kPoliciesManage, organization))
        return base::forbidden("You need \"policies.manage\" on this organization.");
    TNY_CHECKED(checkBounds(rules));
    TNY_CHECKED(checkStricter(rules, before.inherited));
    TNY_CHECKED(store_.putDocument(
        {std::string(kKind), organization.text(), organization.text(), toJson(rules)}, deadline));
    TNY_CHECKED(load(deadline));
    return shown(organization);
}

}  // namespace tenantry::tenants
