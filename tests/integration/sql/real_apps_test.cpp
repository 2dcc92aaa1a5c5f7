// The real WordPress and MediaWiki of Debian's packages, installed into MariaDB by their own
// installers and asked by their own code whether they understand what the connector wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/integration/sql/backends.h"

namespace tenantry::sql::testing {
namespace {

using tenantry::testing::ChildProcess;
using tenantry::testing::CommandResult;
using tenantry::testing::runCommand;
using tenantry::testing::TempFolder;
using ::testing::HasSubstr;

constexpr const char* kPhp = "/usr/bin/php";
constexpr const char* kWordPress = "/usr/share/wordpress/wp-settings.php";
constexpr const char* kMediaWiki = "/usr/share/mediawiki/maintenance/install.php";

class RealApplication : public ::testing::Test {
  protected:
    /// Why the application cannot be tried here; empty when it can.
    std::string missing(const char* file, const char* package) {
        for (const auto& [path, name] :
             {std::pair{kPhp, "php-cli and php-mysql"}, std::pair{file, package}}) {
            if (access(path, R_OK) != 0) {
                return std::string("not tried: ") + path + " is missing (package " + name + ")";
            }
        }
        std::string why;
        backend_ = makeBackend(Engine::kMysql, why);
        host_.secrets["pw"] = "app-Passw0rd";
        return why;
    }

    CommandResult php(const std::vector<std::string>& arguments) {
        ChildProcess::Options options;
        options.command = {kPhp, "-d", "display_errors=stderr"};
        options.command.insert(options.command.end(), arguments.begin(), arguments.end());
        return runCommand(options);
    }
    std::string write(const std::string& name, const std::string& text) {
        const std::string path = (folder_.path() / name).string();
        std::ofstream(path) << text;
        return path;
    }

    TempFolder folder_;
    tny::FakeHost host_;
    std::unique_ptr<Backend> backend_;
};

TEST_F(RealApplication, WordPressAcceptsTheNewPasswordAndForgetsTheDeletedUser) {
    if (const auto why = missing(kWordPress, "wordpress"); !why.empty()) GTEST_SKIP() << why;
    const std::string port = std::to_string(mariaDb().port());
    // What wp-config.php says, and then WordPress itself.
    const std::string start =
        "<?php define('DB_NAME','directory');define('DB_USER','app');"
        "define('DB_PASSWORD','app-Passw0rd');define('DB_HOST','127.0.0.1:" +
        port +
        "');define('DB_CHARSET','utf8mb4');define('DB_COLLATE','');"
        "foreach(['AUTH_KEY','SECURE_AUTH_KEY','LOGGED_IN_KEY','NONCE_KEY','AUTH_SALT',"
        "'SECURE_AUTH_SALT','LOGGED_IN_SALT','NONCE_SALT'] as $k) define($k,md5($k));"
        "$table_prefix='wp_';define('DISABLE_WP_CRON',true);define('WP_HTTP_BLOCK_EXTERNAL',true);"
        "define('ABSPATH','/usr/share/wordpress/');$_SERVER['HTTP_HOST']='127.0.0.1';"
        "$_SERVER['REQUEST_URI']='/';$_SERVER['SERVER_PROTOCOL']='HTTP/1.1';"
        "$_SERVER['REQUEST_METHOD']='GET';";
    const auto installed = php({write(
        "install.php",
        start +
            "define('WP_INSTALLING',true);require ABSPATH.'wp-settings.php';"
            "require ABSPATH.'wp-admin/includes/upgrade.php';"
            "add_filter('pre_wp_mail','__return_true');"
            "wp_install('Site','admin','admin@example.com',true,'','AdminPass.1');"
            "foreach(['ann','bob'] as $u) wp_insert_user(['user_login'=>$u,'user_pass'=>'Old.1',"
            "'user_email'=>\"$u@example.com\",'first_name'=>'F','last_name'=>'Ł',"
            "'role'=>'author']);")});
    ASSERT_EQ(installed.exitCode, 0) << installed.output;

    auto connection =
        host_.open<SqlConnector>(backend_->config(R"("mapping":"wordpress","table_prefix":"wp_")"));
    const auto check = connection.check();
    ASSERT_EQ(check.status, TNY_OK) << check.error.message() << check.error.detail();
    const auto all = connection.listAll("user");
    ASSERT_EQ(all.records.size(), 3u);
    EXPECT_EQ(all.records[1].body["roles"].dump(), R"(["author"])");
    EXPECT_GE(connection.listAll("group").records.size(), 5u);

    const auto reset = connection.perform("user.reset_password", all.records[1].id);
    ASSERT_EQ(reset.status, TNY_OK) << reset.error.message();
    ASSERT_TRUE(
        connection
            .perform("user.edit", all.records[1].id, R"({"attributes":{"first_name":"Änne"}})")
            .ok());
    const auto gone = connection.perform("user.delete", all.records[2].id);
    ASSERT_EQ(gone.status, TNY_OK) << gone.error.message();

    const std::string question =
        "require ABSPATH.'wp-settings.php';$u=get_user_by('login','ann');"
        "echo 'new:',var_export(wp_check_password($argv[1],$u->user_pass,$u->ID),true),"
        "' old:',var_export(wp_check_password('Old.1',$u->user_pass,$u->ID),true),"
        "' sign-in:',is_wp_error(wp_authenticate('ann',$argv[1]))?'no':'yes',"
        "' name:',$u->first_name,' role:',$u->roles[0],"
        "' bob:',var_export(get_user_by('login','bob'),true);";
    const auto answer =
        php({write("ask.php", start + question), reset.replies.at("secret").text()});
    EXPECT_THAT(answer.output,
                HasSubstr("new:true old:false sign-in:yes name:Änne role:author bob:false"));
}

TEST_F(RealApplication, MediaWikiBlocksTheSuspendedAndAcceptsTheNewPassword) {
    if (const auto why = missing(kMediaWiki, "mediawiki"); !why.empty()) GTEST_SKIP() << why;
    const std::string port = std::to_string(mariaDb().port());
    const auto installed = php({kMediaWiki,
                                "--dbtype",
                                "mysql",
                                "--dbserver",
                                "127.0.0.1:" + port,
                                "--dbname",
                                "directory",
                                "--dbuser",
                                "app",
                                "--dbpass",
                                "app-Passw0rd",
                                "--confpath",
                                folder_.path().string(),
                                "--scriptpath",
                                "",
                                "--server",
                                "http://127.0.0.1:8106",
                                "--pass",
                                "adm1nPassw0rd.x",
                                "Wiki",
                                "Admin"});
    ASSERT_EQ(installed.exitCode, 0) << installed.output;

    auto connection = host_.open<SqlConnector>(backend_->config(R"("mapping":"mediawiki")"));
    const auto check = connection.check();
    ASSERT_EQ(check.status, TNY_OK) << check.error.message() << check.error.detail();
    const auto all = connection.listAll("user");
    ASSERT_EQ(all.records.size(), 1u) << "the system user is not shown";
    EXPECT_EQ(all.records[0].body.str("username"), "Admin");

    const std::string script = write(
        "ask.php",
        "<?php require '/usr/share/mediawiki/maintenance/Maintenance.php';"
        "class Ask extends Maintenance { function __construct(){parent::__construct();"
        "$this->addArg('password','',true);} function execute(){"
        "$s=\\MediaWiki\\MediaWikiServices::getInstance();"
        "$u=$s->getUserFactory()->newFromName('Admin');$b=$u->getBlock();"
        "echo 'blocked:',$b?$b->getExpiry():'no',' by:',$b?$b->getByName():'',"
        "' reason:',$b?$b->getReasonComment()->text:'';"
        "$r=$this->getDB(DB_REPLICA)->selectRow('user',['user_password'],['user_id'=>$u->getId()]);"
        "echo ' password:',var_export($s->getPasswordFactory()->newFromCiphertext("
        "$r->user_password)->verify($this->getArg(0)),true);"
        "}} $maintClass='Ask'; require RUN_MAINTENANCE_IF_MAIN;");
    const std::string settings = "--conf=" + (folder_.path() / "LocalSettings.php").string();

    const auto suspended = connection.perform("user.suspend", all.records[0].id);
    ASSERT_EQ(suspended.status, TNY_OK) << suspended.error.message() << suspended.error.detail();
    const auto reset = connection.perform("user.reset_password", all.records[0].id);
    ASSERT_EQ(reset.status, TNY_OK) << reset.error.message();
    const std::string secret = reset.replies.at("secret").text();
    const auto blocked = php({script, settings, secret});
    EXPECT_THAT(blocked.output,
                HasSubstr("blocked:infinity by:MediaWiki default reason:Suspended by the directory "
                          "administrator password:true"));
    ASSERT_TRUE(connection.perform("user.unsuspend", all.records[0].id).ok());
    EXPECT_THAT(php({script, settings, secret}).output, HasSubstr("blocked:no"));
}

}  // namespace
}  // namespace tenantry::sql::testing
