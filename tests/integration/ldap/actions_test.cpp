// Each action against a real OpenLDAP server with ppolicy, judged by the server: who may bind, and
// what the entry holds afterwards.
#include "plugins/ldap/text.h"
#include "tests/integration/ldap/directory.h"

namespace tenantry::ldap {
namespace {

class LdapActions : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (SlapdServer::unavailable()) return;
        SlapdOptions options;
        options.users = testing::numberedSlapdUsers(40);
        server_ = new SlapdServer(options);
    }
    static void TearDownTestSuite() {
        delete server_;
        server_ = nullptr;
    }
    void SetUp() override {
        if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
        // Each test has a user of its own.
        uid_ = "u000" + std::to_string(10 + next_++);
        password_ = "pw-" + uid_;
        ldap_.emplace(host_.open<LdapConnector>(configFor(*server_)));
        id_ = record().id;
    }

    tny::FakeRecord record() { return userNamed(ldap_->listAll("user"), uid_); }
    tny::FakeResult act(const std::string& action, const std::string& args = {}) {
        return ldap_->perform("user." + action, id_, args);
    }
    std::string status() { return stateIn(ldap_->get("user", id_)); }
    int bind() { return server_->bindAs(uid_, password_).exitCode; }
    std::vector<std::string> values(const char* name) {
        return server_->values(server_->userDn(uid_), name);
    }

    static inline SlapdServer* server_ = nullptr;
    static inline int next_ = 0;
    Host host_;
    std::optional<tny::FakeConnection> ldap_;
    std::string uid_, password_, id_;
};

TEST_F(LdapActions, ThreeWrongPasswordsLockAndUnlockLetsInAgain) {
    lockOut(*server_, uid_);
    EXPECT_EQ(bind(), 49);
    EXPECT_EQ(record().body.str("status"), "locked");
    const auto done = act("unlock");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(stateIn(done), "active");
    EXPECT_EQ(bind(), 0);
    EXPECT_TRUE(act("unlock").ok());  // already so
}

TEST_F(LdapActions, SuspendShutsOutAndUnsuspendLetsInAgain) {
    const auto done = act("suspend");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(stateIn(done), "suspended");
    EXPECT_EQ(bind(), 49);
    const std::string csn = values("entryCSN")[0];
    EXPECT_TRUE(act("suspend").ok());
    EXPECT_EQ(values("entryCSN")[0], csn);  // already so: nothing was written
    EXPECT_EQ(stateIn(act("unsuspend")), "active");
    EXPECT_EQ(bind(), 0);
    EXPECT_TRUE(act("unsuspend").ok());
}

TEST_F(LdapActions, UnlockDoesNotBringBackASuspendedAccountNorUnsuspendALockedOne) {
    ASSERT_TRUE(act("suspend").ok());
    const auto refused = act("unlock");
    EXPECT_EQ(refused.status, TNY_E_CONFLICT);
    EXPECT_NE(refused.error.message().find("suspended"), std::string::npos);
    EXPECT_EQ(act("reset_password").status, TNY_E_CONFLICT);
    EXPECT_EQ(status(), "suspended");
    ASSERT_TRUE(act("unsuspend").ok());
    lockOut(*server_, uid_);
    EXPECT_EQ(act("unsuspend").status, TNY_E_CONFLICT);
    EXPECT_EQ(status(), "locked");
    EXPECT_EQ(stateIn(act("suspend")), "suspended");
}

TEST_F(LdapActions, ForceChangeMakesTheServerAskForANewPassword) {
    const auto done = act("force_password_change");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(stateIn(done), "must_change");
    EXPECT_NE(server_->bindAs(uid_, password_).output.find("Password must be changed"),
              std::string::npos);
    EXPECT_TRUE(act("force_password_change").ok());
}

TEST_F(LdapActions, ResetGivesATemporaryPasswordThatMustBeChanged) {
    lockOut(*server_, uid_);
    const auto done = act("reset_password", R"({"mode":"temporary"})");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(stateIn(done), "must_change");
    const std::string secret = done.replies.at("secret").text();
    EXPECT_EQ(secret.size(), 20U);
    EXPECT_NE(server_->bindAs(uid_, secret).output.find("Password must be changed"),
              std::string::npos);
    EXPECT_EQ(bind(), 49);
    for (const auto& log : host_.logs) EXPECT_EQ(log.fields.find(secret), std::string::npos);
    EXPECT_NE(act("reset_password").replies.at("secret").text(), secret);
}

TEST_F(LdapActions, EditPatchesOnlyWhatIsNamed) {
    const auto done = act("edit", R"({"attributes":{"first_name":"Zo\u00eb","phone":"+41 1"}})");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(done.records[0].body.str("first_name"), "Zo\xc3\xab");
    EXPECT_EQ(values("telephoneNumber")[0], "+41 1");
    EXPECT_EQ(values("mail")[0], uid_ + "@example.org");
    const std::string csn = values("entryCSN")[0];
    EXPECT_TRUE(act("edit", R"({"attributes":{"phone":"+41 1"}})").ok());
    EXPECT_EQ(values("entryCSN")[0], csn);
    EXPECT_TRUE(act("edit", R"({"attributes":{"phone":null}})").ok());
    EXPECT_TRUE(values("telephoneNumber").empty());
}

TEST_F(LdapActions, MovesToAnotherUnitWithinTheBaseAndKeepsTheId) {
    const std::string people = "ou=people," + server_->baseDn();
    const std::string unit = "ou=berlin\\, mitte," + people;
    server_->modify("dn: " + unit +
                    "\nchangetype: add\nobjectClass: organizationalUnit\nou: berlin, mitte\n");
    const auto move = [&](const std::string& parent, bool rehearse = false) {
        tny::FakeAct wish;
        wish.action = "x.ldap.move";
        wish.id = id_;
        wish.args = tny::Json::object({{"parent", parent}}).dump();
        wish.dryRun = rehearse;
        return ldap_->perform(wish);
    };
    const std::string dn = record().body.str("dn");
    ASSERT_TRUE(move(unit, /*rehearse=*/true).ok());
    EXPECT_EQ(record().body.str("dn"), dn) << "a rehearsal";
    const auto done = move(unit);
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(done.records[0].id, id_);
    EXPECT_TRUE(isWithin(done.records[0].body.str("dn"), unit)) << done.records[0].body.str("dn");
    EXPECT_EQ(ldap_->get("user", id_).records[0].body.str("dn"), done.records[0].body.str("dn"));
    EXPECT_TRUE(move(unit).ok()) << "already so";
    for (const std::string& wrong : {std::string("dc=example,dc=com"), std::string("no dn"),
                                     "ou=nowhere," + people, done.records[0].body.str("dn")}) {
        const auto refused = move(wrong);
        EXPECT_EQ(refused.status, TNY_E_ARGUMENT) << wrong;
        EXPECT_EQ(refused.error.pointer(), "/parent") << wrong;
    }
    ASSERT_TRUE(move(people).ok());
    EXPECT_EQ(record().body.str("dn"), dn);
}

TEST_F(LdapActions, AStaleEtagIsAConflictAndChangesNothing) {
    tny::FakeAct edit;
    edit.action = "user.edit";
    edit.id = id_;
    edit.args = R"({"attributes":{"title":"First"}})";
    edit.expectEtag = record().etag;
    const auto first = ldap_->perform(edit);
    ASSERT_TRUE(first.ok()) << first.error.message();
    edit.args = R"({"attributes":{"title":"Second"}})";
    EXPECT_EQ(ldap_->perform(edit).status, TNY_E_CONFLICT);
    EXPECT_EQ(values("title"), std::vector<std::string>{"First"});
    edit.expectEtag = first.records[0].etag;
    EXPECT_TRUE(ldap_->perform(edit).ok());
    EXPECT_EQ(values("title"), std::vector<std::string>{"Second"});
}

TEST_F(LdapActions, TheServerItselfRefusesAWriteOnceTheEntryMoved) {
    // What happens between the connector's read and its write, without the connector.
    Settings settings = readSettings(tny::Config(configFor(*server_)));
    host_.run([&](tny_call* raw) {
        tny::Call call(host_.table(), raw);
        const auto session = Session::connect(settings, SlapdServer::kServicePassword, call);
        const std::string csn = values("entryCSN")[0];
        server_->modify("dn: " + server_->userDn(uid_) +
                        "\nchangetype: modify\nreplace: title\ntitle: Meanwhile\n");
        try {
            session->modify(call, server_->userDn(uid_),
                            {{Change::How::kReplace, "title", {"Lost"}}},
                            {.onlyAtCsn = csn, .rehearse = false});
            ADD_FAILURE() << "the stale write went through";
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), LDAP_ASSERTION_FAILED);
        }
        return TNY_OK;
    });
    EXPECT_EQ(values("title"), std::vector<std::string>{"Meanwhile"});
}

TEST_F(LdapActions, DeleteRemovesTheEntryAndIsHarmlessTwice) {
    tny::FakeAct gone;
    gone.action = "user.delete";
    gone.id = id_;
    gone.dryRun = true;
    EXPECT_TRUE(ldap_->perform(gone).ok());
    EXPECT_FALSE(values("uid").empty());
    const auto done = act("delete");
    ASSERT_TRUE(done.ok()) << done.error.message();
    EXPECT_EQ(done.records[0].op, TNY_OP_DELETE);
    EXPECT_TRUE(values("uid").empty());
    EXPECT_TRUE(act("delete").ok());
    EXPECT_EQ(ldap_->get("user", id_).status, TNY_E_NOT_FOUND);
    EXPECT_EQ(act("suspend").status, TNY_E_NOT_FOUND);
}

TEST_F(LdapActions, ADryRunChangesNothing) {
    tny::FakeAct dry;
    dry.id = id_;
    dry.dryRun = true;
    const std::string csn = values("entryCSN")[0];
    for (const char* action :
         {"user.suspend", "user.force_password_change", "user.reset_password"}) {
        dry.action = action;
        EXPECT_TRUE(ldap_->perform(dry).ok()) << action;
    }
    EXPECT_EQ(values("entryCSN")[0], csn);
    EXPECT_EQ(bind(), 0);
}

TEST_F(LdapActions, AnAccountWithoutRightsIsToldSo) {
    host_.secrets["pw"] = SlapdServer::kReaderPassword;
    std::string config = configFor(*server_);
    config.replace(config.find(server_->serviceDn()), server_->serviceDn().size(),
                   server_->readerDn());
    auto reader = host_.open<LdapConnector>(config);
    const auto refused = reader.perform("user.suspend", id_);
    EXPECT_EQ(refused.status, TNY_E_PERMISSION);
    EXPECT_EQ(refused.error.backendStatus(), 50);
    EXPECT_EQ(bind(), 0);
}

TEST_F(LdapActions, RefusesUnknownActionsAndBadArguments) {
    EXPECT_EQ(act("reset_mfa").status, TNY_E_UNSUPPORTED);
    const auto refused = act("edit", R"({"attributes":{"login":"other"}})");
    EXPECT_EQ(refused.status, TNY_E_ARGUMENT);
    EXPECT_EQ(refused.error.pointer(), "/attributes/login");
}

TEST(LdapPolicy, ALockOfSomeSecondsIsShownUntilItRunsOut) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    SlapdOptions options;
    options.users = testing::numberedSlapdUsers(1);
    options.policyLdif = "pwdLockout: TRUE\npwdMaxFailure: 3\npwdLockoutDuration: 3\n";
    SlapdServer server(options);
    Host host;
    auto ldap = host.open<LdapConnector>(configFor(server));
    lockOut(server, "u00001");
    const auto locked = ldap.listAll("user").records[0];
    EXPECT_EQ(locked.body.str("status"), "locked");
    EXPECT_TRUE(locked.body.has("locked_until"));
    // ppolicy leaves the attribute there; only the time that passes makes the account active again.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::string status = "locked";
    while (status == "locked" && std::chrono::steady_clock::now() < end) {
        status = ldap.listAll("user").records[0].body.str("status");
    }
    EXPECT_EQ(status, "active");
    EXPECT_FALSE(server.values(server.userDn("u00001"), "pwdAccountLockedTime").empty());
    EXPECT_NE(ldap.listAll("user").records[0].etag, locked.etag);
}

TEST(LdapPolicy, WhatThePolicyDoesNotEnforceIsUnsupportedWithTheReason) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    SlapdOptions options;
    options.users = testing::numberedSlapdUsers(1);
    options.policyLdif = "pwdLockout: FALSE\n";
    SlapdServer server(options);
    Host host;
    auto ldap = host.open<LdapConnector>(configFor(server));
    const tny::Json actions = ldap.schema().replies.at("actions");
    for (const char* action : {"user.suspend", "user.unlock", "user.force_password_change"}) {
        EXPECT_FALSE(actions[action].boolean("supported", true)) << action;
        EXPECT_FALSE(actions[action].str("reason").empty()) << action;
    }
    const std::string id = ldap.listAll("user").records[0].id;
    EXPECT_EQ(ldap.perform("user.suspend", id).status, TNY_E_UNSUPPORTED);
    EXPECT_EQ(ldap.perform("user.force_password_change", id).status, TNY_E_UNSUPPORTED);
}

TEST(LdapPolicy, AServerWithoutTheOverlayIsReadAndItsLimitsAreNamed) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    SlapdOptions options;
    options.users = testing::numberedSlapdUsers(3);
    options.ppolicy = false;
    SlapdServer server(options);
    Host host;
    auto ldap = host.open<LdapConnector>(configFor(server));
    const auto all = ldap.listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    EXPECT_EQ(all.records.size(), 3U);
    EXPECT_EQ(all.records[0].body.str("status"), "active");
    EXPECT_NE(ldap.schema().replies.at("actions")["user.suspend"].str("reason").find("ppolicy"),
              std::string::npos);
    const auto reset = ldap.perform("user.reset_password", all.records[0].id);
    ASSERT_TRUE(reset.ok()) << reset.error.message();
    EXPECT_EQ(server.bindAs("u00001", reset.replies.at("secret").text()).exitCode, 0);
    EXPECT_NE(ldap.check().replies.at("diagnostics").dump().find("not loaded"), std::string::npos);
}

}  // namespace
}  // namespace tenantry::ldap
