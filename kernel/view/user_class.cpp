#include "kernel/view/user_class.h"

namespace tenantry::view {

namespace {

using std::chrono::milliseconds;

/// Equal for equal classes only: every part carries its length.
template <class T>
std::string keyOf(const T& one) {
    std::string key;
    const auto number = [&key](auto value) { key += static_cast<char>(value); };
    const auto text = [&key](const std::string& value) {
        key += std::to_string(value.size()) + ":" + value;
    };
    number(one.status);
    number(one.statusCause);
    number(one.mfaEnrolled);
    number(one.mfaRequired ? 2 : 1);
    number(one.federatedOnly ? 2 : 1);
    text(one.nativeStatus);
    for (const auto& role : one.roles) text(role);
    key += '|';
    for (const auto& method : one.mfaMethods) text(method);
    key += '|';
    for (const auto& organization : one.assigned) text(organization.text());
    return key;
}

}  // namespace

UserClass classOf(const domain::User& user) {
    UserClass out;
    out.status = user.status;
    out.statusCause = user.statusCause;
    out.nativeStatus = user.nativeStatus;
    out.roles = user.roles;
    out.mfaEnrolled = user.mfaEnrolled;
    out.mfaRequired = user.mfaRequired;
    out.mfaMethods = user.mfaMethods;
    out.federatedOnly = user.federatedOnly;
    out.assigned = user.assigned;
    // The rule stands in the domain: it is asked with both times at zero.
    domain::User probe;
    writeTo(probe, out);
    probe.lastLoginAt = probe.createdAt = base::TimePoint{};
    const auto plan = domain::alertPlanOf(probe);
    out.alerts = plan.always;
    if (plan.inactiveFrom != base::TimePoint::max())
        out.inactiveAfter = plan.inactiveFrom.time_since_epoch();
    if (plan.inviteExpiredFrom != base::TimePoint::max())
        out.inviteLife = plan.inviteExpiredFrom.time_since_epoch();
    return out;
}

void writeTo(domain::User& user, const UserClass& one) {
    user.status = one.status;
    user.statusCause = one.statusCause;
    user.nativeStatus = one.nativeStatus;
    user.roles = one.roles;
    user.mfaEnrolled = one.mfaEnrolled;
    user.mfaRequired = one.mfaRequired;
    user.mfaMethods = one.mfaMethods;
    user.federatedOnly = one.federatedOnly;
    user.assigned = one.assigned;
}

AlertSince::AlertSince(const UserClass& one, base::TimePoint now) {
    if (one.inactiveAfter) lastLogin = base::toMillis(now) - one.inactiveAfter->count();
    if (one.inviteLife) created = base::toMillis(now) - one.inviteLife->count();
}

domain::AlertMask alertsOf(const UserClass& one, std::int64_t lastLogin, std::int64_t created,
                           base::TimePoint now, bool stale) {
    const AlertSince since(one, now);
    domain::AlertPlan plan;
    plan.always = one.alerts;
    if (since.isInactive(lastLogin)) plan.inactiveFrom = now;
    if (since.isInviteExpired(created)) plan.inviteExpiredFrom = now;
    return domain::alertsAt(plan, now, stale);
}

domain::AlertMask movingAlerts() {
    using domain::Alert;
    return static_cast<domain::AlertMask>(maskOf(Alert::kInactive) | maskOf(Alert::kInviteExpired) |
                                          maskOf(Alert::kStale));
}

std::uint32_t ClassTable::add(const domain::User& user) {
    auto key = keyOf(user);
    const auto known = numbers_.find(key);
    return known != numbers_.end() ? known->second : add(std::move(key), classOf(user));
}

std::uint32_t ClassTable::add(const UserClass& one) {
    return add(keyOf(one), one);
}

std::uint32_t ClassTable::add(std::string key, const UserClass& one) {
    const auto [at, isNew] =
        numbers_.try_emplace(std::move(key), static_cast<std::uint32_t>(classes_.size()));
    if (isNew) classes_.push_back(one);
    return at->second;
}

}  // namespace tenantry::view
