#include "tests/support/slapd_server.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tenantry::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServer = "/usr/sbin/slapd";
constexpr const char* kLoader = "/usr/sbin/slapadd";
constexpr const char* kWhoAmI = "/usr/bin/ldapwhoami";
constexpr const char* kModify = "/usr/bin/ldapmodify";
constexpr const char* kSearch = "/usr/bin/ldapsearch";
constexpr const char* kOpenSsl = "/usr/bin/openssl";

CommandResult run(std::vector<std::string> command, const std::string& input = {}) {
    ChildProcess::Options options;
    options.command = std::move(command);
    return runCommand(options, input);
}

void runOrThrow(const std::vector<std::string>& command, const std::string& input = {}) {
    const CommandResult result = run(command, input);
    if (result.exitCode != 0) throw std::runtime_error(command[0] + ": " + result.output);
}

// "dc=example,dc=org" -> "example".
std::string firstRdnValue(const std::string& dn) {
    const auto equals = dn.find('=');
    return dn.substr(equals + 1, dn.find(',') - equals - 1);
}

std::string entryOf(const SlapdUser& user, const std::string& people) {
    std::ostringstream ldif;
    const std::string surname = user.surname.empty() ? user.uid : user.surname;
    ldif << "dn: uid=" << user.uid << "," << people
         << "\nobjectClass: inetOrgPerson\nuid: " << user.uid << "\nsn: " << surname
         << "\ncn: " << (user.givenName.empty() ? surname : user.givenName + " " + surname) << "\n";
    if (!user.givenName.empty()) ldif << "givenName: " << user.givenName << "\n";
    if (!user.mail.empty()) ldif << "mail: " << user.mail << "\n";
    if (!user.phone.empty()) ldif << "telephoneNumber: " << user.phone << "\n";
    if (!user.password.empty()) ldif << "userPassword: " << user.password << "\n";
    ldif << user.moreLdif << "\n";
    return ldif.str();
}

}  // namespace

std::optional<std::string> SlapdServer::unavailable() {
    for (const char* program : {kServer, kLoader, kWhoAmI, kModify, kSearch}) {
        if (access(program, X_OK) != 0) {
            return std::string("LDAP tests did not run: ") + program +
                   " is missing (packages slapd and ldap-utils)";
        }
    }
    return std::nullopt;
}

SlapdServer::SlapdServer(SlapdOptions options) : options_(std::move(options)) {
    install();
    start();
}

SlapdServer::~SlapdServer() = default;

std::string SlapdServer::userDn(const std::string& uid) const {
    return "uid=" + uid + ",ou=people," + options_.suffix;
}

void SlapdServer::install() {
    port_ = freeLoopbackPort();
    if (options_.tls) {
        do tlsPort_ = freeLoopbackPort();
        while (tlsPort_ == port_);
        makeCertificates();
    }
    fs::create_directory(folder_.path() / "db");
    std::ofstream(folder_.path() / "slapd.conf") << configuration();
    std::ofstream(folder_.path() / "content.ldif") << content();
    runOrThrow({kLoader, "-q", "-f", folder_.path() / "slapd.conf", "-l",
                folder_.path() / "content.ldif"});
}

void SlapdServer::makeCertificates() {
    const std::string in = folder_.path().string() + "/";
    runOrThrow({kOpenSsl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=Test authority", "-keyout", in + "ca.key", "-out", in + "ca.pem"});
    runOrThrow({kOpenSsl, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1",
                "-keyout", in + "server.key", "-out", in + "server.csr"});
    std::ofstream(in + "ext") << "subjectAltName=IP:127.0.0.1\n";
    runOrThrow({kOpenSsl, "x509", "-req", "-in", in + "server.csr", "-CA", in + "ca.pem", "-CAkey",
                in + "ca.key", "-CAcreateserial", "-days", "2", "-extfile", in + "ext", "-out",
                in + "server.pem"});
}

std::string SlapdServer::configuration() const {
    const std::string folder = folder_.path().string();
    std::ostringstream out;
    for (const char* schema : {"core", "cosine", "inetorgperson", "nis"}) {
        out << "include /etc/ldap/schema/" << schema << ".schema\n";
    }
    out << "pidfile " << folder << "/slapd.pid\nargsfile " << folder << "/slapd.args\n"
        << "modulepath /usr/lib/ldap\nmoduleload back_mdb\nsizelimit 500\n";
    if (options_.ppolicy) out << "moduleload ppolicy\n";
    if (options_.tls) {
        out << "TLSCACertificateFile " << folder << "/ca.pem\nTLSCertificateFile " << folder
            << "/server.pem\nTLSCertificateKeyFile " << folder << "/server.key\n";
    }
    const std::string service = "dn.exact=\"" + serviceDn() + "\"";
    out << "database mdb\nmaxsize 1073741824\ndbnosync\nsuffix \"" << options_.suffix
        << "\"\nrootdn \"" << adminDn() << "\"\nrootpw " << kAdminPassword << "\ndirectory "
        << folder << "/db\n"
        << "index objectClass,entryUUID,entryCSN,member eq\nindex uid,mail eq,pres,sub\n";
    if (options_.ppolicy) {
        out << "index pwdAccountLockedTime pres\noverlay ppolicy\nppolicy_default \"" << policyDn()
            << "\"\nppolicy_use_lockout\nppolicy_hash_cleartext\n";
    }
    out << "limits " << service << " " << options_.serviceLimits << "\n"
        << "access to attrs=userPassword by self write by " << service
        << " manage by anonymous auth by * none\n"
        << "access to * by " << service
        << " manage by self write by users read by anonymous auth\n";
    return out.str();
}

std::string SlapdServer::content() const {
    const std::string& base = options_.suffix;
    std::ostringstream ldif;
    ldif << "dn: " << base
         << "\nobjectClass: dcObject\nobjectClass: organization\no: " << firstRdnValue(base)
         << "\ndc: " << firstRdnValue(base) << "\n\n";
    for (const auto& [dn, password] :
         {std::pair{serviceDn(), kServicePassword}, std::pair{readerDn(), kReaderPassword}}) {
        ldif << "dn: " << dn
             << "\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: "
             << firstRdnValue(dn) << "\nuserPassword: " << password << "\n\n";
    }
    for (const char* unit : {"policies", "people", "groups"}) {
        ldif << "dn: ou=" << unit << "," << base
             << "\nobjectClass: organizationalUnit\nou: " << unit << "\n\n";
    }
    if (options_.ppolicy) {
        ldif << "dn: " << policyDn()
             << "\nobjectClass: applicationProcess\nobjectClass: pwdPolicy\ncn: default\n"
                "pwdAttribute: userPassword\n"
             << options_.policyLdif << "\n";
    }
    for (const SlapdUser& user : options_.users) ldif << entryOf(user, "ou=people," + base);
    ldif << options_.entriesLdif;
    return ldif.str();
}

void SlapdServer::start() {
    std::string listen = url() + "/";
    if (options_.tls) listen += " " + tlsUrl() + "/";
    ChildProcess::Options options;
    // With -d slapd stays in the foreground, so that its pid is the one we started.
    options.command = {kServer, "-d", "0", "-f", folder_.path() / "slapd.conf", "-h", listen};
    options.log = folder_.path() / "log";
    process_ = std::make_unique<ChildProcess>(options);
    waitUntilReady();
}

bool SlapdServer::answers() {
    if (!portAnswers(port_)) return false;
    return run({kSearch, "-LLL", "-x", "-o", "nettimeout=1", "-H", url(), "-s", "base", "-b", "",
                "1.1"})
               .exitCode == 0;
}

void SlapdServer::waitUntilReady() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!answers()) {
        if (!process_->running() || std::chrono::steady_clock::now() > end) {
            throw std::runtime_error("slapd did not start:\n" + tailOf(folder_.path() / "log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

CommandResult SlapdServer::bindAs(const std::string& uid, const std::string& password) {
    return run({kWhoAmI, "-x", "-e", "ppolicy", "-o", "nettimeout=5", "-H", url(), "-D",
                userDn(uid), "-w", password});
}

void SlapdServer::modify(const std::string& ldif) {
    runOrThrow({kModify, "-x", "-H", url(), "-D", adminDn(), "-w", kAdminPassword}, ldif);
}

std::vector<std::string> SlapdServer::values(const std::string& dn, const std::string& attribute) {
    const CommandResult result =
        run({kSearch, "-LLL", "-x", "-o", "ldif-wrap=no", "-H", url(), "-D", adminDn(), "-w",
             kAdminPassword, "-s", "base", "-b", dn, "(objectClass=*)", attribute});
    std::vector<std::string> found;
    std::istringstream lines(result.output);
    const std::string wanted = attribute + ": ";
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind(wanted, 0) == 0) found.push_back(line.substr(wanted.size()));
    }
    return found;
}

void SlapdServer::stop() {
    if (process_) process_->stop();
}

void SlapdServer::restart() {
    stop();
    start();
}

void SlapdServer::pause() {
    process_->pause();
}

void SlapdServer::resume() {
    process_->resume();
}

std::vector<SlapdUser> numberedSlapdUsers(int count) {
    std::vector<SlapdUser> users;
    users.reserve(static_cast<std::size_t>(count));
    for (int i = 1; i <= count; ++i) {
        char uid[16];
        std::snprintf(uid, sizeof uid, "u%05d", i);
        const std::string name = uid;
        users.push_back({.uid = name,
                         .givenName = "Given" + std::to_string(i),
                         .surname = "Surname" + std::to_string(i),
                         .mail = name + "@example.org",
                         .phone = {},
                         .password = "pw-" + name,
                         .moreLdif = {}});
    }
    return users;
}

}  // namespace tenantry::testing
