/// The store: every port of domain/ports/stores.h, on SQLite or the MySQL family.
///
/// Ownership: kernel/main owns it; it outlives everything given a reference. The clock must outlive
/// it.
/// Threads: every method may be called from any thread at once. Each call leases one connection for
/// its duration; `loadUsers` holds one while it calls back, and the callback may call other
/// methods. Errors: as the ports say. kUnavailable with `outcomeUnknown` when the connection was
/// lost while a change was being committed: read before anything else. Bounds: `sessions`
/// connections; limits::kTransactionTriesMax tries of a transaction that met a deadlock or a lost
/// connection; an activity page has at most limits::kActivityPageMax entries.
#pragma once

#include <memory>
#include <string>

#include "kernel/base/clock.h"
#include "kernel/base/crypto.h"
#include "kernel/base/limits.h"
#include "kernel/domain/ports/activity_chain.h"
#include "kernel/domain/ports/connector_memory.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/job_store.h"
#include "kernel/domain/ports/outcome_store.h"
#include "kernel/domain/ports/passkeys.h"
#include "kernel/domain/ports/stores.h"

namespace tenantry::store {

class Database;

struct StoreOptions {
    std::string connectionString;  ///< see parseLocation()
    base::SecretText password;     ///< of the MySQL family; SQLite has none
    base::SealingKey sealingKey;   ///< seals the connections' secrets
    std::size_t sessions = base::limits::kStoreSessions;
};

class Store final : public domain::OrganizationStore,
                    public domain::ConnectionStore,
                    public domain::ConnectorMemoryStore,
                    public domain::UserStore,
                    public domain::ActivityStore,
                    public domain::AccountStore,
                    public domain::AccountVault,
                    public domain::JobStore,
                    public domain::DocumentStore,
                    public domain::OutcomeStore,
                    public domain::PasskeyStore,
                    public domain::ActivityChain {
  public:
    /// Opens the database (a SQLite file is made when it is not there, for its owner only) and
    /// brings its schema up to date. kInvalidArgument for the connection string; kUnsupported when
    /// the schema is newer than this build, or not ours; kUnavailable when it cannot be reached.
    static base::Result<std::unique_ptr<Store>> open(StoreOptions options, const base::Clock& clock,
                                                     base::Deadline deadline);
    ~Store() override;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    base::Result<std::vector<domain::Organization>> loadOrganizations(
        base::Deadline deadline) override;
    base::Status putOrganization(const domain::Organization& organization,
                                 base::Deadline deadline) override;
    base::Status removeOrganization(const base::OrganizationId& id,
                                    base::Deadline deadline) override;

    base::Result<std::vector<std::pair<domain::Connection, domain::ConnectionHealth>>>
    loadConnections(base::Deadline deadline) override;
    base::Status putConnection(const domain::Connection& connection,
                               const std::map<std::string, base::SecretText>& secrets,
                               base::Deadline deadline) override;
    base::Status removeConnection(const base::ConnectionId& id, base::Deadline deadline) override;
    base::Result<base::SecretText> secret(const base::ConnectionId& id, std::string_view ref,
                                          base::Deadline deadline) override;
    base::Status putHealth(const base::ConnectionId& id, const domain::ConnectionHealth& health,
                           base::Deadline deadline) override;

    base::Result<std::string> memory(const base::ConnectionId& id, std::string_view key,
                                     base::Deadline deadline) override;
    base::Status putMemory(const base::ConnectionId& id, std::string_view key,
                           std::string_view value, base::Deadline deadline) override;
    base::Status removeMemory(const base::ConnectionId& id, std::string_view key,
                              base::Deadline deadline) override;

    base::Status loadUsers(const std::function<void(domain::User&&)>& each,
                           base::Deadline deadline) override;
    base::Result<std::vector<domain::User>> usersOf(const base::ConnectionId& connection,
                                                    base::Deadline deadline) override;
    base::Result<std::unordered_map<base::ConnectionId, std::uint64_t>> userRevisions(
        base::Deadline deadline) override;
    base::Result<std::uint64_t> applyUsers(const base::ConnectionId& connection,
                                           const domain::UserChanges& changes,
                                           base::Deadline deadline) override;

    base::Status append(const domain::Activity& entry, base::Deadline deadline) override;
    base::Status writeOutcomes(std::span<const domain::OutcomeRecord* const> records,
                               base::Deadline deadline) override;
    base::Result<domain::ActivityPage> list(const domain::Scope& scope,
                                            const domain::ActivityQuery& query,
                                            base::Deadline deadline) override;

    base::Result<domain::Account> account(const base::AccountId& id,
                                          base::Deadline deadline) override;
    base::Result<std::vector<domain::Account>> loadAccounts(base::Deadline deadline) override;
    base::Result<std::uint64_t> countAccounts(base::Deadline deadline) override;
    base::Status putAccount(const domain::Account& account, base::Deadline deadline) override;

    base::Result<std::pair<domain::Account, domain::Credentials>> findForSignIn(
        std::string_view login, base::Deadline deadline) override;
    base::Status addAccount(const domain::Account& account, const domain::Credentials& credentials,
                            base::Deadline deadline) override;
    base::Status putCredentials(const base::AccountId& id, const domain::Credentials& credentials,
                                base::Deadline deadline) override;
    base::Status noteSignIn(const base::AccountId& id, base::TimePoint at,
                            base::Deadline deadline) override;
    base::Status putSession(const domain::Session& session, base::Deadline deadline) override;
    base::Result<domain::Session> session(std::string_view tokenDigest,
                                          base::Deadline deadline) override;
    base::Result<std::vector<domain::Session>> sessionsOf(const base::AccountId& id,
                                                          base::Deadline deadline) override;
    base::Status touchSession(std::string_view tokenDigest, base::TimePoint at,
                              base::Deadline deadline) override;
    base::Status removeSession(std::string_view tokenDigest, base::Deadline deadline) override;
    base::Status removeSessionsOf(const base::AccountId& id, base::Deadline deadline) override;
    base::Status removeOldSessions(base::TimePoint createdBefore, base::TimePoint usedBefore,
                                   base::Deadline deadline) override;
    base::Status putLink(const domain::OneTimeLink& link, base::Deadline deadline) override;
    base::Result<domain::OneTimeLink> link(std::string_view tokenDigest,
                                           base::Deadline deadline) override;
    base::Status consumeLink(std::string_view tokenDigest, base::Deadline deadline) override;
    base::Status removeLinks(std::string_view purpose, base::Deadline deadline) override;

    base::Status addPlan(const domain::Plan& plan, const std::vector<domain::PlanItem>& items,
                         base::Deadline deadline) override;
    base::Result<domain::Plan> plan(const domain::PlanId& id, base::Deadline deadline) override;
    base::Result<domain::PlanItemPage> planItems(const domain::PlanId& id,
                                                 const domain::PlanItemQuery& query,
                                                 base::Deadline deadline) override;
    base::Status eachPlanItem(const domain::PlanId& id,
                              const std::function<void(domain::PlanItem&&)>& each,
                              base::Deadline deadline) override;
    base::Status dropPlanItems(const domain::Plan& plan, const std::string& oldHash,
                               std::span<const std::uint32_t> numbers,
                               base::Deadline deadline) override;
    base::Status removeExpiredPlans(base::TimePoint now, base::Deadline deadline) override;

    base::Status addJob(const domain::Job& job, const std::vector<domain::JobItem>& items,
                        base::Deadline deadline) override;
    base::Result<domain::Job> job(const domain::JobId& id, base::Deadline deadline) override;
    base::Result<std::vector<domain::Job>> jobs(const domain::JobQuery& query,
                                                base::Deadline deadline) override;
    base::Result<std::vector<domain::Job>> openJobs(base::Deadline deadline) override;
    base::Result<std::vector<domain::JobId>> abandonedJobs(base::TimePoint now,
                                                           base::TimePoint quietSince,
                                                           base::Deadline deadline) override;
    base::Result<domain::JobSums> sums(const domain::JobId& id, base::Deadline deadline) override;
    base::Result<std::vector<base::OrganizationId>> organizationsOf(
        const domain::JobId& id, base::Deadline deadline) override;
    base::Result<domain::JobItemPage> jobItems(const domain::JobId& id,
                                               const domain::JobItemQuery& query,
                                               base::Deadline deadline) override;
    base::Result<domain::JobItem> jobItem(const domain::JobId& id, std::uint32_t number,
                                          base::Deadline deadline) override;
    base::Status eachJobItem(const domain::JobId& id, bool onlyOpen,
                             const std::function<void(domain::JobItem&&)>& each,
                             base::Deadline deadline) override;
    base::Status changeJob(const domain::JobId& id, std::span<const domain::JobState> from,
                           const domain::JobChange& change, base::Deadline deadline) override;
    base::Result<std::uint64_t> reopenItems(const domain::JobId& id,
                                            std::span<const std::uint32_t> numbers,
                                            base::Deadline deadline) override;
    base::Result<std::uint64_t> cancelWaiting(const domain::JobId& id, const std::string& detail,
                                              const std::string& interrupted, base::TimePoint at,
                                              base::Deadline deadline) override;

    base::Result<std::vector<domain::JobItem>> pendingOf(const base::UserId& user,
                                                         base::Deadline deadline) override;
    base::Result<std::map<base::OrganizationId, domain::MaintenanceWindow>> maintenanceWindows(
        base::Deadline deadline) override;
    base::Status putMaintenanceWindow(const base::OrganizationId& organization,
                                      const std::optional<domain::MaintenanceWindow>& window,
                                      base::Deadline deadline) override;

    base::Result<std::vector<std::uint64_t>> claim(std::span<const ItemKey> wanted,
                                                   const std::string& owner, base::TimePoint now,
                                                   base::TimePoint leaseUntil,
                                                   base::Deadline deadline) override;
    base::Result<std::vector<bool>> changeItems(std::span<const domain::ItemChange> changes,
                                                base::Deadline deadline) override;

    base::Status addDocument(const domain::Document& document, base::Deadline deadline) override;
    base::Status putDocument(const domain::Document& document, base::Deadline deadline) override;
    base::Result<domain::Document> document(std::string_view kind, std::string_view id,
                                            base::Deadline deadline) override;
    base::Result<std::vector<domain::Document>> documents(std::string_view kind,
                                                          std::string_view owner,
                                                          base::Deadline deadline) override;
    base::Status removeDocument(std::string_view kind, std::string_view id,
                                base::Deadline deadline) override;
    base::Status removeExpired(base::TimePoint now, base::Deadline deadline) override;

    base::Status addPasskey(const domain::Passkey& passkey, std::size_t most,
                            base::Deadline deadline) override;
    base::Result<domain::Passkey> passkey(std::string_view id, base::Deadline deadline) override;
    base::Result<std::vector<domain::Passkey>> passkeysOf(const base::AccountId& account,
                                                          base::Deadline deadline) override;
    base::Status renamePasskey(const base::AccountId& account, std::string_view id,
                               std::string_view name, base::Deadline deadline) override;
    base::Status usePasskey(std::string_view id, std::uint32_t signCount, base::TimePoint at,
                            base::Deadline deadline) override;
    base::Status removePasskey(const base::AccountId& account, std::string_view id,
                               base::Deadline deadline) override;
    base::Status removePasskeysOf(const base::AccountId& account, base::Deadline deadline) override;

    base::Result<std::vector<domain::ChainHead>> chainHeads(base::Deadline deadline) override;
    base::Result<domain::ChainReport> verifyChain(const base::OrganizationId& organization,
                                                  const std::vector<domain::ChainHead>& expected,
                                                  base::Deadline deadline) override;
    base::Result<std::uint64_t> trimChain(const base::OrganizationId& organization,
                                          base::TimePoint before, base::Deadline deadline) override;

  private:
    Store(std::unique_ptr<Database> database, base::SealingKey key, const base::Clock& clock);
    /// Links the entries of a database that is older than the chains.
    base::Status linkFormerEntries(base::Deadline deadline);

    std::unique_ptr<Database> database_;
    base::SealingKey key_;
    const base::Clock& clock_;
};

}  // namespace tenantry::store
