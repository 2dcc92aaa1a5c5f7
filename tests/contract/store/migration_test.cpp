// Databases that former versions made are opened, brought up to date and read with all they held.
// TNY_UPDATE_GOLDEN=1 writes the files of the newest version again; those of released versions
// stay.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/contract/store/engines.h"
#include "tests/contract/store/samples.h"

namespace tenantry::testing {
namespace {

using base::Deadline;
using ::testing::UnorderedElementsAre;

constexpr int kVersion = 1;

std::string fixedId(int n) {
    const std::string digits = std::to_string(n);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}
Deadline soon() {
    return Deadline::after(std::chrono::seconds{30});
}

/// What every kept database holds. A new version may add to it, and takes nothing away.
struct Contents {
    domain::Organization root = platform(), tenant;
    domain::Connection connection;
    domain::ConnectionHealth health = fullHealth();
    domain::User user, bare, tombstone;
    domain::Account account;
    domain::Session session;
    domain::OneTimeLink link;
    domain::Activity entry;

    Contents() {
        root.id = base::OrganizationId(fixedId(1));
        tenant = below(root, domain::OrganizationKind::kTenant, "tenant");
        tenant.id = base::OrganizationId(fixedId(2));
        connection = connectionOf(tenant);
        connection.id = base::ConnectionId(fixedId(3));
        user = fullUser(connection, "1");
        bare = bareUser(connection, "2");
        tombstone = bareUser(connection, "3");
        account = fullAccount(tenant, "zoë");
        account.id = base::AccountId(fixedId(4));
        // What the first schema had no place for.
        account.grants[1].expiresAt.reset();
        account.mfaRequired = account.mfaEnrolled = account.federatedOnly = false;
        account.lockedOut = false;
        account.formerStatus = domain::UserStatus::kActive;
        account.invitedAt = account.activeSince = std::nullopt;
        account.identities.clear();
        session = {"digest",      account.id, "csrf",   "2001:db8::1",
                   awkwardText(), moment(1),  moment(2)};
        link = {"link digest", "reset", account.id, moment(3)};
        entry = entryOf(tenant.id, 1);
        entry.id = base::ActivityId(fixedId(5));
        entry.actor = account.id;
        entry.targetId = user.id.text();
        entry.correlationId = fixedId(6);
    }
    static base::SealingKey key() {
        return base::SealingKey::fromBase64(
                   base::SecretText("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
            .value();
    }
    void putInto(store::Store& store) const {
        ASSERT_TRUE(store.putOrganization(root, soon()));
        ASSERT_TRUE(store.putOrganization(tenant, soon()));
        ASSERT_TRUE(store.putConnection(connection, {{"bind_password", base::SecretText("s3cret")}},
                                        soon()));
        ASSERT_TRUE(store.applyUsers(
            connection.id, {.upserts = {user, bare, tombstone}, .health = health}, soon()));
        ASSERT_TRUE(store.applyUsers(connection.id,
                                     {.seenAt = moment(40), .tombstones = {tombstone.id}}, soon()));
        ASSERT_TRUE(store.addAccount(account, {"$argon2id$x", 2, moment(4)}, soon()));
        ASSERT_TRUE(store.putSession(session, soon()));
        ASSERT_TRUE(store.putLink(link, soon()));
        ASSERT_TRUE(store.append(entry, soon()));
    }
    void expectIn(store::Store& store, const base::Clock& clock) const {
        EXPECT_THAT(store.loadOrganizations(soon()).value(), UnorderedElementsAre(root, tenant));
        EXPECT_THAT(store.loadConnections(soon()).value(),
                    UnorderedElementsAre(::testing::Pair(connection, health)));
        EXPECT_EQ(store.secret(connection.id, "bind_password", soon()).value().reveal(), "s3cret");
        EXPECT_THAT(store.usersOf(connection.id, soon()).value(), UnorderedElementsAre(user, bare));
        const auto found = store.findForSignIn("ZOË", soon()).value();
        EXPECT_EQ(difference(found.first, account), "");
        EXPECT_EQ(found.second.passwordHash, "$argon2id$x");
        EXPECT_EQ(found.second.failures, 2);
        EXPECT_EQ(store.session("digest", soon()).value().userAgent, session.userAgent);
        EXPECT_EQ(store.link("link digest", soon()).value().account, account.id);
        Authority authority(store, store, store, store, clock);
        const auto page = store.list(authority.wholePlatform(), {}, soon()).value();
        ASSERT_EQ(page.items.size(), 1U);
        EXPECT_EQ(difference(page.items[0], entry), "");
        // The revision goes on from where it was.
        EXPECT_EQ(store.applyUsers(connection.id, {}, soon()).value(), 3U);
        const auto revived = store.applyUsers(connection.id, {.upserts = {tombstone}}, soon());
        EXPECT_TRUE(revived);
        EXPECT_EQ(store.usersOf(connection.id, soon()).value().size(), 2U)
            << "the tombstone is newer than what would revive it";
    }
};

class KeptDatabase : public ::testing::TestWithParam<std::pair<StoreKind, int>> {
  protected:
    static std::filesystem::path kept(StoreKind kind, int version) {
        return "tests/data/db/version_" + std::to_string(version) +
               (kind == StoreKind::kSqlite ? "_sqlite.db" : "_mysql.sql");
    }
    static std::filesystem::path fileOf(const EmptyDatabase& database) {
        return database.folder.path() / "tenantry.db";
    }
    /// A database of this build, into the kept files.
    void write(StoreKind kind) {
        const EmptyDatabase database(kind);
        auto options = database.options();
        options.sealingKey = Contents::key();
        Contents().putInto(*store::Store::open(std::move(options), clock_, soon()).value());
        if (kind == StoreKind::kSqlite) {
            std::filesystem::copy_file(fileOf(database), kept(kind, kVersion),
                                       std::filesystem::copy_options::overwrite_existing);
            return;
        }
        const auto dump = runCommand(
            {.command = {"/usr/bin/mariadb-dump", "--no-defaults",
                         "--socket=" + mariaDb()->socket(), "--user=root", "--skip-comments",
                         "--skip-extended-insert", "--hex-blob", database.schema},
             .runAs = {},
             .log = {}});
        ASSERT_EQ(dump.exitCode, 0) << dump.output;
        std::ofstream(kept(kind, kVersion)) << dump.output;
    }
    static void restore(StoreKind kind, int version, const EmptyDatabase& database) {
        if (kind == StoreKind::kSqlite) {
            std::filesystem::copy_file(kept(kind, version), fileOf(database));
            return;
        }
        std::ifstream in(kept(kind, version));
        mariaDb()->execute(database.schema, std::string(std::istreambuf_iterator<char>(in), {}));
    }
    FakeClock clock_;
};
INSTANTIATE_TEST_SUITE_P(Versions, KeptDatabase,
                         ::testing::Values(std::pair{StoreKind::kSqlite, 1},
                                           std::pair{StoreKind::kMariaDb, 1}),
                         [](const auto& one) {
                             return name(one.param.first) + std::to_string(one.param.second);
                         });

TEST_P(KeptDatabase, IsOpenedWithAllItHeld) {
    const auto [kind, version] = GetParam();
    if (kind == StoreKind::kMariaDb)
        if (const auto why = MariaDbServer::unavailable()) GTEST_SKIP() << *why;
    if (std::getenv("TNY_UPDATE_GOLDEN") != nullptr && version == kVersion) write(kind);
    const EmptyDatabase database(kind);
    restore(kind, version, database);
    auto options = database.options();
    options.sealingKey = Contents::key();
    auto store = store::Store::open(std::move(options), clock_, soon());
    ASSERT_TRUE(store) << store.error().text();
    Contents().expectIn(**store, clock_);
}

}  // namespace
}  // namespace tenantry::testing
