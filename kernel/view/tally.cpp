#include "kernel/view/tally.h"

#include <algorithm>

#include "kernel/base/limits.h"

namespace tenantry::view {

namespace {

using domain::ConnectionState;
using domain::UserField;

int badness(ConnectionState state) {
    switch (state) {
        case ConnectionState::kCurrent:
            return 1;
        case ConnectionState::kStale:
            return 2;
        case ConnectionState::kNeverRead:
            return 3;
        case ConnectionState::kUnreachable:
            return 4;
    }
    return 4;
}

void keepEarliest(std::optional<base::TimePoint>& kept,
                  const std::optional<base::TimePoint>& other) {
    if (other && (!kept || *other < *kept)) kept = other;
}

std::string_view wordOf(bool flag) {
    return flag ? "true" : "false";
}

std::string_view wordOf(domain::Tristate state) {
    if (state == domain::Tristate::kUnknown) return "unknown";
    return wordOf(state == domain::Tristate::kYes);
}

}  // namespace

void FacetCounter::addAll(const std::vector<std::string>& values) {
    if (values.empty()) add("");
    for (auto value = values.begin(); value != values.end(); ++value)
        if (std::find(values.begin(), value, *value) == value) add(*value);
}

void FacetCounter::count(const Subject& subject) {
    const auto& user = subject.entry->row->user;
    switch (field_) {
        case UserField::kStatus:
            return add(domain::name(user.status));
        case UserField::kStatusCause:
            return add(domain::name(user.statusCause));
        case UserField::kNativeStatus:
            return add(user.nativeStatus);
        case UserField::kMfaEnrolled:
            return add(wordOf(user.mfaEnrolled));
        case UserField::kMfaRequired:
            return add(wordOf(user.mfaRequired));
        case UserField::kFederatedOnly:
            return add(wordOf(user.federatedOnly));
        case UserField::kOrganization:
            return add(user.organization.text());
        case UserField::kConnection:
            return add(user.connection.text());
        case UserField::kConnector:
            return add(subject.part->connection->connector);
        case UserField::kRoles:
            return addAll(user.roles);
        case UserField::kMfaMethods:
            return addAll(user.mfaMethods);
        case UserField::kAlerts:
            for (std::size_t i = 1; i <= domain::kAlertCount; ++i)
                if (const auto alert = static_cast<domain::Alert>(i);
                    (subject.alerts & domain::maskOf(alert)) != 0)
                    add(domain::name(alert));
            return;
        case UserField::kId:
        case UserField::kOrganizationPath:
        case UserField::kNativeId:
        case UserField::kUsername:
        case UserField::kFirstName:
        case UserField::kLastName:
        case UserField::kDisplayName:
        case UserField::kEmail:
        case UserField::kPhone:
        case UserField::kLastLoginAt:
        case UserField::kCreatedAt:
        case UserField::kModifiedAt:
        case UserField::kSeenAt:
        case UserField::kConsoleUrl:
        case UserField::kAttribute:
            return;
    }
}

std::vector<domain::FacetValue> FacetCounter::values() const {
    std::vector<domain::FacetValue> out;
    out.reserve(counts_.size());
    for (const auto& [value, count] : counts_) out.push_back({std::string(value), count});
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
    if (out.size() > base::limits::kFacetValuesMax) out.resize(base::limits::kFacetValuesMax);
    return out;
}

bool isWorse(ConnectionState a, ConnectionState b) {
    return badness(a) > badness(b);
}

void CompletenessCounter::add(const Part& part) {
    const auto& organization = part.connection->organization;
    const auto state = domain::stateAt(*part.health, now_);
    if (current_ == nullptr || *current_ != organization) {
        settle();
        current_ = &organization;
        worst_ = state;
    } else if (isWorse(state, worst_)) {
        worst_ = state;
    }
    keepEarliest(sum_.oldestAsOf, part.health->lastCompleteAt);
    if (state == ConnectionState::kUnreachable)
        keepEarliest(sum_.unreachableSince, part.health->since);
}

void CompletenessCounter::settle() {
    if (current_ == nullptr) return;
    ++sum_.organizations;
    switch (worst_) {
        case ConnectionState::kCurrent:
            ++sum_.current;
            break;
        case ConnectionState::kStale:
            ++sum_.stale;
            break;
        case ConnectionState::kUnreachable:
            ++sum_.unreachable;
            break;
        case ConnectionState::kNeverRead:
            ++sum_.neverRead;
            break;
    }
    current_ = nullptr;
}

domain::Completeness CompletenessCounter::result() {
    settle();
    return sum_;
}

void addDirectory(domain::OrganizationSummary& summary, const Part& part, base::TimePoint now) {
    const auto state = domain::stateAt(*part.health, now);
    ++summary.directories;
    keepEarliest(summary.asOf, part.health->lastCompleteAt);
    if (summary.state && !isWorse(state, *summary.state)) return;
    summary.state = state;
    summary.since = domain::stateSince(*part.health, now);
    summary.error = part.health->error;
}

void addUser(domain::OrganizationSummary& summary, const domain::User& user,
             domain::AlertMask alerts) {
    ++summary.users;
    ++summary.byStatus.at(static_cast<std::size_t>(user.status));
    switch (user.mfaEnrolled) {
        case domain::Tristate::kYes:
            ++summary.mfaEnrolled;
            break;
        case domain::Tristate::kNo:
            ++summary.mfaNot;
            break;
        case domain::Tristate::kUnknown:
            ++summary.mfaUnknown;
            break;
    }
    if (alerts != 0) ++summary.withAlerts;
}

}  // namespace tenantry::view
