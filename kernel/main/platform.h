/// Everything below the API, wired: the composition root's middle. No logic of its own.
///
/// Ownership: owns every part; parts hold references to earlier ones and are destroyed in reverse
/// order. Threads: start and destroy on one thread.
#pragma once

#include <memory>
#include <optional>

#include "kernel/base/clock.h"
#include "kernel/jobs/action_runner.h"
#include "kernel/jobs/job_desk.h"
#include "kernel/jobs/job_engine.h"
#include "kernel/jobs/planner.h"
#include "kernel/main/data_folder.h"
#include "kernel/main/settings.h"
#include "kernel/main/view_keeper.h"
#include "kernel/pluginhost/plugin_host.h"
#include "kernel/store/store.h"
#include "kernel/sync/engine.h"
#include "kernel/view/memory_view.h"
#include "tenants/access.h"
#include "tenants/accounts.h"
#include "tenants/api_tokens.h"
#include "tenants/connections.h"
#include "tenants/housekeeper.h"
#include "tenants/import.h"
#include "tenants/mail/outbox.h"
#include "tenants/oidc/federation.h"
#include "tenants/organizations.h"
#include "tenants/passkeys.h"
#include "tenants/passwords.h"
#include "tenants/policies.h"
#include "tenants/portal.h"
#include "tenants/roles.h"
#include "tenants/saved_views.h"

namespace tenantry::main {

class Platform {
  public:
    /// Opens the data folder and the store, loads the connectors, the organizations, the
    /// connections and the view. No directory is read before startWorking(). `events` outlives the
    /// platform.
    static base::Result<std::unique_ptr<Platform>> open(const Settings& settings,
                                                        domain::EventSink& events,
                                                        const base::Clock& clock);
    ~Platform();

    /// Directories are read from here on, mail is sent, and jobs that were interrupted go on.
    base::Status startWorking();
    base::Result<tenants::ImportCount> import(const std::string& file);

    DataFolder folder;
    const base::Clock& clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<pluginhost::PluginHost> host;
    std::unique_ptr<view::MemoryView> view;
    std::unique_ptr<ViewKeeper> keeper;
    std::optional<LoadedView> loaded;  ///< once the view is whole
    std::unique_ptr<tenants::Organizations> organizations;
    std::unique_ptr<tenants::Roles> roles;
    std::unique_ptr<tenants::Policies> policies;
    std::unique_ptr<tenants::Passwords> passwords;
    std::unique_ptr<tenants::Mailer> mailer;
    std::unique_ptr<tenants::Outbox> outbox;
    std::unique_ptr<tenants::Accounts> accounts;
    std::unique_ptr<tenants::ApiTokens> tokens;
    std::unique_ptr<tenants::SavedViews> views;
    std::unique_ptr<tenants::Passkeys> passkeys;
    std::unique_ptr<tenants::Access> access;
    std::unique_ptr<tenants::PortalHost> connectors;
    std::unique_ptr<tenants::Connections> connections;
    std::unique_ptr<tenants::Portal> portal;
    std::unique_ptr<pluginhost::http::Exchange> http;  ///< for identity providers
    std::unique_ptr<tenants::Federation> federation;
    std::unique_ptr<tenants::Housekeeper> housekeeper;
    base::CallMeter meter;  ///< calls into directories beside those of jobs
    std::unique_ptr<sync::Engine> engine;
    std::unique_ptr<jobs::ActionRunner> runner;
    std::unique_ptr<jobs::Planner> planner;
    std::unique_ptr<jobs::JobEngine> jobEngine;
    std::unique_ptr<jobs::JobDesk> desk;

  private:
    Platform(DataFolder folderIn, const base::Clock& clockIn)
        : folder(std::move(folderIn)), clock(clockIn) {}
    base::Status load();
    base::Status openAccounts(const Settings& settings, domain::EventSink& events);
};

}  // namespace tenantry::main
