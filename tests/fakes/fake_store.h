/// The store in memory. It passes the same contract suite as SQLite and MariaDB (tests/contract),
/// so that it may be trusted; and it fails on demand.
///
/// Threads: any. Nothing survives it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/base/clock.h"
#include "kernel/domain/ports/activity_chain.h"
#include "kernel/domain/ports/connector_memory.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/passkeys.h"
#include "kernel/domain/ports/stores.h"

namespace tenantry::testing {

class FakeStore final : public domain::OrganizationStore,
                        public domain::ConnectionStore,
                        public domain::ConnectorMemoryStore,
                        public domain::UserStore,
                        public domain::ActivityStore,
                        public domain::AccountStore,
                        public domain::AccountVault,
                        public domain::DocumentStore,
                        public domain::PasskeyStore,
                        public domain::ActivityChain {
  public:
    FakeStore() = default;

    /// The `n`-th call of any method from now on (1: the next one) answers `error` and does
    /// nothing.
    void failCall(int n, base::Error error);
    /// Every call answers `error`, until heal().
    void breakDown(base::Error error);
    void heal();
    /// How many calls there were, failed ones too: the length of a fault walk.
    [[nodiscard]] int calls() const;
    /// What the ports do not show: users that are kept as tombstones.
    [[nodiscard]] std::vector<domain::User> tombstonesOf(const base::ConnectionId& id) const;
    [[nodiscard]] std::vector<domain::Activity> activities() const;

    base::Result<std::vector<domain::Organization>> loadOrganizations(base::Deadline) override;
    base::Status putOrganization(const domain::Organization& organization, base::Deadline) override;
    base::Status removeOrganization(const base::OrganizationId& id, base::Deadline) override;

    base::Result<std::vector<std::pair<domain::Connection, domain::ConnectionHealth>>>
        loadConnections(base::Deadline) override;
    base::Status putConnection(const domain::Connection& connection,
                               const std::map<std::string, base::SecretText>& secrets,
                               base::Deadline) override;
    base::Status removeConnection(const base::ConnectionId& id, base::Deadline) override;
    base::Result<base::SecretText> secret(const base::ConnectionId& id, std::string_view ref,
                                          base::Deadline) override;
    base::Status putHealth(const base::ConnectionId& id, const domain::ConnectionHealth& health,
                           base::Deadline) override;

    base::Result<std::string> memory(const base::ConnectionId& id, std::string_view key,
                                     base::Deadline) override;
    base::Status putMemory(const base::ConnectionId& id, std::string_view key,
                           std::string_view value, base::Deadline) override;
    base::Status removeMemory(const base::ConnectionId& id, std::string_view key,
                              base::Deadline) override;

    base::Status loadUsers(const std::function<void(domain::User&&)>& each,
                           base::Deadline) override;
    base::Result<std::vector<domain::User>> usersOf(const base::ConnectionId& connection,
                                                    base::Deadline) override;
    base::Result<std::unordered_map<base::ConnectionId, std::uint64_t>> userRevisions(
        base::Deadline deadline) override;
    base::Result<std::uint64_t> applyUsers(const base::ConnectionId& connection,
                                           const domain::UserChanges& changes,
                                           base::Deadline) override;

    base::Status append(const domain::Activity& entry, base::Deadline) override;
    base::Result<domain::ActivityPage> list(const domain::Scope& scope,
                                            const domain::ActivityQuery& query,
                                            base::Deadline) override;

    base::Result<domain::Account> account(const base::AccountId& id, base::Deadline) override;
    base::Result<std::vector<domain::Account>> loadAccounts(base::Deadline) override;
    base::Result<std::uint64_t> countAccounts(base::Deadline) override;
    base::Status putAccount(const domain::Account& account, base::Deadline) override;

    base::Result<std::pair<domain::Account, domain::Credentials>> findForSignIn(
        std::string_view login, base::Deadline) override;
    base::Status addAccount(const domain::Account& account, const domain::Credentials& credentials,
                            base::Deadline) override;
    base::Status putCredentials(const base::AccountId& id, const domain::Credentials& credentials,
                                base::Deadline) override;
    base::Status noteSignIn(const base::AccountId& id, base::TimePoint at, base::Deadline) override;
    base::Status putSession(const domain::Session& session, base::Deadline) override;
    base::Result<domain::Session> session(std::string_view tokenDigest, base::Deadline) override;
    base::Result<std::vector<domain::Session>> sessionsOf(const base::AccountId& id,
                                                          base::Deadline) override;
    base::Status touchSession(std::string_view tokenDigest, base::TimePoint at,
                              base::Deadline) override;
    base::Status removeSession(std::string_view tokenDigest, base::Deadline) override;
    base::Status removeSessionsOf(const base::AccountId& id, base::Deadline) override;
    base::Status removeOldSessions(base::TimePoint createdBefore, base::TimePoint usedBefore,
                                   base::Deadline) override;
    base::Status putLink(const domain::OneTimeLink& link, base::Deadline) override;
    base::Result<domain::OneTimeLink> link(std::string_view tokenDigest, base::Deadline) override;
    base::Status consumeLink(std::string_view tokenDigest, base::Deadline) override;
    base::Status removeLinks(std::string_view purpose, base::Deadline) override;

    base::Status addDocument(const domain::Document& document, base::Deadline) override;
    base::Status putDocument(const domain::Document& document, base::Deadline) override;
    base::Result<domain::Document> document(std::string_view kind, std::string_view id,
                                            base::Deadline) override;
    base::Result<std::vector<domain::Document>> documents(std::string_view kind,
                                                          std::string_view owner,
                                                          base::Deadline) override;
    base::Status removeDocument(std::string_view kind, std::string_view id,
                                base::Deadline) override;
    base::Status removeExpired(base::TimePoint now, base::Deadline) override;

    base::Status addPasskey(const domain::Passkey& passkey, std::size_t most,
                            base::Deadline) override;
    base::Result<domain::Passkey> passkey(std::string_view id, base::Deadline) override;
    base::Result<std::vector<domain::Passkey>> passkeysOf(const base::AccountId& account,
                                                          base::Deadline) override;
    base::Status renamePasskey(const base::AccountId& account, std::string_view id,
                               std::string_view name, base::Deadline) override;
    base::Status usePasskey(std::string_view id, std::uint32_t signCount, base::TimePoint at,
                            base::Deadline) override;
    base::Status removePasskey(const base::AccountId& account, std::string_view id,
                               base::Deadline) override;
    base::Status removePasskeysOf(const base::AccountId& account, base::Deadline) override;

    /// Nobody can reach behind this store: its chains are whole, and hold no digests.
    base::Result<std::vector<domain::ChainHead>> chainHeads(base::Deadline) override;
    base::Result<domain::ChainReport> verifyChain(const base::OrganizationId& organization,
                                                  const std::vector<domain::ChainHead>& expected,
                                                  base::Deadline) override;
    base::Result<std::uint64_t> trimChain(const base::OrganizationId& organization,
                                          base::TimePoint before, base::Deadline) override;

  private:
    struct Directory {
        domain::Connection connection;
        domain::ConnectionHealth health;
        std::map<std::string, base::SecretText, std::less<>> secrets;
        std::map<std::string, std::string, std::less<>> memory;
        std::map<base::UserId, domain::User> users;
        std::set<base::UserId> tombstones;
        std::uint64_t revision = 0;
    };

    /// Counts a call; what it must answer instead of doing its work.
    std::optional<base::Error> fault();
    base::Status write(const domain::Account& account);

    mutable std::mutex mutex_;
    std::map<base::OrganizationId, domain::Organization> organizations_;
    std::map<base::ConnectionId, Directory> directories_;
    std::vector<domain::Activity> activities_;
    std::map<base::AccountId, domain::Account> accounts_;
    std::map<std::string, base::AccountId, std::less<>> logins_;
    std::map<base::AccountId, domain::Credentials> credentials_;
    std::map<std::string, domain::Session, std::less<>> sessions_;
    std::map<std::string, domain::OneTimeLink, std::less<>> links_;
    std::map<std::pair<std::string, std::string>, domain::Document> documents_;
    std::map<std::string, domain::Passkey, std::less<>> passkeys_;
    std::map<int, base::Error> faults_;
    std::optional<base::Error> down_;
    int calls_ = 0;
};

}  // namespace tenantry::testing
