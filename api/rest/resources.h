/// The resources of /api/v1, one file each. Every function adds the routes of its resource.
///
/// Ownership: `services` outlives the router.
#pragma once

#include <string>

#include "api/rest/routes.h"

namespace tenantry::rest {

void addSession(Routes& routes, const Services& services);
void addSetup(Routes& routes, const Services& services);
void addMe(Routes& routes, const Services& services);
void addUsers(Routes& routes, const Services& services);
void addUserExport(Routes& routes, const Services& services);
void addUserActions(Routes& routes, const Services& services);
void addOrganizations(Routes& routes, const Services& services);
void addCompleteness(Routes& routes, const Services& services);
void addConnectors(Routes& routes, const Services& services);
void addConnections(Routes& routes, const Services& services);
void addConnectionTests(Routes& routes, const Services& services);
void addRuns(Routes& routes, const Services& services);
void addPlans(Routes& routes, const Services& services);
void addJobs(Routes& routes, const Services& services);
void addMaintenance(Routes& routes, const Services& services);
void addActivity(Routes& routes, const Services& services);
void addEvents(Routes& routes, const Services& services);
void addOperation(Routes& routes, const Services& services);
void addLinks(Routes& routes, const Services& services);
void addAccounts(Routes& routes, const Services& services);
void addProfile(Routes& routes, const Services& services);
void addPasskeys(Routes& routes, const Services& services);
void addAuthority(Routes& routes, const Services& services);
void addFederation(Routes& routes, const Services& services);
void addGrants(Routes& routes, const Services& services);
void addMail(Routes& routes, const Services& services);
void addActivityAudit(Routes& routes, const Services& services);
void addPolicies(Routes& routes, const Services& services);
void addViews(Routes& routes, const Services& services);

/// kInvalidArgument at /reason when the policy of one of the organizations requires one.
base::Status checkReason(const Services& services,
                         const std::vector<base::OrganizationId>& organizations,
                         const std::string& reason);

/// What an authenticator reads: shown once.
http::Response enrolmentAnswer(const tenants::Enrolment& enrolment);
/// The answer that opens a session, with its cookie; the one the caller had before ends.
http::Response signedIn(const Services& services, const Call& call,
                        const tenants::SignedIn& session);

/// The same, or a problem that says what the sign-in still needs.
http::Response sessionAnswer(const Services& services, const Call& call,
                             const tenants::SignedIn& session);

/// openapi.yaml, as it was when this was built.
const std::string& openApiDocument();

/// `whole`, or the part of it that the parameter "scope" names. An organization above the scope is
/// as unknown as one beside it.
base::Result<domain::Scope> scopeOf(const Call& call, const domain::Scope& whole);
/// The organization of a path parameter, by id or slug, when the asker may see it.
base::Result<domain::Ordinal> organizationOf(const domain::Scope& visible,
                                             const std::string& idOrSlug);
/// Scope, filter, search and sort: what list and export share.
base::Result<domain::UserQuery> userQueryOf(const Call& call);

}  // namespace tenantry::rest
