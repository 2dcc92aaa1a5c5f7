/// What all commands share: the options before the command, the client they make, and how they
/// write.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/cli/client.h"
#include "api/cli/table.h"

namespace tenantry::cli {

struct Console {
    std::string url;  ///< --url or TENANTRY_URL
    bool json = false;
    bool csv = false;
    Exit result = Exit::kOk;

    [[nodiscard]] Form form() const;
    /// Signed in by TENANTRY_TOKEN or the saved session. Throws kNotSignedIn.
    [[nodiscard]] Client client() const;
    /// Without a session, for sign-in.
    [[nodiscard]] std::string address() const;
    void print(const Table& table, const base::Json& whole) const;
    void print(const base::Json& whole) const;
    /// One sentence on standard error, where it disturbs no pipe.
    static void say(const std::string& words);
    /// How complete the answer is, on standard error.
    static void sayCompleteness(const base::Json& completeness);
};

/// "22 of 25 organizations current. 1 unreachable since 2026-11-22 09:12 GMT. ..."
std::string completenessWords(const base::Json& completeness);
/// "2026-11-22 09:12"
std::string shortTime(const base::Json& time);
std::string asText(const base::Json& value);
/// Members of the open object: of NAME=VALUE a text, of NAME:=JSON what it says. Throws kUsage.
void writeParameters(base::JsonWriter& out, const std::vector<std::string>& given);

void addSessionCommands(CLI::App& app, Console& console);
void addUserCommands(CLI::App& app, Console& console);
void addOrganizationCommands(CLI::App& app, Console& console);
void addConnectionCommands(CLI::App& app, Console& console);
void addConnectorHealthCommands(CLI::App& app, Console& console);
void addSyncCommand(CLI::App& app, Console& console);
void addJobCommands(CLI::App& app, Console& console);
void addActivityCommand(CLI::App& app, Console& console);
void addCompletionCommand(CLI::App& app, Console& console);

}  // namespace tenantry::cli
