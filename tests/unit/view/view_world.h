/// A small platform with a view over it, for tests of the view.
///
///   1 platform
///     2 distributor North     3 partner Fjord     4 tenant Acme, 5 tenant Birch
///     6 distributor South     7 partner Sol       8 tenant Cedar
#pragma once

#include <string>
#include <vector>

#include "kernel/view/memory_view.h"
#include "tests/unit/domain/authority.h"

namespace tenantry::testing {

class ViewWorld {
  public:
    ViewWorld() {
        using Kind = domain::OrganizationKind;
        authority.setOrganizations({organization(1, 0, Kind::kPlatform, "Platform"),
                                    organization(2, 1, Kind::kDistributor, "North"),
                                    organization(3, 2, Kind::kPartner, "Fjord"),
                                    organization(4, 3, Kind::kTenant, "Acme"),
                                    organization(5, 3, Kind::kTenant, "Birch"),
                                    organization(6, 1, Kind::kDistributor, "South"),
                                    organization(7, 6, Kind::kPartner, "Sol"),
                                    organization(8, 7, Kind::kTenant, "Cedar")});
        connect(14, 4);
        connect(15, 5);
        connect(18, 8);
    }

    void connect(std::uint64_t number, std::uint64_t organizationNumber,
                 domain::ConnectionState state = domain::ConnectionState::kCurrent) {
        domain::Connection one;
        one.id = base::ConnectionId(uuid(number));
        one.organization = base::OrganizationId(uuid(organizationNumber));
        one.connector = "org.tenantry.ldap";
        one.name = "Directory " + std::to_string(number);
        view.putConnection(one, healthOf(state));
    }
    domain::ConnectionHealth healthOf(domain::ConnectionState state) {
        domain::ConnectionHealth health;
        health.state = state;
        health.since = clock.now() - std::chrono::minutes{3};
        if (state != domain::ConnectionState::kNeverRead)
            health.lastCompleteAt = clock.now() - std::chrono::minutes{5};
        if (state == domain::ConnectionState::kUnreachable) health.error = "connection refused";
        return health;
    }
    /// A user of connection number 10 + organization, not in the view yet.
    domain::User user(std::uint64_t organizationNumber, const std::string& username) {
        domain::User one;
        one.connection = base::ConnectionId(uuid(10 + organizationNumber));
        one.organization = base::OrganizationId(uuid(organizationNumber));
        one.nativeId = "n-" + username;
        one.id = base::userIdOf(one.connection, one.nativeId);
        one.username = username;
        one.seenAt = clock.now();
        return one;
    }
    void put(const std::vector<domain::User>& users) {
        for (const auto& one : users) view.apply(one.connection, {.upserts = {one}}, 0);
    }
    domain::UserPage ask(const domain::Scope& scope, const std::string& filter = "",
                         const std::string& search = "", const std::string& sort = "username") {
        return answer(scope, filter, search, sort).value();
    }
    base::Result<domain::UserPage> answer(const domain::Scope& scope, const std::string& filter,
                                          const std::string& search, const std::string& sort) {
        domain::UserQuery query;
        if (!filter.empty()) query.filter = domain::Filter::parse(filter).value();
        query.search = search;
        query.sort = domain::parseSort(sort).value();
        return view.query(scope, query);
    }

    FakeClock clock;
    view::MemoryView view{clock};
    Authority authority{clock, &view};
};

inline std::vector<std::string> usernames(const domain::UserPage& page) {
    std::vector<std::string> out;
    for (const auto& one : page.items) out.emplace_back(one.username);
    return out;
}

}  // namespace tenantry::testing
