#include "kernel/view/tally.h"

#include <algorithm>

#include "kernel/base/limits.h"

namespace tenantry::view {

namespace {

using domain::UserField;

std::string_view wordOf(bool flag) {
    return flag ? "true" : "false";
}

std::string_view wordOf(domain::Tristate state) {
    if (state == domain::Tristate::kUnknown) return "unknown";
    return wordOf(state == domain::Tristate::kYes);
}

}  // namespace

bool FacetCounter::needsRuns() const {
    return field_ == UserField::kOrganization || field_ == UserField::kConnection ||
           field_ == UserField::kConnector || field_ == UserField::kAlerts;
}

void FacetCounter::addAll(const std::vector<std::string>& values, std::uint64_t count) {
    if (values.empty()) add("", count);
    for (auto value = values.begin(); value != values.end(); ++value)
        if (std::find(values.begin(), value, *value) == value) add(*value, count);
}

void FacetCounter::addClass(const UserClass& one, std::uint64_t count) {
    if (field_ == UserField::kStatus) add(domain::name(one.status), count);
    if (field_ == UserField::kStatusCause) add(domain::name(one.statusCause), count);
    if (field_ == UserField::kNativeStatus) add(one.nativeStatus, count);
    if (field_ == UserField::kMfaEnrolled) add(wordOf(one.mfaEnrolled), count);
    if (field_ == UserField::kMfaRequired) add(wordOf(one.mfaRequired), count);
    if (field_ == UserField::kFederatedOnly) add(wordOf(one.federatedOnly), count);
    if (field_ == UserField::kRoles) addAll(one.roles, count);
    if (field_ == UserField::kMfaMethods) addAll(one.mfaMethods, count);
}

void FacetCounter::addPlace(domain::Ordinal ordinal, const Part& part, std::uint64_t count) {
    if (field_ == UserField::kConnection) return add(part.connection->id.text(), count);
    if (field_ == UserField::kConnector) return add(part.connection->connector, count);
    if (byOrdinal_.empty()) byOrdinal_.resize(question_.scope.tree()->size());
    byOrdinal_[ordinal] += count;
}

void FacetCounter::count(const Subject& subject) {
    if (field_ == UserField::kAlerts) {
        const auto alerts = subject.alerts();
        for (std::size_t i = 1; i <= domain::kAlertCount; ++i)
            if (const auto alert = static_cast<domain::Alert>(i);
                (alerts & domain::maskOf(alert)) != 0)
                add(domain::name(alert), 1);
    } else if (needsRuns()) {
        addPlace(subject.ordinal, *subject.part, 1);
    } else {
        addClass(*subject.shared, 1);
    }
}

void FacetCounter::count(const SegmentQuery& query, const Tally& tally) {
    if (field_ == UserField::kAlerts) {
        for (std::size_t i = 0; i < domain::kAlertCount; ++i)
            if (tally.byAlert[i] > 0)
                add(domain::name(static_cast<domain::Alert>(i + 1)), tally.byAlert[i]);
    } else if (needsRuns()) {
        for (std::uint32_t run = 0; run < tally.byRun.size(); ++run)
            if (tally.byRun[run] > 0)
                addPlace(query.ordinalOf(run), *query.partOf(run), tally.byRun[run]);
    } else {
        for (std::size_t i = 0; i < tally.byClass.size(); ++i)
            if (tally.byClass[i] > 0) addClass(query.segment().classes()[i], tally.byClass[i]);
    }
}

std::vector<domain::FacetValue> FacetCounter::values() const {
    // Put in order as they stand; texts are made of those that are given out.
    std::vector<std::pair<std::string_view, std::uint64_t>> all(counts_.begin(), counts_.end());
    for (domain::Ordinal o = 0; o < byOrdinal_.size(); ++o)
        if (byOrdinal_[o] > 0)
            all.emplace_back(question_.scope.tree()->at(o).id.text(), byOrdinal_[o]);
    const auto isBefore = [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    };
    constexpr auto kMax = base::limits::kFacetValuesMax;
    if (all.size() > kMax) {
        std::nth_element(all.begin(), all.begin() + kMax, all.end(), isBefore);
        all.resize(kMax);
    }
    std::sort(all.begin(), all.end(), isBefore);
    std::vector<domain::FacetValue> out;
    out.reserve(all.size());
    for (const auto& [value, count] : all) out.push_back({std::string(value), count});
    return out;
}

}  // namespace tenantry::view
