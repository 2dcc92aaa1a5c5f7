#include <unistd.h>

#include <iostream>
#include <memory>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/shell.h"

namespace tenantry::cli {
namespace {

struct RunWish {
    OpenWish open;
    std::vector<std::string> commands;
};

/// Says what failed and goes on. False: it was quit.
bool obeyed(Shell& shell, Console& console, const std::string& line) {
    try {
        return shell.obey(line);
    } catch (const Failure& failure) {
        console.result = Exit::kRefused;
        Console::say(failure.words);
        return true;
    }
}

void run(Console& console, const RunWish& wish) {
    const Opened opened(wish.open);
    Shell shell(opened);
    for (const auto& line : wish.commands)
        if (!obeyed(shell, console, line)) return;
    if (!wish.commands.empty()) return;
    const bool prompts = ::isatty(STDIN_FILENO) != 0;
    if (prompts) {
        const auto& descriptor = opened.package().descriptor();
        Console::say(descriptor.name + " " + descriptor.version + ". Commands: help");
    }
    std::string line;
    do {
        std::cout << (prompts ? "> " : "") << std::flush;
    } while (std::getline(std::cin, line) && obeyed(shell, console, line));
}

}  // namespace

void addRun(CLI::App& connector, Console& console) {
    auto wish = std::make_shared<RunWish>();
    auto* command =
        connector.add_subcommand("run", "Try a connector: commands from a terminal or a pipe");
    wish->open.addOptions(*command);
    command->add_option("--replay", wish->open.replay,
                        "Answer its HTTP from this cassette, and never from a network");
    command
        ->add_option("-e,--execute", wish->commands,
                     "A command, instead of reading them; may be repeated")
        ->allow_extra_args(false);
    command->footer(std::string("Commands:\n") + Shell::help());
    command->callback([&console, wish] { run(console, *wish); });
}

}  // namespace tenantry::cli
