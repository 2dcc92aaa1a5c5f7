// The real `tenantry` command against the real front: what it prints, what it says beside, and how
// it ends.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "tests/api/site_environment.h"
#include "tests/support/child_process.h"

namespace tenantry::testing {
namespace {

namespace fs = std::filesystem;

class Cli : public ::testing::Test {
  protected:
    /// Standard output and standard error together.
    CommandResult run(const std::vector<std::string>& arguments, const std::string& input = {},
                      const std::string& token = {}) {
        const char* build = std::getenv("TENANTRY_BUILD_DIR");
        const std::string program =
            std::string(build == nullptr ? ".build/dev" : build) + "/bin/tenantry";
        std::vector<std::string> command = {"/usr/bin/env", "-i",
                                            "XDG_CONFIG_HOME=" + home_.path().string(),
                                            "TENANTRY_URL=" + url_, "COLUMNS=200"};
        if (!token.empty()) command.push_back("TENANTRY_TOKEN=" + token);
        command.push_back(fs::absolute(program).string());
        command.insert(command.end(), arguments.begin(), arguments.end());
        return runCommand({.command = command, .runAs = {}, .log = {}}, input);
    }
    CommandResult runAs(const std::string& username, const std::vector<std::string>& arguments) {
        return run(arguments, {}, as(username).token());
    }

    std::string url_ = site().url();
    TempFolder home_;
};

TEST_F(Cli, ASignInIsKeptForItsOwnerAlone) {
    EXPECT_EQ(run({"users", "list"}).exitCode, 3);
    const auto in =
        run({"login", "-u", "north", "--password-stdin"}, std::string(Site::kPassword) + "\n");
    ASSERT_EQ(in.exitCode, 0) << in.output;
    struct stat file {};
    ASSERT_EQ(::stat((home_.path() / "tenantry/session.json").c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
    const auto list = run({"users", "list", "--search", "n1"});
    EXPECT_EQ(list.exitCode, 0);
    EXPECT_NE(list.output.find("n1@north-tenant.example"), std::string::npos);
    EXPECT_NE(list.output.find("2 of 2 organizations current."), std::string::npos);
    EXPECT_EQ(run({"logout"}).exitCode, 0);
    EXPECT_EQ(run({"users", "list"}).exitCode, 3);
}

TEST_F(Cli, ChecksTheChainsOfTheTrail) {
    ASSERT_EQ(run({"login", "-u", "north", "--password-stdin"}, std::string(Site::kPassword) + "\n")
                  .exitCode,
              0);
    const auto whole = run({"activity", "verify"});
    EXPECT_EQ(whole.exitCode, 0) << whole.output;
    EXPECT_NE(whole.output.find("all chains whole."), std::string::npos);
    EXPECT_EQ(run({"activity", "--limit", "1"}).exitCode, 0) << "the list is still there";
    EXPECT_EQ(run({"activity", "verify", "--scope", "south"}).exitCode, 1);
}

TEST_F(Cli, AWrongPasswordIsNotSignedIn) {
    const auto in = run({"login", "-u", "admin", "--password-stdin"}, "wrong\n");
    EXPECT_EQ(in.exitCode, 3);
    EXPECT_FALSE(fs::exists(home_.path() / "tenantry/session.json"));
}

TEST_F(Cli, ATokenOfTheEnvironmentServesScripts) {
    const auto json = runAs("north", {"--json", "users", "list", "--limit", "3"});
    EXPECT_EQ(json.exitCode, 0);
    const auto line = json.output.substr(json.output.find('{'));
    const auto page = base::Json::parse(line.substr(0, line.find('\n')));
    ASSERT_TRUE(page) << json.output;
    EXPECT_EQ((*page)["items"].size(), 3U);
    EXPECT_GT((*page)["total"].intOr(0), 3);
    EXPECT_NE(runAs("north", {"--csv", "users", "list"}).output.find("STATUS,USERNAME,NAME"),
              std::string::npos);
}

TEST_F(Cli, ConnectorsAreListedAndTheirReportsReadByThePlatform) {
    domain::ConnectorHealth health;
    health.connector = "test.scripted";
    health.state = domain::ConnectorState::kPaused;
    health.reason = "its process ended 3 times";
    site().supervision().set(health);
    const auto list = runAs("admin", {"connectors", "list"});
    EXPECT_EQ(list.exitCode, 0) << list.output;
    EXPECT_NE(list.output.find("paused"), std::string::npos) << list.output;
    EXPECT_NE(list.output.find("0 of 1 connectors serve."), std::string::npos) << list.output;
    EXPECT_EQ(runAs("admin", {"connectors", "reports", "test.scripted"}).exitCode, 0);
    EXPECT_EQ(runAs("north", {"connectors", "reports", "test.scripted"}).exitCode, 1);
    EXPECT_EQ(runAs("north", {"connectors", "resume", "test.scripted"}).exitCode, 1);
    EXPECT_EQ(runAs("admin", {"connectors", "resume", "test.scripted"}).exitCode, 0);
    EXPECT_EQ(runAs("north", {"connectors", "rescan"}).exitCode, 1);
    EXPECT_EQ(runAs("admin", {"connectors", "rescan"}).exitCode, 0);
}

TEST_F(Cli, AnotherBranchSeesNothing) {
    const auto list = runAs("south", {"users", "list", "--all"});
    EXPECT_EQ(list.output.find("north-tenant"), std::string::npos);
    EXPECT_EQ(runAs("south", {"users", "show", "n1"}).exitCode, 1);
    EXPECT_EQ(runAs("south", {"users", "act", "suspend", "n1"}).exitCode, 1);
    EXPECT_EQ(runAs("south", {"users", "export", "--scope", "north"}).exitCode, 1);
    EXPECT_EQ(runAs("south", {"orgs", "list"}).output.find("North"), std::string::npos);
    EXPECT_EQ(runAs("south", {"connections", "list"}).output.find("north"), std::string::npos);
    EXPECT_EQ(runAs("south", {"activity"}).output.find("north-tenant"), std::string::npos);
}

TEST_F(Cli, AnActionIsDoneWhereTheUserLives) {
    const auto done =
        runAs("north", {"users", "act", "force_password_change", "n12", "--reason", "T"});
    EXPECT_EQ(done.exitCode, 0) << done.output;
    EXPECT_EQ(done.output.rfind("done: ", 0), 0U);
    EXPECT_EQ(site().directory("north-tenant").find("n12")->status, "must_change");
    const auto no = runAs("north", {"users", "act", "unlock", "n12"});
    EXPECT_EQ(no.exitCode, 1);
    EXPECT_NE(no.output.find("not locked out"), std::string::npos);
    const auto shown = runAs("north", {"users", "show", "n12@north-tenant.example"});
    EXPECT_NE(shown.output.find("AWAITING_NEW_PASSWORD"), std::string::npos);
}

TEST_F(Cli, AnExportGoesToAFile) {
    const auto file = home_.path() / "users.csv";
    const auto done = runAs("north", {"users", "export", "-o", file.string()});
    EXPECT_EQ(done.exitCode, 0) << done.output;
    EXPECT_GT(fs::file_size(file), 500U);
    EXPECT_NE(done.output.find("organizations current"), std::string::npos);
}

TEST_F(Cli, OrganizationsAndConnectionsAreMadeAndRead) {
    const auto made = runAs("west", {"orgs", "create", "Cli Tenant", "--parent", "west"});
    ASSERT_EQ(made.exitCode, 0) << made.output;
    EXPECT_NE(runAs("west", {"orgs", "list", "--tree"}).output.find("\n  Cli Tenant"),
              std::string::npos);
    site().directory("cli").put({"c1", "c1", "c1@cli.example", "active", "Ada", 1});
    const std::vector<std::string> config = {"--organization", "cli-tenant", "--connector",
                                             "scripted",       "--set",      "directory=cli"};
    std::vector<std::string> test = {"connections", "test"};
    test.insert(test.end(), config.begin(), config.end());
    EXPECT_EQ(runAs("west", test).output.rfind("ok: ", 0), 0U);
    std::vector<std::string> create = {"--json", "connections", "create", "Cli directory"};
    create.insert(create.end(), config.begin(), config.end());
    const auto connection = runAs("west", create);
    ASSERT_EQ(connection.exitCode, 0) << connection.output;
    const auto id = base::Json::parse(connection.output)->operator[]("id").stringOr("");
    const auto read = runAs("west", {"sync", "--connection", id});
    EXPECT_EQ(read.exitCode, 0) << read.output;
    EXPECT_NE(runAs("west", {"users", "list", "-s", "c1"}).output.find("c1@cli.example"),
              std::string::npos);
    site().directory("cli").fail("list", base::unavailable("The server is down."));
    const auto partly = runAs("admin", {"sync", "--all"});
    EXPECT_EQ(partly.exitCode, 5) << partly.output;
    EXPECT_NE(partly.output.find("The server is down."), std::string::npos);
    site().directory("cli").heal();
    EXPECT_EQ(runAs("west", {"connections", "show", id}).exitCode, 0);
    EXPECT_EQ(runAs("west", {"connections", "sync", id}).exitCode, 0);
    EXPECT_EQ(as("west").remove("/api/v1/connections/" + id).status, 204);
}

TEST_F(Cli, EndsWithTheCodeThatItsHelpNames) {
    EXPECT_EQ(run({"--help"}).exitCode, 0);
    EXPECT_NE(run({"--help"}).output.find("5 partly done"), std::string::npos);
    EXPECT_EQ(run({"shoes"}).exitCode, 2);
    EXPECT_EQ(run({"users", "list", "--limit", "none"}).exitCode, 2);
    EXPECT_EQ(runAs("north", {"users", "list", "--filter", "status eq"}).exitCode, 1);
    url_ = "http://127.0.0.1:" + std::to_string(freeLoopbackPort());
    EXPECT_EQ(run({"whoami"}, {}, "token").exitCode, 4);
    url_ = "nonsense";
    EXPECT_EQ(run({"whoami"}, {}, "token").exitCode, 2);
}

TEST_F(Cli, CompletionKnowsTheCommands) {
    const auto script = run({"completion", "bash"});
    EXPECT_EQ(script.exitCode, 0);
    EXPECT_NE(script.output.find("\"users\") words=\"--help act export list show\""),
              std::string::npos)
        << script.output;
    EXPECT_EQ(runCommand({.command = {"/bin/bash", "-n"}, .runAs = {}, .log = {}}, script.output)
                  .exitCode,
              0);
}

}  // namespace
}  // namespace tenantry::testing
