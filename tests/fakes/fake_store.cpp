#include "tests/fakes/fake_store.h"

#include <algorithm>
#include <type_traits>

#include "kernel/base/limits.h"
#include "kernel/base/text.h"
#include "kernel/domain/ports/connector.h"

// Takes the lock, and answers the fault that a test has asked for.
#define TNY_FAKE_CALL()                 \
    const std::lock_guard lock(mutex_); \
    if (auto failed = fault()) return *failed

namespace tenantry::testing {

using base::Deadline;
using base::ok;
using base::Result;
using base::Status;

namespace {

base::Error noSuch(std::string_view what) {
    return base::notFound("There is no such " + std::string(what) + ".");
}

bool matches(const domain::Activity& entry, const domain::ActivityQuery& query) {
    if (query.action && entry.action != *query.action) return false;
    if (query.outcome && entry.outcome != *query.outcome) return false;
    if (query.targetId && entry.targetId != *query.targetId) return false;
    if (query.actor && entry.actor != *query.actor) return false;
    if (query.from && entry.at < *query.from) return false;
    if (query.to && entry.at >= *query.to) return false;
    if (query.search.empty()) return true;
    const std::string wanted = base::searchFold(query.search);
    return base::searchFold(entry.targetName).find(wanted) != std::string::npos ||
           base::searchFold(entry.actorName).find(wanted) != std::string::npos ||
           base::searchFold(entry.detail).find(wanted) != std::string::npos;
}

}  // namespace

std::optional<base::Error> FakeStore::fault() {
    ++calls_;
    if (down_) return down_;
    const auto found = faults_.find(calls_);
    return found == faults_.end() ? std::nullopt : std::optional(found->second);
}

void FakeStore::failCall(int n, base::Error error) {
    const std::lock_guard lock(mutex_);
    faults_[calls_ + n] = std::move(error);
}
void FakeStore::breakDown(base::Error error) {
    const std::lock_guard lock(mutex_);
    down_ = std::move(error);
}
void FakeStore::heal() {
    const std::lock_guard lock(mutex_);
    down_.reset();
    faults_.clear();
}
int FakeStore::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}
std::vector<domain::User> FakeStore::tombstonesOf(const base::ConnectionId& id) const {
    const std::lock_guard lock(mutex_);
    std::vector<domain::User> out;
    const auto found = directories_.find(id);
    if (found == directories_.end()) return out;
    for (const auto& user : found->second.tombstones) out.push_back(found->second.users.at(user));
    return out;
}
std::vector<domain::Activity> FakeStore::activities() const {
    const std::lock_guard lock(mutex_);
    return activities_;
}

Result<std::vector<domain::Organization>> FakeStore::loadOrganizations(Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Organization> out;
    for (const auto& [id, organization] : organizations_) out.push_back(organization);
    return out;
}

Status FakeStore::putOrganization(const domain::Organization& organization, Deadline) {
    TNY_FAKE_CALL();
    for (const auto& [id, other] : organizations_)
        if (other.slug == organization.slug && id != organization.id)
            return base::conflict("Another organization has this slug.").at("/slug");
    if (!organization.parent.empty() && !organizations_.contains(organization.parent))
        return base::conflict("The organization above it is not there any more.").at("/parent");
    organizations_[organization.id] = organization;
    return ok();
}

Status FakeStore::removeOrganization(const base::OrganizationId& id, Deadline) {
    TNY_FAKE_CALL();
    if (!organizations_.contains(id)) return noSuch("organization");
    for (const auto& [other, organization] : organizations_)
        if (organization.parent == id)
            return base::conflict("There are organizations below this one.");
    for (const auto& [other, directory] : directories_)
        if (directory.connection.organization == id)
            return base::conflict("This organization has a connection.");
    for (const auto& [other, account] : accounts_)
        if (account.home == id) return base::conflict("Accounts live in this organization.");
    organizations_.erase(id);
    return ok();
}

Result<std::vector<std::pair<domain::Connection, domain::ConnectionHealth>>>
FakeStore::loadConnections(Deadline) {
    TNY_FAKE_CALL();
    std::vector<std::pair<domain::Connection, domain::ConnectionHealth>> out;
    for (const auto& [id, directory] : directories_)
        out.emplace_back(directory.connection, directory.health);
    return out;
}

Status FakeStore::putConnection(const domain::Connection& connection,
                                const std::map<std::string, base::SecretText>& secrets, Deadline) {
    TNY_FAKE_CALL();
    if (!organizations_.contains(connection.organization))
        return base::conflict("The organization is not there any more.").at("/organization");
    auto& directory = directories_[connection.id];
    if (directory.connection.organization != connection.organization && directory.revision > 0) {
        for (auto& [id, user] : directory.users) user.organization = connection.organization;
        ++directory.revision;
    }
    directory.connection = connection;
    for (const auto& [ref, secret] : secrets) directory.secrets[ref] = secret;
    return ok();
}

Status FakeStore::removeConnection(const base::ConnectionId& id, Deadline) {
    TNY_FAKE_CALL();
    return directories_.erase(id) == 0 ? Status(noSuch("connection")) : ok();
}

Result<base::SecretText> FakeStore::secret(const base::ConnectionId& id, std::string_view ref,
                                           Deadline) {
    TNY_FAKE_CALL();
    const auto found = directories_.find(id);
    if (found == directories_.end()) return noSuch("secret");
    const auto secret = found->second.secrets.find(ref);
    if (secret == found->second.secrets.end()) return noSuch("secret");
    return secret->second;
}

Result<std::string> FakeStore::memory(const base::ConnectionId& id, std::string_view key,
                                      Deadline) {
    TNY_FAKE_CALL();
    const auto found = directories_.find(id);
    if (found == directories_.end()) return noSuch("memory");
    const auto kept = found->second.memory.find(key);
    if (kept == found->second.memory.end()) return noSuch("memory");
    return kept->second;
}

Status FakeStore::putMemory(const base::ConnectionId& id, std::string_view key,
                            std::string_view value, Deadline) {
    TNY_FAKE_CALL();
    if (key.empty() || key.size() > domain::ConnectorMemory::kKeyBytesMax)
        return base::invalidArgument("A key has 1 to 256 bytes.");
    const auto found = directories_.find(id);
    if (found == directories_.end()) return noSuch("connection");
    std::size_t bytes = key.size() + value.size();
    for (const auto& [other, text] : found->second.memory)
        if (other != key) bytes += other.size() + text.size();
    if (bytes > domain::ConnectorMemory::kBytesMax) return base::tooMany("The memory is full.");
    found->second.memory[std::string(key)] = value;
    return ok();
}

Status FakeStore::removeMemory(const base::ConnectionId& id, std::string_view key, Deadline) {
    TNY_FAKE_CALL();
    const auto found = directories_.find(id);
    if (found != directories_.end()) found->second.memory.erase(std::string(key));
    return ok();
}

Status FakeStore::putHealth(const base::ConnectionId& id, const domain::ConnectionHealth& health,
                            Deadline) {
    TNY_FAKE_CALL();
    const auto found = directories_.find(id);
    if (found == directories_.end()) return noSuch("connection");
    found->second.health = health;
    return ok();
}

Status FakeStore::loadUsers(const std::function<void(domain::User&&)>& each, Deadline) {
    std::vector<domain::User> users;
    {
        TNY_FAKE_CALL();
        for (const auto& [connection, directory] : directories_)
            for (const auto& [id, user] : directory.users)
                if (!directory.tombstones.contains(id)) users.push_back(user);
    }
    for (auto& user : users) each(std::move(user));
    return ok();
}

Result<std::vector<domain::User>> FakeStore::usersOf(const base::ConnectionId& connection,
                                                     Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::User> out;
    const auto found = directories_.find(connection);
    if (found == directories_.end()) return out;
    for (const auto& [id, user] : found->second.users)
        if (!found->second.tombstones.contains(id)) out.push_back(user);
    return out;
}

Result<std::unordered_map<base::ConnectionId, std::uint64_t>> FakeStore::userRevisions(Deadline) {
    TNY_FAKE_CALL();
    std::unordered_map<base::ConnectionId, std::uint64_t> out;
    for (const auto& [id, directory] : directories_) out.emplace(id, directory.revision);
    return out;
}

Result<std::uint64_t> FakeStore::applyUsers(const base::ConnectionId& connection,
                                            const domain::UserChanges& changes, Deadline) {
    TNY_FAKE_CALL();
    const auto found = directories_.find(connection);
    if (found == directories_.end()) return noSuch("connection");
    for (const auto& user : changes.upserts)
        if (user.connection != connection)
            return base::invalidArgument("A user of another connection is among the changes.");
    Directory& directory = found->second;
    for (const auto& user : changes.upserts) {
        const auto stored = directory.users.find(user.id);
        if (stored != directory.users.end() && stored->second.seenAt > user.seenAt) continue;
        directory.users[user.id] = user;
        directory.tombstones.erase(user.id);
    }
    for (const auto& id : changes.seen)
        if (const auto user = directory.users.find(id);
            user != directory.users.end() && !directory.tombstones.contains(id))
            user->second.seenAt = std::max(user->second.seenAt, changes.seenAt);
    for (const auto& id : changes.tombstones) {
        const auto user = directory.users.find(id);
        if (user == directory.users.end() || user->second.seenAt > changes.seenAt) continue;
        user->second.seenAt = changes.seenAt;
        directory.tombstones.insert(id);
    }
    if (changes.health) directory.health = *changes.health;
    return ++directory.revision;
}

Status FakeStore::append(const domain::Activity& entry, Deadline) {
    TNY_FAKE_CALL();
    for (const auto& other : activities_)
        if (other.id == entry.id) return base::conflict("This entry is there already.");
    activities_.push_back(entry);
    return ok();
}

Result<domain::ActivityPage> FakeStore::list(const domain::Scope& scope,
                                             const domain::ActivityQuery& query, Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Activity> found;
    for (auto entry = activities_.rbegin(); entry != activities_.rend(); ++entry)
        if (scope.contains(entry->organization) && matches(*entry, query)) found.push_back(*entry);
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.at > b.at; });
    domain::ActivityPage page;
    page.total = found.size();
    const std::size_t limit = std::min(query.limit, base::limits::kActivityPageMax);
    for (std::size_t i = query.offset; i < found.size() && page.items.size() < limit; ++i)
        page.items.push_back(found[i]);
    return page;
}

Result<domain::Account> FakeStore::account(const base::AccountId& id, Deadline) {
    TNY_FAKE_CALL();
    const auto found = accounts_.find(id);
    if (found == accounts_.end()) return noSuch("account");
    return found->second;
}

Result<std::vector<domain::Account>> FakeStore::loadAccounts(Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Account> out;
    for (const auto& [id, account] : accounts_) out.push_back(account);
    return out;
}

Result<std::uint64_t> FakeStore::countAccounts(Deadline) {
    TNY_FAKE_CALL();
    return accounts_.size();
}

Status FakeStore::putAccount(const domain::Account& account, Deadline) {
    TNY_FAKE_CALL();
    return write(account);
}

Status FakeStore::write(const domain::Account& account) {
    if (!organizations_.contains(account.home))
        return base::conflict("The account's organization is not there any more.").at("/home");
    const auto stored = accounts_.find(account.id);
    if (stored != accounts_.end() && stored->second.revision != account.revision)
        return base::conflict("Somebody else changed this account meanwhile.");
    const auto taken = [&](const std::string& login) {
        const auto found = logins_.find(login);
        return found != logins_.end() && found->second != account.id;
    };
    const std::string username = base::caseFold(account.username);
    const std::string email = base::caseFold(account.email);
    if (taken(username)) return base::conflict("This username is taken.").at("/username");
    if (!email.empty() && taken(email))
        return base::conflict("This e-mail address is taken.").at("/email");
    std::erase_if(logins_, [&](const auto& login) { return login.second == account.id; });
    logins_[username] = account.id;
    if (!email.empty()) logins_[email] = account.id;
    domain::Account copy = account;
    if (stored == accounts_.end()) {
        copy.revision = 1;
    } else {
        ++copy.revision;
        copy.lastLoginAt = std::max(copy.lastLoginAt, stored->second.lastLoginAt);
    }
    accounts_[account.id] = std::move(copy);
    return ok();
}

Result<std::pair<domain::Account, domain::Credentials>> FakeStore::findForSignIn(
    std::string_view login, Deadline) {
    TNY_FAKE_CALL();
    const auto found = logins_.find(base::caseFold(login));
    if (found == logins_.end()) return noSuch("account");
    return std::pair(accounts_.at(found->second), credentials_[found->second]);
}

Status FakeStore::addAccount(const domain::Account& account, const domain::Credentials& credentials,
                             Deadline) {
    TNY_FAKE_CALL();
    if (accounts_.contains(account.id)) return base::conflict("This account is there already.");
    TNY_CHECKED(write(account));
    credentials_[account.id] = credentials;
    return ok();
}

Status FakeStore::putCredentials(const base::AccountId& id, const domain::Credentials& credentials,
                                 Deadline) {
    TNY_FAKE_CALL();
    if (!accounts_.contains(id)) return noSuch("account");
    credentials_[id] = credentials;
    return ok();
}

Status FakeStore::noteSignIn(const base::AccountId& id, base::TimePoint at, Deadline) {
    TNY_FAKE_CALL();
    const auto found = accounts_.find(id);
    if (found == accounts_.end()) return noSuch("account");
    auto& last = found->second.lastLoginAt;
    last = std::max(last, std::optional(at));
    return ok();
}

Status FakeStore::putSession(const domain::Session& session, Deadline) {
    TNY_FAKE_CALL();
    if (!accounts_.contains(session.account))
        return base::conflict("The account is not there any more.");
    sessions_[session.tokenDigest] = session;
    return ok();
}

Result<domain::Session> FakeStore::session(std::string_view tokenDigest, Deadline) {
    TNY_FAKE_CALL();
    const auto found = sessions_.find(tokenDigest);
    if (found == sessions_.end()) return noSuch("session");
    return found->second;
}

Status FakeStore::touchSession(std::string_view tokenDigest, base::TimePoint at, Deadline) {
    TNY_FAKE_CALL();
    const auto found = sessions_.find(tokenDigest);
    if (found == sessions_.end()) return noSuch("session");
    found->second.lastUsedAt = std::max(found->second.lastUsedAt, at);
    return ok();
}

Status FakeStore::removeSession(std::string_view tokenDigest, Deadline) {
    TNY_FAKE_CALL();
    if (const auto found = sessions_.find(tokenDigest); found != sessions_.end())
        sessions_.erase(found);
    return ok();
}

Status FakeStore::removeSessionsOf(const base::AccountId& id, Deadline) {
    TNY_FAKE_CALL();
    std::erase_if(sessions_, [&](const auto& one) { return one.second.account == id; });
    return ok();
}

Status FakeStore::removeOldSessions(base::TimePoint createdBefore, base::TimePoint usedBefore,
                                    Deadline) {
    TNY_FAKE_CALL();
    std::erase_if(sessions_, [&](const auto& one) {
        return one.second.createdAt < createdBefore || one.second.lastUsedAt < usedBefore;
    });
    return ok();
}

Status FakeStore::putLink(const domain::OneTimeLink& link, Deadline) {
    TNY_FAKE_CALL();
    if (!link.account.empty() && !accounts_.contains(link.account))
        return base::conflict("The account is not there any more.");
    links_[link.tokenDigest] = link;
    return ok();
}

Result<domain::OneTimeLink> FakeStore::link(std::string_view tokenDigest, Deadline) {
    TNY_FAKE_CALL();
    const auto found = links_.find(tokenDigest);
    if (found == links_.end()) return noSuch("link");
    return found->second;
}

Status FakeStore::consumeLink(std::string_view tokenDigest, Deadline) {
    TNY_FAKE_CALL();
    const auto found = links_.find(tokenDigest);
    if (found == links_.end()) return noSuch("link");
    links_.erase(found);
    return ok();
}

Status FakeStore::removeLinks(std::string_view purpose, Deadline) {
    TNY_FAKE_CALL();
    std::erase_if(links_, [&](const auto& one) { return one.second.purpose == purpose; });
    return ok();
}

Result<std::vector<domain::Session>> FakeStore::sessionsOf(const base::AccountId& id, Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Session> out;
    for (const auto& [digest, session] : sessions_)
        if (session.account == id) out.push_back(session);
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.createdAt > b.createdAt; });
    return out;
}

Status FakeStore::addDocument(const domain::Document& document, Deadline) {
    TNY_FAKE_CALL();
    if (!documents_.try_emplace({document.kind, document.id}, document).second)
        return base::conflict("There is one of this name already.");
    return ok();
}

Status FakeStore::putDocument(const domain::Document& document, Deadline) {
    TNY_FAKE_CALL();
    documents_[{document.kind, document.id}] = document;
    return ok();
}

Result<domain::Document> FakeStore::document(std::string_view kind, std::string_view id, Deadline) {
    TNY_FAKE_CALL();
    const auto found = documents_.find({std::string(kind), std::string(id)});
    if (found == documents_.end()) return noSuch(std::string(kind));
    return found->second;
}

Result<std::vector<domain::Document>> FakeStore::documents(std::string_view kind,
                                                           std::string_view owner, Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Document> out;
    for (const auto& [name, document] : documents_)
        if (document.kind == kind && (owner.empty() || document.owner == owner))
            out.push_back(document);
    return out;
}

Status FakeStore::removeDocument(std::string_view kind, std::string_view id, Deadline) {
    TNY_FAKE_CALL();
    if (documents_.erase({std::string(kind), std::string(id)}) == 0)
        return noSuch(std::string(kind));
    return ok();
}

Status FakeStore::removeExpired(base::TimePoint now, Deadline) {
    TNY_FAKE_CALL();
    std::erase_if(documents_, [&](const auto& one) {
        return one.second.expiresAt && *one.second.expiresAt < now;
    });
    std::erase_if(links_, [&](const auto& one) { return one.second.expiresAt < now; });
    return ok();
}

Result<std::vector<domain::ChainHead>> FakeStore::chainHeads(Deadline) {
    TNY_FAKE_CALL();
    std::map<base::OrganizationId, domain::ChainHead> heads;
    for (const auto& entry : activities_) {
        auto& head = heads[entry.organization];
        head.organization = entry.organization;
        ++head.sequence;
    }
    std::vector<domain::ChainHead> out;
    for (auto& [id, head] : heads) out.push_back(std::move(head));
    return out;
}

Result<domain::ChainReport> FakeStore::verifyChain(const base::OrganizationId& organization,
                                                   const std::vector<domain::ChainHead>&,
                                                   Deadline) {
    TNY_FAKE_CALL();
    domain::ChainReport report;
    report.head.organization = organization;
    for (const auto& entry : activities_)
        if (entry.organization == organization) ++report.entries;
    report.head.sequence = report.entries;
    return report;
}

Result<std::uint64_t> FakeStore::trimChain(const base::OrganizationId& organization,
                                           base::TimePoint before, Deadline) {
    TNY_FAKE_CALL();
    return static_cast<std::uint64_t>(std::erase_if(activities_, [&](const auto& one) {
        return one.organization == organization && one.at < before;
    }));
}

Status FakeStore::addPasskey(const domain::Passkey& passkey, std::size_t most, Deadline) {
    TNY_FAKE_CALL();
    if (!accounts_.contains(passkey.account))
        return base::conflict("The account is not there any more.");
    const auto held = std::count_if(passkeys_.begin(), passkeys_.end(), [&](const auto& one) {
        return one.second.account == passkey.account;
    });
    if (static_cast<std::size_t>(held) >= most)
        return base::conflict("An account has at most " + std::to_string(most) +
                              " passkeys. Delete one that is not in use.");
    if (!passkeys_.emplace(passkey.id, passkey).second)
        return base::conflict("This passkey is registered already.");
    return ok();
}

Result<domain::Passkey> FakeStore::passkey(std::string_view id, Deadline) {
    TNY_FAKE_CALL();
    const auto found = passkeys_.find(id);
    if (found == passkeys_.end()) return noSuch("passkey");
    return found->second;
}

Result<std::vector<domain::Passkey>> FakeStore::passkeysOf(const base::AccountId& account,
                                                           Deadline) {
    TNY_FAKE_CALL();
    std::vector<domain::Passkey> out;
    for (const auto& [id, passkey] : passkeys_)
        if (passkey.account == account) out.push_back(passkey);
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return a.createdAt < b.createdAt; });
    return out;
}

Status FakeStore::renamePasskey(const base::AccountId& account, std::string_view id,
                                std::string_view name, Deadline) {
    TNY_FAKE_CALL();
    const auto found = passkeys_.find(id);
    if (found == passkeys_.end() || found->second.account != account) return noSuch("passkey");
    found->second.name = name;
    return ok();
}

Status FakeStore::usePasskey(std::string_view id, std::uint32_t signCount, base::TimePoint at,
                             Deadline) {
    TNY_FAKE_CALL();
    const auto found = passkeys_.find(id);
    if (found == passkeys_.end()) return noSuch("passkey");
    if (!domain::countsUp(found->second.signCount, signCount))
        return base::conflict("The passkey's counter did not go up.");
    found->second.signCount = signCount;
    found->second.lastUsedAt = at;
    return ok();
}

Status FakeStore::removePasskey(const base::AccountId& account, std::string_view id, Deadline) {
    TNY_FAKE_CALL();
    const auto found = passkeys_.find(id);
    if (found == passkeys_.end() || found->second.account != account) return noSuch("passkey");
    passkeys_.erase(found);
    return ok();
}

Status FakeStore::removePasskeysOf(const base::AccountId& account, Deadline) {
    TNY_FAKE_CALL();
    std::erase_if(passkeys_, [&](const auto& one) { return one.second.account == account; });
    return ok();
}

}  // namespace tenantry::testing
static_assert(!std::is_abstract_v<tenantry::testing::FakeStore>, "a port has grown");
