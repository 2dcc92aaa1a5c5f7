#include "tests/unit/view/naive_model.h"

#include <unicode/coll.h>

#include <algorithm>
#include <set>

#include "kernel/base/text.h"

namespace tenantry::testing {

namespace {

using domain::ConnectionState;
using domain::Tristate;
using domain::User;
using domain::UserField;
using namespace std::chrono_literals;

int comparedForPeople(const std::string& a, const std::string& b) {
    static const std::unique_ptr<icu::Collator> collator = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<icu::Collator>(
            icu::Collator::createInstance(icu::Locale::getRoot(), status));
    }();
    UErrorCode status = U_ZERO_ERROR;
    return collator->compareUTF8(a, b, status);
}

int comparedPlain(const std::string& a, const std::string& b) {
    return base::caseFold(a).compare(base::caseFold(b));
}

template <class N>
int comparedNumbers(N a, N b) {
    return a < b ? -1 : a > b ? 1 : 0;
}

/// The comparison of one field: nothing where a value is missing.
struct Compared {
    bool hasA, hasB;
    int order;
};
using TextOrder = int (*)(const std::string&, const std::string&);
Compared texts(const std::string& a, const std::string& b, TextOrder order) {
    return {!a.empty(), !b.empty(), order(a, b)};
}
Compared times(const std::optional<base::TimePoint>& a, const std::optional<base::TimePoint>& b) {
    return {a.has_value(), b.has_value(), a && b ? comparedNumbers(*a, *b) : 0};
}

std::string joined(const std::vector<std::string>& all) {
    std::string out;
    for (const auto& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}

Compared compared(const NaiveModel& m, UserField field, const User& a, const User& b) {
    switch (field) {
        case UserField::kUsername:
            return texts(a.username, b.username, &comparedForPeople);
        case UserField::kFirstName:
            return texts(a.firstName, b.firstName, &comparedForPeople);
        case UserField::kLastName:
            return texts(a.lastName, b.lastName, &comparedForPeople);
        case UserField::kEmail:
            return texts(a.email, b.email, &comparedForPeople);
        case UserField::kPhone:
            return texts(a.phone, b.phone, &comparedPlain);
        case UserField::kStatus:
            return {true, true, comparedNumbers(a.status, b.status)};
        case UserField::kMfaEnrolled:
            return {a.mfaEnrolled != Tristate::kUnknown, b.mfaEnrolled != Tristate::kUnknown,
                    comparedNumbers(a.mfaEnrolled, b.mfaEnrolled)};
        case UserField::kFederatedOnly:
            return {true, true, comparedNumbers(a.federatedOnly, b.federatedOnly)};
        case UserField::kLastLoginAt:
            return times(a.lastLoginAt, b.lastLoginAt);
        case UserField::kModifiedAt:
            return times(a.modifiedAt, b.modifiedAt);
        case UserField::kSeenAt:
            return times(a.seenAt, b.seenAt);
        case UserField::kRoles:
            return texts(joined(a.roles), joined(b.roles), &comparedForPeople);
        case UserField::kAlerts: {
            const auto left = m.alerts(a), right = m.alerts(b);
            return {!left.empty(), !right.empty(), left < right ? -1 : right < left ? 1 : 0};
        }
        case UserField::kConnection:
            return texts(m.directories.at(a.connection).connection.name,
                         m.directories.at(b.connection).connection.name, &comparedForPeople);
        case UserField::kOrganization: {
            const auto* left = m.organization(a.organization);
            const auto* right = m.organization(b.organization);
            const int names = comparedForPeople(left->name, right->name);
            return {true, true, names != 0 ? names : left->slug.compare(right->slug)};
        }
        default:
            ADD_FAILURE() << "the model does not sort by " << domain::name(field);
            return {true, true, 0};
    }
}

bool isFound(const User& user, const std::string& needle) {
    for (const auto& text : {user.username, user.displayName, user.firstName + " " + user.lastName,
                             user.email, user.nativeId})
        if (base::searchFold(text).find(needle) != std::string::npos) return true;
    return false;
}

bool matches(const NaiveModel& model, const NaiveQuery& query, const User& user,
             std::optional<UserField> without) {
    if (!model.isVisible(user, query.granted)) return false;
    if (!isFound(user, base::searchFold(query.search))) return false;
    if (!query.filter) return true;
    return std::all_of(query.filter->conjuncts.begin(), query.filter->conjuncts.end(),
                       [&](const NaiveFilter& one) {
                           const bool left =
                               without && std::all_of(one.fields.begin(), one.fields.end(),
                                                      [&](auto f) { return f == *without; });
                           return left || one.holds(model, user);
                       });
}

std::set<std::string> valuesOf(const NaiveModel& model, const User& user, UserField field) {
    const auto listed = [](const std::vector<std::string>& all) {
        return all.empty() ? std::set<std::string>{""}
                           : std::set<std::string>(all.begin(), all.end());
    };
    std::set<std::string> out;
    switch (field) {
        case UserField::kStatus:
            return {std::string(domain::name(user.status))};
        case UserField::kMfaEnrolled:
            return {user.mfaEnrolled == Tristate::kUnknown ? "unknown"
                    : user.mfaEnrolled == Tristate::kYes   ? "true"
                                                           : "false"};
        case UserField::kOrganization:
            return {user.organization.text()};
        case UserField::kConnection:
            return {user.connection.text()};
        case UserField::kConnector:
            return {model.directories.at(user.connection).connection.connector};
        case UserField::kRoles:
            return listed(user.roles);
        case UserField::kAlerts:
            for (const auto one : model.alerts(user)) out.insert(std::string(domain::name(one)));
            return out;
        default:
            ADD_FAILURE() << "the model does not count by " << domain::name(field);
            return {};
    }
}

}  // namespace

const domain::Organization* NaiveModel::organization(const base::OrganizationId& id) const {
    for (const auto& one : organizations)
        if (one.id == id) return &one;
    return nullptr;
}

std::vector<const domain::Organization*> NaiveModel::upwards(const base::OrganizationId& id) const {
    std::vector<const domain::Organization*> out;
    for (const auto* at = organization(id); at != nullptr; at = organization(at->parent))
        out.push_back(at);
    return out;
}

bool NaiveModel::isVisible(const User& user,
                           const std::vector<base::OrganizationId>& granted) const {
    return isVisible(user.organization, granted) &&
           std::all_of(user.assigned.begin(), user.assigned.end(),
                       [&](const auto& one) { return isVisible(one, granted); });
}

bool NaiveModel::isVisible(const base::OrganizationId& id,
                           const std::vector<base::OrganizationId>& granted) const {
    for (const auto* one : upwards(id))
        if (std::find(granted.begin(), granted.end(), one->id) != granted.end()) return true;
    return false;
}

bool NaiveModel::isStale(const User& user) const {
    const auto state = domain::stateAt(directories.at(user.connection).health, now);
    return state == ConnectionState::kStale || state == ConnectionState::kUnreachable;
}

std::vector<domain::Alert> NaiveModel::alerts(const User& user) const {
    return domain::alertsOf(user, now, isStale(user));
}

bool standsBefore(const NaiveModel& model, const std::vector<domain::SortKey>& sort, const User& a,
                  const User& b) {
    for (const auto& key : sort) {
        const auto one = compared(model, key.field, a, b);
        if (one.hasA != one.hasB) return one.hasA;
        if (one.hasA && one.order != 0) return key.descending ? one.order > 0 : one.order < 0;
    }
    return a.id < b.id;
}

std::vector<User> naiveAnswer(const NaiveModel& model, const NaiveQuery& query) {
    std::vector<User> out;
    for (const auto& [id, user] : model.users)
        if (matches(model, query, user, std::nullopt)) out.push_back(user);
    const std::vector<domain::SortKey> newest{{UserField::kModifiedAt, true}};
    std::sort(out.begin(), out.end(), [&](const User& a, const User& b) {
        return standsBefore(model, query.sort.empty() ? newest : query.sort, a, b);
    });
    return out;
}

std::map<std::string, std::uint64_t> naiveFacet(const NaiveModel& model, const NaiveQuery& query,
                                                UserField field) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& [id, user] : model.users)
        if (matches(model, query, user, field))
            for (const auto& value : valuesOf(model, user, field)) ++out[value];
    return out;
}

domain::Completeness naiveCompleteness(const NaiveModel& model,
                                       const std::vector<base::OrganizationId>& granted) {
    domain::Completeness out;
    std::map<base::OrganizationId, std::set<ConnectionState>> states;
    for (const auto& [id, one] : model.directories) {
        if (!model.isVisible(one.connection.organization, granted)) continue;
        const auto state = domain::stateAt(one.health, model.now);
        states[one.connection.organization].insert(state);
        const auto at = one.health.lastCompleteAt;
        if (at && (!out.oldestAsOf || *at < *out.oldestAsOf)) out.oldestAsOf = at;
        if (state == ConnectionState::kStale && at && (!out.staleSince || *at < *out.staleSince))
            out.staleSince = at;
        if (state == ConnectionState::kUnreachable &&
            (!out.unreachableSince || one.health.since < *out.unreachableSince))
            out.unreachableSince = one.health.since;
    }
    for (const auto& [id, all] : states) {
        ++out.organizations;
        if (all.contains(ConnectionState::kUnreachable))
            ++out.unreachable;
        else if (all.contains(ConnectionState::kNeverRead))
            ++out.neverRead;
        else if (all.contains(ConnectionState::kStale))
            ++out.stale;
        else
            ++out.current;
    }
    return out;
}

}  // namespace tenantry::testing
