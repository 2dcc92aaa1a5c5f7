/// What the handlers may call. Filled once by kernel/main; everything in it outlives the server.
///
/// Threads: immutable after construction.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/http/event_hub.h"
#include "kernel/base/clock.h"
#include "kernel/domain/ports/connections.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/domain/ports/user_view.h"
#include "kernel/jobs/action_runner.h"
#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/planner.h"
#include "kernel/sync/engine.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/api_tokens.h"
#include "tenants/connections.h"
#include "tenants/housekeeper.h"
#include "tenants/oidc/federation.h"
#include "tenants/organizations.h"
#include "tenants/policies.h"
#include "tenants/portal.h"
#include "tenants/roles.h"
#include "tenants/saved_views.h"

namespace tenantry::rest {

struct Readiness {
    bool ready = false;
    std::string status = "starting";  ///< ok, starting, stopping or failing
    std::string detail;               ///< in words, empty when all is well
};

struct Services {
    tenants::Access& access;
    tenants::Accounts& accounts;
    tenants::Roles& roles;
    tenants::ApiTokens& tokens;
    tenants::Portal& portal;
    tenants::Federation& federation;
    tenants::Housekeeper& housekeeper;
    tenants::Organizations& organizations;
    tenants::Connections& connections;
    domain::ActivityStore& activity;
    const domain::UserView& view;
    jobs::ActionRunner& actions;
    jobs::Planner& planner;
    jobs::JobDesk& desk;
    sync::Engine& sync;
    http::EventHub& events;
    const base::Clock& clock;
    std::function<Readiness()> readiness;
    /// "0.1.0"
    std::string version;
    tenants::Policies& policies;
    tenants::SavedViews& views;
};

}  // namespace tenantry::rest
