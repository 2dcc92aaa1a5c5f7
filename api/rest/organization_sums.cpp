#include "api/rest/organization_sums.h"

namespace tenantry::rest {

int severity(domain::ConnectionState state) {
    switch (state) {
        case domain::ConnectionState::kCurrent:
            return 1;
        case domain::ConnectionState::kStale:
            return 2;
        case domain::ConnectionState::kNeverRead:
            return 3;
        case domain::ConnectionState::kUnreachable:
            return 4;
    }
    return 4;
}

OrganizationSums::OrganizationSums(const Services& services, const domain::Operator& asker)
    : visible_(asker.visible()),
      now_(services.clock.now()),
      sums_(visible_.tree() ? visible_.tree()->size() : 0) {
    for (const auto& own : services.view.summaries(visible_)) {
        if (const auto ordinal = visible_.tree()->find(own.organization)) add(*ordinal, own);
    }
    for (auto& connection : services.connections.list(asker)) {
        addHeld(connection);
        connections_[connection.connection.organization].push_back(std::move(connection));
    }
}

template <class Each>
void OrganizationSums::upwards(domain::Ordinal ordinal, Each each) {
    std::optional<domain::Ordinal> at = ordinal;
    while (at && visible_.contains(*at)) {
        each(sums_[*at], /*own=*/*at == ordinal);
        at = visible_.tree()->parentOf(*at);
    }
}

void OrganizationSums::add(domain::Ordinal ordinal, const domain::OrganizationSummary& own) {
    upwards(ordinal, [&](Sum& sum, bool itself) {
        sum.users += own.users;
        for (std::size_t i = 0; i < own.byStatus.size(); ++i) sum.byStatus[i] += own.byStatus[i];
        sum.mfaEnrolled += own.mfaEnrolled;
        sum.mfaNot += own.mfaNot;
        sum.mfaUnknown += own.mfaUnknown;
        sum.withAlerts += own.withAlerts;
        sum.directories += own.directories;
        if (own.asOf && (!sum.asOf || *own.asOf < *sum.asOf)) sum.asOf = own.asOf;
        if (!own.state) return;
        ++sum.organizations;
        ++sum.byState[static_cast<std::size_t>(*own.state)];
        const int before = sum.worst ? severity(*sum.worst) : 0;
        const int here = severity(*own.state);
        if (here < before) return;
        const bool alone = here > before;
        if (alone || (own.since && (!sum.since || *own.since < *sum.since))) sum.since = own.since;
        sum.worst = own.state;
        // Two to blame have two reasons: then neither stands for both.
        sum.error = alone || itself ? own.error : std::string();
    });
}

void OrganizationSums::addHeld(const tenants::ShownConnection& connection) {
    const auto ordinal = visible_.tree()->find(connection.connection.organization);
    if (!ordinal) return;
    upwards(*ordinal,
            [&](Sum& sum, bool) { sum.heldDeletions += connection.health.heldDeletions; });
}

const Sum& OrganizationSums::of(domain::Ordinal ordinal) const {
    static const Sum kNothing;
    return ordinal < sums_.size() ? sums_[ordinal] : kNothing;
}

const std::vector<tenants::ShownConnection>& OrganizationSums::connectionsOf(
    const base::OrganizationId& id) const {
    static const std::vector<tenants::ShownConnection> kNone;
    const auto found = connections_.find(id);
    return found == connections_.end() ? kNone : found->second;
}

}  // namespace tenantry::rest
