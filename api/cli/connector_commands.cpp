// How the server's connectors fare: `tenantry connectors`. The tools of their authors are
// `tenantry connector`.
#include <memory>

#include "api/cli/console.h"

namespace tenantry::cli {
namespace {

constexpr const char* kConnectors = "/api/v1/connectors";

void list(Console& console) {
    const auto page = console.client().get(std::string(kConnectors) + "/health", {});
    Table table({{"NAME", 12},
                 {"VERSION", 8},
                 {"STATE", 8},
                 {"SINCE", 10},
                 {"QUARANTINED", 5},
                 {"REPORTS", 5},
                 {"REASON", 12}});
    std::int64_t serving = 0;
    for (const auto& one : page["items"].items()) {
        const std::string state = one["state"].stringOr("");
        if (state != "paused") ++serving;
        table.add({one["name"].stringOr(""), one["version"].stringOr(""), state,
                   shortTime(one["since"]), std::to_string(one["quarantined"].size()),
                   asText(one["reports"]), one["reason"].stringOr("")});
    }
    console.print(table, page);
    Console::say(std::to_string(serving) + " of " + std::to_string(page["items"].size()) +
                 " connectors serve.");
}

void sayReport(const base::Json& one) {
    Console::say("");
    Console::say(shortTime(one["at"]) + "  " + one["detail"].stringOr("") + "  (version " +
                 one["version"].stringOr("") + ", build " + asText(one["build_id"]) + ")");
    if (one["code_offset"].isString())
        Console::say("  at " + one["code_offset"].stringOr("") + " of its file");
    for (const auto& call : one["calls"].items())
        Console::say("  under way: " + call["operation"].stringOr("") + " of connection " +
                     call["connection"].stringOr("") + " for " + asText(call["ran_ms"]) + " ms" +
                     (call["suspect"].boolOr(false) ? ", suspected" : ""));
    Console::say("  " + one["consequence"].stringOr(""));
    for (const auto& line : one["log"].items()) Console::say("  log: " + line.stringOr(""));
    if (!one["stderr"].stringOr("").empty())
        Console::say("  its standard error: " + one["stderr"].stringOr(""));
}

void reports(Console& console, const std::string& name) {
    const auto page = console.client().get(std::string(kConnectors) + "/" + name + "/reports", {});
    Table table({{"AT", 16}, {"CAUSE", 8}, {"VERSION", 8}, {"DETAIL", 20}, {"ID", 17}});
    for (const auto& one : page["items"].items())
        table.add({shortTime(one["at"]), one["cause"].stringOr(""), one["version"].stringOr(""),
                   one["detail"].stringOr(""), one["id"].stringOr("")});
    console.print(table, page);
    if (console.form() == Form::kJson) return;
    for (const auto& one : page["items"].items()) sayReport(one);
}

void resume(Console& console, const std::string& name, const std::string& connection) {
    base::JsonWriter body;
    body.beginObject();
    if (!connection.empty()) body.key("connection").string(connection);
    body.endObject();
    console.client().post(std::string(kConnectors) + "/" + name + "/resume",
                          std::move(body).take());
    Console::say(connection.empty() ? "Resumed " + name + "."
                                    : "Resumed the connection " + connection + " of " + name + ".");
}

void rescan(Console& console) {
    const auto page = console.client().post(std::string(kConnectors) + "/rescan", "{}");
    Table table(
        {{"OUTCOME", 9}, {"CONNECTOR", 12}, {"FROM", 8}, {"TO", 8}, {"DETAIL", 12}, {"FILE", 12}});
    for (const auto& one : page["items"].items()) {
        if (one["outcome"].stringOr("") == "refused") console.result = Exit::kPartial;
        table.add({one["outcome"].stringOr(""), one["connector"].stringOr(""),
                   one["from"].stringOr(""), one["to"].stringOr(""), one["detail"].stringOr(""),
                   one["path"].stringOr("")});
    }
    console.print(table, page);
}

}  // namespace

void addConnectorHealthCommands(CLI::App& app, Console& console) {
    auto* command = app.add_subcommand("connectors", "How the server's connectors fare");
    command->require_subcommand(1);
    command->add_subcommand("list", "Each with its version and health")->callback([&console] {
        list(console);
    });
    struct Wish {
        std::string name, connection;
    };
    auto wish = std::make_shared<Wish>();
    auto* report = command->add_subcommand("reports", "What ended a connector's process");
    report->add_option("name", wish->name, "The connector")->required();
    report->callback([&console, wish] { reports(console, wish->name); });
    auto* again = command->add_subcommand("resume", "Lets a paused connector serve again");
    again->add_option("name", wish->name, "The connector")->required();
    again->add_option("--connection", wish->connection, "Only this connection (id)");
    again->callback([&console, wish] { resume(console, wish->name, wish->connection); });
    command
        ->add_subcommand("rescan",
                         "Takes new connectors and new versions into use: put the new "
                         "file beside the old one and rename it over it")
        ->callback([&console] { rescan(console); });
}

}  // namespace tenantry::cli
