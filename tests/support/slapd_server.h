#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace tenantry::testing {

/// One person that SlapdServer loads at the start.
struct SlapdUser {
    std::string uid = {};
    std::string givenName = {};
    std::string surname = {};
    std::string mail = {};
    std::string phone = {};
    std::string password = {};  ///< empty: the entry has no userPassword
    std::string moreLdif = {};  ///< further attribute lines, each ended by \n
};

struct SlapdOptions {
    std::string suffix = "dc=example,dc=org";
    std::vector<SlapdUser> users = {};
    /// Whole further entries, appended to what the server loads.
    std::string entriesLdif = {};
    /// Attributes of the default password policy, each line ended by \n.
    std::string policyLdif =
        "pwdLockout: TRUE\npwdMaxFailure: 3\npwdLockoutDuration: 0\npwdMustChange: TRUE\n";
    bool ppolicy = true;
    /// The service account's limits, as in slapd.conf(5).
    std::string serviceLimits = "size.soft=500 size.hard=1000 size.pr=200 size.prtotal=unlimited";
    /// Also listen with ldaps and allow StartTLS, with a certificate of an authority made here.
    bool tls = false;
};

/// A real OpenLDAP server on a free port of 127.0.0.1, its data in a temporary folder, with the
/// ppolicy overlay, `ou=people`, `ou=groups` and a service account that has limits.
///
/// It is ready to be used when the constructor returns, and gone with its data after the
/// destructor. Threads: one, see ChildProcess.
/// Every failure is a std::runtime_error that carries the end of the server's log.
class SlapdServer {
  public:
    /// Why no server can be started on this machine; nothing when one can.
    /// Use: `if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;`
    static std::optional<std::string> unavailable();

    explicit SlapdServer(SlapdOptions options = {});
    ~SlapdServer();

    static constexpr const char* kServicePassword = "service-Passw0rd";
    static constexpr const char* kAdminPassword = "admin-Passw0rd";
    /// A user without any right to write.
    static constexpr const char* kReaderPassword = "reader-Passw0rd";

    int port() const { return port_; }
    std::string url() const { return "ldap://127.0.0.1:" + std::to_string(port_); }
    /// REQUIRES: options.tls.
    std::string tlsUrl() const { return "ldaps://127.0.0.1:" + std::to_string(tlsPort_); }
    std::string caFile() const { return (folder_.path() / "ca.pem").string(); }

    const std::string& baseDn() const { return options_.suffix; }
    std::string serviceDn() const { return "cn=service," + options_.suffix; }
    std::string readerDn() const { return "cn=reader," + options_.suffix; }
    /// The rootdn: no limits, no access rules.
    std::string adminDn() const { return "cn=admin," + options_.suffix; }
    std::string policyDn() const { return "cn=default,ou=policies," + options_.suffix; }
    std::string userDn(const std::string& uid) const;

    /// What `ldapwhoami` says for a person with this password: exit code 0 when it is accepted,
    /// otherwise the LDAP result code (49 wrong or locked). The words carry the policy's answer.
    CommandResult bindAs(const std::string& uid, const std::string& password);
    /// Applies LDIF changes as the administrator (as ldapmodify does).
    void modify(const std::string& ldif);
    /// The values of one attribute of one entry, operational ones too; empty when there is none.
    std::vector<std::string> values(const std::string& dn, const std::string& attribute);

    void start();
    void stop();
    void restart();
    /// The server keeps its sockets and answers nothing until resume().
    void pause();
    void resume();

  private:
    void install();
    void makeCertificates();
    std::string configuration() const;
    std::string content() const;
    bool answers();
    void waitUntilReady();

    SlapdOptions options_;
    TempFolder folder_;
    int port_ = 0;
    int tlsPort_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

/// `count` plausible people u00001, u00002, ... with the password "pw-" and their uid.
std::vector<SlapdUser> numberedSlapdUsers(int count);

}  // namespace tenantry::testing
