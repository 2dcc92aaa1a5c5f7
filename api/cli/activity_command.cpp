#include <memory>

#include "api/cli/console.h"

namespace tenantry::cli {
namespace {

struct Wish {
    std::string scope, filter, search;
    std::size_t limit = 50;
};

void list(Console& console, const Wish& given) {
    const auto page =
        console.client().get("/api/v1/activity", {{"scope", given.scope},
                                                  {"filter", given.filter},
                                                  {"q", given.search},
                                                  {"limit", std::to_string(given.limit)}});
    Table table({{"TIME (GMT)", 16},
                 {"WHO", 8},
                 {"ACTION", 8},
                 {"OUTCOME", 7},
                 {"ON", 8},
                 {"ORGANIZATION", 8},
                 {"DETAIL", 10}});
    for (const auto& one : page["items"].items()) {
        table.add({shortTime(one["at"]), one["actor"]["name"].stringOr(""),
                   one["action"].stringOr(""), one["outcome"].stringOr(""),
                   one["target"]["name"].stringOr(""), one["organization"]["name"].stringOr(""),
                   one["detail"].stringOr("")});
    }
    console.print(table, page);
    Console::say(std::to_string(page["items"].size()) + " of " +
                 std::to_string(page["total"].intOr(0)) + " entries.");
}

/// Exit code 1 when a chain is not whole.
void verify(Console& console, const std::string& scope) {
    const auto report = console.client().get("/api/v1/activity/verify", {{"scope", scope}});
    Table table({{"ORGANIZATION", 12}, {"ENTRIES", 7}, {"STATE", 5}, {"DETAIL", 10}});
    for (const auto& one : report["items"].items()) {
        const auto faults = one["faults"].items();
        const std::string name = one["organization"]["name"].stringOr("");
        const std::string entries = std::to_string(one["entries"].intOr(0));
        if (faults.empty()) table.add({name, entries, "whole", one["digest"].stringOr("")});
        for (const auto& fault : faults)
            table.add({name, entries, "BROKEN",
                       "entry " + std::to_string(fault["sequence"].intOr(0)) + ": " +
                           fault["detail"].stringOr("")});
    }
    console.print(table, report);
    if (!report["whole"].boolOr(false))
        throw Failure{Exit::kRefused, "The activity trail is not whole: see what is broken above."};
    Console::say(std::to_string(report["entries"].intOr(0)) + " entries, all chains whole.");
}

}  // namespace

void addActivityCommand(CLI::App& app, Console& console) {
    auto wish = std::make_shared<Wish>();
    auto* command = app.add_subcommand("activity", "What was done, by whom, on whom");
    command->add_option("--scope", wish->scope,
                        "An organization (id or slug) and what is below it");
    command->add_option("--filter", wish->filter,
                        "e.g. 'action eq \"suspend\" and at ge \"2026-11-01T00:00:00Z\"'");
    command->add_option("-s,--search", wish->search, "Text in names and details");
    command->add_option("--limit", wish->limit, "At most so many")->check(CLI::PositiveNumber);
    auto* check = command->add_subcommand(
        "verify", "Checks the chains: finds entries that were altered, removed or put elsewhere");
    auto scope = std::make_shared<std::string>();
    check->add_option("--scope", *scope, "An organization (id or slug) and what is below it");
    check->callback([&console, scope] { verify(console, *scope); });
    command->require_subcommand(0, 1);
    command->callback([&console, wish, check] {
        if (!check->parsed()) list(console, *wish);
    });
}

}  // namespace tenantry::cli
