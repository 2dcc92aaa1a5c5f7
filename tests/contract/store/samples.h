/// Domain values with every field set, so that a column that is forgotten is noticed.
#pragma once

#include <string>

#include "kernel/domain/account.h"
#include "kernel/domain/activity.h"
#include "kernel/domain/connection.h"
#include "kernel/domain/organization.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/user.h"

namespace tenantry::testing {

/// Text that breaks what builds statements by hand: quotes, a backslash, a placeholder, a NUL,
/// characters of one to four bytes.
std::string awkwardText();
/// Whole milliseconds, before and after 1970.
base::TimePoint moment(int n);

domain::Organization platform();
domain::Organization below(const domain::Organization& parent, domain::OrganizationKind kind,
                           const std::string& slug);
/// Puts platform > north, south (partners) > one tenant each, and one connection in each tenant.
struct Branches {
    domain::Organization root, north, south, northTenant, southTenant;
    domain::Connection northDirectory, southDirectory;
};
Branches putBranches(domain::OrganizationStore& organizations,
                     domain::ConnectionStore& connections);

domain::Connection connectionOf(const domain::Organization& organization);
domain::ConnectionHealth fullHealth();
/// Every field is set and differs from its default.
domain::User fullUser(const domain::Connection& connection, const std::string& nativeId);
/// The least a directory may show.
domain::User bareUser(const domain::Connection& connection, const std::string& nativeId);
domain::Account fullAccount(const domain::Organization& home, const std::string& username);
domain::Activity entryOf(const base::OrganizationId& organization, int n);

/// By all fields, in words when they differ.
std::string difference(const domain::Account& a, const domain::Account& b);
std::string difference(const domain::Activity& a, const domain::Activity& b);

}  // namespace tenantry::testing
