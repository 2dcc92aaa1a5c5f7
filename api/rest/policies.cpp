// What organizations demand of their accounts and of actions on their users.
#include "api/rest/body.h"
#include "api/rest/resources.h"
#include "api/rest/trail.h"
#include "api/rest/write.h"

namespace tenantry::rest {
namespace {

void writePolicy(JsonWriter& out, std::string_view key, const tenants::Policy& policy) {
    out.key(key).beginObject();
    out.key("password_length_min").number(policy.passwordBytesMin);
    out.key("session_idle_minutes").number(std::int64_t{policy.sessionIdle.count()});
    out.key("session_absolute_minutes").number(std::int64_t{policy.sessionAbsolute.count()});
    out.key("inactive_days").number(policy.inactiveDays);
    out.key("activity_days").number(policy.activityDays);
    out.key("mfa_required").boolean(policy.mfaRequired);
    out.key("reason_required").boolean(policy.reasonRequired).endObject();
}

http::Response answer(const tenants::ShownPolicy& shown) {
    JsonWriter out;
    out.beginObject().key("own").raw(tenants::toJson(shown.own));
    writePolicy(out, "inherited", shown.inherited);
    writePolicy(out, "effective", shown.effective);
    out.endObject();
    return http::Response::json(200, std::move(out).take());
}

base::Result<const domain::Organization*> organizationNamed(const Call& call) {
    TNY_TRY(const auto ordinal,
            organizationOf(call.asker().visible(), call.request.parameter("id")));
    return &call.asker().tree()->at(ordinal);
}

/// null is as good as nothing.
base::Result<std::optional<std::int64_t>> numberOf(const Body& body, std::string_view name) {
    if (body.json()[name].isNull()) return std::optional<std::int64_t>{};
    return body.number(name);
}

base::Result<std::optional<bool>> flagOf(const Body& body, std::string_view name) {
    if (body.json()[name].isNull()) return std::optional<bool>{};
    return body.flag(name);
}

base::Result<Reply> get(const Services& services, const Call& call) {
    TNY_TRY(const auto* organization, organizationNamed(call));
    TNY_TRY(const auto shown, services.policies.get(call.asker(), organization->id));
    return Reply(answer(shown));
}

base::Result<Reply> put(const Services& services, const Call& call) {
    TNY_TRY(const auto* organization, organizationNamed(call));
    TNY_TRY(const Body body,
            Body::read(call.request,
                       {"password_length_min", "session_idle_minutes", "session_absolute_minutes",
                        "inactive_days", "activity_days", "mfa_required", "reason_required"}));
    tenants::PolicyRules rules;
    TNY_TRY(rules.passwordBytesMin, numberOf(body, "password_length_min"));
    TNY_TRY(rules.sessionIdleMinutes, numberOf(body, "session_idle_minutes"));
    TNY_TRY(rules.sessionAbsoluteMinutes, numberOf(body, "session_absolute_minutes"));
    TNY_TRY(rules.inactiveDays, numberOf(body, "inactive_days"));
    TNY_TRY(rules.activityDays, numberOf(body, "activity_days"));
    TNY_TRY(rules.mfaRequired, flagOf(body, "mfa_required"));
    TNY_TRY(rules.reasonRequired, flagOf(body, "reason_required"));
    TNY_TRY(const auto before, services.policies.get(call.asker(), organization->id));
    TNY_TRY(const auto shown,
            services.policies.put(call.asker(), organization->id, rules, call.deadline()));
    record(services, call,
           {.organization = organization->id,
            .action = "organization.change_policies",
            .targetKind = "organization",
            .targetId = organization->id.text(),
            .targetName = organization->name,
            .detail = "Changed the policies from " + tenants::toJson(before.own) + " to " +
                      tenants::toJson(shown.own) + "."});
    TNY_CHECKED(services.accounts.showAllAgain(call.deadline()));
    return Reply(answer(shown));
}

}  // namespace

base::Status checkReason(const Services& services,
                         const std::vector<base::OrganizationId>& organizations,
                         const std::string& reason) {
    if (!reason.empty() || !services.policies.strictest(organizations).reasonRequired)
        return base::ok();
    return base::invalidArgument("The policy of this organization requires a reason.", "/reason");
}

void addPolicies(Routes& routes, const Services& services) {
    const std::string_view pattern = "/api/v1/organizations/{id}/policies";
    routes.add({.pattern = pattern}, [&services](const Call& call) { return get(services, call); });
    routes.add({.method = http::Method::kPut, .pattern = pattern},
               [&services](const Call& call) { return put(services, call); });
}

}  // namespace tenantry::rest
