#include "api/cli/connector/commands.h"

namespace tenantry::cli {
namespace {

/// In the order of the help.
constexpr void (*kCommands[])(CLI::App&, Console&) = {
    addNew, addRun, addRecord, addBench, addVerify, addConform,
};

}  // namespace

void addConnectorCommands(CLI::App& app, Console& console) {
    auto* connector =
        app.add_subcommand("connector", "Write, try and prove a connector; needs no server");
    connector->require_subcommand(1);
    for (const auto add : kCommands) add(*connector, console);
}

}  // namespace tenantry::cli
