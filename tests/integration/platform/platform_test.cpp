// The whole platform without HTTP, on real things: a slapd, a SQLite database, connectors in
// isolated workers, the embedded store. What an admin lives through in a day: a lockout, an unlock,
// a dead server, a restart.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <thread>

#include "kernel/main/platform.h"
#include "tests/support/slapd_server.h"

namespace tenantry::main {
namespace {

using base::Deadline;
using domain::Action;
using domain::ConnectionState;
using domain::Outcome;
using domain::UserStatus;

Deadline soon() {
    return Deadline::after(std::chrono::seconds{30});
}

class Quiet final : public domain::EventSink {
  public:
    void publish(const domain::Event&) override {}
};

std::string buildFolder() {
    const char* folder = ::getenv("TENANTRY_BUILD_DIR");
    return folder == nullptr ? ".build/dev" : folder;
}

/// A users table as the `plain` mapping describes it.
void makePlainDatabase(const std::string& file) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    const char* sql =
        "CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT NOT NULL, first_name TEXT, "
        "last_name TEXT, email TEXT, phone TEXT,"
        " status TEXT NOT NULL DEFAULT 'active', failed_logins INTEGER NOT NULL DEFAULT 0, "
        "locked_at TEXT, must_change_password INTEGER"
        " NOT NULL DEFAULT 0, mfa_enabled INTEGER, role TEXT, last_login_at TEXT, created_at TEXT, "
        "updated_at TEXT, deleted_at TEXT,"
        " password_hash TEXT);"
        "INSERT INTO users (username, first_name, last_name, email, status, created_at, "
        "updated_at) VALUES"
        " ('ipek', 'İpek', 'Öztürk', 'ipek@plain.example', 'active', '2026-01-02 03:04:05', "
        "'2026-01-02 03:04:05'),"
        " ('alexei', 'Алексей', 'Черных', 'alexei@plain.example', 'disabled', '2026-01-02 "
        "03:04:05', '2026-01-02 03:04:05');";
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(db);
}

void runSql(const std::string& file, const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(db);
}

std::string statusInDatabase(const std::string& file, const std::string& username) {
    sqlite3* db = nullptr;
    sqlite3_open(file.c_str(), &db);
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, "SELECT status FROM users WHERE username = ?", -1, &statement, nullptr);
    sqlite3_bind_text(statement, 1, username.c_str(), -1, SQLITE_TRANSIENT);
    std::string out = "absent";
    if (sqlite3_step(statement) == SQLITE_ROW)
        out = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return out;
}

class PlatformTest : public ::testing::Test {
  protected:
    void SetUp() override {
        if (auto why = testing::SlapdServer::unavailable()) GTEST_SKIP() << "SKIPPED: " << *why;
        char name[] = "/tmp/tenantry-platform-XXXXXX";
        folder = ::mkdtemp(name);
        testing::SlapdOptions options;
        options.users = testing::numberedSlapdUsers(40);
        slapd = std::make_unique<testing::SlapdServer>(options);
        database = folder + "/plain.db";
        makePlainDatabase(database);
        open();
        addOrganizations();
    }
    void TearDown() override {
        platform.reset();
        if (!folder.empty()) std::filesystem::remove_all(folder);
    }

    void open() {
        Settings settings;
        settings.dataDir = folder + "/data";
        settings.connectorsDir = buildFolder() + "/connectors";
        settings.worker = buildFolder() + "/bin/tenantry-connector-host";
        auto opened = Platform::open(settings, events, clock);
        ASSERT_TRUE(opened) << opened.error().text();
        platform = std::move(*opened);
        ASSERT_TRUE(platform->startWorking());
    }
    base::OrganizationId add(const std::string& slug, const base::OrganizationId& parent,
                             domain::OrganizationKind kind) {
        domain::Organization one;
        one.id = base::OrganizationId(base::newUuid());
        one.parent = parent;
        one.slug = one.name = slug;
        one.kind = kind;
        EXPECT_TRUE(platform->organizations->unsafePut(one, soon()));
        return one.id;
    }
    void addOrganizations() {
        const auto root = add("platform", {}, domain::OrganizationKind::kPlatform);
        const auto north = add("north", root, domain::OrganizationKind::kPartner);
        const auto south = add("south", root, domain::OrganizationKind::kPartner);
        ldapConnection = connect(
            add("north-ldap", north, domain::OrganizationKind::kTenant), "org.tenantry.ldap",
            R"({"url":")" + slapd->url() + R"(","tls":"none","bind_dn":")" + slapd->serviceDn() +
                R"(","bind_password":")" + testing::SlapdServer::kServicePassword +
                R"(","base_dn":")" + slapd->baseDn() + R"(","page_size":100})");
        sqlConnection =
            connect(add("south-sql", south, domain::OrganizationKind::kTenant), "org.tenantry.sql",
                    R"({"engine":"sqlite","mapping":"plain","file":")" + database + "\"}");
        administrator = account("admin", "platform_administrator", root);
        northAdmin = account("north.admin", "partner_administrator", north);
        southAdmin = account("south.admin", "partner_administrator", south);
    }
    base::ConnectionId connect(const base::OrganizationId& organization,
                               const std::string& connector, const std::string& config) {
        tenants::NewConnection request;
        request.connector = connector;
        request.name = connector;
        request.configJson = config;
        auto made = platform->connections->unsafeCreate(organization, request, soon());
        EXPECT_TRUE(made) << made.error().text() << " " << made.error().pointer;
        return made ? made->id : base::ConnectionId{};
    }
    base::AccountId account(const std::string& username, const std::string& role,
                            const base::OrganizationId& organization) {
        domain::Account one;
        one.id = base::AccountId(base::newUuid());
        one.home = organization;
        one.username = username;
        one.email = username + "@msp.example";
        one.grants = {{role, organization}};
        EXPECT_TRUE(platform->access->unsafeAddAccount(
            one, base::SecretText("a long enough secret"), soon()));
        return one.id;
    }
    domain::Operator as(const base::AccountId& id) {
        return platform->access->unsafeOperatorFor(id, soon()).value();
    }

    sync::Run read(const base::ConnectionId& id) {
        const auto queued = platform->engine->request(id).value();
        const auto until = soon();
        while (!until.passed()) {
            for (const auto& run : platform->engine->runs(id))
                if (run.id == queued.id && run.finishedAt) return run;
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        ADD_FAILURE() << "the reading did not end";
        return queued;
    }
    domain::UserPage list(const base::AccountId& who, const std::string& search = "") {
        domain::UserQuery query;
        query.search = search;
        query.limit = 500;
        return platform->view->query(as(who).visible(), query).value();
    }
    domain::User user(const base::AccountId& who, const std::string& login) {
        for (auto& one : list(who, login).items)
            if (one.username == login) return one.user();
        ADD_FAILURE() << "no user " << login;
        return {};
    }
    base::Result<jobs::ActionResult> act(const base::AccountId& who, const base::UserId& id,
                                         Action action) {
        jobs::ActionRequest request;
        request.user = id;
        request.action = action;
        return platform->runner->run(as(who), request, soon());
    }

    std::string folder, database;
    base::SystemClock clock;
    Quiet events;
    std::unique_ptr<testing::SlapdServer> slapd;
    std::unique_ptr<Platform> platform;
    base::ConnectionId ldapConnection, sqlConnection;
    base::AccountId administrator, northAdmin, southAdmin;
};

/// The operators are users as well, each in the portal directory of another organization.
constexpr std::uint64_t kAccounts = 3;
/// Accounts are written when they are made, and when their directory is first read: where the view
/// had these in the other order than the store, it does not say which state it shows, and the next
/// start reads them again.
constexpr std::uint64_t kReadAgainMax = kAccounts;

TEST_F(PlatformTest, OneListOverTwoKindsOfDirectoriesAndNothingOfAnotherBranch) {
    EXPECT_EQ(read(ldapConnection).state, sync::RunState::kSucceeded);
    EXPECT_EQ(read(sqlConnection).state, sync::RunState::kSucceeded);
    EXPECT_EQ(list(administrator).total, 42U + kAccounts);
    EXPECT_EQ(list(northAdmin).total, 40U + 1);
    EXPECT_EQ(list(southAdmin).total, 2U + 1);
    EXPECT_EQ(user(southAdmin, "alexei").status, UserStatus::kSuspended);
    const auto theirs = user(northAdmin, "u00001");
    EXPECT_FALSE(act(southAdmin, theirs.id, Action::kSuspend));
    EXPECT_EQ(slapd->bindAs("u00001", "pw-u00001").exitCode, 0);
}

TEST_F(PlatformTest, ThreeWrongPasswordsLockOutAndUnlockLetsInAgain) {
    read(ldapConnection);
    for (int i = 0; i < 3; ++i) EXPECT_NE(slapd->bindAs("u00007", "wrong").exitCode, 0);
    EXPECT_NE(slapd->bindAs("u00007", "pw-u00007").exitCode, 0)
        << "locked out in the real directory";
    read(ldapConnection);
    const auto locked = user(northAdmin, "u00007");
    EXPECT_EQ(locked.status, UserStatus::kLockedOut);
    const auto result = act(northAdmin, locked.id, Action::kUnlock);
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_EQ(result->outcome, Outcome::kDone) << result->detail;
    EXPECT_EQ(slapd->bindAs("u00007", "pw-u00007").exitCode, 0);
    EXPECT_EQ(user(northAdmin, "u00007").status, UserStatus::kActive);
}

TEST_F(PlatformTest, SuspendingChangesTheRowInTheOrganizationsOwnDatabase) {
    read(sqlConnection);
    const auto result = act(southAdmin, user(southAdmin, "ipek").id, Action::kSuspend);
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_EQ(result->outcome, Outcome::kDone) << result->detail;
    EXPECT_EQ(statusInDatabase(database, "ipek"), "disabled");
    EXPECT_EQ(user(southAdmin, "ipek").status, UserStatus::kSuspended);
}

TEST_F(PlatformTest, ADeadServerDeletesNobodyFailsInWordsAndHeals) {
    read(ldapConnection);
    read(sqlConnection);
    const auto victim = user(northAdmin, "u00003");
    slapd->stop();
    EXPECT_EQ(read(ldapConnection).state, sync::RunState::kFailed);
    const auto page = list(administrator);
    EXPECT_EQ(page.total, 42U + kAccounts);
    EXPECT_EQ(page.completeness.unreachable, 1U);
    EXPECT_EQ(page.completeness.current, 1U + kAccounts);
    EXPECT_TRUE(page.completeness.unreachableSince);
    const auto result = act(northAdmin, victim.id, Action::kSuspend);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->outcome, Outcome::kFailed);
    EXPECT_FALSE(result->detail.empty());
    slapd->start();
    EXPECT_EQ(read(ldapConnection).state, sync::RunState::kSucceeded);
    EXPECT_EQ(list(administrator).completeness.current, 2U + kAccounts);
    EXPECT_EQ(act(northAdmin, victim.id, Action::kSuspend)->outcome, Outcome::kDone);
    EXPECT_NE(slapd->bindAs("u00003", "pw-u00003").exitCode, 0);
}

TEST_F(PlatformTest, ARestartShowsTheSameListAtOnce) {
    read(ldapConnection);
    read(sqlConnection);
    const auto before = user(northAdmin, "u00005");
    platform.reset();
    slapd->stop();  // nothing can be read again: it must come from what was kept
    open();
    EXPECT_EQ(list(administrator).total, 42U + kAccounts);
    EXPECT_EQ(platform->loaded->fileNotUsed, "");
    EXPECT_LE(platform->loaded->fromStore, kReadAgainMax);
    EXPECT_EQ(user(northAdmin, "u00005").id, before.id);
    const auto known = platform->connections->find(ldapConnection);
    ASSERT_TRUE(known);
    EXPECT_FALSE(known->health.capabilities.empty());
}

TEST_F(PlatformTest, AStartReadsFromTheStoreWhatTheKeptViewDoesNotShow) {
    read(ldapConnection);
    read(sqlConnection);
    platform.reset();
    slapd->stop();
    // As another server, or a stop without goodbye, leaves it.
    runSql(folder + "/data/tenantry.db",
           "UPDATE connection_health SET revision = revision + 1 WHERE connection_id = '" +
               ldapConnection.text() + "'; DELETE FROM users WHERE username = 'u00005'");
    open();
    EXPECT_EQ(list(administrator).total, 41U + kAccounts);
    EXPECT_EQ(platform->loaded->fileNotUsed, "");
    EXPECT_GE(platform->loaded->fromStore, 39U);
    EXPECT_LE(platform->loaded->fromStore, 39U + kReadAgainMax) << "not the two of the database";

    platform.reset();
    std::filesystem::resize_file(folder + "/data/view", 1000);
    open();
    EXPECT_EQ(list(administrator).total, 41U + kAccounts);
    EXPECT_NE(platform->loaded->fileNotUsed, "");
    EXPECT_EQ(platform->loaded->fromStore, 41U + kAccounts);
    EXPECT_FALSE(std::filesystem::exists(folder + "/data/view")) << "it is used up";
}

TEST_F(PlatformTest, TheDataFolderIsForOneServerAtATime) {
    Settings settings;
    settings.dataDir = folder + "/data";
    const auto second = Platform::open(settings, events, clock);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
}

}  // namespace
}  // namespace tenantry::main
