// The LDAP connector, as built, against the whole kit and a real OpenLDAP server.
#include <gtest/gtest.h>

#include "tests/integration/kit/trying.h"
#include "tests/support/slapd_server.h"

namespace tenantry::kit {
namespace {

using testing::SlapdServer;

constexpr int kUsers = 24;
constexpr int kLarge = 3000;
const std::string kUnit = "ou=berlin,ou=people,dc=example,dc=org";

constexpr const char* kScenario = R"({
  "name": "OpenLDAP with password policies",
  "backend": {"change": "change"},
  "config": {"url": "${url}", "tls": "none", "bind_dn": "cn=service,dc=example,dc=org", "bind_password": {"$secret": "pw"},
             "base_dn": "dc=example,dc=org", "user_base_dn": "ou=people,dc=example,dc=org", "page_size": 5},
  "secrets": {"pw": "${password}"},
  "canaries": ["@example.org"],
  "wrong_credentials": {"secrets": {"pw": "not-the-Passw0rd"}},
  "unreachable": {"config": {"url": "ldap://127.0.0.1:9"}},
  "bad_configs": [
    {"config": {"url": "http://127.0.0.1"}, "pointer": "/url"},
    {"config": {"page_size": 0}, "pointer": "/page_size"},
    {"config": {"user_filter": "(objectClass="}, "pointer": "/user_filter"},
    {"config": {"user_base_dn": "no dn"}, "pointer": "/user_base_dn"}],
  "second_tenant": {"config": {"user_base_dn": "ou=branch,dc=example,dc=org"}, "canaries": ["@branch.example"]},
  "empty": {"config": {"user_base_dn": "ou=nobody,dc=example,dc=org"}},
  "large": {"config": {"user_base_dn": "ou=large,dc=example,dc=org", "page_size": 500}, "users": "${large:number}", "memory_mb": 64},
  "expect": {"user": "${users:number}"},
  "known": [{"id": "${u7}", "attributes": {"first_name": "Zoë 名前", "phone": null}}],
  "actions": [
    {"action": "user.suspend", "id": "${u1}", "state": {"status": "suspended"}},
    {"action": "user.unsuspend", "id": "${u2}", "state": {"status": "active"}, "prepare": "suspend"},
    {"action": "user.unlock", "id": "${u3}", "state": {"status": "active"}, "prepare": "lock", "outside": "${u4}"},
    {"action": "user.force_password_change", "id": "${u4}", "state": {"status": "must_change"}},
    {"action": "user.reset_password", "id": "${u5}", "state": {"status": "must_change"}},
    {"action": "user.edit", "id": "${u6}", "args": {"attributes": {"phone": "+1 555"}}, "state": {"phone": "+1 555"}},
    {"action": "x.ldap.move", "id": "${mover}", "args": {"parent": "${unit}"}, "state": {"dn": "${moved}"}},
    {"action": "user.delete", "id": "${u8}", "gone": true}]
})";

std::string ldifOf(const std::string& unit, const std::string& domain, int users) {
    std::string out = "dn: ou=" + unit +
                      ",dc=example,dc=org\nobjectClass: organizationalUnit\nou: " + unit + "\n\n";
    for (int n = 1; n <= users; ++n) {
        const std::string uid = unit + std::to_string(n);
        out += "dn: uid=" + uid + ",ou=" + unit +
               ",dc=example,dc=org\nobjectClass: inetOrgPerson\nuid: " + uid + "\ncn: " + uid +
               "\nsn: " + uid + "\nmail: " + uid + "@" + domain + "\nuserPassword: pw-" + uid +
               "\n\n";
    }
    return out;
}

TEST(ConformingLdap, PassesEveryCheckThatApplies) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    testing::SlapdOptions options;
    options.users = testing::numberedSlapdUsers(kUsers);
    options.users[6].givenName = "Zoë 名前";
    options.users[6].phone = "";
    options.entriesLdif = ldifOf("branch", "branch.example", 7) + ldifOf("nobody", "", 0) +
                          ldifOf("large", "large.example", kLarge) +
                          "dn: cn=staff,ou=groups,dc=example,dc=org\nobjectClass: "
                          "groupOfNames\ncn: staff\nmember: uid=" +
                          options.users[0].uid +
                          ",ou=people,dc=example,dc=org\nmember: uid=" + options.users[1].uid +
                          ",ou=people,dc=example,dc=org\n\n" + "dn: " + kUnit +
                          "\nobjectClass: organizationalUnit\nou: berlin\n\n";
    SlapdServer server(options);
    Variables variables = {{"url", server.url()},
                           {"password", SlapdServer::kServicePassword},
                           {"users", std::to_string(kUsers)},
                           {"large", std::to_string(kLarge)}};
    std::map<std::string, std::string> uidOf;
    for (int n = 1; n <= 8; ++n) {
        const std::string& uid = options.users[static_cast<std::size_t>(n - 1)].uid;
        const std::string id = server.values(server.userDn(uid), "entryUUID").at(0);
        variables["u" + std::to_string(n)] = id;
        uidOf[id] = uid;
    }
    const std::string& mover = options.users[8].uid;
    variables["mover"] = server.values(server.userDn(mover), "entryUUID").at(0);
    variables["unit"] = kUnit;
    variables["moved"] = "uid=" + mover + "," + kUnit;
    int changes = 0;
    FunctionBackend backend;
    backend.functions["change"] = [&](const std::string& id) {
        const std::string uid = uidOf.count(id) != 0 ? uidOf[id] : options.users[0].uid;
        server.modify("dn: " + server.userDn(uid) +
                      "\nchangetype: modify\nreplace: title\ntitle: Changed " +
                      std::to_string(++changes) + "\n");
        return "";
    };
    backend.functions["lock"] = [&](const std::string& id) {
        for (int i = 0; i < 3; ++i) server.bindAs(uidOf[id], "wrong");
        return "";
    };
    backend.functions["suspend"] = [&](const std::string& id) {
        const std::string dn = server.userDn(uidOf[id]);
        if (server.values(dn, "pwdAccountLockedTime").empty())
            server.modify("dn: " + dn +
                          "\nchangetype: modify\nadd: pwdAccountLockedTime\n"
                          "pwdAccountLockedTime: 000001010000Z\n");
        return "";
    };
    const std::string file = TENANTRY_TEST_CONNECTORS "/ldap.so";
    const auto report = conform(optionsFor(file), scenarioOf(kScenario, variables), &backend);
    expectConforms(report);
    showLevel(file, report);
}

}  // namespace
}  // namespace tenantry::kit
