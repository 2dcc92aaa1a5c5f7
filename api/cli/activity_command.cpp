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
    command->callback([&console, wish] { list(console, *wish); });
}

}  // namespace tenantry::cli
