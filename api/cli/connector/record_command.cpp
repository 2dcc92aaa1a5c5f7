#include <iostream>
#include <memory>

#include "api/cli/connector/commands.h"
#include "api/cli/connector/shell.h"

namespace tenantry::cli {
namespace {

struct RecordWish {
    OpenWish open;
    std::vector<std::string> commands;
};

/// A check, and each kind from its beginning to its end.
std::vector<std::string> wholeRead(const domain::ConnectorDescriptor& descriptor) {
    std::vector<std::string> out = {"check"};
    for (const auto& [name, kind] : descriptor.kinds) out.push_back("list " + name);
    return out;
}

void record(Console& console, const RecordWish& wish) {
    const Opened opened(wish.open);
    Shell shell(opened);
    const auto commands =
        wish.commands.empty() ? wholeRead(opened.package().descriptor()) : wish.commands;
    for (const auto& line : commands) {
        try {
            if (!shell.obey(line)) break;
        } catch (const Failure& failure) {
            // A failure is worth recording too: it is played as it was.
            console.result = Exit::kRefused;
            Console::say(line + ": " + failure.words);
        }
    }
    if (opened.http().requests == 0)
        throw Failure{
            Exit::kRefused,
            "The host sent no request for this connector (egress \"host-http\"), so there "
            "is nothing to record."};
    const auto exchanges = opened.saveRecord();
    Console::say(std::to_string(exchanges) + " requests and answers are in " + wish.open.record +
                 ", without secrets. Personal data of the directory is in it as it came.");
}

}  // namespace

void addRecord(CLI::App& connector, Console& console) {
    auto wish = std::make_shared<RecordWish>();
    auto* command = connector.add_subcommand(
        "record", "Read once, and keep what the directory answered; play it with run --replay");
    wish->open.addOptions(*command);
    command->add_option("--to", wish->open.record, "The cassette to write")->required();
    command
        ->add_option("-e,--execute", wish->commands,
                     "A command of `run`, instead of check and list; may be repeated")
        ->allow_extra_args(false);
    command->callback([&console, wish] { record(console, *wish); });
}

}  // namespace tenantry::cli
