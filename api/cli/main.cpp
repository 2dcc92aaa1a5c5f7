// The `tenantry` command: the API in a terminal. Lists go to standard output, what is said about
// them (totals, completeness, failures) to standard error.
#include <clocale>
#include <iostream>

#include "api/cli/connector/commands.h"
#include "api/cli/console.h"
#include "api/cli/failure.h"
#include "kernel/base/crypto.h"

namespace {

constexpr const char* kFooter =
    "Environment: TENANTRY_URL (address of the server), TENANTRY_TOKEN (instead of a sign-in).\n"
    "Exit codes: 0 ok, 1 refused or failed, 2 usage, 3 not signed in, 4 unreachable,\n"
    "5 partly done or not known.";

}  // namespace

int main(int argc, char** argv) {
    using namespace tenantry::cli;
    // For the widths of characters; the words of this command are English.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    Console console;
    CLI::App app("Every user of every customer organization in one list, and actions on them.",
                 "tenantry");
    app.footer(kFooter);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--url", console.url, "Address of the server")->envname("TENANTRY_URL");
    auto* json = app.add_flag("--json", console.json, "Print JSON as the API gives it");
    app.add_flag("--csv", console.csv, "Print CSV")->excludes(json);
    addSessionCommands(app, console);
    addUserCommands(app, console);
    addOrganizationCommands(app, console);
    addConnectionCommands(app, console);
    addConnectorHealthCommands(app, console);
    addSyncCommand(app, console);
    addJobCommands(app, console);
    addActivityCommand(app, console);
    addConnectorCommands(app, console);
    addCompletionCommand(app, console);
    try {
        if (!tenantry::base::initCrypto()) throw Failure{Exit::kRefused, "libsodium cannot start."};
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error, std::cout, std::cerr);
        return code == 0 ? 0 : static_cast<int>(Exit::kUsage);
    } catch (const Failure& failure) {
        Console::say("tenantry: " + failure.words);
        return static_cast<int>(failure.code);
    }
    return static_cast<int>(console.result);
}
