#include <iostream>
#include <set>

#include "api/cli/console.h"

namespace tenantry::cli {
namespace {

/// The words that may follow a command: its commands and its options.
std::string wordsOf(const CLI::App& app) {
    std::set<std::string> words;
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        words.insert(command->get_name());
    }
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) words.insert("--" + name);
    }
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

void addCase(std::string& script, const std::string& path, const CLI::App& app) {
    script += "        \"" + path + "\") words=\"" + wordsOf(app) + "\" ;;\n";
    for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        addCase(script, path.empty() ? command->get_name() : path + " " + command->get_name(),
                *command);
    }
}

std::string bashScript(const CLI::App& app) {
    std::string script =
        "# bash completion of tenantry; load it with: source <(tenantry completion bash)\n"
        "_tenantry() {\n"
        "    local path=\"\" word words i\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        word=${COMP_WORDS[i]}\n"
        "        [[ $word == -* || ! $word =~ ^[a-z]+$ ]] && continue\n"
        "        path=\"${path:+$path }$word\"\n"
        "    done\n"
        "    case \"$path\" in\n";
    addCase(script, "", app);
    script +=
        "        *) words=\"\" ;;\n"
        "    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
        "}\n"
        "complete -o default -F _tenantry tenantry\n";
    return script;
}

}  // namespace

void addCompletionCommand(CLI::App& app, Console&) {
    auto* command = app.add_subcommand("completion", "Print a completion script for the shell");
    command->require_subcommand(1);
    command->add_subcommand("bash", "For bash")->callback([&app] { std::cout << bashScript(app); });
}

}  // namespace tenantry::cli
