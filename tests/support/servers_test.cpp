// The servers that other tests stand on: each starts, answers, survives a restart with its data,
// and is gone afterwards. A machine without the server skips with the package's name.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/mariadb_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/slapd_server.h"

namespace tenantry::testing {
namespace {

TEST(MariaDbServer, AnswersAndKeepsItsDataAcrossARestart) {
    if (auto why = MariaDbServer::unavailable()) GTEST_SKIP() << *why;
    MariaDbServer server;
    server.createDatabase("one");
    server.execute("one", "CREATE TABLE t (a int, b varchar(9)); INSERT INTO t VALUES (1, NULL);");
    server.stop();
    EXPECT_FALSE(portAnswers(server.port()));
    server.start();
    EXPECT_EQ(server.query("one", "SELECT a, b FROM t"), "1\tNULL\n");
    EXPECT_THROW(server.execute("one", "SELEKT 1"), std::runtime_error);
}

TEST(PostgresServer, AnswersAndKeepsItsDataAcrossARestart) {
    if (auto why = PostgresServer::unavailable()) GTEST_SKIP() << *why;
    PostgresServer server;
    server.createDatabase("one");
    server.execute("one", "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')");
    server.stop();
    EXPECT_FALSE(portAnswers(server.port()));
    server.start();
    EXPECT_EQ(server.query("one", "SELECT a, b FROM t"), "1\tx\n");
}

TEST(SlapdServer, LocksAUserAfterThreeWrongPasswordsAndRemembersItAcrossARestart) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    SlapdServer server({.users = numberedSlapdUsers(2)});
    EXPECT_EQ(server.bindAs("u00001", "pw-u00001").exitCode, 0);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(server.bindAs("u00001", "wrong").exitCode, 49);
    server.restart();
    EXPECT_EQ(server.bindAs("u00001", "pw-u00001").exitCode, 49);
    EXPECT_EQ(server.bindAs("u00002", "pw-u00002").exitCode, 0);
    EXPECT_EQ(server.values(server.userDn("u00001"), "pwdAccountLockedTime").size(), 1U);
}

TEST(SlapdServer, SpeaksTlsWithACertificateOfItsOwnAuthority) {
    if (auto why = SlapdServer::unavailable()) GTEST_SKIP() << *why;
    SlapdServer server({.tls = true});
    ChildProcess::Options options;
    options.command = {"/usr/bin/env",
                       "LDAPTLS_CACERT=" + server.caFile(),
                       "/usr/bin/ldapwhoami",
                       "-x",
                       "-H",
                       server.tlsUrl(),
                       "-D",
                       server.serviceDn(),
                       "-w",
                       SlapdServer::kServicePassword};
    EXPECT_EQ(runCommand(options).exitCode, 0);
}

TEST(ChildProcess, IsGoneAfterItsOwner) {
    const TempFolder folder;
    pid_t pid = 0;
    {
        ChildProcess::Options options;
        options.command = {"/bin/sleep", "600"};
        options.log = folder.path() / "log";
        ChildProcess child(options);
        pid = child.pid();
        ASSERT_TRUE(child.running());
    }
    EXPECT_NE(kill(pid, 0), 0);
}

}  // namespace
}  // namespace tenantry::testing
