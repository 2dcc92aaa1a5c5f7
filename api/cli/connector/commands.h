/// `tenantry connector ...`: what a connector's author needs. No server, no sign-in.
///
/// A subcommand is one function in one file of this folder, and one line in kCommands of
/// commands.cpp.
#pragma once

#include "api/cli/console.h"
#include "api/cli/failure.h"

namespace tenantry::cli {

/// Adds `tenantry connector` with all its subcommands.
void addConnectorCommands(CLI::App& app, Console& console);

void addNew(CLI::App& connector, Console& console);
void addRun(CLI::App& connector, Console& console);
void addRecord(CLI::App& connector, Console& console);
void addBench(CLI::App& connector, Console& console);
void addVerify(CLI::App& connector, Console& console);
void addConform(CLI::App& connector, Console& console);

}  // namespace tenantry::cli
