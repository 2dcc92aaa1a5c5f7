// Reading a real OpenLDAP server whose service account is limited as in production: complete or an
// error, never a part that looks whole.
#include <set>

#include "tests/integration/ldap/directory.h"

namespace tenantry::ldap {
namespace {

constexpr int kUsers = 1200;

std::string groupsLdif() {
    const std::string people = ",ou=people,dc=example,dc=org";
    return "dn: cn=admins,ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: admins\n"
           "description: May do much\nmember: UID=u00001, ou=People,dc=example,dc=org\n"
           "member: uid=u00002" +
           people + "\nmember: cn=staff,ou=groups,dc=example,dc=org\nmember: uid=gone" + people +
           "\n\n"
           "dn: cn=staff,ou=groups,dc=example,dc=org\nobjectClass: posixGroup\ncn: staff\n"
           "gidNumber: 100\nmemberUid: u00002\nmemberUid: u00003\n\n";
}

SlapdUser plain(const std::string& uid, const std::string& password) {
    SlapdUser user;
    user.uid = uid;
    user.password = password;
    return user;
}

SlapdOptions options() {
    SlapdOptions o;
    o.users = testing::numberedSlapdUsers(kUsers);
    o.users.push_back(plain("nopassword", ""));
    SlapdUser many = plain("many", "pw");
    many.givenName = "J\xc3\xbcrgen";
    many.surname = "\xe5\xb1\xb1\xe7\x94\xb0";
    many.moreLdif =
        "displayName: J\xc3\xbcrgen \xe5\xb1\xb1\xe7\x94\xb0\nemployeeType: admin\n"
        "employeeType: staff\nmail: a@example.org\nmail: b@example.org\n";
    o.users.push_back(many);
    o.entriesLdif = groupsLdif();
    return o;
}

class LdapRead : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (!SlapdServer::unavailable()) server_ = new SlapdServer(options());
    }
    static void TearDownTestSuite() {
        delete server_;
        server_ = nullptr;
    }
    void SetUp() override {
        if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    }

    static inline SlapdServer* server_ = nullptr;
    Host host_;
};

TEST_F(LdapRead, PagesThroughEveryUserUnderTheServersLimits) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    const auto all = ldap.listAll("user");
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    std::set<std::string> ids;
    for (const auto& record : all.records) ids.insert(record.id);
    EXPECT_EQ(ids.size(), kUsers + 2U);
    EXPECT_EQ(all.records.size(), kUsers + 2U);
    EXPECT_GT(all.checkpoints.size(), 5U);  // size.pr=200: halved from 500 to 125
    const auto one = userNamed(all, "u00007");
    EXPECT_EQ(one.body.str("email"), "u00007@example.org");
    EXPECT_EQ(one.body.str("status"), "active");
    EXPECT_FALSE(one.etag.empty());
    EXPECT_GT(one.modifiedMs, 0);
}

TEST_F(LdapRead, GivesTheSameSetInSegmentsOfAnySize) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    for (const std::uint32_t budget : {1U, 700U}) {
        tny::FakeRead read;
        read.budgetRecords = budget;
        const auto all = ldap.listAll(read);
        ASSERT_EQ(all.status, TNY_OK) << all.error.message();
        EXPECT_EQ(all.records.size(), kUsers + 2U);
    }
}

TEST_F(LdapRead, GoesOnWithinThePageWhereTheHostStopped) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    host_.stopAfter = 40;
    const auto part = ldap.list();
    EXPECT_EQ(part.status, TNY_MORE);
    host_.stopAfter = 0;
    tny::FakeRead rest;
    rest.cursor = part.checkpoints.back();
    const auto all = ldap.listAll(rest);
    ASSERT_EQ(all.status, TNY_OK) << all.error.message();
    std::set<std::string> ids;
    for (const auto& record : all.records) ids.insert(record.id);
    EXPECT_EQ(ids.size(), kUsers + 2U);
}

TEST_F(LdapRead, NeverTakesAListThatTheServerCutForComplete) {
    SlapdOptions limited;
    limited.users = testing::numberedSlapdUsers(300);
    limited.serviceLimits = "size.soft=100 size.hard=100 size.pr=50 size.prtotal=100";
    SlapdServer server(limited);
    auto ldap = host_.open<LdapConnector>(configFor(server));
    const auto part = ldap.listAll("user");
    EXPECT_EQ(part.status, TNY_E_PERMISSION);
    EXPECT_LE(part.records.size(), 100U);
    EXPECT_NE(part.error.message().find("not complete"), std::string::npos) << part.error.message();
}

TEST_F(LdapRead, DropsACursorOfAnotherConnection) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    tny::FakeRead read;
    read.budgetRecords = 1;
    const auto part = ldap.list(read);
    ASSERT_EQ(part.status, TNY_MORE);
    auto other = host_.open<LdapConnector>(configFor(*server_));
    read.cursor = part.checkpoints.back();
    EXPECT_EQ(other.list(read).status, TNY_E_CURSOR_EXPIRED);
    read.cursor = "garbage";
    EXPECT_EQ(ldap.list(read).status, TNY_E_CURSOR_EXPIRED);
}

TEST_F(LdapRead, ShowsEveryScriptSeveralValuesAndNoPassword) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    const auto all = ldap.listAll("user");
    const auto many = userNamed(all, "many");
    EXPECT_EQ(many.body.str("display_name"), "J\xc3\xbcrgen \xe5\xb1\xb1\xe7\x94\xb0");
    EXPECT_EQ(many.body["roles"].size(), 2U);
    EXPECT_EQ(many.body["emails"].size(), 2U);
    EXPECT_EQ(userNamed(all, "nopassword").body.str("status"), "staged");
    EXPECT_EQ(ldap.get("user", userNamed(all, "nopassword").id).records[0].etag,
              userNamed(all, "nopassword").etag);
    for (const auto& record : all.records) {
        EXPECT_EQ(record.body.dump().find("pw-"), std::string::npos);
    }
}

TEST_F(LdapRead, CallsNobodyStagedWhenItMayNotSeeWhoHasAPassword) {
    host_.secrets["pw"] = SlapdServer::kReaderPassword;
    std::string config = configFor(*server_);
    config.replace(config.find(server_->serviceDn()), server_->serviceDn().size(),
                   server_->readerDn());
    auto ldap = host_.open<LdapConnector>(config);
    const auto found = ldap.list();
    ASSERT_FALSE(found.records.empty()) << found.error.message();
    for (const auto& record : found.records) EXPECT_EQ(record.body.str("status"), "active");
}

TEST_F(LdapRead, ListsGroupsAndWhoIsInThem) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    const auto groups = ldap.listAll("group");
    ASSERT_EQ(groups.status, TNY_OK) << groups.error.message();
    ASSERT_EQ(groups.records.size(), 2U);
    EXPECT_EQ(groups.records[0].body.str("name"), "admins");
    EXPECT_EQ(ldap.get("group", groups.records[0].id).records[0].etag, groups.records[0].etag);

    const auto users = ldap.listAll("user");
    const auto edges = ldap.listAll("membership");
    ASSERT_EQ(edges.status, TNY_OK) << edges.error.message();
    std::set<std::string> found, expected;
    for (const auto& edge : edges.records) found.insert(edge.id);
    for (const auto& [uid, group] :
         {std::pair{"u00001", 0U}, {"u00002", 0U}, {"u00002", 1U}, {"u00003", 1U}}) {
        expected.insert(userNamed(users, uid).id + ":" + groups.records[group].id);
    }
    EXPECT_EQ(found, expected);
}

TEST_F(LdapRead, ListsTheGroupsOfOneUser) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    const auto users = ldap.listAll("user");
    tny::FakeRead read;
    read.kind = "group";
    read.parentKind = "user";
    for (const auto& [uid, names] : {std::pair{"u00001", std::set<std::string>{"admins"}},
                                     {"u00002", {"admins", "staff"}},
                                     {"u00004", {}}}) {
        read.parentId = userNamed(users, uid).id;
        const auto groups = ldap.list(read);
        ASSERT_EQ(groups.status, TNY_OK) << groups.error.message();
        std::set<std::string> found;
        for (const auto& group : groups.records) found.insert(group.body.str("name"));
        EXPECT_EQ(found, names) << uid;
    }
    read.kind = "membership";
    read.parentId = userNamed(users, "u00002").id;
    EXPECT_EQ(ldap.list(read).records.size(), 2U);
    read.parentId = "e765dd9c-0000-1041-9237-6b3247696544";
    EXPECT_EQ(ldap.list(read).status, TNY_E_NOT_FOUND);
    read.kind = "user";
    EXPECT_EQ(ldap.list(read).status, TNY_E_UNSUPPORTED);
}

TEST_F(LdapRead, ReadsActionsAndListsOverDifferentConnections) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    tny::FakeRead read;
    read.budgetRecords = 1;
    auto part = ldap.list(read);
    const std::string id = part.records[0].id;
    std::size_t seen = part.records.size();
    while (part.status == TNY_MORE) {
        EXPECT_TRUE(ldap.get("user", id).ok());
        read.cursor = part.checkpoints.back();
        part = ldap.list(read);
        seen += part.records.size();
    }
    EXPECT_EQ(part.status, TNY_OK) << part.error.message();
    EXPECT_EQ(seen, kUsers + 2U);
}

TEST_F(LdapRead, SaysWhatItSawInACheck) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    const auto check = ldap.check();
    ASSERT_TRUE(check.ok()) << check.error.message();
    const std::string said = check.replies.at("diagnostics").dump();
    EXPECT_NE(said.find("The first page holds 125 users, and there are more."), std::string::npos)
        << said;
    EXPECT_NE(said.find("locks accounts"), std::string::npos) << said;
    EXPECT_NE(said.find("seems to be permitted"), std::string::npos) << said;
    EXPECT_EQ(said.find("false"), std::string::npos) << said;
    EXPECT_TRUE(server_->values(server_->userDn("u00001"), "pwdAccountLockedTime").empty());
}

TEST_F(LdapRead, WarnsInACheckOfAnAccountThatMayOnlyRead) {
    host_.secrets["pw"] = SlapdServer::kReaderPassword;
    std::string config = configFor(*server_);
    config.replace(config.find(server_->serviceDn()), server_->serviceDn().size(),
                   server_->readerDn());
    const auto check = host_.open<LdapConnector>(config).check();
    ASSERT_TRUE(check.ok()) << check.error.message();
    EXPECT_NE(check.replies.at("diagnostics").dump().find("may read but not change"),
              std::string::npos)
        << check.replies.at("diagnostics").dump();
}

TEST_F(LdapRead, SaysWhichFieldOfTheConfigurationIsWrong) {
    auto wrongBase = host_.open<LdapConnector>(
        configFor(*server_, R"(,"user_base_dn":"ou=nobody,dc=example,dc=org")"));
    EXPECT_EQ(wrongBase.list().status, TNY_E_CONFIG);
    auto wrongFilter =
        host_.open<LdapConnector>(configFor(*server_, R"j(,"user_filter":"(&(uid=))(=x)")j"));
    EXPECT_EQ(wrongFilter.list().status, TNY_E_CONFIG);
    host_.secrets["pw"] = "wrong";
    auto wrongPassword = host_.open<LdapConnector>(configFor(*server_));
    const auto refused = wrongPassword.check();
    EXPECT_EQ(refused.status, TNY_E_AUTH);
    EXPECT_EQ(refused.error.backendStatus(), 49);
    EXPECT_EQ(refused.error.message().find("wrong"), std::string::npos);
    host_.secrets["pw"] = "";
    EXPECT_EQ(wrongPassword.check().status, TNY_E_CONFIG);
}

TEST_F(LdapRead, RefusesWhatItDoesNotHave) {
    auto ldap = host_.open<LdapConnector>(configFor(*server_));
    EXPECT_EQ(ldap.listAll("device").status, TNY_E_UNSUPPORTED);
    EXPECT_EQ(ldap.get("user", "e765dd9c-0000-1041-9237-6b3247696544").status, TNY_E_NOT_FOUND);
    EXPECT_EQ(ldap.get("user", "*").status, TNY_E_NOT_FOUND);
}

}  // namespace
}  // namespace tenantry::ldap
