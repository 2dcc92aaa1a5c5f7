#include "kernel/domain/assignment.h"

#include <algorithm>

namespace tenantry::domain {

OrganizationId lowestAbove(const OrganizationTree& tree, const OrganizationId& own,
                           const std::vector<OrganizationId>& assigned) {
    auto above = tree.find(own);
    if (!above) return own;
    for (const auto& one : assigned) {
        const auto at = tree.find(one);
        if (!at) return tree.at(0).id;
        while (above && !tree.subtree(*above).contains(*at)) above = tree.parentOf(*above);
        if (!above) return tree.at(0).id;
    }
    return tree.at(*above).id;
}

OrganizationId lowestAbove(const OrganizationTree& tree, const User& user) {
    return user.assigned.empty() ? user.organization
                                 : lowestAbove(tree, user.organization, user.assigned);
}

std::vector<OrganizationId> placesOf(const User& user) {
    std::vector<OrganizationId> out{user.organization};
    for (const auto& one : user.assigned)
        if (one != user.organization) out.push_back(one);
    return out;
}

bool mayOnAll(const Operator& asker, Permission permission, const User& user) {
    return asker.may(permission, user.organization) &&
           std::all_of(user.assigned.begin(), user.assigned.end(),
                       [&](const auto& one) { return asker.may(permission, one); });
}

}  // namespace tenantry::domain
