/// Users that are assigned to several organizations (User::assigned).
///
/// Threads: pure functions.
#pragma once

#include "kernel/domain/organization.h"
#include "kernel/domain/scope.h"
#include "kernel/domain/user.h"

namespace tenantry::domain {

/// The lowest organization that is above all of `assigned` and `own`, or is it: whoever sees it
/// sees them all, so that what is written about the user is kept there. The root when one is not
/// known (fails closed).
OrganizationId lowestAbove(const OrganizationTree& tree, const OrganizationId& own,
                           const std::vector<OrganizationId>& assigned);
OrganizationId lowestAbove(const OrganizationTree& tree, const User& user);

/// All organizations that the user belongs to: its own, and those it is assigned to.
std::vector<OrganizationId> placesOf(const User& user);

/// Whether `asker` holds `permission` on all that the user is assigned to.
bool mayOnAll(const Operator& asker, Permission permission, const User& user);

}  // namespace tenantry::domain
